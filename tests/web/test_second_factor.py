"""Second factors and the change of a password, as people and attackers meet them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from registry.accounts.codes import STEP_SECONDS, code_at, step_of
from registry.core.errors import ConfigurationError
from registry.http.context import EXTENSION
from tests.helpers.accounts import PASSWORD, browser, form_token, new_user, send, sign_in
from tests.helpers.applications import application

ACCOUNT, FACTOR, CODE = "/account", "/account/second-factor", "/account/sign-in/code"
OTHER = "five warm bears by a river"


@pytest.fixture
def app(settings, clock):
    """A registry whose officers need a second factor, with a clock that can be moved on."""
    made = application(replace(settings, require_second_factor="administrator, legal_officer"), clock)
    yield made
    made.extensions[EXTENSION].close()


def code_now(secret, clock, steps=0):
    return code_at(secret, step_of(clock.now()) + steps)


def set_up(client, clock):
    """Set up a second factor as a person does; return its secret and the page with the recovery codes."""
    page = send(client, f"{FACTOR}/begin", page=FACTOR, present=PASSWORD)
    assert page.status_code == 200
    secret = re.search(r'id="secret"[^>]* value="([A-Z2-7]+)"', page.text)[1]
    token = form_token(page.text)
    done = client.post(FACTOR, data={"csrf_token": token, "code": code_now(secret, clock)})
    return secret, done


def test_who_needs_a_second_factor_is_led_there_and_can_do_nothing_else(client, registry, clock):
    new_user(registry)
    sign_in(client)
    for address in (
        ACCOUNT,
        "/",
        "/agreements",
        "/agreements/BLR-1997-001",
        "/account/searches",
        "/nowhere",
        "/feed.atom",
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (303, FACTOR), address
    assert client.get("/api/v1/agreements").status_code == 403
    assert client.post("/account/searches", data={}).status_code != 200
    assert client.get("/healthz").status_code == 200
    assert "Set up a second factor" in client.get(FACTOR).text
    _, done = set_up(client, clock)
    assert done.status_code == 200
    assert len(re.findall(r"<li><code>[A-Z2-7]{4}(?:-[A-Z2-7]{4}){5}</code>", done.text)) == 8
    assert client.get(ACCOUNT).status_code == 200
    assert client.get("/agreements").status_code == 200
    assert send(client, "/account/sign-out", page=ACCOUNT).status_code == 303


def test_other_roles_may_have_one_and_need_none(client, registry, clock):
    new_user(registry, role="auditor")
    sign_in(client)
    assert client.get("/agreements").status_code == 200
    assert set_up(client, clock)[1].status_code == 200


def test_the_password_leads_to_the_code_and_the_code_to_the_page(client, app, registry, clock):
    new_user(registry)
    sign_in(client)
    secret, _ = set_up(client, clock)
    clock.pass_by(seconds=STEP_SECONDS)
    other = browser(app)
    answer = sign_in(other, onward="/overview")
    assert (answer.status_code, answer.headers["Location"]) == (303, CODE)
    halfway = other.get_cookie("registry").value
    assert other.get(ACCOUNT).status_code == 403, "the password alone signs nobody in"
    assert other.get("/overview").status_code == 200
    wrong = send(other, CODE, code="000000")
    assert wrong.status_code == 422
    assert 'role="alert"' in wrong.text
    assert "000000" not in wrong.text
    answer = send(other, CODE, code=code_now(secret, clock))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/overview")
    assert other.get(ACCOUNT).status_code == 200
    # The session is renewed at the rise of rights: what was copied before is worth nothing after.
    thief = browser(app)
    thief.set_cookie("registry", halfway)
    assert thief.get(ACCOUNT).status_code == 403
    assert send(thief, CODE, code=code_now(secret, clock, 1)).status_code == 422
    assert browser(app).get(CODE).headers["Location"] == "/account/sign-in"


def test_the_cookie_before_enrolment_is_worth_nothing_after(client, app, registry, clock):
    """Session fixation at the rise of rights."""
    new_user(registry)
    sign_in(client)
    thief = browser(app)
    thief.set_cookie("registry", client.get_cookie("registry").value)
    assert thief.get(FACTOR).status_code == 200
    set_up(client, clock)
    assert client.get(ACCOUNT).status_code == 200
    assert thief.get(ACCOUNT).status_code == 403


def test_guessing_codes_is_slowed_down(client, app, registry, clock):
    new_user(registry)
    sign_in(client)
    secret, _ = set_up(client, clock)
    clock.pass_by(seconds=STEP_SECONDS)
    thief = browser(app)
    sign_in(thief)
    token = form_token(thief.get(CODE).text)
    answers = [thief.post(CODE, data={"csrf_token": token, "code": f"{guess:06}"}).status_code for guess in range(7)]
    assert answers == [422] * 5 + [429] * 2
    refused = thief.post(CODE, data={"csrf_token": token, "code": code_now(secret, clock)})
    assert refused.status_code == 429
    assert "Try again in 5 min" in refused.text
    assert client.get(ACCOUNT).status_code == 200, "who is signed in already goes on"
    clock.pass_by(minutes=5)
    assert thief.post(CODE, data={"csrf_token": token, "code": code_now(secret, clock)}).status_code == 303


def test_enrolment_asks_for_the_password_and_shows_the_secret_once(client, registry, clock):
    new_user(registry)
    sign_in(client)
    assert send(client, f"{FACTOR}/begin", page=FACTOR, present="wrong").status_code == 422
    page = send(client, f"{FACTOR}/begin", page=FACTOR, present=PASSWORD)
    assert "<svg" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", page.text)
    secret = re.search(r'id="secret"[^>]* value="([A-Z2-7]+)"', page.text)[1]
    wrong = client.post(FACTOR, data={"csrf_token": form_token(page.text), "code": "12"})
    assert wrong.status_code == 422
    for later in (wrong, client.get(FACTOR)):
        assert secret not in later.text
        assert "<svg" not in later.text


def test_new_recovery_codes_are_made_by_the_password(client, registry, clock):
    new_user(registry)
    sign_in(client)
    _, done = set_up(client, clock)
    address = f"{FACTOR}/recovery-codes"
    assert send(client, address, page=FACTOR, present="wrong").status_code == 422
    again = send(client, address, page=FACTOR, present=PASSWORD)
    assert again.status_code == 200
    codes = r"<code>([A-Z2-7-]{29})</code>"
    assert not set(re.findall(codes, done.text)) & set(re.findall(codes, again.text))


def test_a_password_is_changed_and_all_others_are_signed_out(client, app, registry):
    new_user(registry, role="auditor")
    sign_in(client)
    thief = browser(app)
    sign_in(thief)
    before = client.get_cookie("registry").value
    address = "/account/password"
    for fields, reason in (
        ({"present": "wrong", "password": OTHER, "again": OTHER}, "present password"),
        ({"present": PASSWORD, "password": OTHER, "again": "another"}, "differ"),
        ({"present": PASSWORD, "password": "short", "again": "short"}, "5 characters"),
    ):
        answer = send(client, address, **fields)
        assert answer.status_code == 422
        assert reason in answer.text
        assert OTHER not in answer.text
    answer = send(client, address, present=PASSWORD, password=OTHER, again=OTHER)
    assert (answer.status_code, answer.headers["Location"]) == (303, ACCOUNT)
    assert "The password is changed." in client.get(ACCOUNT).text
    assert thief.get(ACCOUNT).status_code == 403
    thief.set_cookie("registry", before)
    assert thief.get(ACCOUNT).status_code == 403, "the present sign-in goes on under a new token only"
    assert sign_in(thief).status_code == 422
    assert sign_in(thief, password=OTHER).status_code == 303


def test_with_a_second_factor_the_change_asks_for_a_code(client, registry, clock):
    new_user(registry)
    sign_in(client)
    secret, _ = set_up(client, clock)
    clock.pass_by(seconds=STEP_SECONDS)
    fields = {"present": PASSWORD, "password": OTHER, "again": OTHER}
    assert send(client, "/account/password", **fields, code="").status_code == 422
    assert send(client, "/account/password", **fields, code=code_now(secret, clock)).status_code == 303


def test_guessing_the_password_in_a_session_that_was_stolen_is_slowed_down(client, registry):
    new_user(registry, role="auditor")
    sign_in(client)
    token = form_token(client.get("/account/password").text)
    answers = [
        client.post(
            "/account/password",
            data={"csrf_token": token, "present": f"guess {number}", "password": OTHER, "again": OTHER},
        ).status_code
        for number in range(12)
    ]
    assert answers == [422] * 10 + [429] * 2


def test_all_other_sign_ins_are_ended_at_once(client, app, registry):
    new_user(registry, role="auditor")
    others = [browser(app), browser(app)]
    for one in (client, *others):
        sign_in(one)
    assert send(client, "/account/sign-ins/end-others", page=ACCOUNT).status_code == 303
    assert "2 other sign-ins have ended." in client.get(ACCOUNT).text
    assert [one.get(ACCOUNT).status_code for one in others] == [403, 403]


def test_a_role_that_nobody_knows_stops_the_start(settings):
    with pytest.raises(ConfigurationError, match="officers"):
        application(replace(settings, require_second_factor="officers"))
