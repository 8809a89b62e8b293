"""The report: which agreements have which gaps today, by kind and by body, and how many had them in the past."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from registry.agreements.models import Agreement
from registry.completeness.facts import stated_in
from registry.completeness.rules import (
    DEFAULT_YEARS,
    Judging,
    all_findings,
    dead_relations,
    gaps_in,
    missing_texts,
    overdue_from,
)
from registry.completeness.vocabulary import CONTRADICTIONS, KIND_OF, GapKind
from registry.core.uow import seen_in
from registry.revisions.queries import as_recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from registry.completeness.facts import Stated
    from registry.completeness.ledger import Known, Ledger
    from registry.completeness.schemas import ReportRequest
    from registry.core.findings import Finding

#: A registry that is younger than this is looked at day by day, an older one at the ends of months.
_YOUNG = timedelta(days=62)

#: No more than this many points are shown: ten years of months.
_MOST_POINTS = 120

#: Later than whatever is recorded.
_END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """An agreement and its gaps, in the order of their kinds."""

    agreement_id: int
    state: Stated
    gaps: tuple[Finding, ...]

    @property
    def kinds(self) -> set[GapKind]:
        """Return the kinds of its gaps."""
        return {KIND_OF[gap.code] for gap in self.gaps}


@dataclass(frozen=True)
class BodyRow:
    """A body: of how many agreements it is the body of a side, and how many of these have gaps of each kind."""

    key: str
    agreements: int
    incomplete: int
    counts: dict[GapKind, int]


@dataclass(frozen=True)
class Point:
    """How things stood at the end of a day: the agreements that were known, and those with gaps of each kind."""

    day: date
    agreements: int
    counts: dict[GapKind, int]


@dataclass(frozen=True)
class Report:
    """The gaps of the agreements that were asked for; `rows` are those with a gap of the kinds that were asked for."""

    on: date
    years: int
    agreements: int
    rows: tuple[Row, ...]
    counts: dict[GapKind, int]
    bodies: tuple[BodyRow, ...]
    trend: tuple[Point, ...]


def make_report(session: Session, ledger: Ledger, asked: ReportRequest, today: date, zone: str) -> Report:
    """Return the report as the reader of the session may see it: what they may not see is not counted either.

    It takes one query for the agreements that the reader sees, and one for the revisions that are new since the last
    report of this process; the same report again takes none but that for the last change.
    """
    sees = seen_in(session)
    judging = Judging(today, asked.years, sees)

    def make(known: Sequence[Known]) -> Report:
        visible = set(session.scalars(select(Agreement.id)))
        history = [item for item in known if item.agreement_id in visible and (sees is None or item.access in sees)]
        now = {item.agreement_id: item.state for item in history}
        rows = [row for row in _judged(now, judging) if asked.takes(row.state)]
        chosen = [row for row in rows if row.gaps and (not asked.gap or row.kinds & set(asked.gap))]
        return Report(
            today,
            asked.years,
            len(rows),
            tuple(sorted(chosen, key=_sorting(asked.sort))),
            _count(row.kinds for row in rows),
            _by_body(rows),
            tuple(trend(history, _ends(history, today, ZoneInfo(zone)), judging, asked.takes)),
        )

    found: Report = ledger.answer((sees, today, zone, asked.about), make)
    return found


def findings_of(
    session: Session, agreement_id: int, on: date, at: datetime | None = None, years: int = DEFAULT_YEARS
) -> list[Finding]:
    """Return everything to be said about one agreement, as recorded at an instant (None for now) and judged on a day.

    One query, and two more for each agreement that it is related to.
    """
    instant = at or _END_OF_TIME
    recorded = as_recorded(session, agreement_id, instant)
    if recorded is None:
        return []
    return all_findings(stated_in(recorded.record), _others(session, instant), Judging(on, years, seen_in(session)))


def findings_by_change(
    session: Session, before: Mapping[str, Any], after: Mapping[str, Any], on: date
) -> tuple[list[Finding], list[Finding]]:
    """Return what is missing and what contradicts itself once a record is as in `after` and was not so in `before`.

    Both are snapshots, `before` is empty for a new agreement. Judged as the reader of the session may see it.
    """
    judging, others = Judging(on, sees=seen_in(session)), _others(session, _END_OF_TIME)
    known = {(item.code, *item.params.values()) for item in _found(before, others, judging)}
    new = [item for item in _found(after, others, judging) if (item.code, *item.params.values()) not in known]
    missing = [item for item in gaps_in(new) if KIND_OF[item.code] not in CONTRADICTIONS]
    return missing, [item for item in gaps_in(new) if KIND_OF[item.code] in CONTRADICTIONS]


def _found(record: Mapping[str, Any], others: Callable[[str], Stated | None], by: Judging) -> list[Finding]:
    return all_findings(stated_in(record), others, by) if record else []


def _others(session: Session, instant: datetime) -> Callable[[str], Stated | None]:
    """Return what gives the state of other agreements, as far as the reader of the session may see them."""

    def other(number: str) -> Stated | None:
        key = session.scalar(select(Agreement.id).where(Agreement.registry_number == number))
        found = as_recorded(session, key, instant) if key is not None else None
        return stated_in(found.record) if found else None

    return other


def trend(
    history: Sequence[Known],
    ends: Iterable[tuple[date, datetime]],
    by: Judging,
    takes: Callable[[Stated], bool],
) -> list[Point]:
    """Return how many agreements had gaps of each kind at the end of each day in `ends`, the earliest first.

    `history` is what the reader may see of all revisions, in their order. One pass: a revision takes the place of the
    one before it, and only what depends on the day is judged at each point.
    """
    states: dict[int, Stated] = {}
    kinds: dict[int, frozenset[GapKind]] = {}
    waiting: dict[int, date] = {}
    related: set[int] = set()
    counts: Counter[GapKind] = Counter()
    by_number: dict[str, Stated] = {}
    points, place = [], 0
    for day, instant in ends:
        while place < len(history) and history[place].recorded_at <= instant:
            key, state = history[place].agreement_id, history[place].state
            place += 1
            counts.subtract(kinds.pop(key, ()))
            waiting.pop(key, None)
            related.discard(key)
            states[key] = by_number[state.number] = state
            if not takes(state):
                states.pop(key)
                continue
            kinds[key] = _lasting(state, by.sees)
            counts.update(kinds[key])
            overdue = overdue_from(state, by.years)
            if overdue is not None:
                waiting[key] = overdue
            if state.links or state.acts_by:
                related.add(key)
        now = Counter(counts)
        now[GapKind.ENTRY_INTO_FORCE] = sum(overdue <= day for overdue in waiting.values())
        now[GapKind.RELATIONS] = sum(bool(dead_relations(states[key], by_number.get, day)) for key in related)
        points.append(Point(day, len(states), {kind: now[kind] for kind in GapKind}))
    return points


def _lasting(state: Stated, sees: Collection[str] | None) -> frozenset[GapKind]:
    """Return the kinds of gaps that depend neither on the day nor on other agreements."""
    found = (*state.own, *missing_texts(state, sees))
    return frozenset(KIND_OF[item.code] for item in found if item.code in KIND_OF)


def _judged(now: dict[int, Stated], by: Judging) -> list[Row]:
    by_number = {state.number: state for state in now.values()}
    return [Row(key, state, tuple(gaps_in(all_findings(state, by_number.get, by)))) for key, state in now.items()]


def _count(many: Iterable[Iterable[GapKind]]) -> dict[GapKind, int]:
    counts = Counter(kind for kinds in many for kind in kinds)
    return {kind: counts[kind] for kind in GapKind}


def _by_body(rows: Sequence[Row]) -> tuple[BodyRow, ...]:
    """Return the bodies, those with the most incomplete agreements first."""
    of: dict[str, list[Row]] = {}
    for row in rows:
        for body in row.state.bodies:
            of.setdefault(body, []).append(row)
    found = [
        BodyRow(body, len(own), sum(bool(row.gaps) for row in own), _count(row.kinds for row in own))
        for body, own in of.items()
    ]
    return tuple(sorted(found, key=lambda row: (-row.incomplete, row.key)))


def _sorting(sort: str) -> Callable[[Row], tuple[object, ...]]:
    if sort == "registry_number":
        return lambda row: (row.state.number,)
    if sort == "signed_on":
        return lambda row: (row.state.signed_by, row.state.number)
    return lambda row: (-len(row.gaps), row.state.number)


def _ends(history: Sequence[Known], today: date, zone: ZoneInfo) -> list[tuple[date, datetime]]:
    """Return the days at whose ends the past is looked at, with the instants of these ends; today is the last."""
    if not history:
        return []
    first = min(history[0].recorded_at.astimezone(zone).date(), today)
    if today - first <= _YOUNG:
        days = [first + timedelta(days=count) for count in range((today - first).days)]
    else:
        days = []
        year, month = first.year, first.month
        while (end := date(year, month, monthrange(year, month)[1])) < today:
            days.append(end)
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)  # noqa: PLR2004  The months of a year.
    # Whatever is recorded already is known today, whatever the clocks of the nodes say.
    return [*((day, datetime.combine(day, time.max, zone)) for day in days[1 - _MOST_POINTS :]), (today, _END_OF_TIME)]
