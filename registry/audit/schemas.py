"""Shapes of what can be asked of the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from marshmallow import fields, post_load, validate

from registry.audit.vocabulary import Act
from registry.core.i18n import N_
from registry.core.schemas import BaseSchema, Choice, Text

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_DAY: dict[str, Any] = {"invalid": N_("Write the day as YYYY-MM-DD, such as 1998-01-01.")}


@dataclass(frozen=True)
class LogRequest:
    """Which entries are asked for: whose, which act, about what, since when, and before when."""

    actor: str | None = None
    act: str | None = None
    object: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class LogRequestSchema(BaseSchema):
    """The filters of the log; days are those at the seat of the registry, the last one included."""

    actor = Text(max_length=254)
    act = Choice(Act)
    object = Text(max_length=300)
    first_day = fields.Date(error_messages=_DAY)
    last_day = fields.Date(error_messages=_DAY)
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000_000))

    def __init__(self, zone: ZoneInfo) -> None:
        """Read days in this time zone."""
        super().__init__()
        self._zone = zone

    @post_load
    def _request(self, data: dict[str, Any], **_: Any) -> tuple[LogRequest, int]:
        first, last = data.get("first_day"), data.get("last_day")
        since = datetime.combine(first, time.min, self._zone) if first else None
        # The day after the last one: a day that the calendar of Python does not have bounds nothing.
        until = (
            datetime.combine(last, time.min, self._zone) + timedelta(days=1) if last and last.year < 9999 else None  # noqa: PLR2004
        )
        return LogRequest(data.get("actor"), data.get("act"), data.get("object"), since, until), data["page"]
