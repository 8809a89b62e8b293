"""Tables of exports: who took which list along, and the work of making the long ones."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.core.db import Base
from registry.core.leases import Queued, State


class ExportRun(Base):
    """A list that was asked for: by whom, with which criteria, and when it is made, what its file is.

    `description` is what the manifest says of the export, as it was hashed into the log. It is empty as long as the
    file is not made. A file that was streamed is not kept; one that is has an end in `expires_at`.
    """

    __tablename__ = "export_run"
    __table_args__ = (
        Index("ix_export_run_user", "user_id", "id"),
        Index("ix_export_run_sha256", "sha256", "id"),
        CheckConstraint("(description is null) = (sha256 is null)", name="described_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # Nobody, for a download without a sign-in and for the command line.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    actor: Mapped[str] = mapped_column(String(254))
    # What the list holds: nothing less open than this.
    clearance: Mapped[str] = mapped_column(String(12))
    # Canonical JSON; what it means is decided by the program that makes the list.
    request: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    description: Mapped[str | None] = mapped_column(Text)
    agreements: Mapped[int | None]
    file_name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None] = mapped_column(BigInteger)
    expires_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    work: Mapped[ExportWork | None] = relationship(lazy="joined", viewonly=True)

    @property
    def state(self) -> State:
        """Return how far the export has come; one that was made at once has no work left of it."""
        return State(self.work.state) if self.work is not None else State.DONE

    def has_file(self, now: datetime) -> bool:
        """Return whether the file is kept and can be downloaded."""
        return self.expires_at is not None and self.removed_at is None and now < self.expires_at


class ExportWork(Queued, Base):
    """The work of making a long export; only the present holder may write what came of it."""

    __tablename__ = "export_work"
    __table_args__ = (
        CheckConstraint("state in ('queued', 'running', 'done', 'failed', 'cancelled')", name="state_known"),
        Index("ix_export_work_state", "state", "queued_at"),
    )

    export_id: Mapped[int] = mapped_column(
        ForeignKey("export_run.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
