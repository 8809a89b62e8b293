"""Tables of what is due, of private calendar addresses, and of the reminders that were sent."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.core.db import Base


class AgreementDeadline(Base):
    """What is due for one agreement, as the rules reckon it; one row for each, so that a list is one indexed query.

    Written in the transaction that changed the record. When `good_until_on` has passed, it is reckoned anew.
    """

    __tablename__ = "agreement_deadline"
    __table_args__ = (CheckConstraint("(notice_by is null) = (notice_for is null)", name="notice_whole"),)

    agreement_id: Mapped[int] = mapped_column(
        ForeignKey("agreement.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    expires_on: Mapped[date | None] = mapped_column(Date, index=True)
    renews: Mapped[bool]
    notice_by: Mapped[date | None] = mapped_column(Date, index=True)
    notice_for: Mapped[date | None] = mapped_column(Date)
    expiry_not_known: Mapped[str | None] = mapped_column(String(32), index=True)
    notice_not_known: Mapped[str | None] = mapped_column(String(32), index=True)
    good_until_on: Mapped[date] = mapped_column(Date, index=True)


class CalendarAddress(Base):
    """The secret address under which a user's calendar program reads the deadlines that this user may see."""

    __tablename__ = "calendar_address"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    # The language in which the user asked for it: a calendar program says none, and reminders are written in it too.
    language: Mapped[str] = mapped_column(String(8))
    issued_at: Mapped[datetime]


class SentReminder(Base):
    """A reminder that was queued: of one deadline, at one distance, to one user; the constraint lets it happen once."""

    __tablename__ = "sent_reminder"
    __table_args__ = (UniqueConstraint("user_id", "agreement_id", "kind", "due_on", "days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    due_on: Mapped[date] = mapped_column(Date)
    days: Mapped[int]
    queued_at: Mapped[datetime]
