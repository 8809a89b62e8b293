"""What is due: the end or renewal of the current term, and the last day on which notice can be given for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from registry.lifecycle.endings import end_by_its_terms, end_of_unit, endings, latest_notice
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

    None when the agreement is not in force on that day, has no term, or the term's end is not exactly known. An
    extension moves the end of a term (Art. 54); a term that was denounced does not renew itself.
    """
    clause = life.duration
    if clause is None or status_on(status_periods(life), day).status != Status.IN_FORCE:
        return None
    period = period_on(life, day)
    by_terms = end_by_its_terms(life)
    last = by_terms.last_day if by_terms else None
    more = clause.renewals is None or (period is not None and period.renewals < clause.renewals)
    if period is not None and (by_terms is None or (clause.form == DurationForm.TACIT_RENEWAL and more)):
        renews = clause.form == DurationForm.TACIT_RENEWAL and more and not _ends_by(life, period.last_day)
        return NextTerm(period.first_day, period.last_day, period.renewals, renews)
    if last is None:
        return None
    return NextTerm(period.first_day if period else None, last, period.renewals if period else 0, renews=False)


def last_day_for_notice(life: LifeCycle, day: date) -> NoticeDeadline | None:
    """Return the next last day to give notice, on or after `day`.

    It rolls to the term (or calendar year) that comes next when the last day for the current one has passed.
    None when the agreement is not in force on that day, its notice does not count back from a fixed end, or it ends
    before the end for which notice could be given: by its terms, or because it was denounced already.
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
    if last is None or _ends_by(life, last):
        return None
    return NoticeDeadline(latest_notice(last, clause.notice), last)


def _ends_by(life: LifeCycle, last_day: date) -> bool:
    """Return whether the agreement ends before this last day of a term, or on it by an act such as a denunciation."""
    by_terms = end_by_its_terms(life)
    known = [(ending.last_day, ending != by_terms) for ending in endings(life) if ending.last_day is not None]
    return any(day < last_day or (day == last_day and by_act) for day, by_act in known)
