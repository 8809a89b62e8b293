"""Work that waits in a table and is taken with a lease, so that none is lost with a process.

Whoever takes a row writes a random holder and the instant until which others leave it alone, and renews that while the
work goes on. A process that is killed lets that instant pass, and the next one begins anew. Only the present holder may
write what became of it.
"""

from __future__ import annotations

import logging
import threading
import uuid
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import String, and_, inspect, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, mapped_column

from registry.core.db import JsonValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from registry.core.messages import Message
    from registry.core.uow import UnitOfWork

Work = TypeVar("Work", bound="Leased")

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)

#: Work that took its process with it so many times is not tried again by itself.
MOST_ATTEMPTS = 3

#: How often a holder says that it is still there.
_RENEWED_EVERY = LEASE.total_seconds() / 4


class State(StrEnum):
    """How far a piece of work has come."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


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


class Queued(Leased):
    """Mixed into tables whose rows are long work: its state too, and how far it has come."""

    state: Mapped[str] = mapped_column(String(12))
    queued_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    done: Mapped[int]
    total: Mapped[int]
    # Why it failed: an English sentence with places, and what fills them.
    message: Mapped[str | None] = mapped_column(String(500))
    params: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)

    def enqueue(self, now: datetime) -> None:
        """Let the row wait for whoever takes it; who holds it now holds it no more."""
        self.state, self.queued_at, self.finished_at = State.QUEUED, now, None
        self.done, self.total, self.attempts = 0, 0, 0
        self.let_go()
        self.message, self.params = None, None

    def seize(self, now: datetime) -> str:
        """Take the row, of which the work begins anew; return the proof of that."""
        self.state, self.done, self.total = State.RUNNING, 0, 0
        return self.take(now + LEASE)

    def end(self, now: datetime, state: State, failure: Message | None = None) -> None:
        """Note how the work ended, and why if it failed."""
        self.state, self.finished_at = state, now
        self.let_go()
        if state == State.DONE:
            self.done = self.total
        self.message = failure.template[:500] if failure is not None else None
        self.params = {name: str(value) for name, value in failure.params.items()} if failure is not None else None

    def is_silent(self, now: datetime) -> bool:
        """Return whether whoever does the work has given no sign for twice as long as they should."""
        quiet_from = now + LEASE - timedelta(seconds=2 * _RENEWED_EVERY)
        return self.state == State.RUNNING and self.leased_until is not None and self.leased_until < quiet_from

    @property
    def is_going_on(self) -> bool:
        """Return whether the work waits or is being done."""
        return self.state in (State.QUEUED, State.RUNNING)


def is_free(table: type[Queued], now: datetime) -> ColumnElement[bool]:
    """Return the condition that a row waits, or that whoever held it seems to have died."""
    return or_(table.state == State.QUEUED, and_(table.state == State.RUNNING, table.leased_until < now))


def held(session: Session, table: type[Work], key: int, holder: str) -> Work | None:
    """Return a row that was taken, locked, or None when it waits for nobody any more or somebody else has it."""
    return session.scalar(select(table).where(_is_held_by(table, key, holder)).with_for_update())


def renew(uow: UnitOfWork, table: type[Queued], key: int, holder: str, progress: tuple[int, int]) -> bool:
    """Go on holding a row, and note how far its work has come; return whether it is still held."""
    changed = uow.session.scalar(
        update(table)
        .where(_is_held_by(table, key, holder))
        .values(leased_until=uow.clock.now() + LEASE, done=progress[0], total=progress[1])
        .returning(table.holder)
    )
    return changed is not None


def _is_held_by(table: type[Leased], key: int, holder: str) -> ColumnElement[bool]:
    (column,) = inspect(table).primary_key
    return and_(column == key, table.holder == holder)


def has_work(session: Session, table: type[Queued], now: datetime) -> bool:
    """Return whether a row waits, so that only those write who find something to do."""
    return session.scalar(select(table.state).where(is_free(table, now)).limit(1)) is not None


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
