"""What is due: the end or renewal of the current term, and the last day on which notice can be given for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from registry.lifecycle.endings import end_of_unit, latest_notice
from registry.lifecycle.entry import entry_into_force
from registry.lifecycle.rules import status_on, status_periods
from registry.lifecycle.terms import period_on
from registry.lifecycle.vocabulary import DurationForm, NoticeCount, Status

if TYPE_CHECKING:
    from registry.lifecycle.life import LifeCycle

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class NextTerm:
    """The term that a day lies in: its days, how often it was renewed, and whether it will be renewed again."""

    first_day: date | None
    last_day: date
    renewals: int
    renews: bool


@dataclass(frozen=True)
class NoticeDeadline:
    """The last day on which notice can be given, and the last day in force that follows from it."""

    notice_by: date
    last_day_in_force: date


def next_expiry(life: LifeCycle, day: date) -> NextTerm | None:
    """Return the term in force on `day` and when it expires or renews itself.

    None when the agreement is not in force on that day, has no term, or the term's start is not exactly known.
    """
    clause = life.duration
    if clause is None or status_on(status_periods(life), day).status != Status.IN_FORCE:
        return None
    if clause.ends_on is not None:
        return NextTerm(None, clause.ends_on.latest, 0, renews=False) if clause.ends_on.is_exact else None
    period = period_on(life, day)
    if period is None:
        return None
    more = clause.renewals is None or period.renewals < clause.renewals
    renews = clause.form == DurationForm.TACIT_RENEWAL and more
    return NextTerm(period.first_day, period.last_day, period.renewals, renews)


def last_day_for_notice(life: LifeCycle, day: date) -> NoticeDeadline | None:
    """Return the next last day to give notice, on or after `day`.

    It rolls to the term (or calendar year) that comes next when the last day for the current one has passed.
    None when the agreement is not in force on that day, or its notice does not count back from a fixed end.
    """
    clause = life.denunciation
    if clause is None or clause.notice is None or clause.counts is None:
        return None
    if clause.counts in (NoticeCount.FROM_RECEIPT, NoticeCount.FROM_SENDING):
        return None
    if status_on(status_periods(life), day).status != Status.IN_FORCE:
        return None
    earliest = day
    if clause.earliest_after is not None:
        entry = entry_into_force(life)
        if entry is None or not entry.on.is_exact:
            return None
        earliest = max(day, clause.earliest_after.after(entry.on.earliest))
    last = end_of_unit(life, clause.counts, earliest)
    while last is not None and latest_notice(last, clause.notice) < earliest:
        # The term that ends on the last day of the calendar has none after it.
        last = end_of_unit(life, clause.counts, last + ONE_DAY) if last < date.max else None
    return NoticeDeadline(latest_notice(last, clause.notice), last) if last else None
