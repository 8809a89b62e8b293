"""`registry index`: what it finds, what it mends, and how it ends."""

from __future__ import annotations

import pytest

from tests.helpers.servers import command


@pytest.fixture
def run(invoke):
    def run(*args):
        answer = invoke("index", *args)
        return answer.exit_code, answer.output

    return run


def test_what_differs_is_named_and_mended_when_that_is_asked_for(run, registry):
    code, said = run("verify")
    assert (code, "the index and the database agree" in said) == (0, True)
    writer = registry.index.store.live().writer()
    writer.delete_by_term("key", "1")
    writer.commit()
    code, said = run("verify")
    assert code == 1
    assert "missing: 1" in said
    assert "they differ; run with --mend" in said
    code, said = run("verify", "--mend")
    assert (code, "mended: 1" in said) == (0, True)
    assert run("verify")[0] == 0


def test_an_index_that_cannot_be_read_is_built_anew_when_that_is_asked_for(settings):
    for file in settings.search_index.rglob("*.toc"):
        file.write_bytes(b"damage")
    # Processes of their own: Whoosh leaves the file open that it could not read.
    unreadable = command(settings, "index", "verify")
    assert unreadable.returncode == 1
    assert b"the index cannot be read" in unreadable.stderr
    mended = command(settings, "index", "verify", "--mend")
    assert mended.returncode == 0, mended.stderr
    assert b"built the index anew" in mended.stdout
    assert b"the index and the database agree" in mended.stdout
