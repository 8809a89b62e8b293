"""The status of an agreement on a day, with its reasons: a pure function of what the record knows.

The axis of days is painted in layers, each later one over the earlier: signature, entry into force, provisional
application, end, doubt, suspension. Where a date is missing the answer is `unknown` with the reason, never a
guess; contradictions take the cautious reading and are reported by `findings`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from registry.core.edtf import PartialDate
from registry.lifecycle.endings import ENDING_KINDS, Ending, endings
from registry.lifecycle.entry import Entry, entry_into_force
from registry.lifecycle.life import Explanation, StatusPeriod
from registry.lifecycle.vocabulary import ActionKind, Status, UnknownReason

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from registry.lifecycle.life import LifeCycle
    from registry.lifecycle.vocabulary import EndReason

ONE_DAY = timedelta(days=1)

#: Acts that make sense only while the agreement is in force, and so prove that it was (Art. 39, 54-59).
_PRESUPPOSE_FORCE = (
    ActionKind.AMENDMENT,
    ActionKind.EXTENSION,
    ActionKind.SUSPENSION,
    ActionKind.RESUMPTION,
    *ENDING_KINDS,
)


class _Axis:
    """The days from the first to the last that a date can hold, painted with statuses."""

    def __init__(self, status: Status, reason: UnknownReason | None, because: Sequence[Explanation]) -> None:
        self.periods = [StatusPeriod(date.min, date.max, status, reason, tuple(because))]

    def paint(
        self,
        start: date,
        end: date,
        status: Status,
        reason: EndReason | UnknownReason | None,
        because: Sequence[Explanation],
        over: Collection[Status] | None = None,
    ) -> None:
        """Give the days from `start` to `end` this status where they have one of `over` (any, when None)."""
        if start > end:
            return
        painted: list[StatusPeriod] = []
        for period in self.periods:
            first, last = max(start, period.from_on), min(end, period.to_on)
            if first > last or (over is not None and period.status not in over):
                painted.append(period)
                continue
            if period.from_on < first:
                painted.append(_part(period, period.from_on, first - ONE_DAY))
            painted.append(StatusPeriod(first, last, status, reason, tuple(because)))
            if last < period.to_on:
                painted.append(_part(period, last + ONE_DAY, period.to_on))
        self.periods = painted


def status_periods(life: LifeCycle) -> tuple[StatusPeriod, ...]:
    """Return the status periods of an agreement, in order, without gap or overlap, over all days.

    Never raises, whatever the record says.
    """
    if not life.signature_seen:
        announced = [Explanation("signature_not_seen")]
        return tuple(_Axis(Status.UNKNOWN, UnknownReason.SIGNATURE_NOT_SEEN, announced).periods)
    entry = entry_into_force(life)
    axis = _before_force(life, entry)
    if entry is not None:
        _in_force(axis, life, entry)
    _provisional_application(axis, life, entry)
    _ends(axis, life, entry)
    _suspensions(axis, life)
    return tuple(_merged(axis.periods))


def status_on(periods: Sequence[StatusPeriod], day: date) -> StatusPeriod:
    """Return the period that covers `day`."""
    return next(period for period in periods if period.covers(day))


def _before_force(life: LifeCycle, entry: Entry | None) -> _Axis:
    """Paint the days before the entry into force: signature alone does not bring it about (Art. 11-16, 24)."""
    signed = life.signed_on
    if entry is not None:
        axis = _Axis(Status.NOT_IN_FORCE, None, [Explanation("awaiting_entry", {"entry": entry.on})])
        if signed is not None:
            axis.paint(date.min, signed.earliest - ONE_DAY, Status.NOT_IN_FORCE, None, [_not_signed(life)])
            because = [Explanation("signed_awaiting_entry", {"signed": signed, "entry": entry.on})]
            axis.paint(signed.earliest, date.max, Status.NOT_IN_FORCE, None, because)
        return axis
    if signed is None:
        return _Axis(Status.UNKNOWN, UnknownReason.ENTRY_NOT_KNOWN, [Explanation("no_date_known")])
    axis = _Axis(Status.UNKNOWN, UnknownReason.ENTRY_NOT_KNOWN, [Explanation("entry_not_known", {"signed": signed})])
    axis.paint(date.min, signed.earliest - ONE_DAY, Status.NOT_IN_FORCE, None, [_not_signed(life)])
    return axis


def _not_signed(life: LifeCycle) -> Explanation:
    return Explanation("not_signed_yet", {"signed": life.signed_on})


def _in_force(axis: _Axis, life: LifeCycle, entry: Entry) -> None:
    """Paint the days from the entry into force on; a partial date leaves its days open (Art. 24, 28)."""
    window = [Explanation("entry_within", {"date": entry.on}, entry.because.action_key)]
    axis.paint(entry.on.earliest, entry.on.latest - ONE_DAY, Status.UNKNOWN, UnknownReason.DATE_PARTIAL, window)
    axis.paint(entry.on.latest, date.max, Status.IN_FORCE, None, [entry.because])
    signed = life.signed_on
    if signed is not None and entry.on.latest < signed.earliest:
        # A treaty can be given effect before it was signed, but only if it says so; a slip of the pen is likelier.
        because = [
            Explanation("entry_before_signature", {"entry": entry.on, "signed": signed}, entry.because.action_key)
        ]
        axis.paint(entry.on.earliest, signed.latest - ONE_DAY, Status.UNKNOWN, UnknownReason.CONTRADICTORY, because)


def _provisional_application(axis: _Axis, life: LifeCycle, entry: Entry | None) -> None:
    """Paint provisional application up to the entry into force (Art. 25)."""
    until = entry.on.earliest - ONE_DAY if entry else date.max
    starts = [
        (action.effective_on or action.on, action.until, action.key)
        for action in life.of_kind(ActionKind.PROVISIONAL_APPLICATION)
    ]
    clause = life.provisional_application
    if not starts and clause is not None:
        starts = [(life.signed_on if clause.from_signature else clause.on, None, None)]
    for start, end, key in starts:
        if start is None:
            continue
        last = min(until, end.latest) if end else until
        because = [Explanation("provisionally_applied", {"date": start}, key)]
        if life.signed_on is not None and start.latest < life.signed_on.earliest:
            because.append(Explanation("reaches_back", {"signed": life.signed_on}))
        if entry is None:
            because.append(Explanation("entry_itself_not_seen"))
        axis.paint(
            start.latest, last, Status.PROVISIONALLY_APPLIED, None, because, over=(Status.NOT_IN_FORCE, Status.UNKNOWN)
        )


def _ends(axis: _Axis, life: LifeCycle, entry: Entry | None) -> None:
    """Paint the end, and the doubt where an end must be reckoned with but has no date."""
    found = endings(life)
    living = (Status.IN_FORCE, Status.PROVISIONALLY_APPLIED)
    alive_until = _last_seen_alive(life, entry, found)
    undated = [ending for ending in found if ending.ended_from is None and ending.unknown_from is None]
    for ending in undated:
        axis.paint(
            alive_until + ONE_DAY, date.max, Status.UNKNOWN, ending.unknown_reason, [ending.because], over=living
        )
    if entry is not None and life.duration is None and not undated:
        because = [entry.because, Explanation("duration_not_known")]
        if alive_until > entry.on.latest:
            because.insert(1, Explanation("seen_alive", {"date": PartialDate.from_date(alive_until)}))
        axis.paint(
            alive_until + ONE_DAY, date.max, Status.UNKNOWN, UnknownReason.DURATION_NOT_KNOWN, because, over=living
        )
    first_day = _first_day(life, entry)
    for ending in reversed(found):
        doubtful = (*living, Status.UNKNOWN)
        if ending.unknown_from is not None:
            start = max(ending.unknown_from, first_day)
            axis.paint(start, date.max, Status.UNKNOWN, ending.unknown_reason, [ending.because], over=doubtful)
        if ending.ended_from is not None:
            axis.paint(max(ending.ended_from, first_day), date.max, Status.TERMINATED, ending.reason, [ending.because])


def _first_day(life: LifeCycle, entry: Entry | None) -> date:
    """Return the first day that an end can touch: nothing ends before it is signed or in force."""
    if life.signed_on is not None:
        return life.signed_on.earliest
    return entry.on.earliest if entry else date.min


def _last_seen_alive(life: LifeCycle, entry: Entry | None, found: Sequence[Ending]) -> date:
    """Return the last day on which the record proves that the agreement was in force.

    That is the day of entry, the day of the last act that presupposes force, or the eve of an end by act.
    """
    if entry is None:
        return date.max - ONE_DAY
    days = [entry.on.latest]
    for action in life.of_kind(*_PRESUPPOSE_FORCE):
        dated = action.on or action.effective_on
        if dated is not None:
            days.append(dated.earliest)
    if life.duration is None:
        days.extend(
            ending.takes_hold_on - ONE_DAY for ending in found if ending.takes_hold_on not in (date.min, date.max)
        )
    return max(days)


def _suspensions(axis: _Axis, life: LifeCycle) -> None:
    """Paint suspensions up to the next resumption or their own last day (Art. 57, 72)."""
    dated = [action.effective_on or action.on for action in life.of_kind(ActionKind.RESUMPTION)]
    resumptions = sorted(day.earliest for day in dated if day is not None)
    for action in life.of_kind(ActionKind.SUSPENSION):
        start = action.effective_on or action.on
        if start is None:
            because = [Explanation("suspension_not_dated", {}, action.key)]
            axis.paint(
                date.min, date.max, Status.UNKNOWN, UnknownReason.END_NOT_KNOWN, because, over=(Status.IN_FORCE,)
            )
            continue
        end = action.until.latest if action.until else date.max
        end = min([end, *(day - ONE_DAY for day in resumptions if day > start.earliest)])
        window = [Explanation("suspended_within", {"date": start}, action.key)]
        axis.paint(
            start.earliest,
            start.latest - ONE_DAY,
            Status.UNKNOWN,
            UnknownReason.DATE_PARTIAL,
            window,
            over=(Status.IN_FORCE,),
        )
        because = [Explanation("suspended_since", {"date": start}, action.key)]
        axis.paint(start.latest, end, Status.SUSPENDED, None, because, over=(Status.IN_FORCE,))


def _part(period: StatusPeriod, start: date, end: date) -> StatusPeriod:
    return StatusPeriod(start, end, period.status, period.reason, period.because)


def _merged(periods: Sequence[StatusPeriod]) -> list[StatusPeriod]:
    """Join neighbours that say the same."""
    merged: list[StatusPeriod] = []
    for period in periods:
        last = merged[-1] if merged else None
        if last and (last.status, last.reason, last.because) == (period.status, period.reason, period.because):
            merged[-1] = _part(last, last.from_on, period.to_on)
        else:
            merged.append(period)
    return merged
