"""The queue of long exports: rows that are taken with a lease."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import select

from registry.audit.services import record
from registry.audit.vocabulary import Act
from registry.core import leases
from registry.core.errors import InvalidInputError
from registry.core.i18n import N_
from registry.core.leases import MOST_ATTEMPTS, State, is_free
from registry.core.messages import Message
from registry.exports.manifests import log_object
from registry.exports.runs.models import ExportRun, ExportWork
from registry.exports.schemas import request_from

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.core.uow import Database, UnitOfWork
    from registry.exports.schemas import ExportRequest

ACTOR = "making of exports"


@dataclass(frozen=True)
class Taken:
    """An export that somebody has taken to make, and the proof of that."""

    export_id: int
    holder: str
    request: ExportRequest
    file_name: str
    media_type: str


def take(database: Database) -> Taken | None:
    """Take the export that waits longest; None when there is none.

    One whose making was cut off too often, or whose request cannot be read any more, fails here with a message.
    """
    with database.read() as session:
        if not leases.has_work(session, ExportWork, database.clock.now()):
            return None
    with database.write(ACTOR) as uow:
        now = uow.clock.now()
        statement = (
            select(ExportWork)
            .where(is_free(ExportWork, now))
            .order_by(ExportWork.queued_at, ExportWork.export_id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        while (row := uow.session.scalar(statement)) is not None:
            if row.attempts >= MOST_ATTEMPTS:
                fail(uow, row, Message(N_("The making of this export was cut off three times.")))
                continue
            export = uow.session.get_one(ExportRun, row.export_id)
            try:
                request = request_from(orjson.loads(export.request))
            except InvalidInputError as error:
                fail(uow, row, Message(error.template, **error.params))
                continue
            return Taken(export.id, row.seize(now), request, export.file_name, export.media_type)
        return None


def renew(database: Database, taken: Taken, progress: tuple[int, int]) -> bool:
    """Go on holding an export, and note how far its making has come; return whether it is still held."""
    with database.write(ACTOR) as uow:
        return leases.renew(uow, ExportWork, taken.export_id, taken.holder, progress)


def held(session: Session, taken: Taken) -> ExportWork | None:
    """Return the row of an export that was taken, locked, or None when it was cancelled or somebody else has it."""
    return leases.held(session, ExportWork, taken.export_id, taken.holder)


def fail(uow: UnitOfWork, row: ExportWork, failure: Message) -> None:
    """Note that an export could not be made, and why."""
    row.end(uow.clock.now(), State.FAILED, failure)
    record(uow, Act.EXPORT_FAILED, log_object(row.export_id), detail={"reason": str(failure)})
    uow.session.flush()
