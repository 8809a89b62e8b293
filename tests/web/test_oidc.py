"""Signing in at a provider of OpenID Connect, which runs as a process of its own."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from registry.accounts.models import Identity, User
from registry.accounts.second_factors import PURPOSE
from registry.accounts.services import disable_user, issue_password_link
from registry.config import load_settings
from registry.core.clock import FixedClock
from registry.core.errors import ConfigurationError, RuleViolationError
from registry.core.sealing import Sealer
from registry.http.context import EXTENSION
from tests.conftest import TODAY
from tests.helpers.accounts import browser, enrol, new_user
from tests.helpers.applications import application
from tests.helpers.provider import authorize, deny, provider, set_claims

BEGIN, ACCOUNT = "/account/sign-in/elsewhere", "/account"
ROLES = "treaty office=legal_officer; minfin=submitter:kaz-government; odd=submitter:kaz-nothing"


@pytest.fixture(scope="module")
def issuer():
    """A provider that runs for all tests of this file."""
    with provider() as address:
        yield address


@pytest.fixture
def configured(settings, issuer):
    """Settings by which users sign in at the provider."""
    return replace(settings, oidc_issuer=issuer, oidc_client_id="registry", oidc_client_secret="s", oidc_roles=ROLES)


@pytest.fixture
def app(configured):
    made = application(configured, FixedClock(TODAY))
    yield made
    made.extensions[EXTENSION].close()


def ask(client, onward=""):
    """Press the button; return the address at the provider to which the browser is sent."""
    answer = client.get(BEGIN, query_string={"next": onward})
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def back(client, location):
    parts = urlsplit(location)
    return client.get(f"{parts.path}?{parts.query}")


def sign_in_as(client, subject, onward=""):
    return back(client, authorize(ask(client, onward), subject))


def users(registry):
    with registry.database.read() as session:
        return {user.login: user for user in session.scalars(sa.select(User))}


def test_a_user_signs_in_there_with_role_and_body_of_the_claims(client, app, registry, issuer):
    set_claims(issuer, "u1", name="Айгерим", preferred_username="aigerim", groups=["staff", "minfin"])
    page = client.get("/account/sign-in").text
    assert "Sign in with OpenID Connect" in page
    asked = ask(client, "/overview")
    given = parse_qs(urlsplit(asked).query)
    assert given["response_type"] == ["code"]
    assert given["code_challenge_method"] == ["S256"]
    assert len(given["state"][0]) >= 30
    assert len(given["nonce"][0]) >= 20
    answer = back(client, authorize(asked, "u1"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/overview")
    shown = client.get(ACCOUNT).text
    assert "Айгерим" in shown
    assert "Submitter" in shown
    assert "Government of the Republic of Kazakhstan" in shown
    assert client.get("/account/password").text.count("have no password here") == 1
    (user,) = users(registry).values()
    assert (user.login, user.password_hash, user.email) == ("aigerim", None, None)

    # The same user with other claims is the same user in another role.
    set_claims(issuer, "u1", name="Айгерим", groups=["treaty office"])
    again = browser(app)
    assert sign_in_as(again, "u1").status_code == 303
    assert "Legal officer" in again.get(ACCOUNT).text
    assert client.get(ACCOUNT).status_code == 403, "another role ends the sign-ins with the one before"
    (user,) = users(registry).values()
    assert (user.login, user.body_id) == ("aigerim", None)


def test_nobody_comes_in_without_a_role_and_who_loses_it_is_out(client, app, registry, issuer):
    set_claims(issuer, "u2", preferred_username="boris", groups=["staff"])
    answer = sign_in_as(client, "u2")
    assert answer.status_code == 403
    assert "no role in this registry" in answer.text
    assert users(registry) == {}
    set_claims(issuer, "u2", preferred_username="boris", groups=["treaty office"])
    assert sign_in_as(client, "u2").status_code == 303
    assert client.get(ACCOUNT).status_code == 200
    set_claims(issuer, "u2", preferred_username="boris", groups=[])
    assert sign_in_as(browser(app), "u2").status_code == 403
    assert client.get(ACCOUNT).status_code == 403


def test_no_login_and_no_address_makes_somebody_another_user(client, registry, issuer):
    """Users are known by issuer and subject: what they can choose at the provider links nothing."""
    new_user(registry, login="chief@example.org", role="administrator")
    set_claims(
        issuer,
        "u3",
        preferred_username="chief@example.org",
        email="chief@example.org",
        email_verified=True,
        groups=["treaty office"],
    )
    assert sign_in_as(client, "u3").status_code == 303
    found = users(registry)
    (login,) = set(found) - {"chief@example.org"}
    assert login.startswith("oidc-")
    assert found[login].role == "legal_officer"
    assert "Administrator" not in client.get(ACCOUNT).text
    with registry.database.write("test") as uow, pytest.raises(RuleViolationError, match="provider"):
        issue_password_link(uow, login)


def test_an_answer_to_another_browser_or_of_before_is_refused(client, app, registry, issuer):
    """Login CSRF and replay: the state belongs to one browser, and works once (RFC 9700, 4.7)."""
    set_claims(issuer, "u4", groups=["treaty office"])
    location = authorize(ask(browser(app)), "u4")
    refused = back(client, location)
    assert refused.status_code == 422
    assert "did not prove who you are" in refused.text
    own = authorize(ask(client), "u4")
    assert back(client, own).status_code == 303
    assert back(client, own).status_code == 422
    # The state of one attempt with the code of another: the verifier does not fit.
    first, second = authorize(ask(client), "u4"), authorize(ask(client), "u4")
    code, state = (parse_qs(urlsplit(place).query) for place in (first, second))
    assert (
        client.get("/account/sign-in/back", query_string={"code": code["code"], "state": state["state"]}).status_code
        == 422
    )
    for query in ({}, {"code": "x"}, {"state": "x"}, {"code": "x", "state": "x"}, {"error": "access_denied"}):
        assert client.get("/account/sign-in/back", query_string=query).status_code == 422
    assert client.get("/account/sign-in/back?error=<script>").status_code == 422


def test_refusing_there_leads_back_to_the_form(client, issuer):
    answer = back(client, deny(ask(client)))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("address", ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere_afterwards(client, issuer, address):
    set_claims(issuer, "u5", groups=["treaty office"])
    assert sign_in_as(client, "u5", address).headers["Location"] == ACCOUNT


def test_a_new_token_begins_and_nothing_of_the_session_before_remains(client, app, issuer):
    """Session fixation."""
    set_claims(issuer, "u6", groups=["treaty office"])
    planted = browser(app)
    asked = ask(planted)
    client.set_cookie("registry", planted.get_cookie("registry").value)
    assert back(client, authorize(asked, "u6")).status_code == 303
    assert client.get(ACCOUNT).status_code == 200
    assert planted.get(ACCOUNT).status_code == 403


def test_who_is_disabled_here_stays_out(client, registry, issuer):
    set_claims(issuer, "u7", preferred_username="darya", groups=["treaty office"])
    sign_in_as(client, "u7")
    with registry.database.write("test") as uow:
        disable_user(uow, "darya")
    assert client.get(ACCOUNT).status_code == 403
    assert sign_in_as(client, "u7").status_code == 403


def test_a_second_factor_is_asked_for_unless_the_provider_has_asked(client, app, registry, issuer):
    set_claims(issuer, "u8", preferred_username="elena", groups=["treaty office"])
    sign_in_as(client, "u8")
    from registry.accounts.queries import who_is_signed_in

    with client.session_transaction() as session, registry.database.read() as database:
        user = who_is_signed_in(database, session["sign_in"], registry.clock.now())
    enrol(registry, Sealer("only-for-tests", PURPOSE), user)
    assert sign_in_as(browser(app), "u8").headers["Location"] == "/account/sign-in/code"
    set_claims(issuer, "u8", preferred_username="elena", groups=["treaty office"], amr=["pwd", "mfa"])
    assert sign_in_as(browser(app), "u8").headers["Location"] == ACCOUNT


def test_a_body_that_the_registry_has_not_is_said_and_makes_nobody(client, registry, issuer):
    set_claims(issuer, "u9", preferred_username="farid", groups=["odd"])
    answer = sign_in_as(client, "u9")
    assert answer.status_code == 409
    assert "kaz-nothing" in answer.text
    assert users(registry) == {}
    with registry.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(Identity.id))) == 0


def test_a_provider_that_is_away_or_another_is_said(settings, issuer):
    other = issuer.replace("127.0.0.1", "localhost")
    for address, status in (("http://127.0.0.1:9", 503), (other + "/", 503)):
        made = application(
            replace(settings, oidc_issuer=address, oidc_client_id="r", oidc_roles="x=auditor"), FixedClock(TODAY)
        )
        reader = browser(made)
        answer = reader.get(BEGIN)
        assert answer.status_code == status
        assert "did not prove" in answer.text
        made.extensions[EXTENSION].close()


def test_without_a_provider_there_is_no_button_and_no_way(settings):
    made = application(settings, FixedClock(TODAY))
    reader = browser(made)
    assert "OpenID" not in reader.get("/account/sign-in").text
    assert reader.get(BEGIN).status_code == 404
    assert reader.get("/account/sign-in/back?code=x&state=y").status_code == 404
    made.extensions[EXTENSION].close()


@pytest.mark.parametrize(
    "given",
    [
        {"OIDC_ISSUER": "http://login.example.org"},
        {"OIDC_ISSUER": "login.example.org"},
        {"OIDC_ISSUER": "https://login.example.org", "OIDC_CLIENT_ID": "x"},
        {"PUBLIC_URL": "registry.example.org"},
        {"PUBLIC_URL": "javascript:alert(1)"},
    ],
)
def test_settings_that_would_not_work_or_not_be_safe_stop_the_start(tmp_path, given):
    environment = {"REGISTRY_INSTANCE": str(tmp_path)} | {f"REGISTRY_{name}": value for name, value in given.items()}
    with pytest.raises(ConfigurationError):
        load_settings(environment)
