"""Tables, engine and column types that every slice shares.

SQLite and PostgreSQL are equals: what differs between them is decided here and nowhere else.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    DateTime,
    Engine,
    Integer,
    MetaData,
    String,
    column,
    create_engine,
    event,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from registry.core.edtf import PartialDate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Dialect
    from sqlalchemy.orm import Session
    from sqlalchemy.pool import ConnectionPoolEntry

#: A text in several languages: `{"en": "...", "ru": "..."}`.
LangText = dict[str, str]

#: Execution option of the engine that writes; see `_begin`.
WRITES = "registry_writes"

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: JSON that PostgreSQL can compare and index.
JsonValue = JSON().with_variant(JSONB(), "postgresql")


class PartialDateColumn(TypeDecorator[PartialDate]):
    """Stores a partial date as its EDTF text, just as the source gave it."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: PartialDate | None, dialect: Dialect) -> str | None:
        """Write the text of the date."""
        del dialect
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> PartialDate | None:
        """Read the text back into a partial date."""
        del dialect
        return None if value is None else PartialDate.parse(value)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant in UTC. SQLite forgets the zone, so it is given back when the value is read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse an instant without a zone, since nobody knows which moment it names."""
        del dialect
        if value is not None and value.tzinfo is None:
            message = "an instant needs a time zone"
            raise ValueError(message)
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        del dialect
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Base of all tables, with named constraints so that migrations can address each one."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads this class attribute and never changes it.
        PartialDate: PartialDateColumn(),
        datetime: UtcDateTime(),
        dict[str, str]: JsonValue,
        dict[str, Any]: JsonValue,
        list[str]: JsonValue,
        list[dict[str, str]]: JsonValue,
        list[dict[str, Any]]: JsonValue,
    }


class Guarded:
    """Mixed into tables whose rows are not open to everybody: a session for a reader finds only what they may see."""

    # Without an index: nearly all rows have the same value, and SQLite would walk through all of them by it instead of
    # taking the few that a query asks for by their keys.
    access: Mapped[str] = mapped_column(String(12), default="public", server_default="public")


def make_engine(url: str) -> Engine:
    """Open the database at `url`.

    SQLite runs in WAL mode with foreign keys on, waits up to ten seconds for another writer, and takes the
    write lock when a writing transaction begins: a transaction that reads first and writes later would
    otherwise fail at once when somebody wrote in between, whatever the timeout.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _configure_sqlite(connection: Any, record: ConnectionPoolEntry) -> None:
    del record
    # The driver must not open transactions by itself: `_begin` says how each one starts.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def is_among(session: Session, ids: Sequence[int], key: Any) -> ColumnElement[bool]:
    """Return that the column `key` is among these ids.

    The ids travel as one value: a database bounds the number of values.
    """
    found: ColumnElement[bool]
    if session.get_bind().dialect.name == "postgresql":
        found = key == func.any(literal(list(ids), ARRAY(Integer)))
    else:
        values = func.json_each(str(list(ids))).table_valued(column("value", Integer))
        found = key.in_(select(values.c.value))
    return found
