"""The bytes of an entry that are hashed."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

import orjson

from registry.core.canonical import canonical

if TYPE_CHECKING:
    from datetime import datetime


def leaf_of(position: int, at: str, actor: str, act: str, object: str, outcome: str, detail: str) -> bytes:  # noqa: A002  The names are those of the columns.
    """Return an entry as canonical JSON (RFC 8785): every column of its row, so that none can be changed unseen."""
    return canonical(
        {
            "act": act,
            "actor": actor,
            "at": at,
            "detail": orjson.Fragment(detail),
            "entry": position,
            "object": object,
            "outcome": outcome,
        }
    )


def written(at: datetime) -> str:
    """Write an instant with its microseconds, always in the same length."""
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat(timespec="microseconds")[:-6] + "Z"
