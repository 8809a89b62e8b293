"""What is due for each agreement, private calendar addresses, and the reminders that were sent."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward. What is due is reckoned after it, since that takes the rules."""
    op.create_table(
        'agreement_deadline',
        sa.Column('agreement_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('expires_on', sa.Date(), nullable=True),
        sa.Column('renews', sa.Boolean(), nullable=False),
        sa.Column('notice_by', sa.Date(), nullable=True),
        sa.Column('notice_for', sa.Date(), nullable=True),
        sa.Column('expiry_not_known', sa.String(length=32), nullable=True),
        sa.Column('notice_not_known', sa.String(length=32), nullable=True),
        sa.Column('good_until_on', sa.Date(), nullable=False),
        sa.CheckConstraint(
            '(notice_by is null) = (notice_for is null)', name=op.f('ck_agreement_deadline_notice_whole')
        ),
        sa.ForeignKeyConstraint(
            ['agreement_id'],
            ['agreement.id'],
            name=op.f('fk_agreement_deadline_agreement_id_agreement'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('agreement_id', name=op.f('pk_agreement_deadline')),
    )
    for name in ('expires_on', 'notice_by', 'expiry_not_known', 'notice_not_known', 'good_until_on'):
        op.create_index(op.f(f'ix_agreement_deadline_{name}'), 'agreement_deadline', [name], unique=False)
    op.create_table(
        'calendar_address',
        sa.Column('user_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('token_hash', sa.String(length=64), nullable=False),
        sa.Column('language', sa.String(length=8), nullable=False),
        sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['user_id'], ['user_account.id'], name=op.f('fk_calendar_address_user_id_user_account'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('user_id', name=op.f('pk_calendar_address')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_calendar_address_token_hash')),
    )
    op.create_table(
        'sent_reminder',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('agreement_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=8), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('days', sa.Integer(), nullable=False),
        sa.Column('queued_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['agreement_id'], ['agreement.id'], name=op.f('fk_sent_reminder_agreement_id_agreement'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['user_id'], ['user_account.id'], name=op.f('fk_sent_reminder_user_id_user_account'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_sent_reminder')),
        sa.UniqueConstraint(
            'user_id', 'agreement_id', 'kind', 'due_on', 'days',
            name=op.f('uq_sent_reminder_user_id_agreement_id_kind_due_on_days'),
        ),
    )
    op.create_index(op.f('ix_sent_reminder_agreement_id'), 'sent_reminder', ['agreement_id'], unique=False)
    # Every agreement has a row; these have passed long ago, so that they are reckoned before they are first read.
    op.execute(
        "INSERT INTO agreement_deadline (agreement_id, renews, good_until_on) SELECT id, false, '0001-01-01' FROM agreement"
    )


def downgrade() -> None:
    """Take the schema back; reminders that were sent may be sent again later."""
    op.drop_table('sent_reminder')
    op.drop_table('calendar_address')
    op.drop_table('agreement_deadline')
