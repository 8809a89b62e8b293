"""Exports: what is in them, for whom, as of when, and that the same request gives the same bytes."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import pytest
import sqlalchemy as sa
from marshmallow import ValidationError

from registry.agreements.models import Agreement
from registry.agreements.queries import agreements_by_ids
from registry.agreements.vocabulary import Kind, Level, Proof
from registry.core.access import ANYBODY, OPERATOR, Access
from registry.core.canonical import sha256_of
from registry.core.edtf import PartialDate
from registry.core.errors import InvalidInputError
from registry.exports.columns import COLUMNS
from registry.exports.past import fits
from registry.exports.rendering import Export, ExportCancelledError
from registry.exports.rows import Row
from registry.exports.schemas import EXPORT_LANGUAGES, FORMATS, ExportOptions, request_from
from registry.exports.selection import IndexBehindError
from registry.http.language import INTERFACE_LANGUAGES
from registry.interchange.files import read_bytes
from registry.interchange.imports import import_file
from registry.lifecycle.dossier import dossiers_of
from registry.lifecycle.vocabulary import Status
from registry.outbox.services import note_changes
from registry.revisions.queries import agreements_as_recorded
from registry.runtime import open_registry
from registry.search.listing import matching_ids
from registry.search.query_language.grammar import parse
from registry.search.schemas import LISTS, ListRequest
from tests.helpers.exports import asked, copied, exported
from tests.integration.test_revisions import amended, bundled

DAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def still(filled, databases, tmp_path_factory):
    """A registry that these tests only read."""
    with copied(filled, databases, tmp_path_factory.mktemp("still")) as opened:
        yield opened


def rows_of(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def numbers(registry, search=None, **given):
    data, _ = exported(registry, asked(registry, search, format="jsonl", columns=["registry_number"], **given))
    return [json.loads(line)["registry_number"] for line in data.splitlines()]


def hash_of(registry, request):
    data, summary = exported(registry, request)
    assert summary.rows
    return sha256_of(data)


def change_many(registry, count, word="Переименовано"):
    """Give the first agreements of the bundle another title and another date of signature."""
    records = bundled("agreements.json")["agreements"][:count]
    for record in records:
        record["titles"][0]["text"] = f"{word} {record['titles'][0]['text']}"
    data = orjson.dumps({"format": "treaty-registry/1", "agreements": records})
    report = import_file(registry.database, read_bytes(data, "changes.json"), home_party="KAZ", actor="officer")
    assert report.problems == []
    registry.index.sync()


def test_a_request_is_kept_as_canonical_json_and_asked_again(still):
    search = ListRequest(q="таможенное", level=("ministries", "governments"), in_force_on=date(2015, 5, 1))
    request = asked(still, search, format="xlsx", columns=["title", "signed_on"], group_by="year", language="ru")
    again = request_from(json.loads(request.canonical()))
    assert again.canonical() == request.canonical()
    assert exported(still, again) == exported(still, request)
    said = json.loads(request.canonical())
    assert said["search"] == {
        "q": "таможенное",
        "level": ["governments", "ministries"],
        "in_force_on": "2015-05-01",
        "sort": "registry_number",
    }
    assert said["recorded_at"] == "2026-11-24T09:00:00.000000Z"
    with pytest.raises(InvalidInputError):
        request_from({**said, "columns": ["password"]})


def test_every_interface_language_can_be_exported():
    assert tuple(INTERFACE_LANGUAGES) == EXPORT_LANGUAGES


def test_the_columns_say_what_the_records_and_the_law_say(still):
    """Snapshots and stored periods give what the whole records and the rules give."""
    data, summary = exported(still, asked(still, ListRequest(on=date(2010, 6, 1))))
    rows = {row["registry_number"]: row for row in rows_of(data)}
    with still.database.read() as session:
        keys = list(session.scalars(sa.select(Agreement.id)))
        agreements = agreements_by_ids(session, keys, whole=True)
        for dossier in dossiers_of(session, agreements, date(2010, 6, 1)):
            agreement, row = dossier.agreement, rows.pop(dossier.agreement.registry_number)
            assert row["status"] == dossier.period.status
            assert row["status_reason"] == (dossier.period.reason or "")
            assert row["status_on"] == "2010-06-01"
            assert row["entered_into_force_on"] == str(dossier.entry.on if dossier.entry else "")
            assert row["signed_on"] == str(agreement.signed_on or "")
            assert row["level"] == agreement.level
            # Of several titles in a language the first one stands in the column.
            first = {title.language: title.text for title in reversed(agreement.titles)}
            assert {code: row[f"title_{code}"] for code in first} == first
            assert row["subjects"] == "; ".join(item.code for item in agreement.subjects)
            assert row["revision"] == str(agreement.revision)
    assert rows == {}
    assert summary.rows == summary.agreements == sum(summary.levels.values()) == 88


CRITERIA = [
    *(ListRequest(level=(str(level),)) for level in (*Level, "mixed")),
    *(ListRequest(kind=(str(kind),)) for kind in Kind),
    *(ListRequest(status=(str(status),), on=date(2012, 3, 4)) for status in Status),
    *(ListRequest(proof=(str(proof),)) for proof in Proof),
    ListRequest(in_force_on=date(2015, 5, 1)),
    ListRequest(in_force_on=date(2015, 5, 1), status=("terminated", "unknown")),
    ListRequest(subject=("taxation",)),
    ListRequest(party=("BLR",)),
    ListRequest(party=("MUL",)),
    ListRequest(decade=("1990", "unknown")),
    ListRequest(decade=("2010",)),
    ListRequest(language=("be",)),
    ListRequest(has_text=True),
    ListRequest(has_text=False),
]


def _with(**given):
    return ListRequest(**{name: PartialDate.parse(value) for name, value in given.items()})


def test_filters_of_the_past_are_those_of_the_list(still):
    """The filters on a record and the filters of SQL leave the same agreements, whatever is asked."""
    with still.database.read() as session:
        states = list(agreements_as_recorded(session, datetime(2026, 12, 1, tzinfo=UTC)))
        bodies = {
            member["body"]["key"]
            for state in states
            for side in state.record["sides"]
            for member in side["members"]
            if member["body"]
        }
        more = [ListRequest(body=(key,)) for key in sorted(bodies)[:5]]
        subjects = {item["code"] for state in states for item in state.record["subjects"]}
        more += [ListRequest(subject=(code,)) for code in sorted(subjects)[:5]]
        more += [_with(signed_from="1997"), _with(signed_to="1997-06"), _with(signed_from="1996-01", signed_to="2001")]
        for search in [*CRITERIA, *more]:
            day = search.judged_on(DAY)
            expected = set(matching_ids(session, search, DAY))
            found = {
                state.revision.agreement_id for state in states if fits(Row(state.record, 1, day, "en", None), search)
            }
            assert found == expected, search
    given = {name for search in [*CRITERIA, *more] for name in vars(search) if getattr(search, name)}
    assert given >= {*LISTS, "in_force_on", "on", "signed_from", "signed_to", "has_text"}


SORTS = ("-signed_on", "signed_on", "title", "registry_number")


@pytest.mark.parametrize("sort", SORTS)
def test_the_order_is_that_of_the_list(still, sort):
    registry, search = still, ListRequest(sort=sort)
    with registry.database.read() as session:
        keys = matching_ids(session, search, DAY)
        by_key = {
            row.id: row.registry_number for row in session.execute(sa.select(Agreement.id, Agreement.registry_number))
        }
    expected = [by_key[key] for key in keys]
    if sort == "title":
        # A database may sort letters by the rules of its locale; an export sorts them by their code points.
        assert sorted(numbers(registry, search)) == sorted(expected)
    else:
        assert numbers(registry, search) == expected


def test_the_order_of_the_past_is_that_of_then(registry):
    before = [asked(registry, ListRequest(sort=sort), format="jsonl") for sort in SORTS]
    data = [exported(registry, request)[0] for request in before]
    change_many(registry, 20)
    assert [exported(registry, request)[0] for request in before] == data


@pytest.mark.long
def test_the_first_exports_can_be_made_again_byte_for_byte_after_fifty_changes(registry):
    """Criteria on both times, words among them, in every format."""
    words = ListRequest(q="соглашение", level=("governments",))
    in_force = ListRequest(in_force_on=date(2010, 1, 1))
    requests = [
        *(asked(registry, in_force, format=format_, group_by="ministry", language="ru") for format_ in FORMATS),
        *(asked(registry, format=format_) for format_ in FORMATS),
        asked(registry, words, format="xlsx", group_by="level"),
    ]
    first = [hash_of(registry, request) for request in requests]
    change_many(registry, 50)
    assert [hash_of(registry, request) for request in requests] == first
    # Another process with an index of its own, which was built after the changes, gives the same.
    with TemporaryDirectory() as folder:
        other = open_registry(replace(registry.settings, search_index=Path(folder)), registry.clock)
        assert [hash_of(other, request) for request in requests] == first
        other.close()
    last = asked(registry).recorded_at
    now = [hash_of(registry, replace(request, recorded_at=last)) for request in requests]
    assert all(before != after for before, after in zip(first, now, strict=True))


def test_words_are_looked_for_in_the_state_of_then(registry):
    before = asked(registry, ListRequest(q="таможенное"), format="jsonl")
    first, summary = exported(registry, before)
    assert summary.agreements
    found = json.loads(first.splitlines()[0])["registry_number"]

    def retitle(record):
        record["titles"] = [{**title, "text": "Совсем другое название"} for title in record["titles"]]
        record["subjects"] = ["defence"] if record["subjects"] != ["defence"] else ["taxation"]

    records = [
        item["registry_number"] for item in bundled("agreements.json")["agreements"] if "registry_number" in item
    ]
    number = found if found in records else None
    changed = amended(registry, retitle, number=number)
    registry.index.sync()
    assert exported(registry, before)[0] == first
    now = numbers(registry, ListRequest(q="«совсем другое название»"))
    assert now == [changed]
    assert numbers(registry, ListRequest(q="«совсем другое название»"), recorded_at=before.recorded_at) == []


def test_what_has_only_some_of_the_words_is_never_exported(still):
    words = ListRequest(q="таможенное абракадабра")
    node_hits = still.index.search(parse(words.q))
    assert node_hits.answer.is_relaxed
    assert numbers(still, words) == []


def test_an_index_that_is_behind_exports_nothing(still, monkeypatch):
    search = still.index.search
    monkeypatch.setattr(
        still.index, "search", lambda *args, **given: replace(search(*args, **given), is_complete=False)
    )
    with pytest.raises(IndexBehindError):
        numbers(still, ListRequest(q="таможенное"))


def test_the_record_time_is_never_later_than_what_is_recorded(still):
    last = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert asked(still, recorded_at=last + timedelta(hours=5)).recorded_at == last
    past = asked(still, recorded_at=last - timedelta(days=365))
    assert past.recorded_at == last - timedelta(days=365)
    # The legal day is that of the record time, at the seat of the registry.
    assert past.on == date(2025, 11, 24)
    assert asked(still, ListRequest(on=date(2001, 2, 3)), recorded_at=last).on == date(2001, 2, 3)
    assert exported(still, past)[1].rows == 0


def test_status_of_a_past_state_is_computed_on_the_legal_day(registry):
    request = asked(registry, ListRequest(on=date(2010, 1, 1)), format="jsonl", columns=["reference", "status"])

    def statuses(**given):
        lines = exported(registry, replace(request, **given))[0].splitlines()
        return {item["reference"]: item["status"] for item in map(json.loads, lines)}

    then = statuses()
    record = next(
        item for item in bundled("agreements.json")["agreements"] if then.get(item.get("reference")) == "in_force"
    )
    record.setdefault("actions", []).append({"kind": "termination", "on": "2005-01-01"})
    data = orjson.dumps({"format": "treaty-registry/1", "agreements": [record]})
    report = import_file(registry.database, read_bytes(data, "end.json"), home_party="KAZ", actor="officer")
    assert report.problems == []
    now = statuses(recorded_at=registry.clock.now() + timedelta(days=1))
    assert {name for name in then if then[name] != now[name]} == {record["reference"]}
    assert now[record["reference"]] != "in_force"
    assert statuses() == then


def test_what_a_reader_may_not_see_today_is_in_no_export_of_theirs(registry):
    before = asked(registry, reader=ANYBODY, format="jsonl")
    everything, _ = exported(registry, before)
    with registry.database.write("officer") as uow:
        agreement = uow.session.scalar(sa.select(Agreement).where(Agreement.registry_number == "BLR-1997-001"))
        agreement.access = Access.RESTRICTED
        note_changes(uow.session, [agreement.id])
    registry.index.sync()
    for recorded_at in (before.recorded_at, registry.clock.now()):
        for search in (ListRequest(), ListRequest(q="соглашение")):
            assert "BLR-1997-001" not in numbers(registry, search, reader=ANYBODY, recorded_at=recorded_at)
    # Nor is it named by others.
    data, _ = exported(registry, before)
    assert b"BLR-1997-001" not in data
    assert b"BLR-1997-001" in everything
    assert "BLR-1997-001" in numbers(registry, reader=OPERATOR, recorded_at=before.recorded_at)


@pytest.mark.parametrize("by", ["level", "ministry", "year"])
def test_groups_have_subtotals_and_the_summary_counts_each_agreement_once(still, by):
    data, summary = exported(still, asked(still, format="json", group_by=by, columns=["registry_number", "level"]))
    said = json.loads(data)
    groups = said["groups"]
    assert all(group["agreements"] == len(group["items"]) for group in groups)
    listed = [item["registry_number"] for group in groups for item in group["items"]]
    assert len(listed) == summary.rows
    assert len(set(listed)) == summary.agreements == said["agreements"] == 88
    levels = {item["registry_number"]: item["level"] for group in groups for item in group["items"]}
    assert Counter(levels.values()) == summary.levels
    lines = exported(still, asked(still, format="jsonl", group_by=by, columns=["registry_number"]))[0].splitlines()
    ends = [json.loads(line) for line in lines if b'"group"' in line]
    assert [(end["group"]["value"], end["agreements"]) for end in ends] == [
        (group["group"]["value"], group["agreements"]) for group in groups
    ]
    if by == "ministry":
        assert summary.rows > summary.agreements
        assert groups[-1]["group"]["value"] == ""
    if by == "level":
        assert [group["group"]["value"] for group in groups] == ["heads_of_state", "governments", "ministries", "other"]


def test_an_export_tells_how_far_it_is_and_can_be_cancelled(still):
    told = []
    export = Export(still.database, still.index, asked(still), progress=lambda *done: told.append(done))
    assert export.total == 88
    list(export)
    assert told[-1] == (88, 88)
    stopped = Export(still.database, still.index, asked(still), is_cancelled=lambda: True)
    with pytest.raises(ExportCancelledError):
        list(stopped)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"columns": []}, "columns"),
        ({"columns": ["title", "title"]}, "columns"),
        ({"columns": ["password"]}, "columns"),
        ({"format": "exe"}, "format"),
        ({"group_by": "party"}, "group_by"),
    ],
)
def test_what_no_export_can_be_is_refused(still, given, field):
    with pytest.raises(ValidationError) as refused:
        asked(still, **given)
    assert field in refused.value.messages


def test_headings_are_in_the_language_asked_for(still):
    for language, heading in (("en", "Registry number"), ("ru", "Регистрационный номер")):
        request = asked(still, language=language, options=ExportOptions(bom=False))
        assert exported(still, request)[0].decode().startswith(heading + ",")
    named = asked(still, columns=list(COLUMNS), options=ExportOptions(headings="names"))
    assert list(rows_of(exported(still, named)[0])[0]) == list(COLUMNS)
