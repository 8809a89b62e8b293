"""Writes: note that agreements changed."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from registry.core.uow import changes_in
from registry.outbox.models import ChangeCounter, IndexChange

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session


def found_counter(session: Session) -> None:
    """Give a new database its identity and start counting its changes, unless that was done before."""
    if session.scalar(select(ChangeCounter.id)) is None:
        session.add(ChangeCounter(id=1, database_id=str(uuid.uuid4()), last_change=0))
        session.flush()


def hold_changes(session: Session) -> None:
    """Make other writers of records wait until this transaction ends.

    A registry number is read and then written; two writers who did so side by side would take the same one.
    SQLite lets only one transaction write anyway.
    """
    session.execute(select(ChangeCounter.id).with_for_update())


def note_changes(session: Session, agreement_ids: Iterable[int]) -> None:
    """Note in the current transaction that these agreements changed.

    Every index will follow, and the transaction ends with a revision of each of them whose record is not as before.
    """
    ids = sorted(set(agreement_ids))
    if not ids:
        return
    changes_in(session).agreements.update(ids)
    number = session.scalar(
        update(ChangeCounter).values(last_change=ChangeCounter.last_change + 1).returning(ChangeCounter.last_change)
    )
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(IndexChange)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[IndexChange.agreement_id], set_={"change_number": statement.excluded.change_number}
        ),
        [{"agreement_id": key, "change_number": number} for key in ids],
    )
