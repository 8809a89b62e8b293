"""Work that waits in a table and is taken with a lease, so that none is lost with a process.

Whoever takes a row holds it for a minute and renews that while the work goes on. When the process is killed, the minute
passes and another one takes the row. What a holder writes after its lease went to somebody else is dropped.
"""

from __future__ import annotations

import logging
import threading
import uuid
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, or_
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, mapped_column

from registry.core.db import JsonValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import ColumnElement

    from registry.core.messages import Message

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)

#: Work that took its process with it so many times is not tried again by itself.
MOST_ATTEMPTS = 3

#: How often a holder says that it is still there.
_RENEWED_EVERY = LEASE.total_seconds() / 4

#: How often a server looks for work that another process has added.
_LOOKS_EVERY = 2.0


class State(StrEnum):
    """How far a piece of work has come."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Leased:
    """Mixed into tables whose rows are work: its state, who holds it until when, and how far it has come."""

    state: Mapped[str] = mapped_column(String(12))
    queued_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    done: Mapped[int]
    total: Mapped[int]
    attempts: Mapped[int]
    holder: Mapped[str | None] = mapped_column(String(36))
    leased_until: Mapped[datetime | None]
    # Why it failed: an English sentence with places, and what fills them.
    message: Mapped[str | None] = mapped_column(String(500))
    params: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)

    def enqueue(self, now: datetime) -> None:
        """Let the row wait for whoever takes it; who holds it now holds it no more."""
        self.state, self.queued_at, self.finished_at = State.QUEUED, now, None
        self.done, self.total, self.attempts = 0, 0, 0
        self.holder, self.leased_until = None, None
        self.message, self.params = None, None

    def seize(self, now: datetime) -> str:
        """Take the row; return the proof of that."""
        holder = str(uuid.uuid4())
        self.state, self.holder, self.leased_until = State.RUNNING, holder, now + LEASE
        self.attempts += 1
        return holder

    def end(self, now: datetime, state: State, failure: Message | None = None) -> None:
        """Note how the work ended, and why if it failed."""
        self.state, self.finished_at, self.holder, self.leased_until = state, now, None, None
        if state == State.DONE:
            self.done = self.total
        self.message = failure.template[:500] if failure is not None else None
        self.params = {name: str(value) for name, value in failure.params.items()} if failure is not None else None

    @property
    def is_going_on(self) -> bool:
        """Return whether the work waits or is being done."""
        return self.state in (State.QUEUED, State.RUNNING)


def is_free(table: type[Leased], now: datetime) -> ColumnElement[bool]:
    """Return the condition that a row waits, or that whoever held it seems to have died."""
    return or_(table.state == State.QUEUED, and_(table.state == State.RUNNING, table.leased_until < now))


class Hold:
    """A row that is held: its holder says how far the work has come, and learns when somebody took the row away."""

    def __init__(self, progress: Callable[[int, int], None] | None) -> None:
        """Begin; `progress` is told too how far the work has come."""
        self.noted = (0, 0)
        self.is_lost = False
        self._progress = progress

    def report(self, done: int, total: int) -> None:
        """Say how far the work has come."""
        self.noted = (done, total)
        if self._progress:
            self._progress(done, total)


@contextmanager
def holding(
    renew: Callable[[tuple[int, int]], bool], progress: Callable[[int, int], None] | None = None
) -> Iterator[Hold]:
    """Hold a row while the block lasts.

    `renew` lengthens the lease, notes the progress and returns whether the row is still held; it is called in a thread
    beside the block.
    """
    hold = Hold(progress)
    ended = threading.Event()

    def go_on() -> None:
        noted, waited = hold.noted, 0.0
        while not ended.wait(1.0):
            waited += 1.0
            if hold.noted != noted or waited >= _RENEWED_EVERY:
                noted, waited = hold.noted, 0.0
                try:
                    hold.is_lost = not renew(noted)
                except OperationalError as error:
                    log.warning("the progress of a piece of work cannot be noted: %s", error.orig)

    thread = threading.Thread(target=go_on, name="progress of work", daemon=True)
    thread.start()
    try:
        yield hold
    finally:
        ended.set()
        thread.join()


class Worker(threading.Thread):
    """Does what waits beside the requests of a server, one piece at a time, until it is stopped."""

    def __init__(self, name: str, work: Callable[[], bool]) -> None:
        """Prepare; `start` begins. `work` does one piece and returns whether there was one."""
        super().__init__(name=name, daemon=True)
        self._work = work
        self._stopped = threading.Event()

    def run(self) -> None:
        """Do what waits, then look for more now and then."""
        while not self._stopped.is_set():
            try:
                if self._work():
                    continue
            except OperationalError as error:
                # Somebody else holds the only place of a writer in SQLite, or the database is away for a moment.
                log.warning("%s: the queue cannot be reached: %s", self.name, error.orig)
            self._stopped.wait(_LOOKS_EVERY)

    def stop(self) -> None:
        """Take nothing further; what is being done is left to the next process."""
        self._stopped.set()
