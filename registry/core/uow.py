"""One transaction: who acts, when, and the session in which it happens."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker, with_loader_criteria

from registry.core.access import OPERATOR
from registry.core.db import WRITES, Guarded, make_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import ORMExecuteState, SessionTransaction

    from registry.core.access import Reader
    from registry.core.clock import Clock

#: Where a session keeps what its reader may see.
_SEES = "registry_sees"

#: Where a writing session keeps what it has changed so far.
_CHANGES = "registry_changes"

#: The table that a statement writes to, whoever made the statement.
_WRITES_TO = re.compile(r"\s*(?:insert\s+(?:or\s+\w+\s+)?into|update|delete\s+from)\s+\"?(\w+)", re.IGNORECASE)


class Changes:
    """What one transaction has changed: tables, agreements, and what it has to say of itself in the audit log."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.tables: set[str] = set()
        self.agreements: set[int] = set()
        self.noted: list[Any] = []
        #: Why, where that is known only once the use case has begun; it goes before the reason of the unit of work.
        self.reason: str | None = None


def changes_in(session: Session) -> Changes:
    """Return what the transaction of a session has changed so far."""
    found: Changes = session.info.setdefault(_CHANGES, Changes())
    return found


@dataclass(frozen=True)
class UnitOfWork:
    """What a service needs: session, clock, the name of the actor, and why they act. Services never commit."""

    session: Session
    clock: Clock
    actor: str
    reason: str | None = None

    def undo(self) -> None:
        """Take back all that was done; the block that holds the unit of work then commits nothing."""
        self.session.rollback()
        self.session.info.pop(_CHANGES, None)


class Database:
    """Hands out sessions: read-only ones for queries, one transaction for each use case that writes."""

    def __init__(self, url: str, clock: Clock) -> None:
        """Open the engine; no connection is made before the first query."""
        self.url = url
        self.engine: Engine = make_engine(url)
        self.clock = clock
        #: What every session knows of its registry (`session.info`), such as its mail server: services get no settings.
        self.known: dict[str, Any] = {}
        self._reading = sessionmaker(self.engine, autoflush=False, info=self.known)
        event.listen(self._reading, "do_orm_execute", _guard)
        writing = self.engine.execution_options(**{WRITES: True})
        self._writing = sessionmaker(writing, expire_on_commit=False, info=self.known)
        event.listen(self._writing, "after_begin", _watch)
        #: What is done at the end of every transaction that writes: no use case has to remember it.
        self.before_commit: tuple[Callable[[UnitOfWork], None], ...] = ()
        #: What is done with the unit of work when its transaction is committed.
        self.after_commit: tuple[Callable[[UnitOfWork], None], ...] = ()

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
    def write(self, actor: str, reason: str | None = None) -> Iterator[UnitOfWork]:
        """Yield a unit of work; commit it when the block ends, undo all of it when the block raises."""
        with self._writing() as session:
            uow = UnitOfWork(session, self.clock, actor, reason)
            yield uow
            session.flush()
            for finish in self.before_commit:
                finish(uow)
            session.commit()
            for tell in self.after_commit:
                tell(uow)

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


def _watch(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Keep the names of the tables that a transaction writes to, by whatever statement."""
    if transaction.nested:
        return
    tables = changes_in(session).tables

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        del conn, cursor, rest
        if written := _WRITES_TO.match(statement):
            tables.add(written[1].lower())

    event.listen(connection, "after_cursor_execute", note)


def _guard(state: ORMExecuteState) -> None:
    """Narrow a query to the rows that the reader of its session may see; relations are loaded under the same option."""
    sees = state.session.info.get(_SEES)
    if sees is not None and state.is_select and not state.is_column_load and not state.is_relationship_load:
        state.statement = state.statement.options(
            with_loader_criteria(Guarded, lambda cls: cls.access.in_(sees), include_aliases=True)
        )
