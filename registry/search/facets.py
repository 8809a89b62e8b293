"""How many agreements each value of each facet would give: counted by the database in one statement."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, Text, cast, column, func, literal, null, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY

from registry.agreements.models import Agreement, Side, SideMember, Subject, agreement_subject
from registry.agreements.vocabulary import Kind, Level, Proof
from registry.lifecycle.models import StatusPeriod
from registry.lifecycle.vocabulary import Status
from registry.parties.models import Body, Party
from registry.search.conditions import covers, decade_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import CTE, ColumnElement
    from sqlalchemy.orm import Session

    from registry.search.schemas import ListRequest

#: The facets in the order of the page, with the order of their values where they are a closed vocabulary.
FACETS: dict[str, Sequence[str]] = {
    "level": list(Level),
    "kind": list(Kind),
    "status": list(Status),
    "proof": list(Proof),
    "decade": (),
    "subject": (),
    "party": (),
    "body": (),
}
#: Facets whose values have their labels in the database: the columns of token and labels.
_LABELS: dict[str, tuple[Any, Any]] = {
    "subject": (Subject.code, Subject.labels),
    "party": (Party.code, Party.names),
    "body": (Body.key, Body.names),
}


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet: its token, its labels by language when it comes from the database, and its count."""

    value: str
    count: int
    labels: dict[str, str] | None = None
    selected: bool = False


def count_facets(
    session: Session,
    request: ListRequest,
    day: date,
    conditions: dict[str, ColumnElement[bool]],
    ranked: Sequence[int] | None,
) -> dict[str, list[FacetValue]]:
    """Count every value of every facet under all other filters, over the ids that the words matched, if any.

    Returns the values of each facet: those that occur and those that were chosen.
    """
    hits = _hits(session, ranked) if ranked is not None else None
    parts = []
    for name, statement in _statements(day).items():
        chosen = [condition for other, condition in conditions.items() if other != name]
        if hits is not None:
            chosen.append(Agreement.id.in_(select(hits.c.id)))
        parts.append(statement.where(*chosen))
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    labels: dict[tuple[str, str], dict[str, str]] = {}
    for name, value, label, count in session.execute(union_all(*parts)):
        counts[name][value] = count
        if label is not None:
            labels[name, value] = json.loads(label)
    for name, (code, names) in _LABELS.items():
        empty = set(getattr(request, name)) - counts[name].keys()
        for value, label in session.execute(select(code, names).where(code.in_(empty))) if empty else ():
            counts[name][value], labels[name, value] = 0, label
    return {name: _values(name, counts[name], labels, request) for name in FACETS}


def _hits(session: Session, ranked: Sequence[int]) -> CTE:
    """Return the ids that the words matched as a table that is made once for all facets."""
    if session.get_bind().dialect.name == "postgresql":
        ids = select(func.unnest(literal(list(ranked), ARRAY(Integer))).label("id"))
    else:
        values = func.json_each(str(list(ranked))).table_valued(column("value", Integer))
        ids = select(values.c.value.label("id"))
    return ids.cte("hits")


@lru_cache(maxsize=16)
def _statements(day: date) -> dict[str, Any]:
    """Return for each facet its name, values, labels and counts as a statement that can be filtered."""
    ids = func.count(Agreement.id.distinct())

    def counted(name: str, value: Any, labels: Any = None) -> Any:
        label = null() if labels is None else cast(labels, Text)
        chosen = select(literal(name).label("facet"), cast(value, Text).label("value"), label.label("labels"), ids)
        return chosen.select_from(Agreement).group_by(value, *([] if labels is None else [labels]))

    def member(statement: Any) -> Any:
        return statement.join(Side, Side.agreement_id == Agreement.id).join(SideMember, SideMember.side_id == Side.id)

    return {
        "level": counted("level", Side.level).join(Side, Side.agreement_id == Agreement.id),
        "kind": counted("kind", Agreement.kind),
        "status": counted("status", StatusPeriod.status).join(StatusPeriod, covers(day)),
        "proof": counted("proof", Agreement.proof),
        "decade": counted("decade", decade_of()),
        "subject": counted("subject", Subject.code, Subject.labels)
        .join(agreement_subject, agreement_subject.c.agreement_id == Agreement.id)
        .join(Subject, Subject.id == agreement_subject.c.subject_id),
        "party": member(counted("party", Party.code, Party.names)).join(Party, Party.id == SideMember.party_id),
        "body": member(counted("body", Body.key, Body.names)).join(Body, Body.id == SideMember.body_id),
    }


def _values(
    name: str, counts: dict[str, int], labels: dict[tuple[str, str], dict[str, str]], request: ListRequest
) -> list[FacetValue]:
    chosen = request.statuses() if name == "status" else getattr(request, name)
    if name in _LABELS:
        found = [FacetValue(value, count, labels[name, value], value in chosen) for value, count in counts.items()]
        return sorted(found, key=lambda item: (-item.count, item.value))
    order = FACETS[name] or sorted({*counts, *chosen})
    return [
        FacetValue(str(value), counts.get(value, 0), selected=value in chosen)
        for value in order
        if value in counts or value in chosen
    ]
