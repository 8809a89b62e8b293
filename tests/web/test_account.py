"""Signing in and out, and choosing a password: as people and attackers meet them."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

import pytest
import sqlalchemy as sa

from registry.accounts.models import SignIn
from registry.accounts.services import disable_user, issue_password_link
from registry.http import limits
from registry.http.context import EXTENSION
from tests.helpers.accounts import PASSWORD, browser, form_token, new_user, send, sign_in
from tests.helpers.applications import application

SIGN_IN, ACCOUNT = "/account/sign-in", "/account"


def link(registry, login="officer"):
    with registry.database.write("test") as uow:
        return f"/account/password/{issue_password_link(uow, login)}"


def session_cookie(client):
    return client.get_cookie("registry")


def test_a_user_signs_in_is_named_on_every_page_and_signs_out(client, registry):
    new_user(registry, name="Айгерим Сарсенова")
    assert ">Sign in</a>" in client.get("/overview").text
    assert client.get(ACCOUNT).status_code == 403
    answer = sign_in(client, login=" Officer ", onward="/overview")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/overview")
    for address in ("/", "/agreements", "/overview", "/nowhere"):
        assert "Айгерим Сарсенова" in client.get(address).text
    page = client.get(ACCOUNT).text
    assert "Legal officer" in page
    assert "this browser" in page
    assert client.get(SIGN_IN).headers["Location"] == ACCOUNT
    assert send(client, "/account/sign-out", page=ACCOUNT).status_code == 303
    assert ">Sign in</a>" in client.get("/overview").text
    assert client.get(ACCOUNT).status_code == 403


def test_the_pages_speak_russian(client, registry):
    new_user(registry)
    sign_in(client)
    for address in (ACCOUNT, "/account/searches", link(registry)):
        assert '<html lang="ru">' in client.get(address, headers={"Accept-Language": "ru"}).text


def test_a_cookie_that_was_copied_is_worth_nothing_after_signing_out(client, app, registry):
    new_user(registry)
    sign_in(client)
    thief = browser(app)
    thief.set_cookie("registry", session_cookie(client).value)
    assert thief.get(ACCOUNT).status_code == 200
    send(client, "/account/sign-out", page=ACCOUNT)
    assert thief.get(ACCOUNT).status_code == 403


@pytest.mark.parametrize(
    ("login", "password", "disabled"),
    [
        ("officer", "not the password", False),
        ("nobody", PASSWORD, False),
        ("officer", PASSWORD, True),
        ("newcomer", "", False),
        ("", "", False),
        ("officer", "x" * 5000, False),
        ("officer' or 1=1 --", PASSWORD, False),
        ("offi\x00cer", "\x00", False),
    ],
)
def test_every_sign_in_that_fails_gets_the_same_answer(client, registry, login, password, disabled):
    new_user(registry)
    new_user(registry, login="newcomer", password=None)
    if disabled:
        with registry.database.write("test") as uow:
            disable_user(uow, "officer")
    answer = sign_in(client, login=login, password=password)
    assert answer.status_code == 422
    assert "Login or password is not right." in answer.text
    assert PASSWORD not in answer.text
    plain = re.sub(r'value="[^"]*"', "", answer.text)
    assert plain == re.sub(r'value="[^"]*"', "", sign_in(client, login="somebody else").text)
    assert client.get(ACCOUNT).status_code == 403


def test_passwords_do_not_reach_the_log(client, registry, caplog):
    new_user(registry)
    with caplog.at_level(logging.DEBUG):
        sign_in(client, password="not the password")
        sign_in(client)
    assert "was refused" in caplog.text
    assert "not the password" not in caplog.text
    assert PASSWORD not in caplog.text


def test_a_sign_in_takes_a_new_token_and_forgets_the_session_before(client, app, registry):
    """Session fixation: what an attacker has put into the browser before is worth nothing after."""
    new_user(registry)
    planted = browser(app)
    token_before = form_token(planted.get(SIGN_IN).text)
    client.set_cookie("registry", session_cookie(planted).value)
    assert form_token(client.get(SIGN_IN).text) == token_before
    sign_in(client)
    assert form_token(client.get(ACCOUNT).text) != token_before
    assert planted.get(ACCOUNT).status_code == 403
    first = session_cookie(client).value
    # The sign-in page sends on who is signed in already, so the form comes from another page.
    send(client, SIGN_IN, page=ACCOUNT, login="officer", password=PASSWORD)
    assert session_cookie(client).value != first
    planted.set_cookie("registry", first)
    assert planted.get(ACCOUNT).status_code == 403, "the sign-in before has ended"


def test_a_cookie_that_was_not_made_here_is_nobody(client, registry):
    new_user(registry)
    sign_in(client)
    value = session_cookie(client).value
    for forged in (value[:-2] + "xx", "eyJzaWduX2luIjoieCJ9.aaaa.bbbb", "x", ""):
        client.set_cookie("registry", forged)
        assert client.get(ACCOUNT).status_code == 403


def test_a_session_ends_without_use_and_in_any_case(client, registry, clock):
    new_user(registry)
    sign_in(client)
    for _ in range(23):
        clock.pass_by(minutes=31)
        assert client.get(ACCOUNT).status_code == 200, "it is in use"
    clock.pass_by(minutes=31)
    assert client.get(ACCOUNT).status_code == 403, "twelve hours have passed"
    sign_in(client)
    clock.pass_by(minutes=61)
    assert client.get(ACCOUNT).status_code == 403, "nobody used it for an hour"


def test_use_is_noted_seldom_and_reading_does_not_wait_for_it(client, registry, clock, monkeypatch):
    new_user(registry)
    sign_in(client)
    writes = []

    def busy(actor):
        writes.append(actor)
        raise sa.exc.OperationalError("begin", {}, Exception("database is locked"))

    monkeypatch.setattr(registry.database, "write", busy)
    clock.pass_by(minutes=4)
    assert client.get(ACCOUNT).status_code == 200
    assert writes == []
    clock.pass_by(minutes=2)
    assert [client.get(ACCOUNT).status_code for _ in range(3)] == [200] * 3
    assert writes == ["officer"], "one try, then a pause"


def test_a_user_sees_and_ends_own_sign_ins(client, app, registry):
    new_user(registry)
    elsewhere = browser(app)
    sign_in(client)
    sign_in(elsewhere)
    (address,) = re.findall(r"/account/sign-ins/\d+/end", client.get(ACCOUNT).text)
    assert send(client, address, page=ACCOUNT).status_code == 303
    assert "The sign-in has ended." in client.get(ACCOUNT).text
    assert elsewhere.get(ACCOUNT).status_code == 403
    assert send(client, address, page=ACCOUNT).status_code == 404


def test_nobody_ends_the_sign_ins_of_others(client, app, registry):
    new_user(registry)
    new_user(registry, login="other")
    other = browser(app)
    sign_in(client)
    sign_in(other, login="other")
    with registry.database.read() as session:
        keys = session.scalars(sa.select(SignIn.id)).all()
    own = re.findall(r"/account/sign-ins/(\d+)/end", client.get(ACCOUNT).text)
    assert own == []
    for key in (*keys, 2147483647, 99999999999999999999):
        if str(key) != str(keys[0]):
            assert send(client, f"/account/sign-ins/{key}/end", page=ACCOUNT).status_code == 404
    assert other.get(ACCOUNT).status_code == 200


def test_a_disabled_user_is_signed_out_by_the_next_request(client, registry):
    new_user(registry)
    sign_in(client)
    with registry.database.write("test") as uow:
        disable_user(uow, "officer")
    assert client.get(ACCOUNT).status_code == 403
    assert "Sign in" in client.get("/overview").text


def test_a_link_chooses_a_password_once_and_then_the_user_signs_in(client, registry):
    new_user(registry, password=None)
    address = link(registry)
    for _ in range(2):
        page = client.get(address)
        assert page.status_code == 200, "opening it uses nothing up: programs that scan mail open links too"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "officer" in page.text
    answer = send(client, address, password=PASSWORD, again=PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, SIGN_IN)
    assert "The password is chosen." in client.get(SIGN_IN).text
    assert sign_in(client).status_code == 303
    for dead in (client.get(address), send(client, address, page=ACCOUNT, password=PASSWORD, again=PASSWORD)):
        assert dead.status_code == 404
        assert "Ask an administrator" in dead.text


@pytest.mark.parametrize(
    ("password", "again", "reason"),
    [
        (PASSWORD, PASSWORD + "s", "differ"),
        ("short", "short", "5 characters"),
        ("aaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaa", "repeats"),
        ("officer officer 1", "officer officer 1", "mostly"),
        ("", "", "0 characters"),
    ],
)
def test_a_refused_password_says_why_and_the_link_still_works(client, registry, password, again, reason):
    new_user(registry, password=None)
    address = link(registry)
    answer = send(client, address, password=password, again=again)
    assert answer.status_code == 422
    assert reason in answer.text
    assert 'role="alert"' in answer.text
    assert send(client, address, password=PASSWORD, again=PASSWORD).status_code == 303


def test_a_link_expires_and_made_up_ones_never_work(client, registry, clock):
    new_user(registry, password=None)
    address = link(registry)
    clock.pass_by(hours=24, seconds=1)
    assert client.get(address).status_code == 404
    assert client.get("/account/password/made-up").status_code == 404
    assert client.get("/account/password/%00%ff").status_code == 404


def test_choosing_a_password_signs_everybody_out_who_used_the_old_one(client, app, registry):
    new_user(registry)
    thief = browser(app)
    sign_in(thief)
    send(client, link(registry), password="another long set of words", again="another long set of words")
    assert thief.get(ACCOUNT).status_code == 403
    assert sign_in(client).status_code == 422
    assert sign_in(client, password="another long set of words").status_code == 303


def from_address(reader, address):
    reader.environ_base["REMOTE_ADDR"] = address
    return reader


def test_guessing_one_login_is_slowed_down_and_locks_nobody_out(client, app, registry):
    new_user(registry)
    new_user(registry, login="other")
    stranger = from_address(browser(app), "203.0.113.9")
    answers = [sign_in(stranger, password=f"guess {number}").status_code for number in range(12)]
    assert answers == [422] * 10 + [429] * 2
    refused = sign_in(stranger, login="OFFICER ")
    assert refused.status_code == 429, "the same login, however it is written, and with the right password too"
    assert "Too many attempts with this login" in refused.text
    assert "10 per 5 minute" in refused.text
    wait = int(refused.headers["Retry-After"])
    assert 0 < wait <= 300
    minutes = int(re.search(r"Wait (\d+) min", refused.text)[1])
    assert abs(minutes * 60 - wait) < 62, "the page says how long it really is"
    assert [sign_in(stranger, login="nobody").status_code for _ in range(11)] == [422] * 10 + [429]
    assert sign_in(browser(app), login="other").status_code == 303, "nobody else is kept out"
    assert sign_in(client).status_code == 303, "nor is the user, from anywhere else"


def test_strangers_at_many_addresses_never_keep_out_a_browser_that_was_signed_in(settings, monkeypatch):
    monkeypatch.setattr(limits, "SIGN_INS_AT_A_LOGIN", "2 per 5 minutes")
    monkeypatch.setattr(limits, "SIGN_INS_OF_STRANGERS", "6 per 10 minutes")
    app = application(settings)
    new_user(app.extensions[EXTENSION])
    client = browser(app)
    assert sign_in(client).status_code == 303
    send(client, "/account/sign-out", page=ACCOUNT)
    app.extensions["registry_limiter"].reset()
    strangers = [from_address(browser(app), f"203.0.113.{number}") for number in range(1, 5)]
    codes = [sign_in(one, password="guess").status_code for one in strangers for _ in range(3)]
    assert codes == [422, 422, 429] * 3 + [429] * 3, "all of them together are slowed down"
    late = from_address(browser(app), "198.51.100.7")
    refused = sign_in(late)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) <= 600
    assert "from your address" not in refused.text
    assert sign_in(client).status_code == 303
    # The cookie is for this user alone, signed, and opens nothing.
    late.set_cookie("registry-browser", client.get_cookie("registry-browser").value + "x")
    assert sign_in(late).status_code == 429
    app.extensions[EXTENSION].close()


def test_a_stranger_at_the_same_address_does_not_keep_out_a_known_browser(client, app, registry):
    new_user(registry)
    sign_in(client)
    send(client, "/account/sign-out", page=ACCOUNT)
    neighbour = browser(app)
    for number in range(31):
        sign_in(neighbour, login="officer" if number % 2 else f"user{number}", password="guess")
    assert sign_in(neighbour).status_code == 429
    answers = [sign_in(client, password="guess").status_code for _ in range(10)]
    assert answers == [422] * 10, "a known browser has a limit of its own"
    assert sign_in(client).status_code == 429


def test_guessing_many_logins_from_one_address_is_slowed_down(settings):
    app = application(replace(settings, rate_limit=""))
    answers = [sign_in(browser(app), login=f"user{number}").status_code for number in range(32)]
    assert answers == [422] * 30 + [429] * 2
    assert browser(app).get(SIGN_IN).status_code == 200, "the form itself can be read"
    app.extensions[EXTENSION].close()


def test_pages_have_no_inline_code_and_keep_the_policy(client, registry):
    new_user(registry)
    addresses = [SIGN_IN, link(registry)]
    sign_in(client)
    for address in (*addresses, ACCOUNT, "/account/searches", "/agreements"):
        answer = client.get(address)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", answer.text)


def test_a_name_is_written_as_text(client, registry):
    new_user(registry, name="<script>alert(1)</script>")
    sign_in(client)
    for address in (ACCOUNT, "/"):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
