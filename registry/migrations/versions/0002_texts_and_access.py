"""Texts with their articles, and how open records and texts are."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table('document',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('role', sa.String(length=24), nullable=False),
    sa.Column('access', sa.String(length=12), server_default='public', nullable=False),
    sa.Column('source', sa.String(length=1000), nullable=True),
    sa.Column('file_name', sa.String(length=300), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("access in ('public', 'internal', 'restricted')", name=op.f('ck_document_access_known')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_document_agreement_id_agreement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
    sa.UniqueConstraint('agreement_id', 'language', 'role', name=op.f('uq_document_agreement_id_language_role'))
    )
    op.create_index('ix_document_access', 'document', ['access'])
    op.create_table('article',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=True),
    sa.Column('anchor', sa.String(length=80), nullable=False),
    sa.Column('label', sa.String(length=300), nullable=False),
    sa.Column('heading', sa.String(length=1000), nullable=False),
    sa.Column('part', sa.String(length=1000), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_article_document_id_document'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article')),
    sa.UniqueConstraint('document_id', 'anchor', name=op.f('uq_article_document_id_anchor')),
    sa.UniqueConstraint('document_id', 'position', name=op.f('uq_article_document_id_position'))
    )
    # Whether a text is stored follows from the documents that a reader may see; a column beside them could disagree.
    op.drop_index('ix_agreement_has_text', table_name='agreement')
    op.drop_column('agreement', 'has_text')
    # Written out, since SQLite can add a column with its check but no check afterwards without making the table anew.
    op.execute(
        "ALTER TABLE agreement ADD COLUMN access VARCHAR(12) DEFAULT 'public' NOT NULL "
        "CONSTRAINT ck_agreement_access_known CHECK (access in ('public', 'internal', 'restricted'))"
    )
    op.create_index('ix_agreement_access', 'agreement', ['access'])


def downgrade() -> None:
    """Take the schema back; the texts are lost."""
    op.drop_index('ix_agreement_access', table_name='agreement')
    op.drop_column('agreement', 'access')
    op.add_column('agreement', sa.Column('has_text', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index('ix_agreement_has_text', 'agreement', ['has_text'])
    op.drop_table('article')
    op.drop_table('document')
