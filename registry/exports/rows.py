"""One recorded state of an agreement as the columns of an export see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry.lifecycle.entry import entry_into_force
from registry.lifecycle.rules import status_on, status_periods
from registry.parties.models import BodyKind
from registry.revisions.life import life_of_record

if TYPE_CHECKING:
    from datetime import date

    from registry.lifecycle.life import LifeCycle

_MINISTRIES = (BodyKind.MINISTRY, BodyKind.AGENCY)


class Row:
    """A record, judged on a day. What the law says of it is computed when a column asks for it."""

    __slots__ = ("_day", "_life", "_status", "language", "on", "record", "revision")

    def __init__(
        self, record: dict[str, Any], revision: int, day: date, language: str, status: tuple[str, str | None] | None
    ) -> None:
        """Take a record as its revision holds it; `status` where it is known already for the day."""
        self.record = record
        self.revision = revision
        self.on = day.isoformat()
        self.language = language
        self._day = day
        self._status = status
        self._life: LifeCycle | None = None

    @property
    def life(self) -> LifeCycle:
        """Return what the rules know of the agreement."""
        if self._life is None:
            self._life = life_of_record(self.record)
        return self._life

    @property
    def entered_into_force_on(self) -> str | None:
        """Return the date of entry into force, as the record or its clause has it."""
        entry = entry_into_force(self.life)
        return entry.on.text if entry else None

    @property
    def status(self) -> str:
        """Return the status on the day."""
        return self._judged()[0]

    @property
    def status_reason(self) -> str | None:
        """Return why the status is what it is, where it has a reason."""
        return self._judged()[1]

    @property
    def ministries(self) -> list[dict[str, Any]]:
        """Return the ministries and agencies that act for either side, each once, in the order of the record."""
        found = {
            member["body"]["key"]: member["body"]
            for side in self.record["sides"]
            for member in side["members"]
            if member["body"] and member["body"]["kind"] in _MINISTRIES
        }
        return list(found.values())

    def _judged(self) -> tuple[str, str | None]:
        if self._status is None:
            period = status_on(status_periods(self.life), self._day)
            self._status = (str(period.status), str(period.reason) if period.reason else None)
        return self._status
