"""Reads: the history of exports, one of them, and what is known of a file by its hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from sqlalchemy import func, select

from registry.agreements.models import Agreement
from registry.audit.models import Entry
from registry.audit.vocabulary import Act
from registry.core.access import Access
from registry.core.db import is_among
from registry.core.errors import NotFoundError
from registry.core.i18n import N_
from registry.exports.manifests import log_object
from registry.exports.runs.models import ExportRun
from registry.revisions.models import Revision

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from registry.core.pagination import Paging
    from registry.exports.runs.schemas import HistoryRequest

_BATCH = 1000


def exports_by(
    session: Session, asked: HistoryRequest, paging: Paging, *, user_id: int | None
) -> tuple[list[ExportRun], int]:
    """Return a page of the history, the newest first, and how many there are: those of one user, or with None all."""
    conditions: list[ColumnElement[bool]] = []
    if user_id is not None:
        conditions.append(ExportRun.user_id == user_id)
    if asked.actor:
        conditions.append(ExportRun.actor == asked.actor)
    if asked.since:
        conditions.append(ExportRun.requested_at >= asked.since)
    if asked.until:
        conditions.append(ExportRun.requested_at < asked.until)
    if asked.sha256:
        conditions.append(ExportRun.sha256 == asked.sha256)
    total = session.scalar(select(func.count(ExportRun.id)).where(*conditions)) or 0
    page = select(ExportRun).where(*conditions).order_by(ExportRun.id.desc())
    return list(session.scalars(page.limit(paging.per_page).offset(paging.offset))), total


def export_by_id(session: Session, export_id: int, *, user_id: int | None) -> ExportRun:
    """Return an export of a user, or with None of anybody. Raises `NotFoundError`: those of others do not exist."""
    statement = select(ExportRun).where(ExportRun.id == export_id)
    if user_id is not None:
        statement = statement.where(ExportRun.user_id == user_id)
    found = session.scalar(statement)
    if found is None:
        raise NotFoundError(N_("There is no export %(number)s, or it is somebody else's."), number=export_id)
    return found


def exports_of_file(session: Session, sha256: str) -> list[ExportRun]:
    """Return the exports that gave a file with this hash, the newest first."""
    statement = select(ExportRun).where(ExportRun.sha256 == sha256).order_by(ExportRun.id.desc()).limit(20)
    return list(session.scalars(statement))


def first_of_request(session: Session, export: ExportRun) -> ExportRun | None:
    """Return the first export that was made of the very request of another before it; None when that is the first."""
    return session.scalar(
        select(ExportRun)
        .where(
            ExportRun.request == export.request,
            ExportRun.id < export.id,
            ExportRun.clearance == export.clearance,
            ExportRun.sha256.is_not(None),
        )
        .order_by(ExportRun.id)
        .limit(1)
    )


def closed_in(session: Session, export_id: int) -> list[str]:
    """Return the agreements that were not public when an export was made and that its entry in the log names."""
    detail = session.scalar(
        select(Entry.detail).where(Entry.object == log_object(export_id), Entry.act == Act.LIST_EXPORTED)
    )
    return list(orjson.loads(detail)["not_public"]) if detail else []


def is_any_expired(session: Session, now: datetime) -> bool:
    """Return whether the time of any file is over that is not removed yet."""
    over = select(ExportRun.id).where(ExportRun.expires_at <= now, ExportRun.removed_at.is_(None)).limit(1)
    return session.scalar(over) is not None


def closed_numbers(session: Session, revisions: Sequence[int]) -> list[str]:
    """Return the numbers of the agreements that are not public today, of those with these revisions."""
    found: list[str] = []
    for start in range(0, len(revisions), _BATCH):
        found += session.scalars(
            select(Agreement.registry_number)
            .join(Revision, Revision.agreement_id == Agreement.id)
            .where(
                is_among(session, list(revisions[start : start + _BATCH]), Revision.id),
                Agreement.access != Access.PUBLIC,
            )
        )
    return sorted(found)
