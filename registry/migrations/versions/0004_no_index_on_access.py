"""No index on access.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.drop_index("ix_agreement_access", table_name="agreement")
    op.drop_index("ix_document_access", table_name="document")


def downgrade() -> None:
    """Take the schema back."""
    op.create_index("ix_document_access", "document", ["access"])
    op.create_index("ix_agreement_access", "agreement", ["access"])
