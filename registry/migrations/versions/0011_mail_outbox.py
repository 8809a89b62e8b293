"""The outbox of e-mail."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        'mail_message',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('message_id', sa.String(length=300), nullable=False),
        sa.Column('recipient', sa.String(length=254), nullable=False),
        sa.Column('subject', sa.String(length=300), nullable=False),
        sa.Column('sealed_text', sa.Text(), nullable=True),
        sa.Column('state', sa.String(length=8), nullable=False),
        sa.Column('queued_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('useless_after', sa.DateTime(timezone=True), nullable=False),
        sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('reason', sa.String(length=500), nullable=True),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('holder', sa.String(length=36), nullable=True),
        sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('waiting', 'sent', 'given_up')", name=op.f('ck_mail_message_state_known')),
        sa.CheckConstraint(
            "(state = 'waiting') = (finished_at is null)", name=op.f('ck_mail_message_finished_when_not_waiting')
        ),
        sa.CheckConstraint(
            "state <> 'sent' or sealed_text is null", name=op.f('ck_mail_message_sent_without_text')
        ),
        sa.CheckConstraint(
            "state <> 'waiting' or sealed_text is not null", name=op.f('ck_mail_message_waiting_with_text')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_message')),
        sa.UniqueConstraint('message_id', name=op.f('uq_mail_message_message_id')),
    )
    op.create_index('ix_mail_message_waiting', 'mail_message', ['state', 'due_at'], unique=False)


def downgrade() -> None:
    """Take the schema back; what waits is never sent."""
    op.drop_table('mail_message')
