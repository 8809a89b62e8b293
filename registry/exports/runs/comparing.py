"""Compares two exports: which agreements came, which went, and which are not what they were, field by field.

Both are selected anew by their criteria, each at its record time, as whoever compares may see them today: of what was
closed since, nothing is told but to whoever may see everything (`account`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import func, select

from registry.agreements.models import Agreement
from registry.core.access import OPERATOR, Access, Reader
from registry.core.db import is_among
from registry.exports.selection import select_states
from registry.revisions.differences import differences
from registry.revisions.models import Revision
from registry.revisions.queries import states

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.exports.runs.models import ExportRun
    from registry.exports.schemas import ExportRequest
    from registry.revisions.differences import Difference
    from registry.revisions.queries import State
    from registry.search.engine.index import SearchIndex

_BATCH = 1000


@dataclass(frozen=True)
class Comparison:
    """The revisions of the agreements that came, of those that went, and the pairs of those that differ.

    `before` and `after` are the agreements of either side.
    """

    added: list[int]
    removed: list[int]
    changed: list[tuple[int, int]]
    same: int
    before: frozenset[int]
    after: frozenset[int]


@dataclass(frozen=True)
class Account:
    """Why a file held another number of agreements than are compared of it.

    `closed` are those that were in the file and may not be compared; `opened` those that are compared and were not in
    it; `held` is how many it had. `rest` is what access does not explain.
    """

    held: int
    compared: int
    closed: dict[int, str]
    opened: dict[int, str]

    @property
    def rest(self) -> int:
        """Return how many agreements the file had beyond what these sums come to."""
        return self.held - self.compared - len(self.closed) + len(self.opened)


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
        frozenset(old),
        frozenset(new),
    )


def account(
    session: Session, index: SearchIndex, export: ExportRun, request: ExportRequest, compared: frozenset[int]
) -> Account:
    """Account for all agreements of the file of an export, whose request is given too.

    The session must be one for `OPERATOR`, who sees everything: what was in the file follows from the access that each
    agreement had when the file was made. Raises what `select_states` raises.
    """
    selected = list(_states_by_agreement(session, index, request, OPERATOR))
    allowed = Reader(Access(export.clearance)).sees
    held = {key for key, access in _access_at(session, selected, export.finished_at).items() if access in allowed}
    closed, opened = held - compared, compared - held
    numbers = _numbers(session, [*closed, *opened])
    return Account(
        export.agreements or 0,
        len(compared),
        {key: numbers[key] for key in closed},
        {key: numbers[key] for key in opened},
    )


def _access_at(session: Session, agreement_ids: Sequence[int], at: datetime | None) -> dict[int, str]:
    """Return who might see each of these agreements at an instant."""
    found: dict[int, str] = {}
    for start in range(0, len(agreement_ids), _BATCH):
        batch = agreement_ids[start : start + _BATCH]
        newest = (
            select(func.max(Revision.number).label("number"), Revision.agreement_id)
            .where(is_among(session, batch, Revision.agreement_id), Revision.recorded_at <= at)
            .group_by(Revision.agreement_id)
            .subquery()
        )
        rows = session.execute(
            select(Revision.agreement_id, Revision.snapshot).join(
                newest,
                (newest.c.agreement_id == Revision.agreement_id) & (newest.c.number == Revision.number),
            )
        )
        found.update((row.agreement_id, orjson.loads(row.snapshot)["access"]) for row in rows)
    return found


def _numbers(session: Session, agreement_ids: Sequence[int]) -> dict[int, str]:
    rows = session.execute(
        select(Agreement.id, Agreement.registry_number)
        .where(is_among(session, agreement_ids, Agreement.id))
        .order_by(Agreement.registry_number)
    )
    return {row.id: row.registry_number for row in rows}


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
