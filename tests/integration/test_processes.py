"""Real processes: killed in the middle, side by side, started again. Nothing is lost and nothing is done by hand."""

from __future__ import annotations

import json
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.helpers.servers import command, get, script, server

RECORD = {
    "reference": "probe-1",
    "kind": "agreement",
    "proof": "press",
    "titles": [{"language": "ru", "text": "Соглашение о пчеловодстве", "status": "as_cited"}],
    "sides": [
        {"level": "ministries", "members": [{"party": "KAZ"}]},
        {"level": "ministries", "members": [{"party": "BLR"}]},
    ],
    "signed_on": "2026-03-01",
    "subjects": ["agriculture"],
    "sources": [{"id": "s1", "kind": "press", "locator": "https://example.org/bees", "quote": "подписано"}],
}
SEARCH = "/api/v1/agreements?q=%D0%BF%D1%87%D0%B5%D0%BB%D0%BE%D0%B2%D0%BE%D0%B4%D1%81%D1%82%D0%B2%D0%BE"

KILLED = """
import os, signal
from registry.search.engine.index import SearchIndex
import registry.search.engine.index as index_module
{patch}
from registry.cli import main
main(["import", {path!r}])
"""
BEFORE_INDEX = "SearchIndex.ensure = lambda self, progress=None: os.kill(os.getpid(), signal.SIGKILL)"
IN_THE_MIDDLE = """
def die(writer, source, keys, number):
    for key in keys:
        writer.delete_by_term("key", str(key))
    os.kill(os.getpid(), signal.SIGKILL)
index_module.write = die
"""


def total(address):
    status, text = get(address + SEARCH)
    assert status == 200
    return json.loads(text)["total"]


def write(tmp_path, **changes):
    path = tmp_path / "bees.json"
    path.write_text(json.dumps({"agreements": [{**RECORD, **changes}]}), encoding="utf-8")
    return path


def test_killed_between_commit_and_index_the_next_start_finds_the_change(settings, tmp_path):
    path = str(write(tmp_path))
    killed = script(settings, KILLED.format(patch=BEFORE_INDEX, path=path))
    assert killed.returncode == -signal.SIGKILL
    with server(settings) as address:
        assert total(address) == 1


def test_killed_in_the_middle_of_the_index_write_a_running_server_finds_the_change(settings, tmp_path):
    with server(settings) as address:
        assert total(address) == 0
        killed = script(settings, KILLED.format(patch=IN_THE_MIDDLE, path=str(write(tmp_path))))
        assert killed.returncode == -signal.SIGKILL
        assert total(address) == 1
    verified = command(settings, "index", "verify")
    assert verified.returncode == 0, verified.stderr.decode()


@pytest.mark.long
def test_killed_in_the_middle_of_an_import_nothing_is_half_there(settings, tmp_path):
    patch = """
import registry.interchange.imports as imports
imports.complete = lambda *a: os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = script(settings, KILLED.format(patch=patch, path=str(write(tmp_path))))
    assert killed.returncode == -signal.SIGKILL
    with server(settings) as address:
        assert total(address) == 0
    assert command(settings, "import", str(write(tmp_path))).returncode == 0
    assert command(settings, "index", "verify").returncode == 0


@pytest.mark.long
def test_two_servers_find_a_committed_change_at_once(settings, tmp_path):
    with server(settings) as first, server(settings) as second:
        assert (total(first), total(second)) == (0, 0)
        done = command(settings, "import", str(write(tmp_path)))
        assert done.returncode == 0, done.stderr.decode()
        assert (total(first), total(second)) == (1, 1)


@pytest.mark.long
def test_a_server_answers_many_readers_while_the_index_is_rebuilt_by_another_process(settings):
    with server(settings) as address, ThreadPoolExecutor(5) as pool:
        rebuilt = pool.submit(command, settings, "index", "rebuild")
        answers = list(
            pool.map(
                get,
                [
                    address
                    + "/api/v1/agreements?q=%D1%81%D0%BE%D0%B3%D0%BB%D0%B0%D1%88%D0%B5%D0%BD%D0%B8%D0%B5&per_page=1"
                ]
                * 40,
            )
        )
        assert rebuilt.result().returncode == 0
    assert {status for status, _ in answers} == {200}
    assert len({json.loads(text)["total"] for _, text in answers}) == 1


@pytest.mark.long
def test_verify_says_what_is_wrong_with_the_files_and_mends_it(settings):
    assert command(settings, "index", "rebuild", "--processes", "2").returncode == 0
    assert command(settings, "index", "verify").returncode == 0
    pointer = json.loads((settings.search_index / "CURRENT").read_text())
    path = max((settings.search_index / pointer["generation"]).glob("*.pst"), key=lambda file: file.stat().st_size)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 1]))
    verified = command(settings, "index", "verify")
    assert verified.returncode == 1
    assert f"damaged file: {path.name}" in verified.stdout.decode()
    assert b"Traceback" not in verified.stderr
    mended = command(settings, "index", "verify", "--mend")
    assert mended.returncode == 0, mended.stderr.decode()
    assert command(settings, "index", "verify").returncode == 0
