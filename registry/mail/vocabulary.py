"""Closed vocabulary of the outbox of e-mail. A value is stored as it stands here."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """How a message stands."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"
