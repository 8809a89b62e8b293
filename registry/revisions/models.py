"""The table of revisions. Triggers in the database refuse to change or delete its rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.core.db import Base, Guarded


class Revision(Guarded, Base):
    """The whole record of an agreement as it stood from `recorded_at` until its next revision.

    `number` counts all of them. `access` is public, since who may see the agreement may see its revisions, unless only
    texts changed that are less open than the agreement: who may not see those must not learn that anything happened.
    `counted` is the number that everybody sees, which such a revision does not raise.
    """

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("agreement_id", "number"),
        Index("ix_revision_recorded", "agreement_id", "recorded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # No foreign key: should an agreement ever be taken out, what was known of it stays.
    agreement_id: Mapped[int]
    number: Mapped[int]
    counted: Mapped[int]
    recorded_at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(254))
    reason: Mapped[str | None] = mapped_column(String(500))
    # Canonical JSON as it was hashed: a column of JSON would write it in another order on another database.
    snapshot: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
