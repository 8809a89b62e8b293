"""Work that is taken with a lease, so that none is lost with a process: what every queue of rows shares.

Whoever takes a row writes a random holder and the instant until which others leave it alone. A process that is killed
lets that instant pass, and the next one begins anew. Only the present holder may write what became of it.
"""

from __future__ import annotations

import uuid
from datetime import datetime  # noqa: TC003  SQLAlchemy reads the annotations of columns.
from typing import TYPE_CHECKING

from sqlalchemy import String, and_
from sqlalchemy.orm import Mapped, mapped_column

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


class Leased:
    """Mixed into the tables of queues: who holds a row, until when, and how often it was taken."""

    attempts: Mapped[int]
    holder: Mapped[str | None] = mapped_column(String(36))
    leased_until: Mapped[datetime | None]

    def take(self, until: datetime) -> str:
        """Take this row until an instant, once more; return the proof by which its holder is known."""
        self.holder, self.leased_until = str(uuid.uuid4()), until
        self.attempts += 1
        return self.holder

    def let_go(self) -> None:
        """Hold this row no longer; nobody's proof is good for it any more."""
        self.holder, self.leased_until = None, None

    @classmethod
    def was_abandoned(cls, now: datetime) -> ColumnElement[bool]:
        """Return the condition that somebody took a row and let the lease pass."""
        return and_(cls.holder.is_not(None), cls.leased_until < now)
