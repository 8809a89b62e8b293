"""The queue of files to be read: rows that are taken with a lease, so that no file is lost with a process.

Whoever takes one holds it for a minute and renews that while the reading goes on. When the process is killed, the
minute passes and another one takes it. What a holder writes after its lease went to somebody else is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, or_, select, update

from registry.core.errors import RuleViolationError
from registry.core.i18n import N_
from registry.documents.models import Document, Extraction
from registry.documents.vocabulary import State

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from registry.core.messages import Message
    from registry.core.uow import Database, UnitOfWork

LEASE = timedelta(seconds=60)

#: A file that took its process with it so many times is not tried again by itself.
MOST_ATTEMPTS = 3

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
    row.state, row.queued_at, row.finished_at = State.QUEUED, uow.clock.now(), None
    row.done, row.total, row.attempts = 0, 0, 0
    row.let_go()
    row.divide_anew = divide_anew
    row.message, row.params = None, None
    uow.session.flush()
    uow.session.expire(document, ["extraction"])


def drop_extraction(uow: UnitOfWork, document: Document) -> None:
    """Take a document from the queue; what somebody who reads it now finds is dropped."""
    uow.session.execute(delete(Extraction).where(Extraction.document_id == document.id))
    uow.session.expire(document, ["extraction"])


def waiting(session: Session, now: datetime) -> int:
    """Return how many files wait to be read, those included whose reader seems to have died."""
    return len(session.scalars(select(Extraction.document_id).where(_is_free(now))).all())


def take(database: Database, among: Collection[int] | None = None) -> Taken | None:
    """Take the file that waits longest, of those with the ids `among` if given; None when there is none.

    A file whose reading was cut off too often fails here, with a message.
    """
    with database.read() as session:
        if not waiting(session, database.clock.now()):
            return None
    with database.write(ACTOR) as uow:
        now = uow.clock.now()
        statement = (
            select(Extraction).where(_is_free(now)).order_by(Extraction.queued_at, Extraction.document_id).limit(1)
        )
        if among is not None:
            statement = statement.where(Extraction.document_id.in_(among))
        while (row := uow.session.scalar(statement.with_for_update(skip_locked=True))) is not None:
            if row.attempts < MOST_ATTEMPTS:
                row.state, holder = State.RUNNING, row.take(now + LEASE)
                document = uow.session.get_one(Document, row.document_id)
                return Taken(document.id, holder, document.sha256, document.file_name, document.language)
            row.state, row.finished_at = State.FAILED, now
            row.message = N_("The reading of this file was cut off three times. It may be too large or broken.")
            uow.session.flush()
        return None


def renew(database: Database, taken: Taken, progress: tuple[int, int]) -> bool:
    """Go on holding a file, and note how far its reading has come; return whether it is still held."""
    with database.write(ACTOR) as uow:
        changed = uow.session.scalar(
            update(Extraction)
            .where(_is_held_by(taken))
            .values(leased_until=uow.clock.now() + LEASE, done=progress[0], total=progress[1])
            .returning(Extraction.document_id)
        )
        return changed is not None


def held(session: Session, taken: Taken) -> Extraction | None:
    """Return the row of a file that was taken, locked, or None when somebody else has it by now."""
    return session.scalar(select(Extraction).where(_is_held_by(taken)).with_for_update())


def finish(uow: UnitOfWork, row: Extraction, failure: Message | None = None) -> None:
    """Note that a reading has ended, well or with a message."""
    row.state = State.FAILED if failure is not None else State.DONE
    row.let_go()
    row.finished_at = uow.clock.now()
    row.done = row.total if failure is None else row.done
    row.divide_anew = False
    row.message = failure.template[:500] if failure is not None else None
    row.params = {name: str(value) for name, value in failure.params.items()} if failure is not None else None
    uow.session.flush()


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(Extraction.state == State.QUEUED, and_(Extraction.state == State.RUNNING, Extraction.was_abandoned(now)))


def _is_held_by(taken: Taken) -> ColumnElement[bool]:
    return and_(Extraction.document_id == taken.document_id, Extraction.holder == taken.holder)
