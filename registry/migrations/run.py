"""Brings a database to the newest schema, and says which schema it has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

# Every module with tables is imported, so that the metadata is whole whoever asks.
import registry.accounts.models
import registry.agreements.models
import registry.audit.models
import registry.documents.models
import registry.lifecycle.models
import registry.outbox.models
import registry.parties.models
import registry.revisions.models
import registry.search.saved.models  # noqa: F401
from registry.core.db import WRITES, Base

if TYPE_CHECKING:
    from sqlalchemy import Engine

TARGET = Base.metadata

#: Any number will do, as long as all nodes use the same: whoever holds it migrates, the others wait.
_ADVISORY_LOCK = 7_215_032_026


def alembic_config() -> Config:
    """Return Alembic's configuration; there is no ini file to keep in step."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def upgrade(engine: Engine) -> None:
    """Migrate the database to the newest schema in one transaction; nodes that start together take turns."""
    config = alembic_config()
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(engine: Engine) -> bool:
    """Return whether the database has the newest schema."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
