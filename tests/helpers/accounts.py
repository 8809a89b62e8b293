"""Users for tests, and browsers that fill in forms as people do: with the token that stands in them."""

from __future__ import annotations

import re
from datetime import timedelta

from registry.accounts.codes import code_at, step_of
from registry.accounts.queries import prove
from registry.accounts.schemas import AddUser, Credentials
from registry.accounts.second_factors import begin_enrolment, confirm_enrolment
from registry.accounts.services import add_user, choose_password, issue_password_link
from registry.http.csrf import FIELD

PASSWORD = "nine wet owls on a tram"


class MovableClock:
    """A clock that tests move on."""

    def __init__(self, instant):
        self.instant = instant

    def now(self):
        return self.instant

    def today(self):
        return self.instant.date()

    def pass_by(self, **time):
        self.instant += timedelta(**time)


def new_user(registry, login="officer", role="legal_officer", name="A. Officer", password=PASSWORD, body=None):
    """Add a user who has chosen a password already."""
    with registry.database.write("test") as uow:
        user = add_user(uow, AddUser(login, name, role, body))
        token = issue_password_link(uow, login)
        uow.session.flush()
        if password:
            choose_password(uow, token, password)
        return user.id


def proven(registry, login="officer", password=PASSWORD):
    """Return who gives this password, or None."""
    with registry.database.read() as session:
        return prove(session, Credentials(login, password))


def browser(app):
    """Return another browser, whose user prefers English."""
    made = app.test_client()
    made.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return made


def form_token(page):
    """Return the token that stands in the forms of a page."""
    return re.search(rf'name="{FIELD}" value="([^"]+)"', page)[1]


def send(client, address, page=None, **fields):
    """Send a form with the token of the page that it stands on."""
    token = form_token(client.get(page or address).text)
    return client.post(address, data={FIELD: token, **fields})


def sign_in(client, login="officer", password=PASSWORD, onward=""):
    """Fill in the sign-in form and send it."""
    return send(client, "/account/sign-in", login=login, password=password, next=onward)


def enrol(registry, sealer, user):
    """Enrol an authenticator for a user who is signed in; return its secret and what the registry answered."""
    with registry.database.write(user.login) as uow:
        secret = begin_enrolment(uow, sealer, user)
        uow.session.flush()
        return secret, confirm_enrolment(uow, sealer, user, code_at(secret, step_of(uow.clock.now())))
