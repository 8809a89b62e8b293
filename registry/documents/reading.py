"""Reads the files that wait: takes one, has it read in a process of its own, divides the text and writes it down."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from registry.agreements.models import Agreement
from registry.core.errors import RegistryError
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.core.workers import Worker
from registry.documents.dividing import found_articles
from registry.documents.extraction import Limits, extract
from registry.documents.models import Article, Document
from registry.documents.schemas import MAX_CHARACTERS
from registry.documents.services import replace_articles
from registry.documents.work import ACTOR, LEASE, finish, held, renew, take
from registry.outbox.services import hold_changes, note_changes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

    from registry.core.uow import Database
    from registry.documents.models import Extraction
    from registry.documents.storage.interface import Storage
    from registry.documents.work import Taken

log = logging.getLogger(__name__)

#: How often a holder says that it is still there.
_RENEWED_EVERY = LEASE.total_seconds() / 4

#: PostgreSQL takes no NUL, and no encoding takes half of a pair of surrogates.
_NOT_STORABLE = dict.fromkeys([0, *range(0xD800, 0xE000)], "\ufffd")


class ReadText(Protocol):
    """What was read from a file."""

    @property
    def media_type(self) -> str:
        """Return the type that the bytes have, whatever the name says."""

    @property
    def text(self) -> str:
        """Return the text."""

    @property
    def page_starts(self) -> Sequence[int]:
        """Return where in the text each page begins; nothing where there are no pages."""

    @property
    def method(self) -> str:
        """Return a value of `Method`."""

    @property
    def confidence(self) -> float | None:
        """Return how sure a recognition was, from 0 to 100."""

    @property
    def notes(self) -> Sequence[str]:
        """Return what a reader should know about how the text was got."""


class Read(Protocol):
    """Reads a file; raises `RegistryError` with a message for the user when it cannot be read."""

    def __call__(
        self, path: Path, *, file_name: str, languages: Sequence[str], progress: Callable[[int, int], None]
    ) -> ReadText:
        """Read the file at `path`."""


def read_file(
    path: Path, *, file_name: str, languages: Sequence[str], progress: Callable[[int, int], None]
) -> ReadText:
    """Read a file in a process of its own, with the limits that keep it from taking the server with it."""
    return extract(path, file_name=file_name, languages=languages, limits=Limits(), progress=progress)


def read_next(
    database: Database,
    storage: Storage,
    read: Read,
    among: Collection[int] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> int | None:
    """Read the file that waits longest; return the id of its document, or None when no file waits.

    What goes wrong with a file is written beside it and ends with it: the next one is read all the same.
    """
    taken = take(database, among)
    if taken is None:
        return None
    failure: Message | None = None
    found: ReadText | None = None
    articles: list[Article] = []
    try:
        with _held(database, taken, progress) as report, storage.local(taken.sha256) as path:
            found = read(path, file_name=taken.file_name, languages=[taken.language], progress=report)
            failure = _unusable(found.text)
            if failure is None:
                articles = found_articles(_storable(found.text), found.page_starts)
    except RegistryError as error:
        failure = Message(error.template, **error.params)
    except Exception:
        # A file that nobody foresaw must not end the reading of all others; the cause goes to the log with its trace.
        log.exception("document %s cannot be read", taken.document_id)
        failure = Message(N_("The registry has made a mistake with this file. The cause is written to the log."))
    _write_down(database, taken, found, articles, failure)
    return taken.document_id


class Reader(Worker):
    """Reads files beside the requests of a server, one at a time, until it is stopped."""

    def __init__(self, database: Database, storage: Storage, read: Read) -> None:
        """Prepare; `start` begins."""
        super().__init__("reader of files", lambda: read_next(database, storage, read) is not None)


@contextmanager
def _held(
    database: Database, taken: Taken, progress: Callable[[int, int], None] | None
) -> Iterator[Callable[[int, int], None]]:
    """Hold a file while the block lasts; give the function by which the block says how far it has come."""
    state = [(0, 0)]
    ended = threading.Event()

    def report(done: int, total: int) -> None:
        state[0] = (done, total)
        if progress:
            progress(done, total)

    def go_on() -> None:
        noted, waited = state[0], 0.0
        while not ended.wait(1.0):
            waited += 1.0
            if state[0] != noted or waited >= _RENEWED_EVERY:
                noted, waited = state[0], 0.0
                try:
                    renew(database, taken, noted)
                except OperationalError as error:
                    log.warning("the progress of a reading cannot be noted: %s", error.orig)

    thread = threading.Thread(target=go_on, name="progress of a reading", daemon=True)
    thread.start()
    try:
        yield report
    finally:
        ended.set()
        thread.join()


def _write_down(
    database: Database, taken: Taken, found: ReadText | None, articles: list[Article], failure: Message | None
) -> None:
    """Write what was read, unless somebody else has the file by now."""
    with database.write(ACTOR) as uow:
        hold_changes(uow.session)
        row = held(uow.session, taken)
        if row is None:
            log.warning("document %s was taken by another reader meanwhile", taken.document_id)
            return
        if found is not None and failure is None:
            document = uow.session.get_one(Document, taken.document_id)
            agreement = uow.session.get_one(Agreement, document.agreement_id)
            document.media_type = str(found.media_type)
            document.method, document.confidence = str(found.method), found.confidence
            document.page_count = len(found.page_starts) or None
            notes = [*found.notes, *_divide(uow.session, document, row, articles)]
            document.notes = [_noted(note) for note in notes]
            if document.access == agreement.access:
                agreement.revised_at = uow.clock.now()
            note_changes(uow.session, [agreement.id])
        finish(uow, row, failure)


def _divide(session: Session, document: Document, row: Extraction, articles: list[Article]) -> list[Message]:
    """Give a document its articles; those whose borders a person corrected stay, unless they are to be found anew."""
    if document.divided_by is None or row.divide_anew:
        replace_articles(session, document, articles)
        document.divided_by = None
        document.text_length = sum(len(article.text) for article in articles)
        return []
    present = session.scalars(select(Article.text).where(Article.document_id == document.id).order_by(Article.position))
    if "".join(present) == "".join(article.text for article in articles):
        return []
    return [
        Message(
            N_(
                "The file was read anew and gave other words. The text whose articles %(who)s corrected was kept; have "
                "the file read with new articles to see the other one."
            ),
            who=document.divided_by,
        )
    ]


def _unusable(text: str) -> Message | None:
    """Say why a text cannot be taken, if it cannot."""
    if not text.strip():
        return Message(N_("No text was found in this file. It is kept and can be downloaded."))
    if len(text) > MAX_CHARACTERS:
        return Message(
            N_("The text of this file has %(length)s characters; at most %(most)s are taken."),
            length=len(text),
            most=MAX_CHARACTERS,
        )
    return None


def _storable(text: str) -> str:
    """Return a text that both databases take, of the same length, since pages are counted in it."""
    return text.translate(_NOT_STORABLE)


def _noted(note: str) -> dict[str, Any]:
    """Return a remark as it is stored: its sentence and what fills it, so that it can be translated."""
    if isinstance(note, Message):
        return {"template": note.template, "params": {name: str(value) for name, value in note.params.items()}}
    return {"template": note, "params": {}}
