"""At which distances from a deadline a reminder is due. Pure; needs no database."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


def distance_due(due_on: date, today: date, distances: Iterable[int]) -> int | None:
    """Return the distance (in days) at which a deadline is reminded of today, or None when none is reached.

    It is the nearest of those reached: whoever learns of a deadline late is told once, not once for each distance
    that has passed, and a day on which nothing ran is made up for on the next.
    """
    left = (due_on - today).days
    return min((days for days in distances if days >= left), default=None) if left >= 0 else None
