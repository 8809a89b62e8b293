"""The history of an agreement, its past states, and what reading of closed records leaves in the log."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from urllib.parse import quote

import orjson
import pytest
import sqlalchemy as sa

from registry.agreements.models import Agreement, Title
from registry.audit.models import Entry
from registry.audit.vocabulary import Act
from registry.http.context import EXTENSION
from registry.outbox.services import note_changes
from tests.helpers.accounts import browser, new_user, sign_in

NUMBER = "BLR-1996-003"
PAGE = f"/agreements/{NUMBER}"
API = f"/api/v1/agreements/{NUMBER}"


def change(registry, reason=None, **values):
    """Change the record, and its title, as an officer."""
    with registry.database.write("officer@example.org", reason) as uow:
        key = uow.session.scalar(sa.select(Agreement.id).where(Agreement.registry_number == NUMBER))
        text = values.pop("title", None)
        if text:
            first = sa.select(sa.func.min(Title.id)).where(Title.agreement_id == key).scalar_subquery()
            uow.session.execute(sa.update(Title).where(Title.id == first).values(text=text))
        if values:
            uow.session.execute(sa.update(Agreement).where(Agreement.id == key).values(**values))
        note_changes(uow.session, [key])


def acts(registry, act):
    with registry.database.read() as session:
        found = session.scalars(sa.select(Entry).where(Entry.act == act).order_by(Entry.position)).all()
        return [(entry.actor, entry.object) for entry in found]


def signed_in(app, role):
    registry = app.extensions[EXTENSION]
    new_user(registry, login=role, role=role)
    made = browser(app)
    sign_in(made, login=role)
    return made


def test_the_history_says_what_changed_in_words(client, registry, clock):
    clock.pass_by(days=1)
    change(registry, "misprint <b>", title="Another <i>title</i>", level="ministries")
    page = client.get(f"{PAGE}/history").text
    assert "Revision 2" in page
    assert "misprint &lt;b&gt;" in page
    assert "<ins>Another &lt;i&gt;title&lt;/i&gt;</ins>" in page
    assert "<ins>Ministries and agencies</ins>" in page or "<ins>Ministries" in page
    assert "import of agreements.json" in page
    assert "officer@example.org" not in page, "who acted is shown to those who are signed in"
    assert "officer@example.org" in signed_in(registry_app(client), "legal_officer").get(f"{PAGE}/history").text
    russian = client.get(f"{PAGE}/history?lang=ru").text
    assert "загрузка agreements.json" in russian
    assert "Уровень" in russian


def registry_app(client):
    return client.application


def test_any_past_state_can_be_seen_and_is_marked_as_one(client, registry, clock):
    before = client.get(API).get_json()
    then = clock.now()
    clock.pass_by(days=2)
    change(registry, title="Changed since")
    assert "Changed since" in client.get(PAGE).text
    for moment in (then.isoformat(), then.date().isoformat(), quote(then.isoformat())):
        page = client.get(f"{PAGE}?recorded_at={moment}").text
        assert "Changed since" not in page
        assert "A past state" in page
        item = client.get(f"{API}?recorded_at={moment}").get_json()
        assert item["past_state"]["revision"] == 1
        assert len(item["past_state"]["sha256"]) == 64
        for name in ("titles", "sides", "signatures", "status", "relations", "actions", "final_clauses", "sources"):
            assert item[name] == before[name], name
    assert "past_state" not in client.get(API).get_json()
    assert client.get(f"{API}?recorded_at={clock.now().date()}").get_json()["past_state"]["revision"] == 2


@pytest.mark.parametrize("moment", ["yesterday", "2026-13-01", "2999-01-01", "0000-01-01", "2026-01-01T25:00"])
def test_an_instant_that_cannot_be_used_is_named(client, moment):
    answer = client.get(f"{API}?recorded_at={moment}")
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "recorded_at"
    assert client.get(f"{PAGE}?recorded_at={moment}").status_code == 422


def test_before_the_registry_knew_it_there_is_nothing(client, clock):
    moment = (clock.now() - timedelta(days=30)).date()
    assert client.get(f"{PAGE}?recorded_at={moment}").status_code == 404
    assert client.get(f"{API}?recorded_at={moment}").status_code == 404
    assert client.get("/agreements/BLR-1900-001/history").status_code == 404


def test_the_rules_of_today_hold_for_the_past(client, app, registry, clock):
    """What was public once and is restricted now is not shown by its past."""
    moment = clock.now().date()
    clock.pass_by(days=2)
    change(registry, access="restricted")
    for address in (f"{PAGE}?recorded_at={moment}", f"{API}?recorded_at={moment}", f"{PAGE}/history", PAGE):
        assert client.get(address).status_code == 404
    auditor = signed_in(app, "auditor")
    for address in (f"{PAGE}?recorded_at={moment}", f"{API}?recorded_at={moment}", f"{PAGE}/history"):
        assert auditor.get(address).status_code == 200


def test_reading_what_is_closed_is_in_the_log_and_public_reading_is_not(client, app, registry):
    def size():
        with registry.database.read() as session:
            return session.scalar(sa.select(sa.func.count(Entry.position)))

    auditor = signed_in(app, "auditor")
    before = size()
    for reader in (client, auditor):
        for address in (PAGE, API, f"{PAGE}/history", "/", "/agreements", "/api/v1/agreements", "/feed.atom"):
            assert reader.get(address).status_code == 200
    assert size() == before
    change(registry, access="restricted")
    for address in (PAGE, API, f"{PAGE}/history", f"{PAGE}.json"):
        assert auditor.get(address).status_code == 200
    assert acts(registry, Act.AGREEMENT_READ) == [("auditor", NUMBER)] * 4
    lists = ("/agreements?per_page=100", "/api/v1/agreements?per_page=100", "/api/v1/agreements?per_page=100")
    for address in lists:
        assert auditor.get(address).status_code == 200
    assert acts(registry, Act.LIST_READ) == [
        ("auditor", "/agreements"),
        ("auditor", "/api/v1/agreements"),
        ("auditor", "/api/v1/agreements"),
    ]


def past_addresses(moment):
    return [
        *(f"{address}?recorded_at={moment}" for address in (PAGE, f"{PAGE}.json", API, f"{PAGE}/dossier.zip")),
        *(f"{PAGE}/history", f"{PAGE}/dossier.zip"),
    ]


@pytest.mark.parametrize("level", ["internal", "restricted"])
def test_reading_the_open_past_of_a_record_that_is_closed_now_is_in_the_log(app, registry, clock, level):
    moment = clock.now().date()
    clock.pass_by(days=2)
    change(registry, access=level)
    auditor = signed_in(app, "auditor")
    for address in past_addresses(moment):
        before = len(reads(registry))
        assert auditor.get(address).status_code == 200
        assert reads(registry)[before:] == [("auditor", NUMBER, level)], address


def test_reading_the_closed_past_of_a_record_that_is_open_now_is_in_the_log(app, registry, clock):
    change(registry, access="restricted")
    moment = clock.now().date()
    clock.pass_by(days=2)
    change(registry, access="public")
    auditor = signed_in(app, "auditor")
    for address in past_addresses(moment):
        before = len(reads(registry))
        assert auditor.get(address).status_code == 200
        assert reads(registry)[before:] == [("auditor", NUMBER, "restricted")], address
    before = len(reads(registry))
    for address in (PAGE, API):
        assert auditor.get(address).status_code == 200
    assert reads(registry)[before:] == [], "the present is public"


def reads(registry):
    with registry.database.read() as session:
        wanted = sa.select(Entry).where(Entry.act.in_((Act.AGREEMENT_READ, Act.DOSSIER_DOWNLOADED)))
        found = session.scalars(wanted.order_by(Entry.position)).all()
        return [(entry.actor, entry.object, orjson.loads(entry.detail)["access"]) for entry in found]


def test_the_citation_and_the_links_of_a_past_state_lead_to_it(client, registry, clock):
    clock.pass_by(days=1)
    moment = clock.now().date()
    clock.pass_by(days=2)
    change(registry, title="Changed since")
    page = html.unescape(client.get(f"{PAGE}?recorded_at={moment}&on=2020-01-01").text)
    cite = page.partition('id="cite"')[2].partition("</section>")[0]
    links = re.findall(rf'href="({PAGE}(?:\.json)?\?[^"]+)"', cite)
    assert len(links) == 2
    for link in (*links, re.search(r"http://localhost(/\S+)</p>", cite)[1]):
        assert "recorded_at=" in link
        assert "on=2020-01-01" in link
        assert "Changed since" not in client.get(link).text
    assert "As recorded on" in cite
    assert client.get(links[1]).get_json()["past_state"]["revision"] == 1
    present = html.unescape(client.get(PAGE).text).partition('id="cite"')[2]
    assert "recorded_at=" not in present.partition("dossier.zip")[0]


def test_the_link_of_a_day_that_is_not_over_stays_with_what_was_known_when_it_was_made(client, registry, clock):
    page = html.unescape(client.get(f"{PAGE}?recorded_at={clock.now().date()}").text).partition('id="cite"')[2]
    link = re.search(rf'href="({PAGE}\?[^"]+)"', page)[1]
    clock.pass_by(minutes=5)
    change(registry, title="Changed on the same day")
    assert "Changed on the same day" not in client.get(link).text


def test_the_history_shows_the_hash_that_stands_in_the_log(client, registry):
    change(registry, title="Another title")
    with registry.database.read() as session:
        details = session.scalars(
            sa.select(Entry.detail).where(Entry.object == NUMBER, Entry.act == Act.AGREEMENT_REVISED)
        ).all()
    page = client.get(f"{PAGE}/history").text
    assert len(details) == 2
    assert all(f"<code>{orjson.loads(detail)['sha256']}</code>" in page for detail in details)
