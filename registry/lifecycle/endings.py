"""How an agreement ends: by its own terms, by notice, by consent or by a later one (Art. 54, 56, 59, 65, 67)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from registry.core.edtf import PartialDate
from registry.lifecycle.entry import entry_into_force
from registry.lifecycle.life import Explanation
from registry.lifecycle.terms import final_day, period_on, start_of_term
from registry.lifecycle.vocabulary import ActionKind, DurationForm, EndReason, NoticeCount, UnknownReason

if TYPE_CHECKING:
    from registry.core.durations import Period
    from registry.lifecycle.life import Action, LifeCycle

ONE_DAY = timedelta(days=1)

_REASONS = {
    ActionKind.TERMINATION: EndReason.BY_AGREEMENT,
    ActionKind.SUPERSESSION: EndReason.SUPERSEDED,
    ActionKind.EXPIRY: EndReason.EXPIRED,
    ActionKind.DENUNCIATION: EndReason.DENOUNCED,
    ActionKind.WITHDRAWAL: EndReason.WITHDRAWN,
}
ENDING_KINDS = tuple(_REASONS)


@dataclass(frozen=True)
class Ending:
    """One end: from `unknown_from` it cannot be said whether the agreement still stood, from `ended_from` it did not.

    `unknown_from` without `ended_from` is an act of ending whose effect has no known date; neither of them is
    one of which nothing but its existence is known.
    """

    reason: EndReason
    because: Explanation
    ended_from: date | None = None
    unknown_from: date | None = None
    unknown_reason: UnknownReason = UnknownReason.END_NOT_KNOWN

    @property
    def takes_hold_on(self) -> date:
        """Return the first day that this end touches."""
        return self.unknown_from or self.ended_from or date.max

    @property
    def last_day(self) -> date | None:
        """Return the last day before this end, or None when it is not exactly known."""
        return self.ended_from - ONE_DAY if self.ended_from is not None and self.unknown_from is None else None


def endings(life: LifeCycle) -> list[Ending]:
    """Return every end that the record shows, the earliest first."""
    found = [_by_act(life, action) for action in life.of_kind(*ENDING_KINDS)]
    by_terms = end_by_its_terms(life)
    if by_terms is not None:
        found.append(by_terms)
    return sorted(found, key=lambda ending: ending.takes_hold_on)


def _by_act(life: LifeCycle, action: Action) -> Ending:
    """Read the end that an act brings. Where the day of its effect is not known, nothing is guessed."""
    reason = _REASONS[action.kind]
    params: dict[str, object] = {"by": action.by_agreement or ""}
    first_without = action.effective_on
    if first_without is None and action.kind == ActionKind.SUPERSESSION:
        first_without = action.on
    if first_without is None and action.kind == ActionKind.EXPIRY and action.on is not None and action.on.is_exact:
        first_without = PartialDate.from_date(action.on.earliest + ONE_DAY)
    if first_without is None and action.kind in (ActionKind.DENUNCIATION, ActionKind.WITHDRAWAL):
        ends = end_by_notice(life, action.on)
        first_without = PartialDate.from_date(ends) if ends else None
    if first_without is not None:
        because = Explanation(f"ended_{reason}", {"date": first_without, **params}, action.key)
        if first_without.is_exact:
            return Ending(reason, because, ended_from=first_without.earliest)
        return Ending(
            reason, because, first_without.latest, first_without.earliest, unknown_reason=UnknownReason.DATE_PARTIAL
        )
    if action.on is not None:
        because = Explanation("end_date_not_known", {"date": action.on, **params}, action.key)
        return Ending(reason, because, unknown_from=action.on.earliest)
    return Ending(reason, Explanation("end_not_dated", params, action.key))


def end_by_its_terms(life: LifeCycle) -> Ending | None:  # noqa: PLR0911  One answer for each kind of term.
    """Return the end that the duration clause sets, moved by extensions (Art. 54(a))."""
    clause = life.duration
    if clause is None:
        return None
    last: PartialDate | None = clause.ends_on
    if last is None:
        start = start_of_term(life)
        if start is None:
            return None
        first, latest = final_day(clause, start.earliest), final_day(clause, start.latest)
        if first is None or latest is None or latest == date.max:
            return None  # A term that runs beyond the calendar has no end that can be written.
        if first != latest:
            because = Explanation("term_ended", {"date": PartialDate.from_date(latest)})
            return Ending(EndReason.EXPIRED, because, latest + ONE_DAY, first + ONE_DAY, UnknownReason.DATE_PARTIAL)
        last = PartialDate.from_date(first)
    for extension in life.of_kind(ActionKind.EXTENSION):
        if extension.until is None:
            because = Explanation("extended_without_end", {"date": last}, extension.key)
            return Ending(EndReason.EXPIRED, because, unknown_from=last.latest + ONE_DAY)
        if extension.until.latest > last.latest:
            last = extension.until
    because = Explanation("term_ended", {"date": last})
    if last.is_exact:
        return Ending(EndReason.EXPIRED, because, ended_from=last.earliest + ONE_DAY)
    return Ending(EndReason.EXPIRED, because, last.latest + ONE_DAY, last.earliest, UnknownReason.DATE_PARTIAL)


def end_by_notice(life: LifeCycle, given_on: PartialDate | None) -> date | None:
    """Return the first day without effect after a notice of denunciation given on `given_on`.

    Returns None when the clause, the day of the notice or the current term is not known. A notice that comes
    too late for the current term or year takes effect at the end of the next one.
    """
    clause = life.denunciation
    if clause is None or clause.notice is None or clause.counts is None or given_on is None or not given_on.is_exact:
        return None
    day = given_on.earliest
    if clause.earliest_after is not None:
        entry = entry_into_force(life)
        if entry is None or not entry.on.is_exact:
            return None
        day = max(day, clause.earliest_after.after(entry.on.earliest))
    if clause.counts in (NoticeCount.FROM_RECEIPT, NoticeCount.FROM_SENDING):
        return clause.notice.after(day)
    last = _last_day_to_leave(life, clause.counts, clause.notice, day)
    return last + ONE_DAY if last else None


def _last_day_to_leave(life: LifeCycle, counts: NoticeCount, notice: Period, day: date) -> date | None:
    """Return the last day of the first term (or calendar year) for whose end a notice given on `day` is in time."""
    last = end_of_unit(life, counts, day)
    while last is not None and latest_notice(last, notice) < day:
        last = end_of_unit(life, counts, last + ONE_DAY)
    return last


def end_of_unit(life: LifeCycle, counts: NoticeCount, day: date) -> date | None:
    """Return the last day of the term, or of the calendar year, in which `day` lies."""
    if counts == NoticeCount.BEFORE_END_OF_CALENDAR_YEAR:
        return date(day.year, 12, 31)
    period = period_on(life, day)
    if period is not None and life.duration is not None and life.duration.form == DurationForm.TACIT_RENEWAL:
        return period.last_day
    # A term that does not renew itself may have been extended.
    by_terms = end_by_its_terms(life)
    last = by_terms.last_day if by_terms else None
    if last is not None and last >= day:
        return last
    return period.last_day if period else None


def latest_notice(last_day: date, notice: Period) -> date:
    """Return the last day on which a notice "at least six months before the end" can be given.

    The term is full at the end of its last day, so that six months before the end of 30 July is the end of
    30 January.
    """
    return notice.before(last_day)
