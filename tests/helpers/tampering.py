"""What somebody does who can write to the database, past the registry: first of all, they drop its triggers."""

from __future__ import annotations

from contextlib import contextmanager

import sqlalchemy as sa

from registry.audit.leaves import leaf_of
from registry.audit.merkle import HASH_SIZE, leaf_hash, push
from registry.audit.models import Entry, Log

GUARDED = ("audit_entry", "audit_head", "revision")


@contextmanager
def past_the_registry(registry):
    """Yield a connection to the database, with all triggers gone; they are back at the end, as a careful person does."""
    engine = registry.database.engine
    with engine.begin() as connection:
        triggers = []
        if engine.dialect.name == "sqlite":
            rows = connection.exec_driver_sql("select name, sql from sqlite_master where type = 'trigger'").all()
            triggers = [row.sql for row in rows]
            for row in rows:
                connection.exec_driver_sql(f"drop trigger {row.name}")
        else:
            for table in GUARDED:
                connection.exec_driver_sql(f"alter table {table} disable trigger all")
        yield connection
        for statement in triggers:
            connection.exec_driver_sql(statement)
        if engine.dialect.name != "sqlite":
            for table in GUARDED:
                connection.exec_driver_sql(f"alter table {table} enable trigger all")


def hash_anew(connection):
    """Compute all hashes of the log anew from its entries, as somebody would who has read how it is done."""
    frontier = []
    rows = connection.execute(sa.select(Entry.__table__).order_by(Entry.position)).all()
    for place, row in enumerate(rows):
        leaf = leaf_hash(leaf_of(place, row.at, row.actor, row.act, row.object, row.outcome, row.detail))
        hashes = leaf + b"".join(hashed for _, _, hashed in push(place, frontier, leaf))
        assert len(hashes) % HASH_SIZE == 0
        connection.execute(sa.update(Entry).where(Entry.position == row.position).values(position=place, hashes=hashes))
    connection.execute(sa.update(Log).values(size=len(rows), frontier=b"".join(frontier)))
