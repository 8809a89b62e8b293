"""`/account/users`, as administrators and others meet it; and links by e-mail for who has forgotten a password."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa

from registry.accounts.models import PasswordLink, User
from registry.accounts.second_factors import PURPOSE
from registry.core.clock import FixedClock
from registry.core.sealing import Sealer
from registry.http.context import EXTENSION
from registry.mail.models import MailMessage
from tests.conftest import TODAY
from tests.helpers.accounts import PASSWORD, browser, enrol, form_token, new_user, send, sign_in
from tests.helpers.applications import application

USERS, ACCOUNT, FORGOTTEN = "/account/users", "/account", "/account/forgotten"


@pytest.fixture
def chief(app, registry):
    """The browser of an administrator who is signed in."""
    new_user(registry, login="chief", role="administrator", name="C. Chief")
    made = browser(app)
    sign_in(made, login="chief")
    return made


def link_in(page):
    return re.search(r'id="link"[^>]* value="http://localhost([^"]+)"', page.text)[1]


def acts(registry, login):
    with registry.database.read() as session:
        found = sa.text("select act, actor from audit_entry where object = :login order by position")
        return [tuple(row) for row in session.execute(found, {"login": login})]


def test_an_administrator_adds_a_submitter_of_a_ministry_who_then_signs_in(chief, client, registry):
    added = send(
        chief,
        USERS,
        login="Submitter@Example.org",
        name="S. Submitter",
        role="submitter",
        body="kaz-government",
        email="",
    )
    assert added.status_code == 200
    assert added.headers["Cache-Control"] == "private, no-store"
    link = link_in(added)
    assert link not in chief.get(USERS).text, "it is shown once"
    assert send(client, link, password=PASSWORD, again=PASSWORD).status_code == 303
    assert sign_in(client, login="submitter@example.org").status_code == 303
    assert "Government of the Republic of Kazakhstan" in client.get(ACCOUNT).text
    listed = chief.get(USERS).text
    assert "submitter@example.org" in listed
    assert "S. Submitter" in listed
    assert ("user.added", "chief") in acts(registry, "submitter@example.org")
    assert ("user.link_issued", "chief") in acts(registry, "submitter@example.org")
    with registry.database.read() as session:
        assert link.rpartition("/")[2] not in " ".join(session.scalars(sa.text("select detail from audit_entry")))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"login": "два"}, "Latin letters"),
        ({"login": "chief"}, "already a user"),
        ({"role": "king"}, "not known here"),
        ({"email": "no address"}, "no address of e-mail"),
        ({"body": "kaz-nothing"}, "no body with the key"),
        ({"name": ""}, "required"),
    ],
)
def test_a_user_that_cannot_be_added_is_said_why_and_the_form_keeps_what_was_typed(chief, registry, fields, reason):
    given = {"login": "new", "name": "N. New", "role": "auditor", "body": "", "email": "", **fields}
    answer = send(chief, USERS, **given)
    assert answer.status_code == 422
    assert reason in answer.text
    assert 'role="alert"' in answer.text
    if "login" not in fields:
        assert 'value="new"' in answer.text
    with registry.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(User.id))) == 1


def test_a_user_is_changed_disabled_enabled_and_signed_out(chief, client, registry):
    key = new_user(registry)
    page = f"{USERS}/{key}"
    sign_in(client)
    changed = {"name": "O. Officer", "role": "auditor", "body": "kaz-government", "email": "o@example.org"}
    assert send(chief, page, **changed).status_code == 303
    assert "The user is changed." in chief.get(page).text
    assert client.get(ACCOUNT).status_code == 403, "another role ends the sign-ins with the one before"
    sign_in(client)
    assert "Auditor" in client.get(ACCOUNT).text
    assert send(chief, f"{page}/sign-out", page=page).status_code == 303
    assert client.get(ACCOUNT).status_code == 403
    sign_in(client)
    assert send(chief, f"{page}/disable", page=page).status_code == 303
    assert client.get(ACCOUNT).status_code == 403
    assert sign_in(client).status_code == 422
    assert send(chief, f"{page}/link", page=page).status_code == 422
    assert send(chief, f"{page}/enable", page=page).status_code == 303
    assert sign_in(client).status_code == 303
    assert send(chief, page, **{**changed, "role": "king"}).status_code == 422
    done = [act for act, actor in acts(registry, "officer") if actor == "chief"]
    assert done == [
        "user.name_set",
        "user.role_set",
        "user.body_set",
        "user.email_set",
        "account.sign_ins_ended",
        "user.disabled",
        "user.enabled",
    ]


def test_an_administrator_takes_a_second_factor_away(chief, client, registry):
    from registry.accounts.queries import who_is_signed_in

    key = new_user(registry)
    page = f"{USERS}/{key}"
    assert send(chief, f"{page}/remove-second-factor", page=page).status_code == 422
    sign_in(client)
    with client.session_transaction() as session, registry.database.read() as database:
        user = who_is_signed_in(database, session["sign_in"], registry.clock.now())
    enrol(registry, Sealer("only-for-tests", PURPOSE), user)
    assert sign_in(browser(chief.application)).headers["Location"] == "/account/sign-in/code"
    assert "Take away the second factor" in chief.get(page).text
    assert send(chief, f"{page}/remove-second-factor", page=page).status_code == 303
    assert sign_in(browser(chief.application)).headers["Location"] == ACCOUNT
    assert ("account.second_factor_removed", "chief") in acts(registry, "officer")


def test_nobody_is_left_without_an_administrator(chief, registry):
    with registry.database.read() as session:
        key = session.scalar(sa.select(User.id))
    page = f"{USERS}/{key}"
    assert send(chief, f"{page}/disable", page=page).status_code == 422
    refused = send(chief, page, name="C. Chief", role="submitter", body="", email="")
    assert refused.status_code == 422
    assert "another administrator" in refused.text
    assert chief.get(USERS).status_code == 200


@pytest.mark.parametrize("role", ["submitter", "legal_officer", "auditor", None])
def test_nobody_else_sees_or_does_any_of_it(client, registry, role):
    key = new_user(registry, login="victim", role="administrator")
    if role:
        new_user(registry, role=role)
        sign_in(client)
    page = "/account/sign-in" if role is None else ACCOUNT
    token = form_token(client.get(page).text)
    for address in (USERS, f"{USERS}/{key}", f"{USERS}/999"):
        assert client.get(address).status_code == 403
        assert client.post(address, data={"csrf_token": token}).status_code == 403
    for act in ("link", "disable", "enable", "sign-out", "remove-second-factor"):
        assert client.post(f"{USERS}/{key}/{act}", data={"csrf_token": token}).status_code == 403
    assert USERS not in client.get(page).text


def test_no_act_without_the_token_of_the_form_and_none_on_nobody(chief, registry):
    key = new_user(registry)
    for act in ("link", "disable", "enable", "sign-out", "remove-second-factor"):
        assert chief.post(f"{USERS}/{key}/{act}").status_code == 400
        assert send(chief, f"{USERS}/99999/{act}", page=USERS).status_code == 404
    assert chief.get(f"{USERS}/99999").status_code == 404
    assert send(chief, f"{USERS}/{key}/crown", page=USERS).status_code == 404


def test_names_are_written_as_text(chief, registry):
    key = new_user(registry, name="<script>alert(1)</script>")
    for address in (USERS, f"{USERS}/{key}"):
        assert "<script>alert" not in chief.get(address).text


@pytest.fixture
def mailing(settings):
    """A registry with a mail server, which nobody asks in these tests."""
    made = application(
        replace(
            settings,
            smtp_host="127.0.0.1",
            smtp_security="none",
            mail_from="registry@example.org",
            public_url="https://registry.example.org/",
        ),
        FixedClock(TODAY),
    )
    yield made
    made.extensions[EXTENSION].close()


def messages(registry):
    with registry.database.read() as session:
        rows = session.scalars(sa.select(MailMessage).order_by(MailMessage.id)).all()
    return [(row.recipient, registry.post.sealer.open(row.sealed_text)) for row in rows]


def test_a_link_is_sent_and_the_answer_tells_nobody_who_is_known(mailing):
    registry = mailing.extensions[EXTENSION]
    new_user(registry, login="officer@example.org")
    new_user(registry, login="plain")
    reader = browser(mailing)
    answers = []
    for login in ("Officer@Example.org", "plain", "nobody@example.org", "", "два", "x" * 300, "a\x00b"):
        answer = send(reader, FORGOTTEN, login=login)
        said = reader.get(answer.headers["Location"]).text
        answers.append((answer.status_code, answer.headers["Location"], "a link is on its way" in said))
    assert set(answers) == {(303, "/account/sign-in", True)}
    ((recipient, text),) = messages(registry)
    assert recipient == "officer@example.org"
    assert sign_in(browser(mailing), login="officer@example.org").status_code == 303, "the old password goes on working"
    path = re.search(r"https://registry\.example\.org(/account/password/\S+)", text)[1]
    assert (
        send(reader, path, password="five warm bears by a river", again="five warm bears by a river").status_code == 303
    )
    assert sign_in(reader, login="officer@example.org", password="five warm bears by a river").status_code == 303
    with registry.database.read() as session:
        kept = session.execute(sa.text("select object, outcome from audit_entry where act = 'user.link_asked'")).all()
    assert [tuple(row) for row in kept] == [("officer@example.org", "done")] + [("", "refused")] * 6


def test_the_link_never_leads_to_the_host_that_a_request_names(mailing):
    registry = mailing.extensions[EXTENSION]
    new_user(registry, login="officer@example.org")
    reader = browser(mailing)
    token = form_token(reader.get(FORGOTTEN).text)
    reader.post(
        FORGOTTEN,
        data={"csrf_token": token, "login": "officer@example.org"},
        headers={"X-Forwarded-Host": "evil.example", "Host": "localhost"},
    )
    ((_, text),) = messages(registry)
    assert "evil.example" not in text
    assert "https://registry.example.org/account/password/" in text


def test_nobody_fills_a_mailbox_or_spoils_a_link_of_an_administrator(mailing):
    registry = mailing.extensions[EXTENSION]
    new_user(registry, login="officer@example.org")
    for number in range(6):
        reader = browser(mailing)
        mailing.extensions["registry_limiter"].reset()
        assert send(reader, FORGOTTEN, login="officer@example.org").status_code == 303, number
    assert len(messages(registry)) == 3
    with registry.database.read() as session:
        links = session.scalars(sa.select(PasswordLink).where(PasswordLink.used_at.is_(None))).all()
    assert len({link.expires_at for link in links}) == 1
    reader = browser(mailing)
    answers = [send(reader, FORGOTTEN, login="someone").status_code for _ in range(7)]
    assert answers == [303] * 5 + [429] * 2


def test_without_a_mail_server_or_an_address_of_its_own_the_page_says_whom_to_ask(client, registry):
    new_user(registry, login="officer@example.org")
    assert "sends no e-mail" in client.get(FORGOTTEN).text
    token = form_token(client.get("/account/sign-in").text)
    client.post(FORGOTTEN, data={"csrf_token": token, "login": "officer@example.org"})
    with registry.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(MailMessage.id))) == 0
