"""The tables of all parts of the registry, and whether a database has the newest of them.

Alembic is not needed for that: only who migrates waits for it, and a server does without its ten megabytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import column, inspect, select, table

# Every module with tables is imported, so that the metadata is whole whoever asks.
import registry.accounts.models
import registry.agreements.models
import registry.audit.models
import registry.deadlines.models
import registry.documents.models
import registry.exports.runs.models
import registry.exports.templates.models
import registry.lifecycle.models
import registry.mail.models
import registry.outbox.models
import registry.parties.models
import registry.revisions.models
import registry.search.saved.models
import registry.submissions.models  # noqa: F401
from registry.core.db import Base

if TYPE_CHECKING:
    from sqlalchemy import Engine

TARGET = Base.metadata

#: The newest migration; a test holds it equal to that of `versions`.
HEAD = "0015"

#: Where Alembic writes which migration a database has reached.
_REACHED = table("alembic_version", column("version_num"))


def is_current(engine: Engine) -> bool:
    """Return whether the database has the newest schema."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(_REACHED.name):
            return False
        return connection.scalar(select(_REACHED.c.version_num)) == HEAD
