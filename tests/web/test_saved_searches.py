"""Saved searches: what a user saves, what is new in it, and that nobody else sees it."""

from __future__ import annotations

import re
from html import unescape
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa

from registry.agreements.models import Agreement
from registry.outbox.services import note_changes
from registry.search.saved.models import SavedSearch
from registry.search.saved.services import MOST
from tests.helpers.accounts import new_user, send, sign_in

SEARCHES = "/account/searches"
TAX = {"q": "налог", "level": "governments"}


@pytest.fixture
def officer(client, registry):
    """A browser in which a legal officer is signed in."""
    new_user(registry)
    sign_in(client)
    return client


def save(browser, arguments=None, **fields):
    """Press “save” on the list with these arguments."""
    page = browser.get("/agreements", query_string=arguments).text
    query = unescape(re.search(r'name="query" value="([^"]*)"', page)[1])
    name = unescape(re.search(r'id="search-name" name="name" value="([^"]*)"', page)[1])
    return send(browser, SEARCHES, page="/account", **{"query": query, "name": name, **fields})


def stored(registry):
    with registry.database.read() as session:
        return session.scalars(sa.select(SavedSearch).order_by(SavedSearch.id)).all()


def insert(registry, **values):
    with registry.database.write("test") as uow:
        user_id = uow.session.scalar(sa.text("select id from user_account where login = 'officer'"))
        now = uow.clock.now()
        values = {"name": "x", "arguments": [], "created_at": now, "seen_at": now, "user_id": user_id, **values}
        uow.session.add(SavedSearch(**values))


def found(client, **arguments):
    return client.get("/api/v1/agreements", query_string={**arguments, "per_page": 100}).get_json()["items"]


def test_a_search_is_saved_under_its_words_and_shows_what_is_new(officer, registry, clock):
    answer = save(officer, {**TAX, "page": 1, "utm_source": "x"})
    assert (answer.status_code, answer.headers["Location"]) == (303, SEARCHES)
    (saved,) = stored(registry)
    assert saved.name == "налог"
    assert saved.arguments == [["q", "налог"], ["level", "governments"]]
    items = found(officer, **TAX)
    page = officer.get(SEARCHES).text
    assert "Saved: налог" in page
    assert f"{len(items)} agreement" in page
    assert "Governments" in page
    assert "new or changed" not in page

    clock.pass_by(minutes=5)
    changed = items[0]["registry_number"]
    with registry.database.write("test") as uow:
        uow.session.execute(
            sa.update(Agreement).where(Agreement.registry_number == changed).values(revised_at=uow.clock.now())
        )
        elsewhere = sa.select(Agreement.id).where(Agreement.level == "heads_of_state").limit(1).scalar_subquery()
        uow.session.execute(sa.update(Agreement).where(Agreement.id == elsewhere).values(revised_at=uow.clock.now()))
        note_changes(uow.session, uow.session.scalars(sa.select(Agreement.id)))
    for _ in range(2):
        page = officer.get(SEARCHES).text
        assert "1 new or changed" in page, "looking marks nothing as seen"
    shown_at = re.search(r'name="shown_at" value="([^"]+)"', page)[1]
    assert send(officer, f"{SEARCHES}/{saved.id}/seen", page=SEARCHES, shown_at=shown_at).status_code == 303
    assert "new or changed" not in officer.get(SEARCHES).text


def test_what_changed_after_the_page_was_made_stays_new(officer, registry, clock):
    save(officer, TAX)
    (saved,) = stored(registry)
    shown_at = clock.now()
    clock.pass_by(minutes=5)
    with registry.database.write("test") as uow:
        uow.session.execute(sa.update(Agreement).values(revised_at=uow.clock.now()))
        note_changes(uow.session, uow.session.scalars(sa.select(Agreement.id)))
    clock.pass_by(minutes=5)
    address = f"{SEARCHES}/{saved.id}/seen"
    send(officer, address, page=SEARCHES, shown_at=shown_at.isoformat())
    assert "new or changed" in officer.get(SEARCHES).text
    send(officer, address, page=SEARCHES, shown_at="2999-01-01T00:00:00+00:00")
    assert stored(registry)[0].seen_at == clock.now(), "nobody has seen the future"
    send(officer, address, page=SEARCHES, shown_at=shown_at.isoformat())
    assert stored(registry)[0].seen_at == clock.now(), "what was seen stays seen"
    assert send(officer, address, page=SEARCHES, shown_at="yesterday").status_code == 422
    assert send(officer, address, page=SEARCHES, shown_at="2026-01-01T00:00:00").status_code == 422


def test_its_links_lead_to_the_list_and_to_its_feed(officer, registry):
    arguments = {"q": "налог & сбор", "level": ["governments", "ministries"], "signed_from": "1996", "expand": "false"}
    save(officer, arguments)
    page = officer.get(SEARCHES).text
    address = unescape(re.search(r'<h2><a href="([^"]+)">', page)[1])
    listed = officer.get(address)
    assert listed.status_code == 200
    assert address == unescape(re.search(r'href="([^"]+)">Permanent link', listed.text)[1])
    feed = unescape(re.search(r'href="(/feed\.atom[^"]+)"', page)[1])
    assert ET.fromstring(officer.get(feed).data) is not None
    assert address.partition("?")[2] == feed.partition("?")[2]


def test_it_can_be_named_renamed_and_deleted(officer, registry):
    save(officer, TAX, name="Налоги для отчёта")
    (saved,) = stored(registry)
    assert "Налоги для отчёта" in officer.get(SEARCHES).text
    assert send(officer, f"{SEARCHES}/{saved.id}/name", page=SEARCHES, name=" Другое имя ").status_code == 303
    assert stored(registry)[0].name == "Другое имя"
    for wrong in ("", "x" * 121, "a\x00b"):
        assert send(officer, f"{SEARCHES}/{saved.id}/name", page=SEARCHES, name=wrong).status_code == 422
    assert send(officer, f"{SEARCHES}/{saved.id}/delete", page=SEARCHES).status_code == 303
    assert stored(registry) == []
    assert "no searches yet" in officer.get(SEARCHES).text


def test_a_list_without_words_has_a_name_too_and_long_words_are_cut(officer, registry):
    save(officer, {})
    save(officer, {"q": "налог " * 60}, name="")
    assert [item.name for item in stored(registry)] == ["Agreements", ("налог " * 60)[:120].strip()]
    assert stored(registry)[0].arguments == []
    assert officer.get(SEARCHES).status_code == 200


def test_a_button_pressed_twice_saves_once(officer, registry):
    for _ in range(2):
        assert save(officer, TAX).status_code == 303
    save(officer, TAX, name="the same under another name")
    assert len(stored(registry)) == 2


def test_there_is_an_end(officer, registry):
    for number in range(MOST):
        insert(registry, name=f"search {number:03}")
    answer = save(officer, TAX)
    assert answer.status_code == 409
    assert "delete one" in answer.text
    assert len(stored(registry)) == MOST
    first = officer.get(SEARCHES).text
    assert "search 000" in first
    assert "search 020" not in first
    assert "search 099" in officer.get(f"{SEARCHES}?page=5").text
    assert officer.get(f"{SEARCHES}?page=6").headers["Location"] == f"{SEARCHES}?page=5"
    assert officer.get(f"{SEARCHES}?page=-1").status_code == 422


@pytest.mark.parametrize(
    "query", ["level=kings", "q=%00", "in_force_on=1998-02-30", "q=" + "a" * 9000, "page=0", "per_page=9999"]
)
def test_what_no_list_could_show_is_not_saved(officer, registry, query):
    answer = send(officer, SEARCHES, page="/account", query=query)
    assert answer.status_code == 422
    assert stored(registry) == []


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([["level", "kings"]], "use one of"),
        ([["abolished", "x"]], "Unknown field"),
        ([["subject", "alchemy"]], "not known"),
        ([["q", '"unclosed']], "never closed"),
        ([["in_force_on", "yesterday"]], "YYYY-MM-DD"),
    ],
)
def test_a_search_that_can_no_longer_be_read_says_why_and_leaves_the_others_alone(officer, registry, arguments, reason):
    insert(registry, name="broken", arguments=arguments)
    save(officer, TAX)
    page = officer.get(SEARCHES)
    assert page.status_code == 200
    assert "cannot be run" in page.text
    assert reason in page.text
    assert "Governments" in page.text
    (broken, _) = stored(registry)
    assert send(officer, f"{SEARCHES}/{broken.id}/delete", page=SEARCHES).status_code == 303


def test_searches_of_others_do_not_exist(officer, app, registry):
    save(officer, TAX, name="only mine")
    (saved,) = stored(registry)
    new_user(registry, login="other", role="submitter")
    other = app.test_client()
    sign_in(other, login="other")
    assert "only mine" not in other.get(SEARCHES).text
    for key in (saved.id, 2147483647, 99999999999999999999):
        for action in ("name", "delete", "seen"):
            answer = send(other, f"{SEARCHES}/{key}/{action}", page="/account", name="stolen")
            assert answer.status_code == 404
            assert "only mine" not in answer.text
    assert [item.name for item in stored(registry)] == ["only mine"]
    stranger = app.test_client()
    assert stranger.get(SEARCHES).status_code == 403
    assert send(stranger, SEARCHES, page="/account/sign-in", query="q=x").status_code == 403
    assert len(stored(registry)) == 1


def test_a_name_is_written_as_text_wherever_it_stands(officer, registry):
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    save(officer, TAX, name=evil)
    insert(registry, name=evil, arguments=[["q", evil], [evil, evil]])
    for address in (SEARCHES, "/agreements?q=%22%3E%3Cscript%3Ealert(1)"):
        page = officer.get(address).text
        assert "<script>alert" not in page
        assert "<img" not in re.sub(r'<img src="/static[^>]+>', "", page)


def test_counts_follow_what_the_user_may_see(officer, app, registry):
    with registry.database.write("test") as uow:
        hidden = uow.session.scalars(sa.select(Agreement.id).limit(3)).all()
        uow.session.execute(sa.update(Agreement).where(Agreement.id.in_(hidden)).values(access="restricted"))
        note_changes(uow.session, hidden)
        total = uow.session.scalar(sa.select(sa.func.count(Agreement.id)))
    new_user(registry, login="submitter", role="submitter")
    submitter = app.test_client()
    sign_in(submitter, login="submitter")
    for browser, count in ((officer, total), (submitter, total - 3)):
        save(browser, {})
        assert f"{count} agreements" in browser.get(SEARCHES).text


def test_only_the_signed_in_see_the_form_and_others_the_way_in(officer, app):
    stranger = app.test_client()
    page = stranger.get("/agreements?q=налог").text
    assert 'name="query"' not in page
    assert "Sign in to save this search" in page
    assert "Permanent link" in page
    assert 'name="query"' in officer.get("/agreements?q=налог").text
