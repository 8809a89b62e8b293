"""Writes: every transaction that changes agreements ends with a revision of each. No use case has to remember it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import exists, func, insert, select
from sqlalchemy.orm import Session

from registry.agreements.models import Agreement
from registry.audit.leaves import written
from registry.audit.services import record
from registry.audit.vocabulary import Act
from registry.core.access import Access, stricter
from registry.core.canonical import canonical, sha256_of
from registry.core.uow import changes_in
from registry.outbox.services import hold_changes
from registry.revisions.models import Revision
from registry.revisions.snapshot import snapshots
from registry.revisions.vocabulary import STATE_FOUND

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from registry.core.uow import Database, UnitOfWork

_BATCH = 200

#: The tables of a record. Who writes to one of them has to say which agreement changed (`outbox.note_changes`).
RECORD_TABLES = frozenset(
    {
        *("agreement", "title", "conclusion_language", "side", "side_member", "signature", "agreement_subject"),
        *("agreement_number", "competent_body", "relation", "source", "action", "final_clause", "document"),
    }
)


class UnnotedChangeError(RuntimeError):
    """A use case wrote to a record and did not say to which: a mistake of the program, and nothing is written."""


def make_revisions(uow: UnitOfWork) -> None:
    """Make a revision of each agreement that the transaction changed, and an entry of the audit log for each revision.

    An agreement that was noted and is as before gets none. Raises `UnnotedChangeError` when tables of records were
    written to and no agreement was noted.
    """
    changes = changes_in(uow.session)
    touched = changes.tables & RECORD_TABLES
    if touched and not changes.agreements:
        message = f"{', '.join(sorted(touched))} changed, but note_changes was not called for any agreement"
        raise UnnotedChangeError(message)
    ids = sorted(changes.agreements)
    # A revision sets the number of its agreement, which is no change of the record.
    at = _next_instant(uow) if ids else None
    for start in range(0, len(ids), _BATCH):
        if at is not None:
            _revise(uow, ids[start : start + _BATCH], at, changes.reason or uow.reason)


def begin_revisions(database: Database, actor: str, progress: Callable[[int, int], None] | None = None) -> int:
    """Keep the state of each agreement that has no revision yet, and say that it was found so; return how many.

    Such agreements were entered before the registry kept revisions. Each keeps the number that it had counted to.
    """
    with database.write(actor) as uow:
        hold_changes(uow.session)
        without = ~exists().where(Revision.agreement_id == Agreement.id)
        ids = list(uow.session.scalars(select(Agreement.id).where(without).order_by(Agreement.id)))
        at = _next_instant(uow) if ids else None
        for start in range(0, len(ids), _BATCH):
            if at is not None:
                _revise(uow, ids[start : start + _BATCH], at, STATE_FOUND, counts=False)
            if progress:
                progress(min(start + _BATCH, len(ids)), len(ids))
    return len(ids)


def _revise(uow: UnitOfWork, ids: Sequence[int], at: datetime, reason: str | None, *, counts: bool = True) -> None:
    session = uow.session
    session.flush()
    last = _last(session, ids)
    agreements = {item.id: item for item in session.scalars(select(Agreement).where(Agreement.id.in_(ids)))}
    rows: list[dict[str, Any]] = []
    # Another session on the same transaction: what this one loaded may lack rows that came by other statements.
    with Session(session.connection(), join_transaction_mode="rollback_only") as fresh:
        found = snapshots(fresh, ids)
    for key, snapshot in sorted(found.items()):
        data = canonical(snapshot)
        digest = sha256_of(data)
        agreement = agreements[key]
        before = last.get(key)
        if before is not None and before.sha256 == digest:
            continue
        access = _openness(orjson.loads(before.snapshot), snapshot) if before is not None else Access.PUBLIC
        counted = agreement.revision + (counts and access == Access.PUBLIC)
        number = counted if before is None else before.number + 1
        row = {
            "agreement_id": key,
            "number": number,
            "counted": counted,
            "access": str(access),
            "recorded_at": at,
            "actor": uow.actor,
            "reason": reason,
            "snapshot": data.decode(),
            "sha256": digest,
        }
        rows.append(row)
        agreement.revision = counted
        record(uow, Act.AGREEMENT_REVISED, agreement.registry_number, detail=said_in_the_log(row))
    for key in last.keys() - found.keys():
        number = orjson.loads(last[key].snapshot)["registry_number"]
        record(uow, Act.AGREEMENT_DELETED, number, detail={"revision": last[key].number})
    session.flush()
    if rows:
        session.execute(insert(Revision), rows)


def said_in_the_log(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the entry of a revision says of it besides its agreement and its actor, which the entry names itself.

    Every column is in it, the record by its hash: none can be changed later without contradicting the log.
    """
    said = {
        "revision": row["number"],
        "sha256": row["sha256"],
        "recorded_at": written(row["recorded_at"]),
        "agreement_id": row["agreement_id"],
        "counted": row["counted"],
        "access": row["access"],
    }
    return said if row["reason"] is None else {**said, "reason": row["reason"]}


def _openness(before: dict[str, Any], after: dict[str, Any]) -> Access:
    """Return who may learn that something changed: everybody, unless only texts did that are less open."""
    if _as_open(before) != _as_open(after):
        return Access.PUBLIC
    changed = [item for item in before["documents"] if item not in after["documents"]]
    changed += [item for item in after["documents"] if item not in before["documents"]]
    return min((Access(item["access"]) for item in changed), key=list(Access).index, default=Access.PUBLIC)


def _as_open(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record without the texts that are less open than itself."""
    access = record["access"]
    return {**record, "documents": [item for item in record["documents"] if stricter(access, item["access"]) == access]}


def _last(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    """Return number, hash and snapshot of the last revision of each agreement."""
    newest = (
        select(Revision.agreement_id, func.max(Revision.number).label("number"))
        .where(Revision.agreement_id.in_(ids))
        .group_by(Revision.agreement_id)
        .subquery()
    )
    found = session.execute(
        select(Revision.agreement_id, Revision.number, Revision.sha256, Revision.snapshot).join(
            newest, (newest.c.agreement_id == Revision.agreement_id) & (newest.c.number == Revision.number)
        )
    )
    return {row.agreement_id: row for row in found}


def _next_instant(uow: UnitOfWork) -> datetime:
    """Return the instant of the revisions of this transaction: now, and later than any before.

    Writers of records wait for one another (`hold_changes`), so whatever was committed has an earlier instant, and what
    is committed later a later one: a list "as known at T" that was made once can never grow.
    """
    now = uow.clock.now()
    before = uow.session.scalar(select(func.max(Revision.recorded_at)))
    return now if before is None or before < now else before + timedelta(microseconds=1)
