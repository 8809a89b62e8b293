"""As whom a request reads, what it costs, where it may lead, and what a closed registry shows."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa

from registry.core.access import ANYBODY
from registry.http.access import current_reader
from registry.http.addresses import own_address
from registry.http.context import EXTENSION
from tests.helpers.accounts import PASSWORD, browser, new_user, send, sign_in
from tests.helpers.applications import application

SIGN_IN, ACCOUNT = "/account/sign-in", "/account"


@pytest.mark.parametrize("secure", [False, True])
def test_the_flags_of_the_cookie(settings, secure):
    app = application(replace(settings, secure_cookies=secure))
    answer = browser(app).get(SIGN_IN, base_url="https://localhost" if secure else "http://localhost")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-registry=" if secure else "registry=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert ("Secure" in cookie.split("; ")) is secure
    assert "Domain" not in cookie
    app.extensions[EXTENSION].close()


def test_a_reader_who_does_not_sign_in_gets_no_cookie_and_costs_no_query(client, app, registry):
    counted = []
    sa.event.listen(registry.database.engine, "before_cursor_execute", lambda *args: counted.append(args[2]))
    for address in ("/", "/agreements?q=налог", "/overview"):
        answer = client.get(address)
        assert "Set-Cookie" not in answer.headers
        assert "no-store" not in answer.headers.get("Cache-Control", "")
    assert not [statement for statement in counted if "sign_in" in statement]


def test_a_signed_in_request_costs_one_query_and_is_kept_by_no_cache(client, registry):
    new_user(registry)
    sign_in(client)
    counted = []
    sa.event.listen(registry.database.engine, "before_cursor_execute", lambda *args: counted.append(args[2]))
    for address in (
        "/",
        "/agreements",
        "/agreements/BLR-1997-001",
        "/agreements.csv",
        "/exports/list.json",
        "/exports/new",
        "/api/v1/agreements",
        "/nowhere",
    ):
        counted.clear()
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert len([statement for statement in counted if "sign_in" in statement]) <= 1
    with client.get("/static/registry.css") as answer:
        assert "no-store" not in answer.headers["Cache-Control"]
    client.get("/account/sign-in")
    assert client.get(SIGN_IN).headers["Cache-Control"] == "private, no-store"


def test_the_query_for_who_is_signed_in_uses_an_index(client, registry):
    from registry.accounts.queries import who_is_signed_in

    plans = []

    def explain(connection, cursor, statement, parameters, context, executemany):
        if "sign_in.token_hash = " in statement:
            explaining = connection.connection.driver_connection.cursor()
            explaining.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[3] for row in explaining.fetchall())

    if registry.database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads a table of a few rows whole, whatever indexes it has")
    sa.event.listen(registry.database.engine, "before_cursor_execute", explain)
    with registry.database.read() as session:
        who_is_signed_in(session, "x", registry.clock.now())
    assert plans
    assert all("USING" in plan for plan in plans), plans


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/",
        "//example.org",
        "///example.org",
        "/\\example.org",
        "\\\\example.org",
        "/\t/example.org",
        "/\n/example.org",
        "\t//example.org",
        " //example.org",
        "javascript:alert(1)",
        "data:text/html,x",
        "http:example.org",
        "example.org",
        "/%0d%0a\r\nSet-Cookie: x=1",
        "//[broken",
        "",
    ],
)
def test_nobody_is_sent_elsewhere(client, registry, address):
    assert own_address(address, "/otherwise") == "/otherwise"
    new_user(registry)
    assert sign_in(client, onward=address).headers["Location"] == ACCOUNT
    assert client.get(SIGN_IN, query_string={"next": address}).headers["Location"] == ACCOUNT
    assert client.get("/language/en", query_string={"next": address}).headers["Location"] == "/"


@pytest.mark.parametrize(
    "address", ["/", "/agreements?q=%D0%BD%D0%B0&level=ministries", "/agreements/BLR-1997-001?on=2020-01-01"]
)
def test_own_addresses_are_followed(client, registry, address):
    assert own_address(address, "/otherwise") == address
    new_user(registry)
    assert sign_in(client, onward=address).headers["Location"] == address


@pytest.fixture
def closed(settings):
    made = application(replace(settings, public_read=False))
    yield made
    made.extensions[EXTENSION].close()


def test_a_closed_registry_asks_to_sign_in_and_then_shows_what_was_asked_for(closed):
    new_user(closed.extensions[EXTENSION], role="submitter")
    reader = browser(closed)
    wanted = "/agreements?q=%D0%BD%D0%B0%D0%BB%D0%BE%D0%B3&level=governments"
    page = reader.get(wanted)
    assert page.status_code == 403
    assert "not open to the public" in page.text
    assert "BLR-1997-001" not in page.text
    onward = re.search(r'name="next" value="([^"]+)"', page.text)[1].replace("&amp;", "&")
    answer = send(reader, SIGN_IN, page=wanted, login="officer", password=PASSWORD, next=onward)
    assert answer.status_code == 303
    shown = reader.get(answer.headers["Location"])
    assert shown.status_code == 200
    assert "BLR-1997-001" in shown.text
    for address in ("/", "/agreements.csv", "/feed.atom", "/api/v1/agreements", "/agreements/BLR-1997-001.json"):
        assert reader.get(address).status_code == 200


def test_a_closed_registry_tells_strangers_nothing(closed):
    stranger = browser(closed)
    for address in ("/", "/agreements", "/agreements.csv", "/feed.atom", "/overview", "/account", "/nowhere"):
        answer = stranger.get(address)
        assert answer.status_code == 403
        assert "BLR-" not in answer.text
    for address in ("/api/v1/agreements", "/agreements/BLR-1997-001.json"):
        problem = stranger.get(address)
        assert (problem.status_code, problem.mimetype) == (403, "application/problem+json")
    assert stranger.post("/account/searches").status_code == 403
    for address in ("/healthz", "/readyz", SIGN_IN, "/static/registry.css"):
        with stranger.get(address) as answer:
            assert answer.status_code == 200
    assert stranger.get("/language/ru").status_code == 302
    assert stranger.get("/account/password/made-up").status_code == 404


@pytest.mark.parametrize(
    ("role", "sees"),
    [("submitter", ("public",)), ("auditor", ("public", "internal", "restricted")), (None, ("public",))],
)
def test_as_whom_a_request_reads(app, registry, role, sees):
    reader = browser(app)
    if role:
        new_user(registry, role=role)
        sign_in(reader)
    with reader:
        reader.get("/overview")
        assert current_reader().sees == sees
        assert role or current_reader() == ANYBODY


def test_a_database_that_fails_is_reported_by_a_whole_page(client, registry, monkeypatch):
    new_user(registry)
    sign_in(client)

    def broken(*args):
        raise sa.exc.OperationalError("select", {}, Exception("disk image is malformed"))

    monkeypatch.setattr("registry.http.access.who_is_signed_in", broken)
    page = client.get("/overview")
    assert page.status_code == 500
    assert "malformed" not in page.text
    assert "Sign in" in page.text
