"""What is due for one agreement as seen from a day, why it cannot be said, and how long that answer holds. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from registry.lifecycle.deadlines import last_day_for_notice, next_expiry
from registry.lifecycle.endings import end_by_its_terms, endings
from registry.lifecycle.entry import entry_into_force
from registry.lifecycle.rules import status_on, status_periods
from registry.lifecycle.terms import start_of_term
from registry.lifecycle.vocabulary import DurationForm, NoticeCount, Status

if TYPE_CHECKING:
    from datetime import date

    from registry.lifecycle.life import LifeCycle


class DeadlineKind(StrEnum):
    """What is due on a day."""

    NOTICE = "notice"
    EXPIRY = "expiry"


class NotKnown(StrEnum):
    """Why a deadline cannot be said, although there may be one."""

    STATUS = "status_not_known"
    DURATION = "duration_not_stated"
    OBJECT = "until_object_done"
    START = "start_of_term_not_known"
    END = "end_of_term_not_known"
    DENUNCIATION = "denunciation_not_known"
    NOTICE = "notice_not_stated"


@dataclass(frozen=True)
class Schedule:
    """The deadlines of one agreement; a reason stands where one cannot be said, nothing where there is none.

    `expires_on` is the last day of the term, which `renews` itself or not; `notice_by` is the last day to give notice
    for an end on `notice_for`. The answer is the same for every day up to and including `good_until`.
    """

    good_until: date
    expires_on: date | None = None
    renews: bool = False
    notice_by: date | None = None
    notice_for: date | None = None
    expiry_not_known: NotKnown | None = None
    notice_not_known: NotKnown | None = None


def schedule_on(life: LifeCycle, day: date) -> Schedule:
    """Return what is due for an agreement on `day` or later.

    An agreement that has ended, or is not in force yet, has no deadlines; where the status cannot be said, neither can
    they (ADR 6).
    """
    period = status_on(status_periods(life), day)
    if period.status == Status.UNKNOWN:
        return Schedule(period.to_on, expiry_not_known=NotKnown.STATUS, notice_not_known=NotKnown.STATUS)
    if period.status != Status.IN_FORCE:
        return Schedule(period.to_on)
    term, notice = next_expiry(life, day), last_day_for_notice(life, day)
    expires_on = term.last_day if term else None
    renews = term is not None and term.renews
    # An end by an act comes before the end of the term, and is due whether the agreement has a term or not.
    for ending in endings(life):
        last = ending.last_day
        if last is not None and last >= day and (expires_on is None or last <= expires_on):
            expires_on, renews = last, False
    held = [period.to_on, *(due for due in (expires_on, notice and notice.notice_by) if due)]
    return Schedule(
        good_until=min(held),
        expires_on=expires_on,
        renews=renews,
        notice_by=notice.notice_by if notice else None,
        notice_for=notice.last_day_in_force if notice else None,
        expiry_not_known=None if expires_on else _expiry_not_known(life),
        notice_not_known=None if notice or _ends_anyway(life) else _notice_not_known(life),
    )


def _expiry_not_known(life: LifeCycle) -> NotKnown | None:
    """Return why an agreement in force shows no end of its term; None when it has none."""
    clause = life.duration
    if clause is None or clause.form == DurationForm.NOT_STATED:
        return NotKnown.DURATION
    if clause.form == DurationForm.INDEFINITE:
        return None
    if clause.form == DurationForm.UNTIL_OBJECT_DONE:
        return NotKnown.OBJECT
    return NotKnown.START if _start_is_open(life) else NotKnown.END


def _notice_not_known(life: LifeCycle) -> NotKnown | None:
    """Return why an agreement in force shows no last day for notice; None when notice can be given on any day."""
    clause = life.denunciation
    if clause is None:
        return NotKnown.DENUNCIATION
    if clause.notice is None or clause.counts is None:
        return NotKnown.NOTICE
    if clause.counts in (NoticeCount.FROM_RECEIPT, NoticeCount.FROM_SENDING):
        return None
    if clause.earliest_after is not None:
        entry = entry_into_force(life)
        if entry is None or not entry.on.is_exact:
            return NotKnown.START
    return NotKnown.START if life.duration is not None and _start_is_open(life) else NotKnown.END


def _start_is_open(life: LifeCycle) -> bool:
    """Return whether the first day of the term would have to be known exactly, and is not."""
    start = start_of_term(life)
    return life.duration is not None and life.duration.ends_on is None and (start is None or not start.is_exact)


def _ends_anyway(life: LifeCycle) -> bool:
    """Return whether the day on which the agreement ends is known without any further notice."""
    by_terms = end_by_its_terms(life)
    return any(ending.last_day is not None and ending != by_terms for ending in endings(life)) or (
        by_terms is not None and by_terms.last_day is not None
    )
