"""Programs that read by a token: what their users may see, in the log by their login, and nothing anywhere else."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from registry.accounts.services import disable_user
from registry.accounts.tokens import issue_token
from registry.agreements.models import Agreement
from registry.audit.models import Entry
from registry.audit.vocabulary import Act
from registry.http.context import EXTENSION
from registry.outbox.services import note_changes
from tests.helpers.accounts import browser, new_user, sign_in

NUMBER = "BLR-1996-003"
LIST = "/api/v1/agreements?per_page=100"
ONE = f"/api/v1/agreements/{NUMBER}"
EXPORT = "/api/v1/exports/list.jsonl"


@pytest.fixture
def registry(app):
    """A registry with a restricted agreement, an auditor, who may read it, and a submitter, who may not."""
    registry = app.extensions[EXTENSION]
    with registry.database.write("test") as uow:
        key = uow.session.scalar(sa.select(Agreement.id).where(Agreement.registry_number == NUMBER))
        uow.session.execute(sa.update(Agreement).where(Agreement.id == key).values(access="restricted"))
        note_changes(uow.session, [key])
    registry.index.ensure()
    for login, role in (("auditor", "auditor"), ("submitter", "submitter")):
        new_user(registry, login=login, role=role)
    return registry


def bearer(registry, login):
    with registry.database.write("test") as uow:
        return {"Authorization": f"Bearer {issue_token(uow, login, 'test')}"}


def read_by(registry, act):
    with registry.database.read() as session:
        rows = session.execute(sa.select(Entry.actor, Entry.object).where(Entry.act == act).order_by(Entry.position))
        return [tuple(row) for row in rows]


def numbers(answer):
    return {item["registry_number"] for item in answer.get_json()["items"]}


def test_the_reading_api_reads_as_the_user_of_the_token_and_says_so_in_the_log(client, registry):
    auditor, submitter = bearer(registry, "auditor"), bearer(registry, "submitter")
    # In this order twice, so that what was kept for one reader would be given to another.
    for _ in range(2):
        for given, sees in ((None, False), (auditor, True), (submitter, False)):
            answer = client.get(LIST, headers=given)
            assert (NUMBER in numbers(answer)) is sees
            assert "Authorization" in answer.headers["Vary"]
            wanted = "no-cache" if given is None else "private, no-store"
            assert answer.headers["Cache-Control"] == wanted
            assert client.get(ONE, headers=given).status_code == (200 if sees else 404)
            with client.get(EXPORT, headers=given) as file:
                assert (NUMBER in file.text) is sees
    assert read_by(registry, Act.AGREEMENT_READ) == [("auditor", NUMBER)] * 2
    places = ["/api/v1/agreements", "/api/v1/exports/list.jsonl"] * 2
    assert read_by(registry, Act.LIST_READ) == [("auditor", place) for place in places]
    exported = [actor for actor, _ in read_by(registry, Act.LIST_EXPORTED)]
    assert exported == ["anybody", "auditor", "submitter"] * 2


@pytest.mark.parametrize("given", ["Bearer wrong", "Bearer a.b", "Bearer", "bearer x.y"])
def test_a_token_that_does_not_work_is_refused_and_not_ignored(client, registry, given):
    for address in (LIST, ONE, EXPORT, "/api/v1/exports"):
        answer = client.get(address, headers={"Authorization": given})
        assert answer.status_code == 401, address
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.is_json


def test_the_token_of_a_disabled_user_is_refused(client, registry):
    given = bearer(registry, "auditor")
    with registry.database.write("test") as uow:
        disable_user(uow, "auditor")
    assert client.get(LIST, headers=given).status_code == 401


def test_a_token_goes_before_a_cookie_and_gives_no_rights_on_pages(app, registry):
    made = browser(app)
    sign_in(made, login="auditor")
    assert NUMBER in numbers(made.get(LIST))
    assert NUMBER not in numbers(made.get(LIST, headers=bearer(registry, "submitter")))
    stranger, given = browser(app), bearer(registry, "auditor")
    assert stranger.get(f"/agreements/{NUMBER}", headers=given).status_code == 404
    assert NUMBER not in stranger.get("/agreements?per_page=100", headers=given).text
    assert stranger.get("/audit", headers=given).status_code == 403
