"""The table of saved searches."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.core.db import Base, JsonValue


class SavedSearch(Base):
    """A list that a user has saved under a name: its arguments, and when the user last looked at it."""

    __tablename__ = "saved_search"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    # Pairs of name and value as they stand in the address of the list, not a parsed request: what an argument means
    # is decided when the search is run, so that a saved search follows the list as it grows.
    arguments: Mapped[list[list[str]]] = mapped_column(JsonValue)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    # Who has the address with the token may follow the search in a feed reader. Empty until the user makes one.
    feed_token_hash: Mapped[str | None] = mapped_column(String(64))
