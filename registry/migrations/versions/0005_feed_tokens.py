"""The secret addresses by which saved searches are followed in a feed reader."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.add_column('saved_search', sa.Column('feed_token_hash', sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Take the schema back; addresses that were given out stop working."""
    op.drop_column('saved_search', 'feed_token_hash')
