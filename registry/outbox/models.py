"""Tables of the change counter and of the last change of each agreement."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.core.db import Base


class ChangeCounter(Base):
    """One row: the identity of this database, and the number of its last committed change.

    Whoever changes a record holds this row until the commit, so changes are numbered in the order in which
    they become visible. A reader that has applied change N has therefore missed nothing up to N.
    """

    __tablename__ = "change_counter"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    database_id: Mapped[str] = mapped_column(String(36))
    last_change: Mapped[int]


class IndexChange(Base):
    """The last change of one agreement. The row stays when the agreement is deleted: the index must learn of it."""

    __tablename__ = "index_change"

    agreement_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    change_number: Mapped[int] = mapped_column(index=True)
