"""Users belong to a body: the ministry in whose name a submitter submits."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward. Users of before belong to no body."""
    with op.batch_alter_table('user_account') as batch:
        batch.add_column(sa.Column('body_id', sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f('fk_user_account_body_id_body'), 'body', ['body_id'], ['id'])
        batch.create_index(op.f('ix_user_account_body_id'), ['body_id'])


def downgrade() -> None:
    """Take the schema back; to which bodies users belong is lost."""
    with op.batch_alter_table('user_account') as batch:
        batch.drop_index(op.f('ix_user_account_body_id'))
        batch.drop_constraint(op.f('fk_user_account_body_id_body'), type_='foreignkey')
        batch.drop_column('body_id')
