"""Feeds: their shape, their pages, their identities, and the secret addresses of saved searches."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import feedparser
import pytest
import sqlalchemy as sa

from registry.accounts.models import User
from registry.accounts.services import disable_user
from registry.agreements.models import Agreement
from registry.http.context import EXTENSION
from registry.interchange.atom import NAMESPACE, Entry, Feed, atom_feed
from registry.outbox.services import note_changes
from registry.search.saved.models import SavedSearch
from tests.helpers.accounts import browser, new_user, send, sign_in
from tests.helpers.applications import application
from tests.web.test_saved_searches import SEARCHES, save

ATOM = f"{{{NAMESPACE}}}"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@pytest.fixture
def officer(client, registry):
    """A browser in which a legal officer is signed in."""
    new_user(registry)
    sign_in(client)
    return client


def valid(data):
    """Hold a document against the requirements of RFC 4287 that can be checked by counting; return it as parsed."""
    root = ET.fromstring(data)
    assert root.tag == f"{ATOM}feed"
    for part in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{name}")) == 1, "sections 4.1.1 and 4.1.2: exactly one"
        assert part.find(f"{ATOM}id").text.startswith("urn:uuid:")
        assert INSTANT.fullmatch(part.find(f"{ATOM}updated").text), "section 3.3"
        kinds = [(link.get("rel"), link.get("type")) for link in part.findall(f"{ATOM}link")]
        assert len(kinds) == len(set(kinds)), "section 4.1.1: no two alternate links of one type"
        assert all(urlsplit(link.get("href")).scheme == "http" for link in part.findall(f"{ATOM}link"))
        assert ("alternate", "text/html") in kinds
    assert root.find(f"{ATOM}author/{ATOM}name").text, "section 4.1.1: the entries have no authors of their own"
    identities = [entry.find(f"{ATOM}id").text for entry in root.findall(f"{ATOM}entry")]
    assert len(identities) == len(set(identities))
    parsed = feedparser.parse(data)
    assert not parsed.bozo, parsed
    assert parsed.version == "atom10"
    return parsed


def links(parsed):
    return {link.rel: link.href for link in parsed.feed.links}


def pages(client, address):
    """Follow a feed from its first page to its last; return the pages."""
    found = []
    while address:
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
        found.append(valid(answer.data))
        assert unquote(links(found[-1])["self"]) == unquote(answer.request.url)
        address = links(found[-1]).get("next")
    return found


def numbers(parsed):
    return [entry.link.rsplit("/", 1)[1] for entry in parsed.entries]


def test_all_of_a_list_can_be_reached_page_by_page(client):
    total = client.get("/api/v1/agreements").get_json()["total"]
    found = pages(client, "/feed.atom")
    assert [len(page.entries) for page in found] == [50, total - 50]
    together = [number for page in found for number in numbers(page)]
    assert len(set(together)) == total
    first, last = map(links, found)
    assert "previous" not in first
    assert last["previous"] == first["first"] == last["first"] == first["self"]
    assert first["last"] == last["self"] == first["next"]
    assert len({page.feed.id for page in found}) == 1, "all pages are one feed"


def test_pages_keep_the_filters_and_a_page_that_is_not_there_leads_to_the_last(client):
    address = "/feed.atom?level=ministries&q=сотрудничество&page=9&per_page=3&sort=title"
    answer = client.get(address)
    assert answer.status_code == 302
    (page,) = pages(client, answer.headers["Location"])
    asked = urlsplit(links(page)["self"]).query
    assert "level=ministries" in asked
    assert "page" not in asked
    assert "sort" not in asked
    assert client.get("/feed.atom?page=0").status_code == 422
    (nothing,) = pages(client, "/feed.atom?q=марсиане")
    assert nothing.entries == []


def test_identities_hold_under_every_host_name_and_language(client):
    def identities(address, **headers):
        parsed = valid(client.get(address, headers=headers).data)
        return parsed.feed.id, {entry.link.rsplit("/", 1)[1]: entry.id for entry in parsed.entries}

    address = "/feed.atom?level=ministries"
    known = identities(address)
    assert identities(address, Host="treaties.example.org", **{"Accept-Language": "ru"}) == known
    other_feed, entries = identities("/feed.atom?kind=protocol")
    assert other_feed != known[0]
    shared = known[1].keys() & entries.keys()
    assert shared
    assert all(known[1][number] == entries[number] for number in shared), "one agreement is one entry in all feeds"
    assert identities("/feed.atom?level=ministries&page=1&sort=title")[0] == known[0]
    both = "/feed.atom?level=ministries&level=governments"
    assert identities(both)[0] == identities("/feed.atom?level=governments&level=ministries")[0]


def test_what_xml_cannot_hold_is_left_out():
    now = datetime(2026, 11, 24, tzinfo=UTC)
    entry = Entry("urn:uuid:1", "http://localhost/1", "a\x00\x0b\ufffe<b>&\u0451", "s", now, now)
    data = atom_feed(Feed("urn:uuid:2", "t\x1f", "en", {"alternate": "http://localhost/?a=1&b=2"}, [entry]))
    parsed = valid(data)
    assert parsed.entries[0].title == "a<b>&\u0451"
    assert parsed.feed.title == "t"


def make_address(officer, arguments=None, **fields):
    """Save a search and press the button for its private feed; return the path of the feed."""
    save(officer, arguments, **fields)
    return new_address(officer)


def new_address(officer):
    (key,) = re.findall(r'id="search-(\d+)"', officer.get(SEARCHES).text)
    answer = send(officer, f"{SEARCHES}/{key}/feed", page=SEARCHES)
    assert answer.status_code == 303
    page = officer.get(SEARCHES).text
    address = unescape(re.search(r'class="address" value="([^"]+)"', page)[1])
    assert 'class="address"' not in officer.get(SEARCHES).text, "it is shown once"
    assert "Make a new private feed address" in page
    return urlsplit(address).path


@pytest.fixture
def hidden(registry):
    """The number of an agreement that has become restricted."""
    with registry.database.write("test") as uow:
        agreement = uow.session.scalars(sa.select(Agreement).order_by(Agreement.id)).first()
        agreement.access = "restricted"
        note_changes(uow.session, [agreement.id])
        return agreement.registry_number


def test_a_saved_search_is_followed_without_signing_in_with_the_rights_of_its_user(officer, app, registry, hidden):
    address = make_address(officer, {"q": ""}, name="Everything <&>")
    reader = browser(app)
    answer = reader.get(address)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    found = pages(reader, address)
    assert found[0].feed.title == "Everything <&>"
    assert len(found) == 2
    assert hidden in {number for page in found for number in numbers(page)}
    public = pages(reader, "/feed.atom")
    assert hidden not in {number for page in public for number in numbers(page)}
    with registry.database.write("test") as uow:
        uow.session.execute(sa.update(User).values(role="submitter"))
    assert hidden not in {number for page in pages(reader, address) for number in numbers(page)}


def test_the_filters_of_a_saved_search_hold_in_its_feed(officer, app):
    address = make_address(officer, {"q": "налог", "level": "governments"})
    (page,) = pages(browser(app), address)
    listed = officer.get("/api/v1/agreements?q=налог&level=governments&per_page=100").get_json()["items"]
    assert set(numbers(page)) == {item["registry_number"] for item in listed}


def test_a_new_address_an_end_a_deletion_and_a_disabled_account_end_the_access(officer, app, registry):
    reader = browser(app)
    first = make_address(officer)
    assert reader.get(first).status_code == 200
    second = new_address(officer)
    assert reader.get(first).status_code == 404
    assert reader.get(second).status_code == 200
    key = second.split("/")[2]
    assert send(officer, f"{SEARCHES}/{key}/feed/end", page=SEARCHES).status_code == 303
    assert reader.get(second).status_code == 404
    assert "Make a private feed address" in officer.get(SEARCHES).text
    third = new_address(officer)
    with registry.database.write("test") as uow:
        disable_user(uow, "officer")
    gone = reader.get(third)
    assert gone.status_code == 404
    with registry.database.write("test") as uow:
        uow.session.execute(sa.update(User).values(is_active=True))
    assert reader.get(third).status_code == 200
    with registry.database.write("test") as uow:
        uow.session.execute(sa.delete(SavedSearch))
    never = reader.get(f"/feed/{key}/made-up.atom")
    assert reader.get(third).data == gone.data
    assert never.text.replace("made-up", "token") == gone.text.replace(
        third.split("/")[3].removesuffix(".atom"), "token"
    )


def test_nobody_else_can_make_or_end_an_address_and_only_its_hash_is_kept(officer, app, registry):
    address = make_address(officer)
    _, _, key, token = address.removesuffix(".atom").split("/")
    assert len(token) >= 43
    new_user(registry, login="other")
    other = browser(app)
    sign_in(other, login="other")
    for action in ("feed", "feed/end"):
        assert send(other, f"{SEARCHES}/{key}/{action}", page="/account").status_code == 404
        assert officer.post(f"{SEARCHES}/{key}/{action}").status_code == 400, "without the token of the form"
        assert officer.get(f"{SEARCHES}/{key}/{action}").status_code == 405
    assert browser(app).get(address).status_code == 200
    with registry.database.read() as session:
        kept = session.scalars(sa.select(SavedSearch.feed_token_hash)).all()
    assert len(kept) == 1
    assert token not in kept[0]
    save(officer, {"q": "second"})
    with registry.database.read() as session:
        last = max(session.scalars(sa.select(SavedSearch.id)))
    assert browser(app).get(f"/feed/{last}/{token}.atom").status_code == 404, "a token opens its own search only"


def test_a_closed_registry_answers_a_private_feed_and_nothing_else(settings):
    app = application(replace(settings, public_read=False))
    new_user(app.extensions[EXTENSION])
    officer = browser(app)
    sign_in(officer)
    address = make_address(officer)
    stranger = browser(app)
    assert stranger.get(address).status_code == 200
    assert stranger.get("/feed.atom").status_code == 403
    assert stranger.get(f"{address[:-6]}x.atom").status_code == 404
    app.extensions[EXTENSION].close()
