"""One transaction: who acts, when, and the session in which it happens."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker, with_loader_criteria

from registry.core.access import OPERATOR
from registry.core.db import WRITES, Guarded, make_engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine
    from sqlalchemy.orm import ORMExecuteState

    from registry.core.access import Reader
    from registry.core.clock import Clock

#: Where a session keeps what its reader may see.
_SEES = "registry_sees"


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
        self.url = url
        self.engine: Engine = make_engine(url)
        self.clock = clock
        self._reading = sessionmaker(self.engine, autoflush=False)
        event.listen(self._reading, "do_orm_execute", _guard)
        self._writing = sessionmaker(self.engine.execution_options(**{WRITES: True}), expire_on_commit=False)

    @contextmanager
    def read(self, reader: Reader = OPERATOR) -> Iterator[Session]:
        """Yield a session for reading. All its queries see one state of the database; nothing is committed.

        What `reader` may not see does not exist for this session, whichever query asks, and by whatever relation.
        """
        with self._reading() as session:
            if reader != OPERATOR:
                session.info[_SEES] = reader.sees
            yield session

    @contextmanager
    def write(self, actor: str) -> Iterator[UnitOfWork]:
        """Yield a unit of work; commit it when the block ends, undo all of it when the block raises."""
        with self._writing() as session:
            yield UnitOfWork(session, self.clock, actor)
            session.commit()

    def first_row(self, statement: str) -> tuple[Any, ...]:
        """Return the first row of a statement without values, such as a counter that every request asks for.

        It goes to the driver as it stands, which takes a fifth of the time that a session needs.
        """
        with self.engine.connect() as connection:
            row = connection.exec_driver_sql(statement).first()
        return tuple(row) if row is not None else ()

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def seen_in(session: Session) -> tuple[str, ...] | None:
    """Return the values of `Access` that the reader of a session may see, or None when that is everything.

    The session narrows its queries by itself; a statement over tables instead of classes has to ask here.
    """
    found: tuple[str, ...] | None = session.info.get(_SEES)
    return found


def _guard(state: ORMExecuteState) -> None:
    """Narrow a query to the rows that the reader of its session may see; relations are loaded under the same option."""
    sees = state.session.info.get(_SEES)
    if sees is not None and state.is_select and not state.is_column_load and not state.is_relationship_load:
        state.statement = state.statement.options(
            with_loader_criteria(Guarded, lambda cls: cls.access.in_(sees), include_aliases=True)
        )
