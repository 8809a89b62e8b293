"""How deadlines are said and drawn: labels, sentences, the geometry of the timeline."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flask_babel import gettext

from registry.http.writing import label, pick, write
from registry.lifecycle.explain import whole_sentence
from registry.lifecycle.schedule import DeadlineKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.deadlines.queries import Due, DueDay

#: A drawing with more columns than this could not be read.
_MOST_COLUMNS = 40
_WIDTH, _HEIGHT = 1000, 120


def due_label(due: Due) -> str:
    """Return what is due, in a word."""
    return label("deadline", "renewal" if due.renews else str(due.kind))


def due_sentence(due: Due) -> str:
    """Return what follows from a deadline, in a sentence."""
    if due.kind == DeadlineKind.NOTICE and due.notice_for is not None:
        # A date may end with a full stop of its own.
        return whole_sentence(gettext("Notice given later cannot end it on %(day)s.", day=write(due.notice_for)))
    if due.renews:
        return str(gettext("The term ends; it renews itself unless a side has given notice in time."))
    return str(gettext("The last day in force."))


def body_names(due: Due) -> str:
    """Return the names of the responsible bodies."""
    return ", ".join(pick(body.names) for body in due.bodies)


def due_timeline(days: Sequence[DueDay], today: date, horizon: int) -> dict[str, Any]:
    """Return the geometry of the timeline: a column for each step of months, with what is due of either kind.

    Each column has its counts too, so that the table under the drawing says the same.
    """
    last = today + timedelta(days=horizon)
    months = (last.year - today.year) * 12 + last.month - today.month + 1
    step = next(size for size in (1, 3, 6, 12) if months / size <= _MOST_COLUMNS)
    counts = Counter((((day.on.year - today.year) * 12 + day.on.month - today.month) // step, day.kind) for day in days)
    columns = -(-months // step)
    sums = [sum(counts[place, kind] for kind in DeadlineKind) for place in range(columns)]
    highest = max([1, *sums])
    width = _WIDTH / columns
    found = []
    for place in range(columns):
        first = _month(today, place * step)
        following = _month(today, (place + 1) * step - 1)
        until = date(following.year, following.month, monthrange(following.year, following.month)[1])
        bars, top = [], float(_HEIGHT)
        for kind in DeadlineKind:
            height = round(counts[place, kind] / highest * (_HEIGHT - 10), 1)
            top = round(top - height, 1)
            if height:
                bars.append({"kind": str(kind), "y": top, "height": height})
        found.append(
            {
                "x": round(place * width, 1),
                "width": round(width * 0.8, 1),
                "bars": bars,
                "from": max(first, today),
                "to": min(until, last),
                "counts": {str(kind): counts[place, kind] for kind in DeadlineKind},
                "is_year": place == 0 or first.month <= step,
            }
        )
    return {"columns": found, "width": _WIDTH, "height": _HEIGHT}


def _month(day: date, later: int) -> date:
    """Return the first day of the month that lies so many months after the month of a day."""
    months = day.year * 12 + day.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)
