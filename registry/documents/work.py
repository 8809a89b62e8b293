"""The queue of files to be read: rows that are taken with a lease."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from registry.core import leases
from registry.core.errors import RuleViolationError
from registry.core.i18n import N_
from registry.core.leases import MOST_ATTEMPTS, State, is_free
from registry.core.messages import Message
from registry.documents.models import Document, Extraction

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from registry.core.uow import Database, UnitOfWork

ACTOR = "reading of files"


@dataclass(frozen=True)
class Taken:
    """A file that somebody has taken to read, and the proof of that."""

    document_id: int
    holder: str
    sha256: str
    file_name: str
    language: str


def queue_extraction(uow: UnitOfWork, document: Document, *, divide_anew: bool = False) -> None:
    """Have the file of a document read, again if it was before; a reading that goes on is dropped.

    With `divide_anew` the borders of articles that a person corrected are found anew. Raises `RuleViolationError` when
    the bytes of the document are not kept, or the document was withdrawn.
    """
    if document.is_withdrawn:
        raise RuleViolationError(N_("This document was withdrawn. Attach the file anew if it belongs here after all."))
    if not document.kept:
        raise RuleViolationError(
            N_("The bytes of this document were never kept, so that it cannot be read again. Attach the file anew.")
        )
    row = uow.session.get(Extraction, document.id)
    if row is None:
        row = Extraction(document_id=document.id)
        uow.session.add(row)
    row.enqueue(uow.clock.now())
    row.divide_anew = divide_anew
    uow.session.flush()
    uow.session.expire(document, ["extraction"])


def drop_extraction(uow: UnitOfWork, document: Document) -> None:
    """Take a document from the queue; what somebody who reads it now finds is dropped."""
    uow.session.execute(delete(Extraction).where(Extraction.document_id == document.id))
    uow.session.expire(document, ["extraction"])


def take(database: Database, among: Collection[int] | None = None) -> Taken | None:
    """Take the file that waits longest, of those with the ids `among` if given; None when there is none.

    A file whose reading was cut off too often fails here, with a message.
    """
    with database.read() as session:
        if not leases.has_work(session, Extraction, database.clock.now()):
            return None
    with database.write(ACTOR) as uow:
        now = uow.clock.now()
        statement = (
            select(Extraction)
            .where(is_free(Extraction, now))
            .order_by(Extraction.queued_at, Extraction.document_id)
            .limit(1)
        )
        if among is not None:
            statement = statement.where(Extraction.document_id.in_(among))
        while (row := uow.session.scalar(statement.with_for_update(skip_locked=True))) is not None:
            if row.attempts < MOST_ATTEMPTS:
                document = uow.session.get_one(Document, row.document_id)
                return Taken(document.id, row.seize(now), document.sha256, document.file_name, document.language)
            cut_off = N_("The reading of this file was cut off three times. It may be too large or broken.")
            row.end(now, State.FAILED, Message(cut_off))
            uow.session.flush()
        return None


def renew(database: Database, taken: Taken, progress: tuple[int, int]) -> bool:
    """Go on holding a file, and note how far its reading has come; return whether it is still held."""
    with database.write(ACTOR) as uow:
        return leases.renew(uow, Extraction, taken.document_id, taken.holder, progress)


def held(session: Session, taken: Taken) -> Extraction | None:
    """Return the row of a file that was taken, locked, or None when somebody else has it by now."""
    return leases.held(session, Extraction, taken.document_id, taken.holder)


def finish(uow: UnitOfWork, row: Extraction, failure: Message | None = None) -> None:
    """Note that a reading has ended, well or with a message."""
    row.end(uow.clock.now(), State.FAILED if failure is not None else State.DONE, failure)
    row.divide_anew = False
    uow.session.flush()
