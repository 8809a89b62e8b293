"""What day it is. Law asks for a calendar day at the seat of the registry; records ask for an instant in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Answers what the time is, so that tests can choose it."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""

    def today(self) -> date:
        """Return the present calendar day at the seat of the registry."""


@dataclass(frozen=True)
class SystemClock:
    """The machine's clock, read in the time zone of the registry's seat.

    A server in UTC would otherwise call an agreement expired, or not yet, for some hours of each day.
    """

    time_zone: str

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """Return today's date in `time_zone`."""
        return datetime.now(ZoneInfo(self.time_zone)).date()


@dataclass(frozen=True)
class FixedClock:
    """A clock that stands still: for tests, and to show the registry as of a day."""

    instant: datetime

    def now(self) -> datetime:
        """Return the fixed instant."""
        return self.instant

    def today(self) -> date:
        """Return the day of the fixed instant."""
        return self.instant.date()
