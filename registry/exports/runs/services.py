"""Writes: ask for an export, say what came of it, cancel it, remove its file when its time is over."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.audit.services import record
from registry.audit.vocabulary import Act
from registry.core.errors import NotFoundError, RuleViolationError
from registry.core.i18n import N_
from registry.core.leases import State
from registry.exports.manifests import describe, log_object
from registry.exports.runs.models import ExportRun, ExportWork
from registry.exports.verifier import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from registry.core.uow import UnitOfWork
    from registry.exports.manifests import FileFacts
    from registry.exports.schemas import ExportRequest

#: How many long exports of one user may wait or be made at a time.
MOST_AT_A_TIME = 3


def request_export(
    uow: UnitOfWork, request: ExportRequest, *, user_id: int, file_name: str, media_type: str
) -> ExportRun:
    """Have a long export made beside the requests of the server.

    Raises `RuleViolationError` when too many of the user's are not finished yet.
    """
    going_on = uow.session.scalars(
        select(ExportRun).join(ExportWork).where(ExportRun.user_id == user_id, ExportWork.state.in_(_GOING_ON))
    ).all()
    if len(going_on) >= MOST_AT_A_TIME:
        raise RuleViolationError(
            N_("%(most)s of your exports are not finished yet; wait for one of them, or cancel it."),
            most=MOST_AT_A_TIME,
        )
    export = _new(uow, request, user_id=user_id, file_name=file_name, media_type=media_type)
    work = ExportWork(export_id=export.id)
    work.enqueue(uow.clock.now())
    uow.session.add(work)
    uow.session.flush()
    uow.session.expire(export, ["work"])
    record(uow, Act.EXPORT_REQUESTED, log_object(export.id), detail={"request": request.as_dict()})
    return export


def note_export(
    uow: UnitOfWork,
    request: ExportRequest,
    facts: FileFacts,
    *,
    user_id: int | None,
    closed: Sequence[str],
) -> ExportRun:
    """Note an export that was made at once, whose file went to whoever asked and is not kept here.

    `closed` are the numbers of the agreements in it that are not public.
    """
    export = _new(uow, request, user_id=user_id, file_name=facts.name, media_type=facts.media_type)
    _made(uow, export, request, facts, closed)
    return export


def note_broken_off(uow: UnitOfWork, request: ExportRequest, written: int, closed: Sequence[str]) -> None:
    """Note an export whose reader went away, or whose making failed, after so many bytes."""
    detail = {"request": request.as_dict(), "bytes": written, "not_public": list(closed)}
    record(uow, Act.EXPORT_FAILED, request.format, detail=detail)


def finish_export(
    uow: UnitOfWork,
    work: ExportWork,
    request: ExportRequest,
    facts: FileFacts,
    closed: Sequence[str],
    *,
    keep_days: int,
) -> ExportRun:
    """Note that a long export is made; its file is kept for some days."""
    export = uow.session.get_one(ExportRun, work.export_id)
    now = uow.clock.now()
    export.expires_at = now + timedelta(days=keep_days)
    work.end(now, State.DONE)
    _made(uow, export, request, facts, closed)
    return export


def cancel_export(uow: UnitOfWork, export_id: int, user_id: int) -> ExportRun:
    """Cancel an export of a user that is not made yet. Raises `NotFoundError` and `RuleViolationError`."""
    export = uow.session.scalar(select(ExportRun).where(ExportRun.id == export_id, ExportRun.user_id == user_id))
    if export is None:
        raise NotFoundError(N_("You have no such export."))
    work = uow.session.scalar(select(ExportWork).where(ExportWork.export_id == export_id).with_for_update())
    if work is None or not work.is_going_on:
        raise RuleViolationError(N_("This export is finished already; there is nothing to cancel."))
    work.end(uow.clock.now(), State.CANCELLED)
    record(uow, Act.EXPORT_CANCELLED, log_object(export_id))
    return export


def note_download(uow: UnitOfWork, export: ExportRun) -> None:
    """Note that the file of an export was taken along."""
    record(uow, Act.EXPORT_DOWNLOADED, log_object(export.id), detail={"sha256": export.sha256})


def remove_expired(uow: UnitOfWork) -> list[ExportRun]:
    """Note that the files of exports whose time is over are removed; return these exports."""
    now = uow.clock.now()
    over = list(
        uow.session.scalars(
            select(ExportRun)
            .where(ExportRun.expires_at <= now, ExportRun.removed_at.is_(None))
            .order_by(ExportRun.id)
            .with_for_update(of=ExportRun)
        )
    )
    for export in over:
        export.removed_at = now
        record(uow, Act.EXPORT_REMOVED, log_object(export.id))
    return over


_GOING_ON = (State.QUEUED, State.RUNNING)


def _new(uow: UnitOfWork, request: ExportRequest, *, user_id: int | None, file_name: str, media_type: str) -> ExportRun:
    now: datetime = uow.clock.now()
    export = ExportRun(
        user_id=user_id,
        actor=uow.actor,
        clearance=str(request.clearance),
        request=request.canonical().decode(),
        requested_at=now,
        file_name=file_name,
        media_type=media_type,
    )
    uow.session.add(export)
    uow.session.flush()
    return export


def _made(uow: UnitOfWork, export: ExportRun, request: ExportRequest, facts: FileFacts, closed: Sequence[str]) -> None:
    """Write down what the file of an export is, and note the same in the log, by which the manifest proves it."""
    now = uow.clock.now()
    description = canonical(describe(request, facts, now))
    export.finished_at = now
    export.description = description.decode()
    export.agreements, export.sha256, export.size = facts.agreements, facts.sha256, facts.size
    uow.session.flush()
    record(
        uow,
        Act.LIST_EXPORTED,
        log_object(export.id),
        actor=export.actor,
        detail={
            "export": request.as_dict(),
            "agreements": facts.agreements,
            "not_public": list(closed),
            "sha256": facts.sha256,
            "description": sha256(description).hexdigest(),
        },
    )
