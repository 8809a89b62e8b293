"""Partial calendar dates as EDTF level 0 (ISO 8601-2:2019) writes them: `1996`, `1996-01`, `1996-01-17`.

A date is kept as its source gave it and compared by the earliest and the latest day that it can mean, so that
nothing invents a day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Self

from registry.core.i18n import N_

_EDTF = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
FIRST_YEAR, LAST_YEAR = 1000, 2999


class InvalidDateError(ValueError):
    """A text that is not a partial date. Keeps its template, so that the edge can translate it."""

    def __init__(self, template: str, **params: object) -> None:
        """Fill `template` with `params`."""
        self.template = template
        self.params = params
        super().__init__(template % params)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date whose month or day may be unknown. Equality is that of the text; there is no total order."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an EDTF level 0 date. Raises `InvalidDateError` that says what is wrong and how to write it."""
        match = _EDTF.fullmatch(text)
        if match is None:
            raise InvalidDateError(N_("“%(value)s” is not a date; write YYYY, YYYY-MM or YYYY-MM-DD."), value=text[:40])
        year, month, day = int(match[1]), match[2], match[3]
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise InvalidDateError(
                N_("%(value)s: the year must lie between %(first)s and %(last)s."),
                value=text,
                first=FIRST_YEAR,
                last=LAST_YEAR,
            )
        if month is not None and not 1 <= int(month) <= 12:  # noqa: PLR2004  The months of a year.
            raise InvalidDateError(N_("%(value)s: month %(month)s does not exist."), value=text, month=int(month))
        if day is not None and not 1 <= int(day) <= monthrange(year, int(month))[1]:
            raise InvalidDateError(N_("%(value)s: that month has no day %(day)s."), value=text, day=int(day))
        return cls(text)

    @classmethod
    def from_date(cls, day: date) -> Self:
        """Return the exact date of `day`."""
        return cls(day.isoformat())

    @property
    def precision(self) -> str:
        """Return `year`, `month` or `day`."""
        return {4: "year", 7: "month", 10: "day"}[len(self.text)]

    @property
    def is_exact(self) -> bool:
        """Return whether the day is known."""
        return self.precision == "day"

    @property
    def year(self) -> int:
        """Return the year."""
        return int(self.text[:4])

    @property
    def earliest(self) -> date:
        """Return the first day that this date can mean."""
        return date.fromisoformat(self.text + {"year": "-01-01", "month": "-01", "day": ""}[self.precision])

    @property
    def latest(self) -> date:
        """Return the last day that this date can mean."""
        first = self.earliest
        if self.precision == "year":
            return first.replace(month=12, day=31)
        if self.precision == "month":
            return first.replace(day=monthrange(first.year, first.month)[1])
        return first

    def __str__(self) -> str:
        """Return the EDTF text."""
        return self.text


def is_certainly_before(first: PartialDate, second: PartialDate) -> bool:
    """Return whether every day that `first` can mean lies before every day that `second` can mean."""
    return first.latest < second.earliest


def is_possibly_before(first: PartialDate, second: PartialDate) -> bool:
    """Return whether some day that `first` can mean lies before some day that `second` can mean."""
    return first.earliest < second.latest
