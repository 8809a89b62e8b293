"""What the registry says of a record that a reader may not see: exactly what it says of one that never was.

Numbers are given without gaps and for ever, so a missing one can be noticed (docs/operations.md says so). The
registry itself must add nothing to that.
"""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from registry.agreements.models import Agreement
from registry.migrations.schema import TARGET
from registry.outbox.services import note_changes
from tests.helpers.accounts import browser, new_user, sign_in
from tests.helpers.texts import attach

REFERENCE = "kzby-014"
#: A word that stands in the text of this record alone, and the same word with a slip.
RARE, SLIP = "дельфинарии", "дельфинарри"


@pytest.fixture
def number(registry):
    """The number of a record that has a text of its own."""
    with registry.database.write("test") as uow:
        attach(uow, REFERENCE, f"Статья 1\n\n{RARE.capitalize()}\n\nСтороны охраняют {RARE}.")
        return uow.session.scalar(sa.select(Agreement.registry_number).where(Agreement.reference == REFERENCE))


def restrict(registry):
    with registry.database.write("test") as uow:
        agreement = uow.session.scalar(sa.select(Agreement).where(Agreement.reference == REFERENCE))
        agreement.access = "restricted"
        note_changes(uow.session, [agreement.id])


def erase(registry):
    """Make the record one that never was, which no service of the registry does."""
    with registry.database.write("test") as uow:
        key = uow.session.scalar(sa.select(Agreement.id).where(Agreement.reference == REFERENCE))
        _delete(uow.session, Agreement.__table__.c.id, [key])
        note_changes(uow.session, [key])


def _delete(session, column, keys):
    """Delete rows by the values of a column, after the rows that point to them."""
    doomed = session.execute(sa.select(*column.table.primary_key).where(column.in_(keys))).all()
    if doomed and len(column.table.primary_key) == 1:
        for table in TARGET.sorted_tables:
            for other in table.columns:
                if any(key.column.table is column.table for key in other.foreign_keys):
                    _delete(session, other, [row[0] for row in doomed])
    session.execute(sa.delete(column.table).where(column.in_(keys)))


def addresses(number):
    """Return whatever can be asked about one number."""
    return (
        f"/agreements/{number}",
        f"/agreements/{number}?on=1998-01-01",
        f"/agreements/{number}?on=nonsense",
        f"/agreements/{number}.json",
        f"/agreements/{number}.jsonld",
        f"/agreements/{number}/text/ru",
        f"/agreements/{number}/text/ru?q=налог&role=unofficial_text",
        f"/agreements/{number}/history",
        f"/api/v1/agreements/{number}",
        f"/api/v1/agreements/{number}?on=1998-01-01",
        f"/api/v1/agreements/{number}?on=nonsense",
    )


#: Lists, counts, words, suggestions and feeds in which the record would stand.
EVERYWHERE = (
    *("/", "/overview", "/agreements", "/agreements?per_page=100&page=1", "/agreements.csv", "/feed.atom"),
    *(
        "/exports/list.json",
        "/exports/list.csv?group_by=ministry",
        "/exports/list.jsonl?recorded_at=2026-11-24",
        "/exports/new",
    ),
    *("/feed.atom?page=2", "/api/v1/agreements?per_page=100", "/api/v1/agreements?subject=taxation&has_text=true"),
    *(
        f"{path}?q={words}"
        for path in ("/agreements", "/agreements.csv", "/feed.atom", "/api/v1/agreements", "/exports/list.json")
        for words in (
            RARE,
            SLIP,
            "NUMBER",
            "number:NUMBER",
            "двойное налогообложение",
            "дельф*",
            "article:1",
            "налог OR банк",
        )
    ),
)


def said(client, address):
    """Return all that an answer says, but for the number of the last change, which every change of any record moves."""
    answer = client.get(address)
    headers = sorted((name, value) for name, value in answer.headers if name not in ("Date", "ETag"))
    text = re.sub(r'("complete_to_change":|\(change )\d+', r"\g<1>0", answer.text)
    return answer.status_code, re.sub(r"\('Content-Length', '\d+'\)", "", str(headers)), text


def readers(app, registry):
    new_user(registry, login="submitter", role="submitter")
    submitter = browser(app)
    sign_in(submitter, login="submitter")
    # The first form of a session sets its token.
    submitter.get("/agreements")
    return {"anybody": browser(app), "submitter": submitter}


def test_the_number_of_a_restricted_record_is_answered_like_one_that_was_never_given(app, registry, number):
    never = number[:-3] + "987"
    asking = readers(app, registry)
    assert asking["anybody"].get(f"/agreements/{number}/text/ru").status_code == 200
    restrict(registry)
    for name, client in asking.items():
        for address, other in zip(addresses(number), addresses(never), strict=True):
            status, headers, text = said(client, address)
            # The token of a form is new for each session and the same within one.
            assert (status, headers, text.replace(number, never)) == said(client, other), (name, address)
            assert status == (422 if "/api/" in address and "nonsense" in address else 404), address


def test_no_list_count_suggestion_or_feed_differs_from_those_of_a_registry_without_the_record(app, registry, number):
    asking = readers(app, registry)
    restrict(registry)

    def everything():
        return {
            (name, address): said(client, address.replace("NUMBER", number))
            for name, client in asking.items()
            for address in (*EVERYWHERE, *addresses(number))
        }

    restricted = everything()
    erase(registry)
    never = everything()
    assert [key for key in never if never[key] != restricted[key]] == []
    assert {status for status, *_ in never.values()} >= {200, 404}


def test_it_costs_as_many_statements_to_say_no_to_either(app, registry, number):
    restrict(registry)
    client = browser(app)
    statements = []
    sa.event.listen(registry.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    def asked(address):
        statements.clear()
        client.get(address)
        return list(statements)

    for address, other in zip(addresses(number), addresses(number[:-3] + "987"), strict=True):
        asked(address)
        assert asked(address) == asked(other), address
