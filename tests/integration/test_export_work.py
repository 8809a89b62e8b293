"""Long exports in the background: killed, cut off, cancelled, over; and what the command line does with exports."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from registry.audit.models import Entry
from registry.audit.vocabulary import Act
from registry.cli import main
from registry.core.canonical import sha256_of
from registry.core.leases import LEASE, MOST_ATTEMPTS
from registry.exports.rendering import Export
from registry.exports.runs.files import ExportFiles
from registry.exports.runs.making import make_next, maker_of_exports, tidy_expired, tidy_left_over
from registry.exports.runs.models import ExportRun, ExportWork
from registry.exports.runs.services import cancel_export, request_export
from registry.exports.runs.verifying import verify
from registry.exports.runs.work import take
from registry.exports.verifier import GENUINE
from registry.runtime import open_registry
from tests.conftest import TODAY
from tests.helpers.accounts import MovableClock, new_user
from tests.helpers.proofs import request_for
from tests.helpers.servers import ROOT, environment, serving


@pytest.fixture
def clock():
    return MovableClock(TODAY)


@pytest.fixture
def registry(settings, clock):
    opened = open_registry(settings, clock)
    new_user(opened)
    yield opened
    opened.close()


@pytest.fixture
def files(registry):
    return ExportFiles(registry.settings.exports_folder)


def queue(registry):
    """Ask for all agreements in the background; return the number of the export."""
    request = request_for(registry)
    with registry.database.write("officer") as uow:
        return request_export(uow, request, user_id=1, file_name="list.csv", media_type="text/csv").id


def make(registry, files):
    return make_next(registry.database, registry.index, files, 30)


def state(registry, number):
    with registry.database.read() as session:
        return session.get_one(ExportRun, number).state


def acts(registry):
    with registry.database.read() as session:
        return [
            (item.actor, item.act)
            for item in session.scalars(
                sa.select(Entry).where(Entry.act.startswith("export.")).order_by(Entry.position)
            )
        ]


def test_whoever_waits_longest_is_first_and_the_file_is_what_was_asked_for(registry, files, clock):
    first = queue(registry)
    expected = b"".join(Export(registry.database, registry.index, request_for(registry)))
    clock.pass_by(seconds=1)
    second = queue(registry)
    assert make(registry, files)
    assert (state(registry, first), state(registry, second)) == ("done", "queued")
    assert files.path_of(first).read_bytes() == expected
    with registry.database.read() as session:
        assert verify(session, registry.log_key, sha256_of(expected), None).report.verdict == GENUINE
        run = session.get_one(ExportRun, first)
        assert (run.work.done, run.agreements) == (run.work.total, expected.count(b"\r\n") - 1)


def test_a_maker_that_dies_leaves_its_export_to_the_next_one(registry, files, clock):
    number = queue(registry)
    assert take(registry.database).export_id == number
    assert not make(registry, files)
    clock.pass_by(seconds=LEASE.total_seconds() + 1)
    assert make(registry, files)
    assert state(registry, number) == "done"


def test_an_export_that_kills_its_makers_is_given_up_and_that_is_in_the_log(registry, files, clock):
    number = queue(registry)
    for _ in range(MOST_ATTEMPTS):
        assert take(registry.database) is not None
        clock.pass_by(seconds=LEASE.total_seconds() + 1)
    assert not make(registry, files)
    assert state(registry, number) == "failed"
    assert acts(registry)[-1] == ("making of exports", Act.EXPORT_FAILED)


def test_a_request_that_means_nothing_any_more_fails_and_the_next_one_is_made(registry, files, clock):
    broken = queue(registry)
    with registry.database.engine.begin() as connection:
        connection.execute(sa.update(ExportRun).where(ExportRun.id == broken).values(request='{"search": {}}'))
    clock.pass_by(seconds=1)
    good = queue(registry)
    assert make(registry, files)
    assert (state(registry, broken), state(registry, good)) == ("failed", "done")


def test_a_mistake_of_the_program_ends_one_export_only(registry, files, monkeypatch):
    number = queue(registry)
    monkeypatch.setattr("registry.exports.runs.making.Export", lambda *_, **__: 1 / 0)
    assert make(registry, files)
    assert state(registry, number) == "failed"


@pytest.mark.parametrize("when", ["before", "while it is written", "after the writing"])
def test_a_cancelled_export_leaves_no_file(registry, files, monkeypatch, when):
    number = queue(registry)

    def cancel():
        with registry.database.write("officer") as uow:
            cancel_export(uow, number, 1)
        files.remove(number)

    if when == "before":
        cancel()
        assert not make(registry, files)
    else:
        write = ExportFiles.write

        def written(self, export_id, holder, chunks):
            def cancelled():
                for chunk in chunks:
                    if when == "while it is written":
                        cancel()
                        # The thread beside the work sees that within a second, and the next batch asks.
                        monkeypatch.setattr("registry.core.leases.Hold.is_lost", True, raising=False)
                    yield chunk
                if when == "after the writing":
                    cancel()

            return write(self, export_id, holder, cancelled())

        monkeypatch.setattr(ExportFiles, "write", written)
        assert make(registry, files)
    assert state(registry, number) == "cancelled"
    assert not list(files.folder.glob("*"))
    assert Act.LIST_EXPORTED not in {act for _, act in acts(registry)}


def test_files_are_removed_when_their_time_is_over_and_when_nobody_knows_them(registry, files, clock):
    number = queue(registry)
    make(registry, files)
    (files.folder / "99").write_bytes(b"left")
    (files.folder / f"{number}.somebody.part").write_bytes(b"left")
    old = (datetime.now(UTC) - timedelta(hours=2)).timestamp()
    for path in files.folder.iterdir():
        os.utime(path, (old, old))
    clock.instant = datetime.now(UTC)
    with registry.database.engine.begin() as connection:
        connection.execute(sa.update(ExportRun).values(expires_at=clock.now() + timedelta(days=1)))
    assert tidy_left_over(registry.database, files) == 1
    assert files.path_of(number).exists()
    clock.pass_by(days=1)
    assert tidy_expired(registry.database, files) == 1
    assert tidy_expired(registry.database, files) == 0
    assert not list(files.folder.iterdir())


def test_the_thread_of_a_server_makes_what_waits(registry, files):
    number = queue(registry)
    maker = maker_of_exports(registry.database, registry.index, files, 30)
    maker.start()
    for _ in range(100):
        if state(registry, number) == "done":
            break
        time.sleep(0.1)
    maker.stop()
    maker.join(10)
    assert files.path_of(number).exists()


SLOW = """
import time
import registry.exports.rendering as rendering
import registry.exports.formats.csv as formats
rendering._BATCH = 5
formats._CHUNK = 500
whole = rendering.Export._records
def slowly(self, *arguments, **more):
    for count, row in enumerate(whole(self, *arguments, **more)):
        if count > 20:
            time.sleep(1)
        yield row
rendering.Export._records = slowly
from registry.cli import main
main(["serve", "--port", "{port}"])
"""


@pytest.mark.long
def test_a_server_that_is_killed_in_the_middle_of_an_export_finishes_it_after_the_restart(registry, files):
    from tests.helpers.servers import free_port

    number = queue(registry)
    settings = registry.settings
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW.format(port=free_port())],
        env=environment(settings), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(600):
            parts = list(files.folder.glob(f"{number}.*.part"))
            if parts and parts[0].stat().st_size:
                break
            time.sleep(0.1)
        assert parts, "the writing has begun"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    with registry.database.read() as session:
        work = session.get_one(ExportWork, number)
        assert (work.state, work.attempts) == ("running", 1)
    assert not files.path_of(number).exists()
    # A minute passes.
    with registry.database.engine.begin() as connection:
        connection.execute(sa.update(ExportWork).values(leased_until=datetime.now(UTC) - timedelta(seconds=1)))
    with serving(settings):
        for _ in range(300):
            if state(registry, number) == "done":
                break
            time.sleep(0.1)
    with registry.database.read() as session:
        run = session.get_one(ExportRun, number)
        assert (run.state, run.work.attempts) == ("done", 2)
        data = files.path_of(number).read_bytes()
        assert verify(session, registry.log_key, sha256_of(data), None).report.verdict == GENUINE
        assert run.agreements == data.count(b"\r\n") - 1


def test_the_command_line_writes_a_manifest_and_verifies(settings, tmp_path):
    output, manifest = tmp_path / "list.csv", tmp_path / "list.csv.manifest.json"

    def run(*arguments):
        return CliRunner().invoke(main, [str(item) for item in arguments], env=environment(settings))

    done = run("export", "--filter", "level=ministries", "--output", output)
    assert done.exit_code == 0, done.output
    assert {path.name for path in tmp_path.glob("list*")} == {output.name, manifest.name}
    assert json.loads(manifest.read_text())["export"]["file"]["name"] == "list.csv"
    genuine = run("verify", output, manifest)
    assert (genuine.exit_code, genuine.stdout.split("\n")[0]) == (0, "genuine")
    assert "by command line" in genuine.stdout
    assert run("verify", output).exit_code == 0
    assert sha256_of(output.read_bytes()) in run("exports", "list").stdout
    assert run("exports", "manifest", 1).stdout_bytes == manifest.read_bytes()
    piped = run("export", "--filter", "level=ministries")
    assert sha256_of(piped.stdout_bytes) == json.loads(manifest.read_text())["export"]["file"]["sha256"]
    output.write_bytes(output.read_bytes().replace(b"\r\n", b"\n", 1))
    assert run("verify", output, manifest).exit_code == 1
    assert run("verify", output).exit_code == 2
    manifest.write_bytes(b"[" * 100_000)
    refused = run("verify", output, manifest)
    assert (refused.exit_code, "no JSON that can be read" in refused.stdout) == (2, True)
    assert run("exports", "tidy").stdout.startswith("removed 0 files")
    assert run("exports", "make").stdout.startswith("0 exports")
