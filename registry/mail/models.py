"""The table of messages to be sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.core.db import Base
from registry.core.leases import Leased


class MailMessage(Leased, Base):
    """One message to one recipient.

    The text may hold a link that opens an account, so it stands here sealed by a key that the database does not have,
    and it is deleted in the transaction that notes that the message was sent.
    """

    __tablename__ = "mail_message"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'sent', 'given_up')", name="state_known"),
        CheckConstraint("(state = 'waiting') = (finished_at is null)", name="finished_when_not_waiting"),
        CheckConstraint("state <> 'sent' or sealed_text is null", name="sent_without_text"),
        CheckConstraint("state <> 'waiting' or sealed_text is not null", name="waiting_with_text"),
        Index("ix_mail_message_waiting", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # The Message-ID (RFC 5322, 3.6.4): the same at each attempt, so that a message that came twice can be recognised.
    message_id: Mapped[str] = mapped_column(String(300), unique=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    sealed_text: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8))
    queued_at: Mapped[datetime]
    # When it is tried next.
    due_at: Mapped[datetime]
    # When it is of no use any more, such as when the link in it has expired.
    useless_after: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    # Why the last attempt failed, in the words of the other server where it said any.
    reason: Mapped[str | None] = mapped_column(String(500))
