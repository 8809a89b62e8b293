"""When a message is tried again, when it is given up, and what can stand in a header. Pure; needs no database."""

from __future__ import annotations

from datetime import timedelta

from registry.core.mailboxes import CONTROLS

#: A server that is down is often back soon; later attempts come at the pace that RFC 5321, 4.5.4.1 asks for.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
)

#: A message that nobody takes is given up after five days (RFC 5321, 4.5.4.1: "at least 4-5 days").
GIVE_UP_AFTER = timedelta(days=5)

#: The text of a message that was given up is kept so long, so that it can be tried again when the cause is mended.
TEXT_KEPT_FOR = timedelta(days=30)

#: What was sent to whom, and what was given up and why, can be looked up so long.
ROW_KEPT_FOR = timedelta(days=90)

MAX_SUBJECT, MAX_REASON = 300, 500


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts that failed."""
    return PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]


def one_line(text: str, most: int = MAX_SUBJECT) -> str:
    """Return a text as it can stand in a header: one line without control characters, of at most so many characters."""
    line = " ".join(CONTROLS.sub(" ", text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
