"""Reads: what the index has to catch up with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.outbox.models import ChangeCounter, IndexChange

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


#: The same as `counter` for the driver: it is asked with every request.
COUNTER = "SELECT database_id, last_change FROM change_counter"


def counter(session: Session) -> tuple[str, int]:
    """Return the identity of the database and the number of its last change."""
    row = session.execute(select(ChangeCounter.database_id, ChangeCounter.last_change)).one()
    return row.database_id, row.last_change


def changes_after(session: Session, number: int) -> set[int]:
    """Return the agreements that changed after change `number`."""
    return set(session.scalars(select(IndexChange.agreement_id).where(IndexChange.change_number > number)))
