"""Errors of submissions that carry what a page needs to let people decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from registry.core.errors import StaleVersionError
from registry.core.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True)
class Stored:
    """What the registry has: the version, its content, and who wrote it when."""

    version: int
    content: Mapping[str, Any]
    another_because: str | None
    changed_by: str
    changed_at: datetime


class DraftConflictError(StaleVersionError):
    """Somebody else (or the same person in another tab) changed the draft after it was read; nothing was overwritten.

    `stored` is what the registry has, `given` what was sent, so that a person can compare and decide.
    """

    def __init__(self, stored: Stored, given: Mapping[str, Any]) -> None:
        """Keep both."""
        super().__init__(
            N_("%(name)s has changed this draft meanwhile. Nothing was overwritten: compare both and decide."),
            name=stored.changed_by,
        )
        self.stored = stored
        self.given = given
