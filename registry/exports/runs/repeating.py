"""Asks for the list of an earlier export as it is now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from registry.revisions.queries import last_recorded_at

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.core.clock import Clock
    from registry.exports.schemas import ExportRequest


def as_of_now(
    session: Session, clock: Clock, time_zone: str, request: ExportRequest, requested_at: datetime
) -> ExportRequest:
    """Return the same criteria with the newest record time.

    The legal day becomes today when it was the day on which the export was asked for: nobody has chosen it then.
    """
    on = request.search.on
    if on == requested_at.astimezone(ZoneInfo(time_zone)).date():
        on = clock.today()
    newest = last_recorded_at(session) or clock.now()
    return replace(request, search=replace(request.search, on=on), recorded_at=newest.astimezone(UTC))
