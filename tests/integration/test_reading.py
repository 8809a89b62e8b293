"""The queue of files to be read: nothing is lost with a process, nothing is read twice, nothing holds up the rest."""

from __future__ import annotations

import signal
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from registry.core.errors import RegistryError, RuleViolationError
from registry.core.leases import LEASE, MOST_ATTEMPTS
from registry.documents.extraction import Extracted
from registry.documents.models import Document, Extraction
from registry.documents.reading import Reader, read_file, read_next
from registry.documents.services import Attached
from registry.documents.work import queue_extraction, take
from registry.runtime import open_registry
from tests.helpers.accounts import MovableClock
from tests.helpers.documents import TEXT, documents_in, put_in
from tests.helpers.servers import script
from tests.helpers.texts import attach


@pytest.fixture
def clock():
    return MovableClock(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))


@pytest.fixture
def registry(settings, clock):
    opened = open_registry(settings, clock)
    yield opened
    opened.close()


def state_of(registry, key):
    with registry.database.read() as session:
        row = session.get_one(Extraction, key)
        session.expunge(row)
        return row


def reading(**given):
    """Return something that reads every file as these say."""

    def read(path, *, file_name, languages, progress):
        progress(1, 2)
        return Extracted(**{"media_type": "application/pdf", "text": TEXT, **given})

    return read


def failing(error):
    def read(path, **_):
        raise error

    return read


def test_a_file_is_read_once_and_in_the_order_of_the_queue(registry, clock):
    keys = []
    for language in ("ru", "kk", "en"):
        keys.append(put_in(registry, TEXT + language, language=language, read=False).document_id)
        clock.pass_by(seconds=1)
    assert [read_next(registry.database, registry.storage, reading()) for _ in range(4)] == [*keys, None]
    assert {state_of(registry, key).state for key in keys} == {"done"}


def test_only_those_asked_for_are_read(registry):
    first = put_in(registry, TEXT, read=False).document_id
    second = put_in(registry, TEXT + "!", language="kk", read=False).document_id
    assert read_next(registry.database, registry.storage, reading(), [second]) == second
    assert read_next(registry.database, registry.storage, reading(), [second]) is None
    assert state_of(registry, first).state == "queued"


def test_what_was_read_is_written_down_with_its_pages(registry):
    key = put_in(registry, TEXT, read=False).document_id
    start = TEXT.index("Статья 2")
    given = {"page_starts": (0, start), "method": "ocr", "confidence": 87.5}
    read_next(registry.database, registry.storage, reading(**given))
    (document,) = documents_in(registry)
    assert (document.method, document.confidence, document.page_count) == ("ocr", 87.5, 2)
    assert (document.media_type, document.text_length) == ("application/pdf", len(TEXT))
    with registry.database.read() as session:
        from registry.documents.queries import articles_of

        pages = {article.anchor: article.page for article in articles_of(session, key)}
    assert (pages["article-1"], pages["article-2"]) == (1, 2)


def test_a_process_that_dies_leaves_its_file_to_the_next_one(registry, clock):
    key = put_in(registry, TEXT, read=False).document_id
    assert take(registry.database).document_id == key
    assert take(registry.database) is None
    clock.pass_by(seconds=LEASE.total_seconds() + 1)
    assert read_next(registry.database, registry.storage, reading()) == key
    row = state_of(registry, key)
    assert (row.state, row.attempts) == ("done", 2)


KILLED = """
import os, signal
import registry.documents.reading as reading
reading.extract = lambda *a, **b: os.kill(os.getpid(), signal.SIGKILL)
from registry.cli import main
main(["documents", "extract"])
"""


def test_a_process_that_is_killed_while_it_reads_is_followed_by_another(settings, clock, registry):
    clock.instant = datetime.now(UTC)
    key = put_in(registry, TEXT, read=False).document_id
    killed = script(settings, KILLED)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert (state_of(registry, key).state, take(registry.database)) == ("running", None)
    clock.instant = datetime.now(UTC) + LEASE + timedelta(seconds=1)
    assert read_next(registry.database, registry.storage, read_file) == key
    assert (state_of(registry, key).state, state_of(registry, key).attempts) == ("done", 2)
    assert documents_in(registry)[0].has_text


def test_a_file_that_kills_its_reader_is_given_up(registry, clock):
    key = put_in(registry, TEXT, read=False).document_id
    for _ in range(MOST_ATTEMPTS):
        assert take(registry.database) is not None
        clock.pass_by(seconds=LEASE.total_seconds() + 1)
    assert take(registry.database) is None
    row = state_of(registry, key)
    assert row.state == "failed"
    assert "cut off three times" in row.message


def test_what_comes_too_late_is_dropped(registry, clock):
    key = put_in(registry, TEXT, read=False).document_id

    def slow(path, **_):
        clock.pass_by(seconds=LEASE.total_seconds() + 1)
        assert read_next(registry.database, registry.storage, reading()) == key
        return Extracted("text/plain", "Статья 1\nДругое\n")

    assert read_next(registry.database, registry.storage, slow) == key
    assert documents_in(registry)[0].text_length == len(TEXT)
    assert state_of(registry, key).attempts == 2


def test_a_long_reading_goes_on_being_held(registry, clock, monkeypatch):
    monkeypatch.setattr("registry.core.leases._RENEWED_EVERY", 1.0)
    key = put_in(registry, TEXT, read=False).document_id

    def slow(path, *, progress, **_):
        before = state_of(registry, key).leased_until
        clock.pass_by(seconds=40)
        progress(3, 10)
        for _ in range(50):
            if state_of(registry, key).leased_until > before:
                break
            time.sleep(0.1)
        row = state_of(registry, key)
        assert (row.leased_until, row.done, row.total) == (before + timedelta(seconds=40), 3, 10)
        return Extracted("text/plain", TEXT)

    assert read_next(registry.database, registry.storage, slow) == key
    assert state_of(registry, key).state == "done"


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (failing(RegistryError("Too many pages: %(count)s.", count=100_000)), "Too many pages: 100000."),
        (failing(ZeroDivisionError()), "The registry has made a mistake with this file"),
        (reading(text=" \n "), "No text was found"),
    ],
)
def test_what_goes_wrong_is_written_beside_the_file_and_ends_with_it(registry, read, message):
    key = put_in(registry, TEXT, read=False).document_id
    put_in(registry, TEXT + "!", language="kk", read=False)
    assert read_next(registry.database, registry.storage, read) == key
    row = state_of(registry, key)
    assert row.state == "failed"
    assert message in row.message % (row.params or {})
    assert read_next(registry.database, registry.storage, reading()) is not None
    with registry.database.write("officer") as uow:
        queue_extraction(uow, uow.session.get_one(Document, key))
    assert read_next(registry.database, registry.storage, reading()) == key
    assert (state_of(registry, key).state, state_of(registry, key).message) == ("done", None)


def test_bytes_that_are_gone_are_said(registry):
    key = put_in(registry, TEXT, read=False).document_id
    registry.storage.set_aside(documents_in(registry)[0].sha256)
    assert read_next(registry.database, registry.storage, reading()) == key
    row = state_of(registry, key)
    assert "missing from the storage" in row.message % row.params


def test_a_text_whose_bytes_were_never_kept_cannot_be_read_again(registry):
    with registry.database.write("test") as uow:
        assert attach(uow, "kzby-014", TEXT)[0] == Attached.ADDED
        document = uow.session.scalar(select(Document))
        with pytest.raises(RuleViolationError, match="never kept"):
            queue_extraction(uow, document)


def test_characters_that_no_database_takes_do_not_stop_a_text(registry):
    put_in(registry, TEXT, read=False)
    assert read_next(registry.database, registry.storage, reading(text=f"a\0b\ud800c {TEXT}")) is not None
    assert documents_in(registry)[0].text_length == len(TEXT) + 6


def test_a_thread_reads_beside_the_requests(settings):
    registry = open_registry(replace(settings))
    key = put_in(registry, TEXT, read=False).document_id
    reader = Reader(registry.database, registry.storage, read_file)
    reader.start()
    for _ in range(200):
        if state_of(registry, key).state == "done":
            break
        time.sleep(0.05)
    assert state_of(registry, key).state == "done"
    reader.stop()
    reader.join(10)
    assert not any(thread is reader for thread in threading.enumerate())
    registry.close()
