"""Submissions, their receipts and files, files that belong to no agreement yet, tokens of the API, void numbers.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

RECEIPTS = "submission_round"


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_api_token_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_token_prefix")),
    )
    op.create_index("ix_api_token_user_id", "api_token", ["user_id"])
    op.create_table(
        "void_number",
        sa.Column("registry_number", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_by", sa.String(length=254), nullable=False),
        sa.PrimaryKeyConstraint("registry_number", name=op.f("pk_void_number")),
    )
    op.create_table(
        "held_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.String(length=254), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_file")),
    )
    op.create_index("ix_held_file_sha256", "held_file", ["sha256"])
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("agreement_id", sa.Integer(), nullable=True),
        sa.Column("base_revision", sa.Integer(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("base_content", sa.Text(), nullable=True),
        sa.Column("another_because", sa.Text(), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("intake_number", sa.String(length=20), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("assigned_to_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(kind = 'new_agreement') or (agreement_id is not null)", name=op.f("ck_submission_concerns_agreement")),
        sa.CheckConstraint("kind in ('new_agreement', 'action', 'correction', 'document')", name=op.f("ck_submission_kind_known")),
        sa.CheckConstraint("(state in ('draft', 'withdrawn')) or (intake_number is not null)", name=op.f("ck_submission_received")),
        sa.CheckConstraint("state in ('draft', 'submitted', 'returned', 'registered', 'rejected', 'withdrawn')", name=op.f("ck_submission_state_known")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_submission_version_counts_from_one")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_submission_agreement_id_agreement")),
        sa.ForeignKeyConstraint(["assigned_to_id"], ["user_account.id"], name=op.f("fk_submission_assigned_to_id_user_account")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_submission_body_id_body")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["user_account.id"], name=op.f("fk_submission_changed_by_id_user_account")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_submission_created_by_id_user_account")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_submission_decided_by_id_user_account")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["user_account.id"], name=op.f("fk_submission_submitted_by_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("created_by_id", "form_key", name=op.f("uq_submission_created_by_id_form_key")),
        sa.UniqueConstraint("intake_number", name=op.f("uq_submission_intake_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_submission_public_id")),
    )
    op.create_index("ix_submission_agreement_id", "submission", ["agreement_id"])
    op.create_index("ix_submission_assigned_to_id", "submission", ["assigned_to_id"])
    op.create_index("ix_submission_body", "submission", ["body_id", "state"])
    op.create_index("ix_submission_created_by_id", "submission", ["created_by_id"])
    op.create_index("ix_submission_state", "submission", ["state", "due_on"])
    op.create_table(
        "submission_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("held_file_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("access", sa.String(length=12), nullable=True),
        sa.Column("title", sa.String(length=1000), nullable=True),
        sa.Column("source", sa.String(length=1000), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["held_file_id"], ["held_file.id"], name=op.f("fk_submission_file_held_file_id_held_file")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_submission_file_submission_id_submission")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_file")),
        sa.UniqueConstraint("public_id", name=op.f("uq_submission_file_public_id")),
        sa.UniqueConstraint("submission_id", "form_key", name=op.f("uq_submission_file_submission_id_form_key")),
    )
    op.create_index("ix_submission_file_held_file_id", "submission_file", ["held_file_id"])
    op.create_table(
        "submission_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("intake_number", sa.String(length=20), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("documents", JSON, nullable=False),
        sa.Column("another_because", sa.Text(), nullable=True),
        sa.Column("duplicates", JSON, nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_submission_round_submission_id_submission")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["user_account.id"], name=op.f("fk_submission_round_submitted_by_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_round")),
        sa.UniqueConstraint("submission_id", "form_key", name=op.f("uq_submission_round_submission_id_form_key")),
        sa.UniqueConstraint("submission_id", "number", name=op.f("uq_submission_round_submission_id_number")),
    )
    op.create_table(
        "submission_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("remarks", JSON, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_submission_event_by_id_user_account")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_submission_event_submission_id_submission")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_event")),
        sa.UniqueConstraint("submission_id", "form_key", name=op.f("uq_submission_event_submission_id_form_key")),
    )
    op.create_table(
        "intake_series",
        sa.Column("year", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_intake_series")),
    )
    op.create_table(
        "notification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("notice", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_notification_submission_id_submission")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_notification_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    op.create_index("ix_notification_submission_id", "notification", ["submission_id"])
    op.create_index("ix_notification_user", "notification", ["user_id", "read_at"])
    # Whoever submits an agreement is told when another one has the same number elsewhere.
    op.create_index("ix_agreement_number_value", "agreement_number", ["value"])
    _guard_receipts()


def _guard_receipts() -> None:
    """Make the database refuse to change or take away a receipt, whoever asks."""
    if op.get_bind().dialect.name == "postgresql":
        for event in ("update", "delete", "truncate"):
            scope = "STATEMENT" if event == "truncate" else "ROW"
            op.execute(
                f"CREATE TRIGGER {RECEIPTS}_refuses_{event} BEFORE {event} ON {RECEIPTS} "
                f"FOR EACH {scope} EXECUTE FUNCTION registry_refuse()"
            )
        return
    refuse = f"SELECT RAISE(ABORT, '{RECEIPTS} is append-only')"
    for event in ("update", "delete"):
        op.execute(f"CREATE TRIGGER {RECEIPTS}_refuses_{event} BEFORE {event} ON {RECEIPTS} BEGIN {refuse}; END")
    # INSERT OR REPLACE takes the old row away without asking the trigger for deletions.
    op.execute(
        f"CREATE TRIGGER {RECEIPTS}_refuses_replace BEFORE INSERT ON {RECEIPTS} WHEN EXISTS (SELECT 1 FROM {RECEIPTS} "
        f"WHERE id = NEW.id OR (submission_id = NEW.submission_id AND number = NEW.number)) BEGIN {refuse}; END"
    )


def downgrade() -> None:
    """Take the schema back; submissions are lost."""
    op.drop_index("ix_agreement_number_value", "agreement_number")
    for table in (
        "notification",
        "intake_series",
        "submission_event",
        "submission_round",
        "submission_file",
        "submission",
        "held_file",
        "void_number",
        "api_token",
    ):
        op.drop_table(table)
