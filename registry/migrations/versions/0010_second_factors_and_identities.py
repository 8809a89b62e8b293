"""Addresses of e-mail of users, second factors, and identities at a provider of OpenID Connect."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward. A login that is an address of e-mail is where its user is written to."""
    with op.batch_alter_table('user_account') as batch:
        batch.add_column(sa.Column('email', sa.String(length=254), nullable=True))
    op.execute("UPDATE user_account SET email = login WHERE login LIKE '%_@_%'")
    with op.batch_alter_table('sign_in') as batch:
        batch.add_column(sa.Column('awaits_code', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column('by_two_factors', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        'second_factor',
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('sealed_secret', sa.String(length=300), nullable=False),
        sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('last_step', sa.BigInteger(), nullable=False),
        sa.Column('wrong_codes', sa.Integer(), nullable=False),
        sa.Column('paused_until', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ['user_id'], ['user_account.id'], name=op.f('fk_second_factor_user_id_user_account'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('user_id', name=op.f('pk_second_factor')),
    )
    op.create_table(
        'recovery_code',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('code_hash', sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ['user_id'], ['user_account.id'], name=op.f('fk_recovery_code_user_id_user_account'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code')),
        sa.UniqueConstraint('code_hash', name=op.f('uq_recovery_code_code_hash')),
    )
    op.create_index(op.f('ix_recovery_code_user_id'), 'recovery_code', ['user_id'])
    op.create_table(
        'identity',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('issuer', sa.String(length=500), nullable=False),
        sa.Column('subject', sa.String(length=255), nullable=False),
        sa.Column('linked_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['user_id'], ['user_account.id'], name=op.f('fk_identity_user_id_user_account'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_identity')),
        sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_identity_issuer_subject')),
    )
    op.create_index(op.f('ix_identity_user_id'), 'identity', ['user_id'])


def downgrade() -> None:
    """Take the schema back; second factors, identities and addresses that are no logins are lost."""
    for table in ('identity', 'recovery_code', 'second_factor'):
        op.drop_table(table)
    # A sign-in that waits for a code would be a whole one for the older schema.
    op.execute("DELETE FROM sign_in WHERE awaits_code")
    with op.batch_alter_table('sign_in') as batch:
        batch.drop_column('by_two_factors')
        batch.drop_column('awaits_code')
    with op.batch_alter_table('user_account') as batch:
        batch.drop_column('email')
