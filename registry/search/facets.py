"""How many agreements each value of each facet would give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import select

from registry.agreements.models import Agreement
from registry.agreements.vocabulary import Kind, Level, Proof
from registry.core.uow import seen_in
from registry.lifecycle.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from registry.search.columns import Columns
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


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet: its token, its labels by language when it comes from the database, and its count."""

    value: str
    count: int
    labels: dict[str, str] | None = None
    selected: bool = False


def count_facets(
    session: Session,
    columns: Columns,
    request: ListRequest,
    day: date,
    conditions: dict[str, ColumnElement[bool]],
    ranked: Sequence[int] | None,
) -> dict[str, list[FacetValue]]:
    """Count every value of every facet under all other filters, over the ids that the words matched, if any.

    Returns the values of each facet: those that occur and those that were chosen.
    """
    scope = columns.everything() if ranked is None else columns.mask(ranked)
    sees = seen_in(session)
    if sees is not None:
        scope &= columns.having("access", sees)
    others = [condition for name, condition in conditions.items() if name not in (*FACETS, "access")]
    if others:
        scope &= columns.mask(session.scalars(select(Agreement.id).where(*others)))
    chosen = {name: columns.having(name, _chosen(name, request), day) for name in FACETS if name in conditions}
    found = {}
    for name in FACETS:
        under = [mask for other, mask in chosen.items() if other != name]
        counts = columns.count(name, np.logical_and.reduce([scope, *under]), day)
        found[name] = _values(name, counts, columns.labels.get(name), _chosen(name, request))
    return found


def _chosen(name: str, request: ListRequest) -> Sequence[str]:
    return request.statuses() if name == "status" else tuple(getattr(request, name))


def _values(
    name: str, counts: Mapping[str, int], labels: Mapping[str, dict[str, str]] | None, chosen: Sequence[str]
) -> list[FacetValue]:
    if labels is not None:
        found = [
            FacetValue(value, counts.get(value, 0), labels[value], value in chosen) for value in {*counts, *chosen}
        ]
        return sorted(found, key=lambda item: (-item.count, item.value))
    order = FACETS[name] or sorted({*counts, *chosen})
    return [
        FacetValue(str(value), counts.get(value, 0), selected=value in chosen)
        for value in order
        if value in counts or value in chosen
    ]
