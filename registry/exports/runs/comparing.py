"""Compares two exports: which agreements came, which went, and which are not what they were, field by field.

Both are selected anew by their criteria, each at its record time, as whoever compares may see them today: of what was
closed since, nothing is told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.core.db import is_among
from registry.exports.selection import select_states
from registry.revisions.differences import differences
from registry.revisions.models import Revision
from registry.revisions.queries import states

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from registry.core.access import Reader
    from registry.exports.schemas import ExportRequest
    from registry.revisions.differences import Difference
    from registry.revisions.queries import State
    from registry.search.engine.index import SearchIndex

_BATCH = 1000


@dataclass(frozen=True)
class Comparison:
    """The revisions of the agreements that came, of those that went, and the pairs of those that differ."""

    added: list[int]
    removed: list[int]
    changed: list[tuple[int, int]]
    same: int


@dataclass(frozen=True)
class Changed:
    """An agreement that both exports have, in different states."""

    after: State
    differences: list[Difference]


def compare(
    session: Session, index: SearchIndex, before: ExportRequest, after: ExportRequest, reader: Reader
) -> Comparison:
    """Compare two exports as `reader`, for whom the session must be. Raises what `select_states` raises."""
    old, new = (_states_by_agreement(session, index, request, reader) for request in (before, after))
    both = [key for key in new if key in old]
    return Comparison(
        [new[key] for key in new if key not in old],
        [old[key] for key in old if key not in new],
        [(old[key], new[key]) for key in both if old[key] != new[key]],
        sum(old[key] == new[key] for key in both),
    )


def changes_of(session: Session, pairs: Sequence[tuple[int, int]]) -> list[Changed]:
    """Return what differs in these pairs of revisions; nothing where the reader may see no difference."""
    olds = states(session, [before for before, _ in pairs])
    news = states(session, [after for _, after in pairs])
    return [
        Changed(new, found)
        for old, new in zip(olds, news, strict=True)
        if (found := differences(old.record, new.record))
    ]


def _states_by_agreement(
    session: Session, index: SearchIndex, request: ExportRequest, reader: Reader
) -> dict[int, int]:
    """Return the revision of each agreement of an export, in its order."""
    revisions = list(select_states(session, index, replace(request, clearance=str(reader.clearance))).revisions)
    agreement_of: dict[int, int] = {}
    for start in range(0, len(revisions), _BATCH):
        batch = revisions[start : start + _BATCH]
        rows = session.execute(select(Revision.id, Revision.agreement_id).where(is_among(session, batch, Revision.id)))
        agreement_of.update((row.id, row.agreement_id) for row in rows)
    return {agreement_of[revision]: revision for revision in revisions}
