"""Resolves what a user asked for into a request that means the same for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from registry.exports.columns import default_columns
from registry.exports.schemas import EXPORT_SORTS, ExportOptions, ExportRequest
from registry.revisions.queries import last_recorded_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from registry.core.access import Reader
    from registry.core.clock import Clock
    from registry.search.schemas import ListRequest


def resolved(
    session: Session,
    clock: Clock,
    time_zone: str,
    search: ListRequest,
    reader: Reader,
    asked: Mapping[str, Any],
    *,
    recorded_at: datetime | None = None,
    options: ExportOptions | None = None,
) -> ExportRequest:
    """Return a complete request: record time, legal day, order and columns are in it even when nobody gave them.

    The record time is never later than the newest revision, since what is recorded after that could still come to lie
    before a later instant; without one given it is that revision's. The legal day is the one asked for, else that of
    the record time given, else today. `asked` are the values that `ExportSchema` loads.
    """
    last = last_recorded_at(session)
    day = search.in_force_on or search.on
    if day is None:
        day = recorded_at.astimezone(ZoneInfo(time_zone)).date() if recorded_at else clock.today()
    at = min(filter(None, (recorded_at, last)), default=clock.now())
    sort = search.sort if search.sort in EXPORT_SORTS else "registry_number" if search.q else "-signed_on"
    options = options or ExportOptions()
    return ExportRequest(
        search=replace(
            search, on=None if search.in_force_on else day, sort=sort, page=1, per_page=type(search)().per_page
        ),
        recorded_at=at.astimezone(UTC),
        format=asked["format"],
        columns=tuple(asked["columns"] or default_columns(asked["format"], options.headings)),
        group_by=asked["group_by"],
        language=asked["language"],
        clearance=str(reader.clearance),
        options=options,
    )
