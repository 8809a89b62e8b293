"""`verify` names whatever differs between documents and bytes, and mends what can be mended; no kill hides from it."""

from __future__ import annotations

import signal
from datetime import timedelta

import pytest

from registry.documents.storage.interface import QUARANTINE
from registry.documents.verifying import mend_storage, verify_storage
from tests.helpers.documents import TEXT, documents_in, files_below, number_of, put_in
from tests.helpers.servers import command, script


def path_of(registry, digest):
    return registry.storage.root / digest[:2] / digest[2:4] / digest


def look(registry, grace=0):
    from datetime import UTC, datetime

    return verify_storage(registry.database, registry.storage, datetime.now(UTC), timedelta(minutes=grace))


def test_a_whole_storage_is_well(registry):
    put_in(registry, TEXT, read=False)
    report = look(registry)
    assert (report.compared, report.is_well) == (1, True)


def test_everything_that_differs_is_named_and_mended_as_far_as_that_can_be(registry):
    for language in ("ru", "kk", "en"):
        put_in(registry, f"{TEXT} {language}", language=language, read=False)
    missing, damaged, sound = (item.sha256 for item in documents_in(registry))
    path_of(registry, missing).unlink()
    path_of(registry, damaged).chmod(0o600)
    path_of(registry, damaged).write_bytes(b"other")
    with registry.storage.spool.receive() as incoming:
        incoming.write(b"nobody's")
        registry.storage.keep(incoming)
        orphan = incoming.digest
    (registry.storage.spool.folder / "upload-dead").write_bytes(b"half")
    report = look(registry)
    assert (report.missing, report.damaged, report.compared) == ([missing], [damaged], 2)
    assert [file.key for file in report.orphans] == [orphan]
    assert [path.name for path in report.left_over] == ["upload-dead"]
    assert mend_storage(registry.database, registry.storage, report, "test") == 2
    again = look(registry)
    assert (again.missing, again.damaged, again.orphans, again.left_over) == ([missing], [damaged], [], [])
    (aside,) = (registry.storage.root / QUARANTINE).iterdir()
    assert aside.read_bytes() == b"nobody's"
    assert registry.storage.size(sound) is not None


def test_bytes_that_may_still_get_a_document_are_left_alone(registry):
    with registry.storage.spool.receive() as incoming:
        incoming.write(b"just coming")
        registry.storage.keep(incoming)
    report = look(registry, grace=60)
    assert report.is_well
    assert len(report.young) == 1
    assert mend_storage(registry.database, registry.storage, report, "test") == 0


def test_bytes_that_got_a_document_after_they_were_looked_at_are_left_alone(registry):
    with registry.storage.spool.receive() as incoming:
        incoming.write(TEXT.encode())
        registry.storage.keep(incoming)
    report = look(registry)
    put_in(registry, TEXT, read=False)
    assert len(report.orphans) == 1
    assert mend_storage(registry.database, registry.storage, report, "test") == 0
    assert look(registry).is_well


#: Where a process is killed in the middle of an upload, and what it leaves behind.
KILLED_AT = {
    "while the file is written": ("spool.Incoming.write = after(spool.Incoming.write)", {"left over"}),
    "before the file reaches the disk": ("spool.Incoming.settle = before", {"left over"}),
    "before the file has its name": ("folder.os.link = before", {"left over"}),
    "when the file has its name": ("folder.os.link = after(os.link)", {"left over", "orphaned"}),
    "before the folder reaches the disk": ("folder._settle_folder = before", {"left over"}),
    "before the row is written": ("receiving.hold_changes = before", {"left over", "orphaned"}),
    "when the row is written": ("services.queue_extraction = before", {"left over", "orphaned"}),
    "before the commit": ("orm.Session.commit = before", {"left over", "orphaned"}),
    "after the commit": ("orm.Session.commit = after(orm.Session.commit)", {"left over"}),
}

UPLOAD = """
import os, signal, sys
import sqlalchemy.orm as orm
from registry.documents import receiving, services
from registry.documents.storage import folder, spool

def before(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def after(function):
    def done(*given, **named):
        function(*given, **named)
        before()
    return done

{patch}
from registry.cli import main
main(["documents", "add", {number!r}, {path!r}, "--language", "ru", "--role", "scan"])
"""


@pytest.mark.parametrize("place", KILLED_AT)
@pytest.mark.long
def test_a_kill_at_any_point_of_an_upload_leaves_nothing_that_verify_does_not_name_and_mend(
    settings, registry, tmp_path, place
):
    patch, expected = KILLED_AT[place]
    path = tmp_path / "text.txt"
    path.write_text(TEXT * 5000, "utf-8")
    line = {"number": number_of(registry), "path": str(path)}
    killed = script(settings, UPLOAD.format(patch=patch, **line))
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    rows = documents_in(registry)
    assert len(rows) == (place == "after the commit")
    report = look(registry)
    named = {"left over"} if report.left_over else set()
    assert named | ({"orphaned"} if report.orphans else set()) == expected
    assert (report.missing, report.damaged) == ([], [])
    mend_storage(registry.database, registry.storage, report, "test")
    assert look(registry).is_well
    kept = [name for name in files_below(registry.storage.root) if not name.startswith(QUARANTINE)]
    assert len(kept) == len(rows)
    put_in(registry, TEXT * 5000, role="scan")
    assert [item.extraction.state for item in documents_in(registry)] == ["done"]
    assert files_below(registry.storage.spool.folder) == []


@pytest.mark.long
def test_the_command_names_mends_and_says_by_its_exit_code_how_it_stands(settings, registry):
    put_in(registry, TEXT, read=False)
    assert command(settings, "documents", "verify").returncode == 0
    (registry.storage.spool.folder / "upload-dead").write_bytes(b"half")
    found = command(settings, "documents", "verify")
    assert found.returncode == 1
    assert b"left over: " in found.stdout
    assert command(settings, "documents", "verify", "--mend").returncode == 0
    path_of(registry, documents_in(registry)[0].sha256).unlink()
    found = command(settings, "documents", "verify", "--mend")
    assert found.returncode == 1
    assert b"missing: " in found.stdout
    assert b"from a backup" in found.stderr
