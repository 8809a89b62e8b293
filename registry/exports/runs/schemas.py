"""Shapes of what can be asked of the history of exports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from marshmallow import fields, post_load, validate

from registry.core.i18n import N_
from registry.core.schemas import BaseSchema, Text

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_DAY: dict[str, Any] = {"invalid": N_("Write the day as YYYY-MM-DD, such as 1998-01-01.")}
_HASH = validate.Regexp(r"^[0-9a-fA-F]{64}$", error=N_("A SHA-256 has 64 digits and letters from a to f."))

#: The largest number that both databases hold.
MOST_NUMBER = 2**31 - 1


@dataclass(frozen=True)
class HistoryRequest:
    """Which exports are asked for: whose, with which file, since when, and before when."""

    actor: str | None = None
    sha256: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class HistorySchema(BaseSchema):
    """The filters of the history; days are those at the seat of the registry, the last one included."""

    actor = Text(max_length=254)
    sha256 = Text(validate=_HASH)
    first_day = fields.Date(error_messages=_DAY)
    last_day = fields.Date(error_messages=_DAY)
    page = fields.Integer(load_default=1, validate=validate.Range(1, 1_000_000, error=N_("Pages count from 1.")))

    def __init__(self, zone: ZoneInfo) -> None:
        """Read days in this time zone."""
        super().__init__()
        self._zone = zone

    @post_load
    def _request(self, data: dict[str, Any], **_: Any) -> tuple[HistoryRequest, int]:
        first, last = data.get("first_day"), data.get("last_day")
        since = datetime.combine(first, time.min, self._zone) if first else None
        until = (
            datetime.combine(last, time.min, self._zone) + timedelta(days=1) if last and last.year < 9999 else None  # noqa: PLR2004
        )
        sha256 = data["sha256"].lower() if data.get("sha256") else None
        return HistoryRequest(data.get("actor"), sha256, since, until), data["page"]


class PairSchema(BaseSchema):
    """Which two exports are compared."""

    before = fields.Integer(required=True, validate=validate.Range(1, MOST_NUMBER))
    after = fields.Integer(required=True, validate=validate.Range(1, MOST_NUMBER))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 1_000_000, error=N_("Pages count from 1.")))


class HashSchema(BaseSchema):
    """A hash that somebody typed."""

    sha256 = Text(validate=_HASH)
