"""Revisions and the audit log.

Revision ID: 0009
Revises: 0006
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

#: Tables that only grow, and when a new row would stand in the place of an old one.
GUARDED = {
    "audit_entry": "position = NEW.position",
    "audit_head": "size = NEW.size",
    "revision": "id = NEW.id OR (agreement_id = NEW.agreement_id AND number = NEW.number)",
}

REFUSE = """
CREATE FUNCTION registry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$
"""


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("access", sa.String(length=12), server_default="public", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("agreement_id", "number", name=op.f("uq_revision_agreement_id_number")),
    )
    op.create_index(op.f("ix_revision_recorded_at"), "revision", ["recorded_at"])
    op.create_index("ix_revision_recorded", "revision", ["agreement_id", "recorded_at"])
    op.create_table(
        "audit_entry",
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("object", sa.String(length=300), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"])
    for column in ("actor", "act", "object"):
        op.create_index(f"ix_audit_entry_{column}", "audit_entry", [column, "position"])
    op.create_table(
        "audit_head",
        sa.Column("size", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_head")),
    )
    log = op.create_table(
        "audit_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("log_id", sa.String(length=36), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_log_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    op.bulk_insert(log, [{"id": 1, "log_id": str(uuid.uuid4()), "size": 0, "frontier": b""}])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(REFUSE)
    for table, same in GUARDED.items():
        _guard(table, same)


def _guard(table: str, same: str) -> None:
    """Make the database refuse to change or take away a row, whoever asks."""
    if op.get_bind().dialect.name == "postgresql":
        for event in ("update", "delete", "truncate"):
            scope = "STATEMENT" if event == "truncate" else "ROW"
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{event} BEFORE {event} ON {table} "
                f"FOR EACH {scope} EXECUTE FUNCTION registry_refuse()"
            )
        return
    refuse = f"SELECT RAISE(ABORT, '{table} is append-only')"
    for event in ("update", "delete"):
        op.execute(f"CREATE TRIGGER {table}_refuses_{event} BEFORE {event} ON {table} BEGIN {refuse}; END")
    # INSERT OR REPLACE takes the old row away without asking the trigger for deletions.
    op.execute(
        f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) BEGIN {refuse}; END"  # noqa: S608
    )


def downgrade() -> None:
    """Take the schema back; revisions and the log are lost."""
    for table in ("audit_log", "audit_head", "audit_entry", "revision"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION registry_refuse()")
