"""Documents: their files, versions, and the work of reading them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward. The bytes of documents from before were never kept, and their rows say so."""
    with op.batch_alter_table('document') as batch:
        batch.drop_constraint('uq_document_agreement_id_language_role', type_='unique')
        batch.add_column(sa.Column('title', sa.String(length=1000), nullable=True))
        # All of them were text files, read when they were imported by whoever ran the command.
        batch.add_column(sa.Column('media_type', sa.String(length=100), nullable=False, server_default='text/plain'))
        batch.add_column(sa.Column('kept', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column('added_by', sa.String(length=254), nullable=False, server_default='command line'))
        batch.add_column(sa.Column('version', sa.Integer(), nullable=False, server_default='1'))
        batch.add_column(sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column('superseded_by_id', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('method', sa.String(length=8), nullable=True))
        batch.add_column(sa.Column('confidence', sa.Float(), nullable=True))
        batch.add_column(sa.Column('page_count', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('text_length', sa.Integer(), nullable=False, server_default='0'))
        batch.add_column(sa.Column('notes', JSON, nullable=False, server_default='[]'))
        batch.add_column(sa.Column('divided_by', sa.String(length=254), nullable=True))
        batch.create_foreign_key(
            batch.f('fk_document_superseded_by_id_document'), 'document', ['superseded_by_id'], ['id'], ondelete='SET NULL'
        )
        batch.create_check_constraint('method_known', "method in ('text', 'ocr')")
        batch.create_check_constraint('confidence_is_percentage', "confidence between 0 and 100")
        batch.create_check_constraint('version_counts_from_one', "version >= 1")
        batch.create_check_constraint('text_length_not_negative', "text_length >= 0")
    op.add_column('article', sa.Column('page', sa.Integer(), nullable=True))
    op.execute("UPDATE document SET method = 'text', text_length = (SELECT coalesce(sum(length(text)), 0) FROM article WHERE article.document_id = document.id)")
    # The values above are those of the documents from before; whoever adds a document says each of them.
    with op.batch_alter_table('document') as batch:
        for name in ('media_type', 'kept', 'added_by', 'version', 'text_length', 'notes'):
            batch.alter_column(name, server_default=None)
    op.create_index('ix_document_agreement_id', 'document', ['agreement_id'])
    op.create_index('ix_document_sha256', 'document', ['sha256'])
    only = sa.text("superseded_at IS NULL AND role <> 'annex'")
    op.create_index(
        'uq_document_current',
        'document',
        ['agreement_id', 'language', 'role'],
        unique=True,
        sqlite_where=only,
        postgresql_where=only,
    )
    op.create_table('extraction',
    sa.Column('document_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('holder', sa.String(length=36), nullable=True),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('divide_anew', sa.Boolean(), nullable=False),
    sa.Column('message', sa.String(length=500), nullable=True),
    sa.Column('params', JSON, nullable=True),
    sa.CheckConstraint("state in ('queued', 'running', 'done', 'failed')", name=op.f('ck_extraction_state_known')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_extraction_document_id_document'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('document_id', name=op.f('pk_extraction'))
    )
    op.create_index('ix_extraction_state', 'extraction', ['state', 'queued_at'])


def downgrade() -> None:
    """Take the schema back; earlier versions, annexes and scans are lost, since the older schema has no place for them."""
    op.drop_table('extraction')
    op.execute("DELETE FROM document WHERE superseded_at IS NOT NULL OR role IN ('annex', 'scan')")
    op.drop_index('uq_document_current', table_name='document')
    op.drop_index('ix_document_sha256', table_name='document')
    op.drop_index('ix_document_agreement_id', table_name='document')
    op.drop_column('article', 'page')
    with op.batch_alter_table('document') as batch:
        batch.drop_constraint('fk_document_superseded_by_id_document', type_='foreignkey')
        for name in ('method_known', 'confidence_is_percentage', 'version_counts_from_one', 'text_length_not_negative'):
            batch.drop_constraint(name, type_='check')
        for name in (
            'title', 'media_type', 'kept', 'added_by', 'version', 'superseded_at', 'superseded_by_id', 'method',
            'confidence', 'page_count', 'text_length', 'notes', 'divided_by',
        ):
            batch.drop_column(name)
        batch.create_unique_constraint('uq_document_agreement_id_language_role', ['agreement_id', 'language', 'role'])
