"""The terms of an agreement: where a fixed term ends, and which period of a tacitly renewed one a day lies in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from registry.core.durations import last_day_of_term
from registry.lifecycle.entry import entry_into_force
from registry.lifecycle.vocabulary import DurationForm, TermStart

if TYPE_CHECKING:
    from registry.core.durations import Period
    from registry.core.edtf import PartialDate
    from registry.lifecycle.life import DurationClause, LifeCycle


@dataclass(frozen=True)
class TermPeriod:
    """One period of a term: the first is number 0, each renewal counts one more. Both days are inclusive."""

    first_day: date
    last_day: date
    renewals: int


def start_of_term(life: LifeCycle) -> PartialDate | None:
    """Return the date from which the term counts, or None when it is not known."""
    if life.duration is not None and life.duration.counts_from == TermStart.SIGNATURE:
        return life.signed_on
    entry = entry_into_force(life)
    return entry.on if entry else None


def period_on(life: LifeCycle, day: date) -> TermPeriod | None:
    """Return the period of the term that `day` lies in.

    The count always starts from the first day of the term and not from the previous renewal, so that terms
    that begin on a 31st do not drift. Returns None when the start is not exactly known, when the day lies
    before it, or after the last renewal that the clause allows.
    """
    clause = life.duration
    start = start_of_term(life)
    if clause is None or clause.term is None or start is None or not start.is_exact or day < start.earliest:
        return None
    first, number = start.earliest, 0
    last = last_day_of_term(first, clause.term)
    while last < day:
        if clause.form != DurationForm.TACIT_RENEWAL or clause.renewal is None:
            return None
        number += 1
        if clause.renewals is not None and number > clause.renewals:
            return None
        first = last + timedelta(days=1)
        last = last_day_of_term(start.earliest, _length(clause.term, clause.renewal, number))
    return TermPeriod(first, last, number)


def final_day(clause: DurationClause, start: date) -> date | None:
    """Return the last day of a term that cannot be renewed any more, counted from `start`; None when it has none."""
    if clause.term is None:
        return None
    if clause.form == DurationForm.FIXED:
        return last_day_of_term(start, clause.term)
    if clause.form == DurationForm.TACIT_RENEWAL and clause.renewal is not None and clause.renewals is not None:
        return last_day_of_term(start, _length(clause.term, clause.renewal, clause.renewals))
    return None


def _length(term: Period, renewal: Period, number: int) -> Period:
    more = renewal.times(number)
    return type(term)(term.years + more.years, term.months + more.months, term.days + more.days)
