"""Files as they come from offices: read right, or refused with every mistake named; never half imported."""

from __future__ import annotations

import json
import os
import random

import pytest
from sqlalchemy import func, select

from registry.agreements.models import Agreement
from registry.completeness.report import findings_of
from registry.interchange.bundle import bundled_files
from registry.interchange.files import UnreadableFileError, read_bytes, read_file
from registry.interchange.imports import import_file
from registry.lifecycle.dossier import dossier_by_number
from registry.lifecycle.services import Outcome
from tests.helpers.submissions import memorandum

HEADER = "reference;kind;level;proof;title_ru;signed_on;signed_at_ru;entered_into_force_on;side1_party;side2_party;subjects;source;source_quote"
ROW = "x-{n};{kind};{level};press;Соглашение о пробе {n};{signed};Минск;{entry};KAZ;BLR;{subject};https://example.org/{n};«подписано»"


def table(*rows, header=HEADER):
    return "\n".join([header, *rows]) + "\n"


def row(n, **changes):
    values = {
        "kind": "agreement",
        "level": "ministries",
        "signed": "17.01.1996",
        "entry": "01.1997",
        "subject": "trade",
    }
    return ROW.format(n=n, **{**values, **changes})


@pytest.fixture
def vocabulary(empty_registry):
    """An empty registry that knows parties, bodies and subjects."""
    for name, file in bundled_files():
        if name != "agreements.json":
            assert import_file(empty_registry.database, file, home_party="KAZ", actor="test").problems == []
    return empty_registry


def run(registry, data, name="list.csv", **options):
    return import_file(registry.database, read_bytes(data, name), home_party="KAZ", actor="test", **options)


def count(registry):
    with registry.database.read() as session:
        return session.scalar(select(func.count(Agreement.id)))


@pytest.mark.parametrize(
    ("encoding", "prefix"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("cp1251", b""), ("koi8_r", b""), ("utf-16", b"")],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_table_is_read_whatever_office_saved_it(vocabulary, encoding, prefix, newline):
    text = table(*(row(n) for n in range(1, 6))).replace("\n", newline)
    if encoding == "koi8_r":
        text = text.replace("«", '""').replace("»", '""').replace(';""подписано""', ';"""подписано"""')
    report = run(vocabulary, prefix + text.encode(encoding))
    assert report.problems == []
    assert report.count(Outcome.ADDED) == 5
    with vocabulary.database.read() as session:
        dossier = dossier_by_number(session, "BLR-1996-001", vocabulary.clock.today())
    assert dossier.agreement.titles[0].text == "Соглашение о пробе 1"
    assert str(dossier.agreement.signed_on) == "1996-01-17"
    assert str(dossier.entry.on) == "1997-01"
    assert dossier.agreement.signed_at == {"ru": "Минск"}


def test_importing_twice_changes_nothing(vocabulary):
    data = table(row(1), row(2)).encode()
    assert run(vocabulary, data).count(Outcome.ADDED) == 2
    again = run(vocabulary, data)
    assert (again.problems, again.count(Outcome.UNCHANGED)) == ([], 2)
    assert count(vocabulary) == 2


def test_a_dry_run_says_what_it_would_do_and_does_nothing(vocabulary):
    report = run(vocabulary, table(row(1)).encode(), dry_run=True)
    assert report.count(Outcome.ADDED) == 1
    assert count(vocabulary) == 0


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"signed": "1996-02-30"}, "signed_on", "no day 30"),
        ({"signed": "31.13.1996"}, "signed_on", "month 13"),
        ({"signed": "03/04/1996"}, "signed_on", "write YYYY"),
        ({"level": "kings"}, "sides.0.level", "use one of"),
        ({"kind": "pact"}, "kind", "use one of"),
    ],
)
def test_a_wrong_value_is_named_with_its_row_and_field(vocabulary, changes, field, says):
    report = run(vocabulary, table(row(1), row(2, **changes), row(3)).encode())
    assert count(vocabulary) == 0
    assert {(problem.place, problem.name) for problem in report.problems} >= {("row 3", field)}
    assert any(says in problem.message for problem in report.problems)


def test_all_mistakes_are_named_at_once(vocabulary):
    report = run(vocabulary, table(row(1, kind="pact"), row(2, level="kings", signed="1996-13"), row(3)).encode())
    assert {problem.place for problem in report.problems} == {"row 2", "row 3"}
    assert {problem.name for problem in report.problems} >= {"kind", "sides.0.level", "signed_on"}


def test_mistakes_that_only_the_registry_knows_are_all_named_too(vocabulary):
    report = run(vocabulary, table(row(1, subject="alchemy"), row(2), row(3, subject="astrology")).encode())
    assert [problem.place for problem in report.problems] == ["row 2", "row 4"]
    assert count(vocabulary) == 0


def test_a_missing_and_an_unknown_column_are_named(vocabulary):
    missing = run(vocabulary, table("x-1;agreement;ministries", header="reference;kind;level").encode())
    assert {problem.name for problem in missing.problems} == {"subjects", "source"}
    unknown = run(vocabulary, table(row(1), header=HEADER.replace("signed_on", "signed")).encode())
    assert ("header", "signed") in {(problem.place, problem.name) for problem in unknown.problems}


def test_a_duplicate_in_the_file_and_one_of_the_registry_are_refused(vocabulary):
    twice = run(vocabulary, table(row(1), row(1)).encode())
    assert any("twice" in problem.message for problem in twice.problems)
    assert run(vocabulary, table(row(1)).encode()).problems == []
    twin = run(vocabulary, table(row(1).replace("x-1;", "y-1;")).encode())
    assert any("same title and date" in problem.message for problem in twin.problems)
    other = run(vocabulary, table(row(1, kind="protocol")).encode())
    assert any("registered already" in problem.message for problem in other.problems)
    assert count(vocabulary) == 1


def test_rows_may_relate_to_later_rows_and_not_to_nothing(vocabulary):
    header = HEADER + ";relation_kind;relation_to"
    good = table(row(2) + ";amends;x-1", row(1) + ";;", header=header)
    assert run(vocabulary, good.encode()).problems == []
    bad = run(vocabulary, table(row(3) + ";amends;x-99", header=header).encode())
    assert "x-99" in bad.problems[0].message
    assert count(vocabulary) == 2


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\x00" * 1000, "empty"),
        (random.Random(1).randbytes(100_000), "encoding"),
        (b'{"agreements": [', "JSON"),
        (b'{"something": 1}', "not a list of agreements"),
        (b'{"agreements": ["text"]}', "list of objects"),
        (("[" * 100_000).encode(), "JSON|nested"),
        (b"kind;subjects\n", "no rows"),
        (b"kind;kind\na;b\n", "twice"),
        (b'kind;subjects\n"unclosed;x\n', "CSV"),
        (b"kind;subjects\na;b;c;d\n", "cells"),
        ("Ж".encode("cp1251") + b"\xff\xfe\x00" * 50, "encoding"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data, says):
    with pytest.raises(UnreadableFileError, match=says):
        read_bytes(data, "list.csv")


def test_fifty_megabytes_of_nonsense_are_refused_before_they_are_read(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
        file.write(os.urandom(1024))
    with pytest.raises(UnreadableFileError, match="at most 20 MB"):
        read_file(path)


def test_a_json_record_that_changed_is_revised_and_keeps_its_number(registry):
    file = next(file for name, file in bundled_files() if name == "agreements.json")
    changed = json.loads(json.dumps(next(item.values for item in file.rows if item.values["reference"] == "kzby-014")))
    changed["notes"] = [*changed.get("notes", []), {"en": "Seen again."}]
    data = json.dumps({"agreements": [changed]}).encode()
    report = run(registry, data, "one.json")
    assert (report.problems, report.count(Outcome.REVISED)) == ([], 1)
    with registry.database.read() as session:
        dossier = dossier_by_number(session, changed["registry_number"], registry.clock.today())
    assert dossier.agreement.revision == 2
    assert dossier.agreement.notes[-1] == {"en": "Seen again."}
    assert dossier.period.status == "in_force"


def test_a_number_of_another_agreement_cannot_be_taken(registry):
    report = run(
        registry,
        table(row(1), header=HEADER + ";registry_number").replace("подписано»\n", "подписано»;BLR-1997-001\n").encode(),
    )
    assert len(report.problems) == 1
    assert "registered already" in report.problems[0].message


def test_a_fact_without_a_known_source_is_refused(vocabulary):
    record = {
        "kind": "agreement",
        "proof": "press",
        "titles": [{"language": "en", "text": "A", "status": "as_cited"}],
        "sides": [
            {"level": "ministries", "members": [{"party": "KAZ"}]},
            {"level": "ministries", "members": [{"party": "BLR"}]},
        ],
        "subjects": ["trade"],
        "sources": [{"id": "s1", "kind": "press", "locator": "https://example.org"}],
        "actions": [{"kind": "entry_into_force", "on": "1999", "source": "s9"}],
    }
    report = run(vocabulary, json.dumps([record]).encode(), "one.json")
    assert [(problem.name, "s9" in problem.message) for problem in report.problems] == [("actions", True)]


def test_sides_of_different_levels_are_shown_as_a_pair_and_found_under_both(vocabulary):
    from registry.agreements.queries import agreements_by_ids
    from registry.search.listing import list_agreements
    from registry.search.schemas import ListRequest

    header = HEADER.replace(";level;", ";side1_level;").replace(";side2_party;", ";side2_party;side2_level;")
    mixed = row(1, level="governments").replace(";BLR;", ";BLR;ministries;")
    assert run(vocabulary, table(mixed, header=header).encode()).problems == []
    today = vocabulary.clock.today()
    with vocabulary.database.read() as session:
        for level in ("governments", "ministries", "mixed"):
            asked = ListRequest(level=(level,))
            found = list_agreements(session, asked, today, columns=vocabulary.columns.current())
            agreements = agreements_by_ids(session, found.ids, whole=True)
            assert [item.level for item in agreements] == ["mixed"], level
        assert list_agreements(session, ListRequest(level=("other",)), today).total == 0
        assert {value.value: value.count for value in found.facets["level"]} == {"governments": 1, "ministries": 1}
        assert "levels_differ" in {finding.code for finding in findings_of(session, agreements[0].id, today)}


def test_writers_side_by_side_take_different_numbers(vocabulary):
    from concurrent.futures import ThreadPoolExecutor

    files = [table(*(row(10 * writer + n) for n in range(5))).encode() for writer in range(1, 5)]
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda data: run(vocabulary, data), files))
    assert [report.problems for report in reports] == [[]] * 4
    numbers = sorted(item.registry_number for report in reports for item in report.registered)
    assert numbers == [f"BLR-1996-{n:03d}" for n in range(1, 21)]
    vocabulary.index.ensure()
    assert vocabulary.index.verify().keys() == set()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"signed_on": "2031-01-01"}, "signed_on"),
        (
            {"signatures": [{"side": 2, "party": "BLR", "body": "kaz-ministry-of-finance", "person": {"ru": "И."}}]},
            "signatures.0.body",
        ),
    ],
)
def test_what_no_record_may_say_is_named_and_nothing_is_imported(registry, tmp_path, changed, field):
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"agreements": [memorandum(**changed)]}), encoding="utf-8")
    report = import_file(registry.database, read_file(path), home_party="KAZ", actor="test")
    assert [problem.name for problem in report.problems] == [field]
