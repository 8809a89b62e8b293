"""Tables of actions, final clauses and computed status periods."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.agreements.models import Agreement
from registry.core.db import Base, LangText
from registry.core.edtf import PartialDate
from registry.core.facts import FactColumns


class Action(FactColumns, Base):
    """A dated legal act in the life of an agreement. Its signature is a fact of the record itself."""

    __tablename__ = "action"
    __table_args__ = (CheckConstraint("side is null or side in (1, 2)", name="side_one_or_two"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))
    on: Mapped[PartialDate | None]
    effective_on: Mapped[PartialDate | None]
    until: Mapped[PartialDate | None]
    side: Mapped[int | None]
    act: Mapped[LangText | None]
    by_agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"), index=True)

    by_agreement: Mapped[Agreement | None] = relationship(lazy="raise", foreign_keys=[by_agreement_id])


class FinalClause(FactColumns, Base):
    """What the text itself says about its force: one row for each kind of clause.

    `terms` holds what the rules compute with, in the shape of the schema of that kind; `text` says the same
    in the editors' words.
    """

    __tablename__ = "final_clause"
    __table_args__ = (UniqueConstraint("agreement_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(32))
    terms: Mapped[dict[str, Any]]
    text: Mapped[LangText | None]


class StatusPeriod(Base):
    """From which to which day (both inclusive) an agreement has a status. Computed by the rules, never typed in.

    Open ends are stored as the first and the last day that a date can hold, so that "in force on D" is a
    plain range query on both databases.
    """

    __tablename__ = "status_period"
    __table_args__ = (
        CheckConstraint("from_on <= to_on", name="ordered"),
        UniqueConstraint("agreement_id", "from_on"),
        Index("ix_status_period_lookup", "status", "from_on", "to_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"))
    from_on: Mapped[date] = mapped_column(Date)
    to_on: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(String(32))
