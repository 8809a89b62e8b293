"""The migrations make exactly the tables that the code describes, on both databases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from registry.core.db import make_engine
from registry.migrations.run import alembic_config, upgrade
from registry.migrations.schema import HEAD, TARGET, is_current


def test_migrated_tables_and_described_tables_agree(empty_registry):
    engine = empty_registry.database.engine
    assert is_current(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, TARGET) == []


def test_the_newest_migration_is_the_one_that_databases_are_asked_for(databases):
    assert ScriptDirectory.from_config(alembic_config()).get_current_head() == HEAD
    bare = make_engine(databases.new("bare"))
    assert not is_current(bare)
    bare.dispose()


def test_every_constraint_has_a_name():
    nameless = [
        (table.name, constraint)
        for table in TARGET.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert nameless == []


def test_upgrading_twice_changes_nothing(empty_registry):
    upgrade(empty_registry.database.engine)
    assert is_current(empty_registry.database.engine)


def test_foreign_keys_are_enforced(empty_registry):
    import pytest

    with pytest.raises(sa.exc.IntegrityError), empty_registry.database.write("test") as uow:
        uow.session.execute(
            sa.text("insert into title (agreement_id, language, text, status) values (999, 'en', 'x', 'y')")
        )
