"""One transaction: who acts, when, and the session in which it happens."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session, sessionmaker

from registry.core.db import WRITES, make_engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from registry.core.clock import Clock


@dataclass(frozen=True)
class UnitOfWork:
    """What a service needs: the session, the clock, and the name of the actor. Services never commit."""

    session: Session
    clock: Clock
    actor: str

    def undo(self) -> None:
        """Take back all that was done; the block that holds the unit of work then commits nothing."""
        self.session.rollback()


class Database:
    """Hands out sessions: read-only ones for queries, one transaction for each use case that writes."""

    def __init__(self, url: str, clock: Clock) -> None:
        """Open the engine; no connection is made before the first query."""
        self.engine: Engine = make_engine(url)
        self.clock = clock
        self._reading = sessionmaker(self.engine, autoflush=False)
        self._writing = sessionmaker(self.engine.execution_options(**{WRITES: True}), expire_on_commit=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Yield a session for reading. All its queries see one state of the database; nothing is committed."""
        with self._reading() as session:
            yield session

    @contextmanager
    def write(self, actor: str) -> Iterator[UnitOfWork]:
        """Yield a unit of work; commit it when the block ends, undo all of it when the block raises."""
        with self._writing() as session:
            yield UnitOfWork(session, self.clock, actor)
            session.commit()

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()
