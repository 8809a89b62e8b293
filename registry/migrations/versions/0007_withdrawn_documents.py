"""Documents that were withdrawn: when, by whom and why."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward. No document was withdrawn before."""
    with op.batch_alter_table('document') as batch:
        batch.add_column(sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column('withdrawn_by', sa.String(length=254), nullable=True))
        batch.add_column(sa.Column('withdrawal_reason', sa.String(length=1000), nullable=True))
        batch.create_check_constraint(
            'withdrawal_whole',
            "(withdrawn_at is null) = (withdrawn_by is null) and (withdrawn_at is null) = (withdrawal_reason is null)"
            " and (withdrawn_at is null or (superseded_at is not null and text_length = 0))",
        )


def downgrade() -> None:
    """Take the schema back; rows of withdrawn documents are lost, since the older schema would show them again."""
    op.execute("DELETE FROM document WHERE withdrawn_at IS NOT NULL")
    with op.batch_alter_table('document') as batch:
        batch.drop_constraint('withdrawal_whole', type_='check')
        for name in ('withdrawn_at', 'withdrawn_by', 'withdrawal_reason'):
            batch.drop_column(name)
