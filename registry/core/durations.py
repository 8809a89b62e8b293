"""Lengths of time in years, months and days, as clauses state them and ISO 8601 writes them (`P5Y`, `P6M`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from dateutil.relativedelta import relativedelta

from registry.core.edtf import InvalidDateError
from registry.core.i18n import N_

_ISO = re.compile(r"P(?:([0-9]{1,3})Y)?(?:([0-9]{1,4})M)?(?:([0-9]{1,5})D)?")


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar period. Months are counted by the calendar: one month after 31 January is the last of February."""

    years: int = 0
    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an ISO 8601 duration of years, months and days. Raises `ValueError` that says how to write it."""
        match = _ISO.fullmatch(text)
        if match is None or not any(match.groups()):
            raise InvalidDateError(
                N_("“%(value)s” is not a period; write it as P5Y (years), P6M (months) or P30D (days)."),
                value=text[:40],
            )
        period = cls(*(int(part or 0) for part in match.groups()))
        if period == cls():
            raise InvalidDateError(N_("“%(value)s”: a period must be longer than nothing."), value=text)
        return period

    def __str__(self) -> str:
        """Return the ISO 8601 text."""
        parts = ((self.years, "Y"), (self.months, "M"), (self.days, "D"))
        return "P" + "".join(f"{number}{unit}" for number, unit in parts if number)

    def times(self, count: int) -> Period:
        """Return this period `count` times over."""
        return Period(self.years * count, self.months * count, self.days * count)

    def after(self, day: date) -> date:
        """Return the day this long after `day`, or the last day that exists if that lies beyond the calendar."""
        try:
            return day + relativedelta(years=self.years, months=self.months, days=self.days)
        except (OverflowError, ValueError):
            return date.max

    def before(self, day: date) -> date:
        """Return the day this long before `day`, or the first day that exists."""
        try:
            return day - relativedelta(years=self.years, months=self.months, days=self.days)
        except (OverflowError, ValueError):
            return date.min


def last_day_of_term(start: date, term: Period) -> date:
    """Return the last day of a term that begins with the whole of the day `start`.

    The Vienna Convention has no rule on this. An agreement that enters into force on 31 July 1998 is in force
    on that day, so "five years" are full at the end of 30 July 2003, and a renewal begins on 31 July 2003.
    (The European Convention on the Calculation of Time-Limits of 1972 excludes the first day; it concerns
    limits that run from an event, not terms that begin with a day, and binds neither of the first two parties.)
    """
    end = term.after(start)
    return end if end == date.max else end - timedelta(days=1)
