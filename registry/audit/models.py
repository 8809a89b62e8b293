"""Tables of the audit log. Triggers in the database refuse to change or delete entries and signed heads."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.core.db import Base

HASHES = LargeBinary()


class Entry(Base):
    """One act. `position` is its place among the leaves of the tree, counted from 0.

    `hashes` begins with the hash of the leaf; those of the nodes that became whole with it follow, the lowest first.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_actor", "actor", "position"),
        Index("ix_audit_entry_act", "act", "position"),
        Index("ix_audit_entry_object", "object", "position"),
    )

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # As it is hashed, and in its order as text: to make an instant of it takes longer than to check all the rest.
    at: Mapped[str] = mapped_column(String(27), index=True)
    actor: Mapped[str] = mapped_column(String(254))
    act: Mapped[str] = mapped_column(String(40))
    object: Mapped[str] = mapped_column(String(300))
    outcome: Mapped[str] = mapped_column(String(12))
    # Canonical JSON as it was hashed: a column of JSON would write it in another order on another database.
    detail: Mapped[str] = mapped_column(Text)
    hashes: Mapped[bytes] = mapped_column(HASHES)


class Log(Base):
    """One row: the identity of the log, how many entries it has, and the frontier of its tree.

    Whoever appends holds this row until the commit, so entries stand in the order in which they became visible.
    """

    __tablename__ = "audit_log"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    log_id: Mapped[str] = mapped_column(String(36))
    size: Mapped[int]
    frontier: Mapped[bytes] = mapped_column(HASHES)


class SignedHead(Base):
    """The signature of the tree at one size, made by the transaction that brought the log to that size."""

    __tablename__ = "audit_head"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
