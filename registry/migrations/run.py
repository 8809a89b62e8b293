"""Brings a database to the newest schema."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config

from registry.core.db import WRITES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

#: Any number will do, as long as all nodes use the same: whoever holds it migrates, the others wait.
_ADVISORY_LOCK = 7_215_032_026


def alembic_config() -> Config:
    """Return Alembic's configuration; there is no ini file to keep in step."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def upgrade(engine: Engine) -> None:
    """Migrate the database to the newest schema in one transaction; nodes that start together take turns.

    Raises `RuntimeError` when a migration left a row that points nowhere; nothing is changed then.
    """
    config = alembic_config()
    with (
        engine.execution_options(**{WRITES: True}).connect() as connection,
        _tables_may_be_replaced(connection),
        connection.begin(),
    ):
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _refuse_dangling(connection)


@contextmanager
def _tables_may_be_replaced(connection: Connection) -> Iterator[None]:
    """Let a migration make a table of SQLite anew without losing what refers to its rows.

    SQLite cannot alter a constraint, so the table is copied and the old one dropped, and dropping deletes its rows with
    all that hangs on them (sqlite.org/lang_altertable, "Making Other Kinds Of Table Schema Changes").
    """
    raw = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or raw is None:
        yield
        return
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _refuse_dangling(connection: Connection) -> None:
    """Check the references of SQLite, which were not watched while tables were made anew."""
    if connection.dialect.name == "sqlite":
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if dangling:
            message = f"rows that point nowhere after the migration: {dangling[:5]}"
            raise RuntimeError(message)
