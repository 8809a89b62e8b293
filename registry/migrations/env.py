"""Runs migrations on the connection that `registry.migrations.run` hands over."""

from alembic import context

from registry.migrations.schema import TARGET

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=TARGET,
    compare_type=True,
    # SQLite cannot alter a column: Alembic then makes the table anew and copies it.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
