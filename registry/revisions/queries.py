"""Reads: the history of an agreement, and the registry as it was known at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from sqlalchemy import func, select

from registry.agreements.models import Agreement
from registry.core.canonical import canonical, sha256_of
from registry.core.db import is_among
from registry.core.uow import seen_in
from registry.revisions.models import Revision

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

#: What a snapshot says about other agreements: the list, and the field in which their registry number stands.
_NAMES_OTHERS = {"relations": "to", "actions": "by_agreement"}


@dataclass(frozen=True)
class Recorded:
    """A state of an agreement: its revision, and as much of the record as the reader may see."""

    revision: Revision
    record: dict[str, Any]

    @property
    def sha256(self) -> str:
        """Return the hash of the record as far as the reader may see it; of a whole record it is that of the log."""
        return sha256_of(canonical(self.record))

    @property
    def access(self) -> list[str]:
        """Return how open the change was, and then the record and each text in it."""
        return [self.revision.access, self.record["access"], *(item["access"] for item in self.record["documents"])]


class State(NamedTuple):
    """A state of an agreement as lists need it: the key of its revision, the number that readers see, the record."""

    revision: int
    agreement_id: int
    counted: int
    record: dict[str, Any]


def history(session: Session, agreement_id: int) -> list[Recorded]:
    """Return all states of an agreement, the newest first."""
    found = list(
        session.scalars(select(Revision).where(Revision.agreement_id == agreement_id).order_by(Revision.number.desc()))
    )
    return _shown(session, found)


def as_recorded(session: Session, agreement_id: int, at: datetime) -> Recorded | None:
    """Return what the registry knew of an agreement at an instant, or None when it did not know it yet."""
    revision = session.scalar(
        select(Revision)
        .where(Revision.agreement_id == agreement_id, Revision.recorded_at <= at)
        .order_by(Revision.number.desc())
        .limit(1)
    )
    return _shown(session, [revision])[0] if revision else None


def agreements_as_recorded(session: Session, at: datetime, batch: int = 200) -> Iterator[Recorded]:
    """Yield what the registry knew at an instant of every agreement that the reader may see today, by registry number.

    The same instant gives the same states for ever, if it is not in the future. Only one batch is held in memory.
    """
    known = select(func.max(Revision.number)).where(Revision.agreement_id == Agreement.id, Revision.recorded_at <= at)
    sees = seen_in(session)
    if sees is not None:
        known = known.where(Revision.access.in_(sees))
    newest = known.correlate(Agreement).scalar_subquery()
    statement = (
        select(Revision)
        .join(Agreement, Agreement.id == Revision.agreement_id)
        .where(Revision.number == newest)
        .order_by(Agreement.registry_number)
        .execution_options(yield_per=batch)
    )
    with session.scalars(statement) as found:
        for part in found.partitions(batch):
            yield from _shown(session, list(part))
            for revision in part:
                session.expunge(revision)


def last_recorded_at(session: Session) -> datetime | None:
    """Return the instant of the newest revision: what is exported as of then can be exported again, byte for byte.

    A reader who may not see everything is told of agreements that they see only.
    """
    statement = select(func.max(Revision.recorded_at))
    if seen_in(session) is not None:
        statement = statement.join(Agreement, Agreement.id == Revision.agreement_id)
    return session.scalar(statement)


def states(session: Session, revisions: Sequence[int]) -> list[State]:
    """Return the states with these keys of revisions, in their order, as far as the reader may see them today.

    A state whose agreement the reader may not see any more is left out.
    """
    rows = session.execute(
        select(Revision.id, Revision.agreement_id, Revision.counted, Revision.snapshot)
        .join(Agreement, Agreement.id == Revision.agreement_id)
        .where(is_among(session, revisions, Revision.id))
    )
    found = {row.id: row for row in rows}
    ordered = [found[key] for key in revisions if key in found]
    records = _readable(session, [row.snapshot for row in ordered])
    return [State(row.id, row.agreement_id, row.counted, record) for row, record in zip(ordered, records, strict=True)]


def _shown(session: Session, revisions: list[Revision]) -> list[Recorded]:
    records = _readable(session, [revision.snapshot for revision in revisions])
    return [Recorded(revision, record) for revision, record in zip(revisions, records, strict=True)]


def _readable(session: Session, snapshots: list[str]) -> list[dict[str, Any]]:
    """Read snapshots, without what the reader of the session may not see today, however open it was then."""
    records: list[dict[str, Any]] = [orjson.loads(snapshot) for snapshot in snapshots]
    sees = seen_in(session)
    if sees is not None:
        numbers = {
            item[field] for record in records for name, field in _NAMES_OTHERS.items() for item in record[name]
        } - {None}
        seen = set(
            session.scalars(select(Agreement.registry_number).where(Agreement.registry_number.in_(sorted(numbers))))
        )
        records = [_without_hidden(record, seen, sees) for record in records]
    return records


def _without_hidden(record: dict[str, Any], seen: set[str], sees: tuple[str, ...]) -> dict[str, Any]:
    shown = dict(record)
    shown["relations"] = [item for item in record["relations"] if item["to"] in seen]
    shown["actions"] = [
        {**item, "by_agreement": item["by_agreement"] if item["by_agreement"] in seen else None}
        for item in record["actions"]
    ]
    shown["documents"] = [item for item in record["documents"] if item["access"] in sees]
    return shown
