"""Which agreement has which value of each facet, kept in memory and brought up to date with every change.

Counting eight facets over thousands of hits took a database ten times as long as finding the hits (ADR 18). The
database stays the truth: the columns are read from it by SQL, hold nothing else, and follow its counter of changes.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import select, union

from registry.agreements.models import Agreement, Side, SideMember, Subject, agreement_subject
from registry.agreements.vocabulary import MIXED
from registry.lifecycle.models import StatusPeriod
from registry.outbox.queries import COUNTER, changes_after, counter
from registry.parties.models import Body, Party
from registry.search.conditions import among, decade_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray
    from sqlalchemy.orm import Session

    from registry.core.uow import Database

    Mask = NDArray[np.bool_]
    Numbers = NDArray[np.int32]

#: Facets whose values have their labels in the database: the columns of key, token and labels.
LABELLED: dict[str, tuple[Any, Any, Any]] = {
    "subject": (Subject.id, Subject.code, Subject.labels),
    "party": (Party.id, Party.code, Party.names),
    "body": (Body.id, Body.key, Body.names),
}


@dataclass(frozen=True)
class Column:
    """The values of one facet: row by row an agreement and the place of its value among the tokens.

    `days` are the first and the last day on which a row holds, as ordinals, where rows hold for a time only.
    """

    agreements: Numbers
    values: Numbers
    days: tuple[Numbers, Numbers] | None = None

    def on(self, day: date) -> tuple[Numbers, Numbers]:
        """Return the agreements and the values of the rows that hold on a day."""
        if self.days is None:
            return self.agreements, self.values
        holds = (self.days[0] <= day.toordinal()) & (self.days[1] >= day.toordinal())
        return self.agreements[holds], self.values[holds]

    def replaced(self, gone: Mask, new: Column) -> Column:
        """Return the column without the rows of the agreements in `gone`, and with those of `new`."""
        keep = ~gone[self.agreements]
        days = None
        if self.days is not None and new.days is not None:
            days = (
                np.concatenate((self.days[0][keep], new.days[0])),
                np.concatenate((self.days[1][keep], new.days[1])),
            )
        return Column(
            np.concatenate((self.agreements[keep], new.agreements)),
            np.concatenate((self.values[keep], new.values)),
            days,
        )


@dataclass(frozen=True)
class Columns:
    """The columns as they were at one change of the registry. Nothing in here changes any more."""

    position: tuple[str, int]
    by_facet: Mapping[str, Column]
    tokens: Mapping[str, Sequence[str]]
    labels: Mapping[str, Mapping[str, dict[str, str]]]
    size: int

    def mask(self, ids: Iterable[int]) -> Mask:
        """Return which agreements are among `ids`; ids that were not there at this change are left out."""
        found = np.zeros(self.size, bool)
        places = np.fromiter(ids, np.int64)
        found[places[places < self.size]] = True
        return found

    def everything(self) -> Mask:
        """Return all agreements."""
        return self.having("access", self.tokens["access"])

    def having(self, facet: str, tokens: Iterable[str], day: date | None = None) -> Mask:
        """Return the agreements that have any of these values, on `day` where values hold for a time only."""
        wanted = set(tokens)
        chosen = np.fromiter((token in wanted for token in self.tokens[facet]), bool)
        agreements, values = self._rows(facet, day)
        found = np.zeros(self.size, bool)
        found[agreements[chosen[values]]] = True
        return found

    def count(self, facet: str, among_these: Mask, day: date) -> dict[str, int]:
        """Return how many of these agreements have each value; values that none has are left out."""
        agreements, values = self._rows(facet, day)
        counts = np.bincount(values[among_these[agreements]], minlength=len(self.tokens[facet]))
        return {token: count for token, count in zip(self.tokens[facet], counts.tolist(), strict=True) if count}

    def _rows(self, facet: str, day: date | None) -> tuple[Numbers, Numbers]:
        column = self.by_facet[facet]
        return (column.agreements, column.values) if day is None else column.on(day)


class FacetColumns:
    """Keeps the columns of a database, and reads what has changed when they are asked for."""

    def __init__(self, database: Database) -> None:
        """Remember the database; nothing is read before the first use."""
        self._database = database
        self._lock = threading.Lock()
        self._held: Columns | None = None

    def current(self, position: tuple[str, int] | None = None) -> Columns:
        """Return the columns at the last change of the registry.

        `position` is that of the database when the caller has just asked for it.
        """
        if position is None:
            database_id, last_change = self._database.first_row(COUNTER)
            position = (database_id, last_change)
        with self._lock:
            held = self._held
            if held is None or held.position[0] != position[0] or held.position[1] < position[1]:
                with self._database.read() as session:
                    held = self._held = _read(session, held)
            return held


def _read(session: Session, held: Columns | None) -> Columns:
    """Read the columns anew, or what has changed since `held`. The session has to see everything."""
    position = counter(session)
    if held is not None and held.position[0] != position[0]:
        held = None
    changed = None if held is None else sorted(changes_after(session, held.position[1]))
    tokens: dict[str, list[str]] = {name: [] for name in _COLUMNS}
    labels: dict[str, dict[str, dict[str, str]]] = {}
    keys: dict[str, dict[int, str]] = {}
    for name, statement in LABELLED.items():
        rows = session.execute(select(*statement)).all()
        keys[name] = {row[0]: row[1] for row in rows}
        labels[name] = {row[1]: row[2] for row in rows}
    if held is not None:
        tokens = {name: list(known) for name, known in held.tokens.items()}
    new = {name: _column(session, name, tokens[name], keys.get(name), changed) for name in _COLUMNS}
    size = max((int(column.agreements.max(initial=-1)) + 1 for column in new.values()), default=0)
    if held is None or changed is None:
        return Columns(position, new, tokens, labels, size)
    size = max(size, held.size)
    gone = np.zeros(size, bool)
    gone[[key for key in changed if key < size]] = True
    merged = {name: held.by_facet[name].replaced(gone, column) for name, column in new.items()}
    return Columns(position, merged, tokens, labels, size)


def _column(
    session: Session, name: str, tokens: list[str], keys: dict[int, str] | None, changed: list[int] | None
) -> Column:
    """Read a column, of the changed agreements only when they are given; `tokens` grows by the values that are new."""
    places = {token: place for place, token in enumerate(tokens)}
    agreement, *columns = _COLUMNS[name].selected_columns
    statement = _COLUMNS[name]
    if changed is not None:
        statement = statement.where(among(session, changed, agreement))
    numbers: list[tuple[int, ...]] = []
    for key, value, *days in session.execute(statement):
        if keys is not None and value not in keys:
            # Committed since the names were read, so it belongs to a later change, after which it is read again.
            continue
        token = keys[value] if keys is not None else value
        place = places.setdefault(token, len(places))
        numbers.append((key, place, *(day.toordinal() for day in days)))
    tokens.extend(list(places)[len(tokens) :])
    found = np.array(numbers, np.int32).reshape(len(numbers), 1 + len(columns)).T.copy()
    return Column(found[0], found[1], (found[2], found[3]) if len(found) > 2 else None)  # noqa: PLR2004  With days.


def _members(key: Any) -> Any:
    """Return the statement of what the members of the two sides have; both sides may have the same."""
    return (
        select(Side.agreement_id, key)
        .join(SideMember, SideMember.side_id == Side.id)
        .where(key.is_not(None))
        .distinct()
    )


def _both(first: Any, second: Any) -> Any:
    """Return the rows of both statements, each once, as a statement that can be narrowed."""
    return select(*union(first, second).subquery().c)


#: Agreement, value, and where it holds for a time only the first and the last day.
_COLUMNS: dict[str, Any] = {
    "access": select(Agreement.id, Agreement.access),
    # An agreement at two levels has both, and can be asked for as a mixed one.
    "level": _both(
        select(Side.agreement_id, Side.level), select(Agreement.id, Agreement.level).where(Agreement.level == MIXED)
    ),
    "kind": select(Agreement.id, Agreement.kind),
    "status": select(StatusPeriod.agreement_id, StatusPeriod.status, StatusPeriod.from_on, StatusPeriod.to_on),
    "proof": select(Agreement.id, Agreement.proof),
    "decade": select(Agreement.id, decade_of()),
    "subject": select(agreement_subject.c.agreement_id, agreement_subject.c.subject_id),
    "party": _members(SideMember.party_id),
    "body": _members(SideMember.body_id),
}
