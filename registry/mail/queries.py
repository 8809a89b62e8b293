"""Reads: the messages of the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.mail.models import MailMessage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def messages(session: Session, states: Sequence[str], most: int) -> list[MailMessage]:
    """Return messages in these states, the newest first, at most so many."""
    statement = select(MailMessage).where(MailMessage.state.in_(states)).order_by(MailMessage.id.desc())
    return list(session.scalars(statement.limit(most)))
