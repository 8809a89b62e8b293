"""Which gaps a state of a record has on a day, for whom. Pure: no session, no clock.

What is not known is not held against a record before it is certain: a period of years has passed when it has passed
since the last day on which the agreement can have been signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from registry.agreements.vocabulary import DEPENDING, RelationKind
from registry.completeness.vocabulary import KIND_OF, GapKind
from registry.core.durations import Period
from registry.core.findings import Finding, Severity
from registry.lifecycle.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import date

    from registry.completeness.facts import Stated

    #: Gives the state of another agreement, or None when the reader knows of none.
    Others = Callable[[str], Stated | None]

#: After how many years an entry into force is asked for when nobody says otherwise, and the most that can be said.
DEFAULT_YEARS, MOST_YEARS = 3, 100

#: Relations of an agreement that cannot outlive the one that it concerns.
_LEANING = DEPENDING - {RelationKind.TERMINATES}

#: Relations that put an end to the other agreement (Vienna Convention, Art. 54 and 59).
_ENDING = frozenset({RelationKind.SUPERSEDES, RelationKind.TERMINATES})

_NO_TEXT = Finding("no_text", Severity.NOTE)
_NOT_VOUCHED = Finding("text_not_vouched", Severity.NOTE)

_ALIVE = frozenset({Status.IN_FORCE, Status.PROVISIONALLY_APPLIED, Status.SUSPENDED})

_ORDER = {code: list(GapKind).index(kind) for code, kind in KIND_OF.items()}


@dataclass(frozen=True)
class Judging:
    """By what gaps are judged: the day, after how many years an entry is missed, and what the reader may see."""

    on: date
    years: int = DEFAULT_YEARS
    sees: Collection[str] | None = None


def all_findings(state: Stated, others: Others, by: Judging) -> list[Finding]:
    """Return everything to be said about a record: its gaps, and what is noted without being a gap."""
    late = is_overdue(state, by)
    entry = [Finding("entry_overdue", Severity.WARNING, _since(state, by))] if late else []
    own = [item for item in state.own if not (late and item.code == "entry_date_missing")]
    return [*own, *entry, *missing_texts(state, by.sees), *dead_relations(state, others, by.on)]


def gaps_in(found: Iterable[Finding]) -> list[Finding]:
    """Return the findings that are gaps, in the order of their kinds."""
    return sorted((item for item in found if item.code in _ORDER), key=lambda item: _ORDER[item.code])


def is_overdue(state: Stated, by: Judging) -> bool:
    """Return whether the entry into force has certainly been missing for the years (Vienna Convention, Art. 24)."""
    day = overdue_from(state, by.years)
    return day is not None and day <= by.on


def overdue_from(state: Stated, years: int) -> date | None:
    """Return from which day a missing entry into force is a gap; None when it never is.

    What was only announced was not signed, and an instrument that does not bind enters into nothing (Art. 2(1)(a)).
    """
    if state.has_entry or state.is_announced or not state.is_binding:
        return None
    return _years_after(state.signed_by, years)


def missing_texts(state: Stated, sees: Collection[str] | None) -> list[Finding]:
    """Return which authentic texts the reader misses (Vienna Convention, Art. 10 and 33)."""
    if state.is_announced:
        return []
    texts = [text for text in state.texts if sees is None or text.access in sees]
    vouched = {text.language for text in texts if text.is_vouched}
    if not vouched:
        return [_NOT_VOUCHED if texts else _NO_TEXT]
    lacking = [language for language in state.authentic_in if language not in vouched]
    return [Finding("text_languages_missing", Severity.NOTE, {"languages": ", ".join(lacking)})] if lacking else []


def dead_relations(state: Stated, others: Others, on: date) -> list[Finding]:
    """Return the relations that lead to nothing, or whose other end says something else, on a day."""
    if not state.links and not state.acts_by:
        return []
    found = []
    is_alive = state.status_on(on) in _ALIVE
    for link in state.links:
        other = others(link.to)
        if other is None or not is_alive:
            continue
        status = other.status_on(on)
        if link.kind in _LEANING and status == Status.TERMINATED:
            found.append(Finding("relation_to_ended", Severity.WARNING, {"other": link.to}))
        has_effect = not link.is_partial and (link.effective_on is None or link.effective_on.latest <= on)
        if link.kind in _ENDING and has_effect and status in _ALIVE:
            found.append(Finding("end_not_recorded", Severity.WARNING, {"other": link.to}))
    for number in state.acts_by:
        other = others(number)
        if other is not None and all(link.to != state.number for link in other.links):
            found.append(Finding("act_without_relation", Severity.WARNING, {"other": number}))
    return found


#: Whoever asks for thousands of agreements asks for the same days again and again.
@lru_cache(maxsize=1 << 16)
def _years_after(day: date, years: int) -> date:
    return Period(years=years).after(day)


def _since(state: Stated, by: Judging) -> dict[str, str]:
    return {"years": str(by.years), "signed": state.signed_by.isoformat()}
