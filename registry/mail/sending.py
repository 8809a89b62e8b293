"""Sends the messages that are due: takes one, gives it to the mail server, notes what became of it.

A process that is killed after the server took a message and before that was noted leaves it to be sent again: of the
two mistakes that are possible there, a message twice is better than none. Both have the same Message-ID.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from registry.core.errors import RegistryError
from registry.core.workers import Worker
from registry.mail.services import forget_past, note_failure, note_sent, take
from registry.mail.transport import UndeliveredError, compose, deliver

if TYPE_CHECKING:
    from registry.core.uow import Database
    from registry.mail.services import Taken
    from registry.mail.transport import Post

log = logging.getLogger(__name__)

_FORGETS_EVERY = timedelta(hours=1)


def send_next(database: Database, post: Post) -> bool | None:
    """Send the message that has been due longest; return whether the server took it, or None when none is due.

    What goes wrong is written beside the message and ends with it: the next one is sent all the same.
    """
    taken = take(database)
    if taken is None:
        return None
    try:
        _send(post, taken)
    except UndeliveredError as error:
        log.warning("message %s was not taken: %s", taken.id, error)
        note_failure(database, taken, str(error), for_ever=error.for_ever)
        return False
    except RegistryError as error:
        note_failure(database, taken, str(error), for_ever=True)
        return False
    except Exception:
        # A message that nobody foresaw must not end the sending of all others; the cause goes to the log.
        log.exception("message %s cannot be sent", taken.id)
        note_failure(database, taken, "the registry has made a mistake; the cause is written to its log", for_ever=True)
        return False
    note_sent(database, taken)
    return True


class Sender(Worker):
    """Sends messages beside the requests of a server, one at a time, and forgets old ones every hour."""

    def __init__(self, database: Database, post: Post) -> None:
        """Prepare; `start` begins."""
        super().__init__("sender of e-mail", self._next)
        self._database, self._post = database, post
        self._forgets_at = database.clock.now()

    def _next(self) -> bool:
        if send_next(self._database, self._post) is not None:
            return True
        now = self._database.clock.now()
        if now >= self._forgets_at:
            forget_past(self._database)
            self._forgets_at = now + _FORGETS_EVERY
        return False


def _send(post: Post, taken: Taken) -> None:
    text = post.sealer.open(taken.sealed_text)
    deliver(
        post,
        compose(
            post,
            recipient=taken.recipient,
            subject=taken.subject,
            text=text,
            message_id=taken.message_id,
            queued_at=taken.queued_at,
        ),
    )
