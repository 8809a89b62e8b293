"""A folder of files is attached by a table: all of it is checked before anything is written, and it can be repeated."""

from __future__ import annotations

import csv
import io

import pytest

from registry.documents.services import Attached
from registry.interchange.manifests import attach_rows, check_manifest
from tests.helpers.clamd import MARKER, scanner_server
from tests.helpers.documents import TEXT, documents_in, files_below, number_of
from tests.helpers.servers import command

ROW = {"file": "a.txt", "registry_number": "kzby-014", "language": "ru", "role": "certified_copy"}
MOST = 1024 * 1024


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "files"
    (made / "sub").mkdir(parents=True)
    (made / "a.txt").write_text(TEXT, "utf-8")
    (made / "sub" / "b.txt").write_text(TEXT + "!", "utf-8")
    (made / "empty.txt").write_text("")
    (made / "large.txt").write_bytes(b"x" * (MOST + 1))
    (made / "infected.txt").write_bytes(MARKER)
    (tmp_path / "outside.txt").write_text(TEXT, "utf-8")
    return made


def manifest(folder, *rows, delimiter=",", encoding="utf-8"):
    columns = list(dict.fromkeys(name for row in rows for name in row))
    table = io.StringIO()
    writer = csv.DictWriter(table, columns, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    path = folder.parent / "manifest.csv"
    path.write_bytes(table.getvalue().encode(encoding))
    return path


def attach(registry, folder, path, scanner=None):
    rows, problems = check_manifest(registry.database, folder, path, MOST)
    assert problems == []
    return attach_rows(registry.database, registry.storage, scanner, rows, MOST, actor="test")


@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8"), (";", "cp1251"), ("\t", "utf-8-sig")])
def test_files_are_attached_and_attaching_them_again_changes_nothing(registry, folder, delimiter, encoding):
    more = {
        **ROW,
        "file": "sub/b.txt",
        "language": "kk",
        "access": "internal",
        "source": "Архив, опись 1",
        "title": "б",
    }
    path = manifest(folder, ROW, more, delimiter=delimiter, encoding=encoding)
    report = attach(registry, folder, path)
    assert (dict(report.outcomes), report.problems) == ({Attached.ADDED: 2}, [])
    first, second = documents_in(registry)
    assert (first.language, first.access, first.source) == ("ru", "public", None)
    assert (second.file_name, second.access, second.source, second.title) == (
        "b.txt",
        "internal",
        "Архив, опись 1",
        "б",
    )
    assert dict(attach(registry, folder, path).outcomes) == {Attached.UNCHANGED: 2}


@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        ({"file": "none.txt"}, "row 3", "no file of this folder"),
        ({"file": "../outside.txt"}, "row 3", "no file of this folder"),
        ({"file": "sub"}, "row 3", "no file of this folder"),
        ({"file": "empty.txt"}, "row 3", "is empty"),
        ({"file": "large.txt"}, "row 3", "larger than 1 MB"),
        ({"registry_number": "BLR-1900-001"}, "row 3", "There is no agreement"),
        ({"language": "xx"}, "row 3", "xx"),
        ({"role": ""}, "row 3", "Missing data"),
        ({"access": "secret"}, "row 3", "secret"),
        ({"language": "ru"}, "row 3", "same agreement, language and role as row 2"),
        ({"colour": "red"}, "header", "not known"),
    ],
)
def test_every_mistake_is_named_and_nothing_is_written(registry, folder, change, place, message):
    path = manifest(folder, ROW, {**ROW, "file": "sub/b.txt", "language": "kk", **change})
    _, problems = check_manifest(registry.database, folder, path, MOST)
    assert [problem.place for problem in problems] == [place]
    assert message in str(problems[0].message)
    assert documents_in(registry) == files_below(registry.storage.root) == []


def test_a_missing_column_and_an_empty_table_are_named(registry, folder):
    named = [
        check_manifest(registry.database, folder, manifest(folder, *rows), MOST)[1]
        for rows in ([{"file": "a.txt", "language": "ru"}], [])
    ]
    assert [problem.name for problem in named[0]] == ["registry_number", "role"]
    assert named[1]


def test_a_file_that_is_refused_holds_up_no_other(registry, folder):
    from registry.documents.scanning import open_scanner

    infected = {**ROW, "file": "infected.txt", "language": "kk"}
    path = manifest(folder, infected, ROW)
    with scanner_server() as (address, _):
        report = attach(registry, folder, path, open_scanner(address))
    assert dict(report.outcomes) == {Attached.ADDED: 1}
    assert [problem.place for problem in report.problems] == ["row 2"]
    assert "Eicar" in str(report.problems[0].message)


@pytest.mark.long
def test_the_commands_attach_read_and_list(settings, registry, folder):
    path = manifest(folder, ROW, {**ROW, "file": "sub/b.txt", "language": "kk"})
    assert b"2 files could be attached" in command(settings, "documents", "attach", folder, path, "--dry-run").stdout
    assert documents_in(registry) == []
    done = command(settings, "documents", "attach", folder, path, "--no-extract")
    assert done.returncode == 0, done.stderr.decode()
    assert b"2 added" in done.stdout
    assert {item.extraction.state for item in documents_in(registry)} == {"queued"}
    done = command(settings, "documents", "extract")
    assert (done.returncode, done.stdout) == (0, b"2 read, 0 failed\n"), done.stderr.decode()
    number = number_of(registry)
    rows = command(settings, "documents", "list", number).stdout.decode().splitlines()
    assert [row.split("\t")[1:4] for row in rows[1:]] == [
        [number, "ru", "certified_copy"],
        [number, "kk", "certified_copy"],
    ]
    wrong = manifest(folder, {**ROW, "file": "none.txt"})
    refused = command(settings, "documents", "attach", folder, wrong)
    assert refused.returncode == 1
    assert b"nothing was attached" in refused.stderr
    (registry.storage.root / rows[1].split("\t")[8][:2]).rename(registry.storage.root / "gone")
    failed = command(settings, "documents", "extract", rows[1].split("\t")[0])
    assert failed.returncode == 1
    assert b"missing from the storage" in failed.stderr
    assert command(settings, "documents", "extract", "999").returncode == 1
