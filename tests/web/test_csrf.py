"""Nothing is changed by a request that does not come from a page of the registry: for every route there is."""

from __future__ import annotations

import re

import pytest

from registry.config import Settings
from registry.core.clock import FixedClock
from registry.http.context import EXTENSION
from registry.http.csrf import FIELD, HEADER
from tests.conftest import TODAY, copied_settings
from tests.helpers.accounts import PASSWORD, browser, form_token, new_user, sign_in
from tests.helpers.applications import application

SAFE = {"GET", "HEAD", "OPTIONS"}


def unsafe_routes():
    """Every (method, address) of the application that may change something, with examples in the place of arguments."""
    app = application(Settings(secret_key="only-for-tests", database_url="sqlite://"))
    found = [
        (method, re.sub(r"<int[^>]*>", "1", re.sub(r"<(?!int)[^>]*>", "x", rule.rule)))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - SAFE)
    ]
    app.extensions[EXTENSION].close()
    return found


ROUTES = unsafe_routes()


def test_there_are_routes_to_test():
    assert ("POST", "/account/sign-in") in ROUTES
    assert ("POST", "/account/searches/1/delete") in ROUTES


@pytest.fixture(scope="module")
def browsers(filled, databases, tmp_path_factory):
    """A browser in which nobody is signed in, one in which somebody is, and the token of a third: nothing they do counts."""
    app = application(copied_settings(filled, databases, tmp_path_factory.mktemp("csrf")), FixedClock(TODAY))
    registry = app.extensions[EXTENSION]
    new_user(registry)
    signed_in = browser(app)
    sign_in(signed_in)
    yield {False: browser(app), True: signed_in}, form_token(browser(app).get("/account/sign-in").text)
    registry.close()


@pytest.mark.parametrize(("method", "address"), ROUTES)
@pytest.mark.parametrize("signed_in", [False, True])
def test_a_request_without_the_token_of_its_session_is_refused(browsers, method, address, signed_in):
    client, foreign = browsers[0][signed_in], browsers[1]
    for fields, headers in (
        ({}, {}),
        ({FIELD: ""}, {}),
        ({FIELD: "made up"}, {}),
        ({FIELD: "сделано"}, {}),
        ({FIELD: foreign}, {}),
        ({}, {HEADER: foreign}),
        ({}, {"Content-Type": "application/json"}),
    ):
        answer = client.open(address, method=method, data=fields, headers=headers)
        # Programs have tokens of their own there, and the cookie of a browser is worth nothing.
        needs_bearer = address.startswith("/api/v1/submissions")
        assert answer.status_code == (401 if needs_bearer else 400), (fields, headers)
        if not address.startswith("/api/"):
            assert "load the page anew" in answer.text
    if signed_in:
        assert client.get("/account").status_code == 200, "nothing was done"


def test_the_token_is_taken_from_the_form_or_from_a_header_of_the_same_session(client, registry):
    new_user(registry)
    token = form_token(client.get("/account/sign-in").text)
    credentials = {"login": "officer", "password": PASSWORD}
    assert client.post("/account/sign-in", data=credentials).status_code == 400
    assert client.post("/account/sign-in", data=credentials, headers={HEADER: token}).status_code == 303
    assert client.post("/account/sign-out", data={FIELD: token}).status_code == 400, "signing in makes a new one"
    fresh = form_token(client.get("/account").text)
    assert client.post("/account/sign-out", data={FIELD: fresh}).status_code == 303


def test_a_token_is_long_random_and_stays_for_its_session(client):
    first, again = (form_token(client.get("/account/sign-in").text) for _ in range(2))
    assert first == again
    assert len(first) >= 43
    assert form_token(client.application.test_client().get("/account/sign-in").text) != first


def test_reading_needs_no_token_and_what_does_not_exist_has_its_own_answer(client):
    assert client.get("/overview").status_code == 200
    assert client.options("/overview").status_code == 200
    assert client.post("/overview").status_code == 405
    assert client.post("/nowhere").status_code == 404
