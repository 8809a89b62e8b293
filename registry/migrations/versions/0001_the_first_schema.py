"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table('agreement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('registry_number', sa.String(length=16), nullable=False),
    sa.Column('reference', sa.String(length=60), nullable=True),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('level', sa.String(length=16), nullable=False),
    sa.Column('proof', sa.String(length=24), nullable=False),
    sa.Column('nature', sa.String(length=16), nullable=False),
    sa.Column('nature_judged_by', sa.String(length=200), nullable=True),
    sa.Column('nature_reason', JSON, nullable=True),
    sa.Column('signed_on', sa.String(10), nullable=True),
    sa.Column('signed_earliest', sa.Date(), nullable=True),
    sa.Column('signed_latest', sa.Date(), nullable=True),
    sa.Column('signed_at', JSON, nullable=True),
    sa.Column('signing_certainty', sa.String(length=16), nullable=False),
    sa.Column('signing_source', sa.String(length=16), nullable=True),
    sa.Column('signing_article', sa.String(length=300), nullable=True),
    sa.Column('signing_note', JSON, nullable=True),
    sa.Column('languages_article', sa.String(length=300), nullable=True),
    sa.Column('languages_source', sa.String(length=16), nullable=True),
    sa.Column('article_count', sa.Integer(), nullable=True),
    sa.Column('abstract', JSON, nullable=True),
    sa.Column('has_text', sa.Boolean(), nullable=False),
    sa.Column('notes', JSON, nullable=False),
    sa.Column('sort_title', sa.Text(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('registered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revised_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('article_count is null or article_count >= 0', name=op.f('ck_agreement_article_count_not_negative')),
    sa.CheckConstraint('signed_earliest <= signed_latest', name=op.f('ck_agreement_signed_range_ordered')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement')),
    sa.UniqueConstraint('reference', name=op.f('uq_agreement_reference')),
    sa.UniqueConstraint('registry_number', name=op.f('uq_agreement_registry_number'))
    )
    with op.batch_alter_table('agreement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agreement_has_text'), ['has_text'], unique=False)
        batch_op.create_index(batch_op.f('ix_agreement_kind'), ['kind'], unique=False)
        batch_op.create_index(batch_op.f('ix_agreement_level'), ['level'], unique=False)
        batch_op.create_index(batch_op.f('ix_agreement_proof'), ['proof'], unique=False)
        batch_op.create_index(batch_op.f('ix_agreement_revised_at'), ['revised_at'], unique=False)
        batch_op.create_index('ix_agreement_signed', ['signed_earliest', 'signed_latest'], unique=False)

    op.create_table('change_counter',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('database_id', sa.String(length=36), nullable=False),
    sa.Column('last_change', sa.Integer(), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_change_counter_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_change_counter'))
    )
    op.create_table('index_change',
    sa.Column('agreement_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('change_number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('agreement_id', name=op.f('pk_index_change'))
    )
    with op.batch_alter_table('index_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_index_change_change_number'), ['change_number'], unique=False)

    op.create_table('party',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=3), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('names', JSON, nullable=False),
    sa.Column('long_names', JSON, nullable=False),
    sa.CheckConstraint("kind in ('state', 'organisation')", name=op.f('ck_party_kind_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_party')),
    sa.UniqueConstraint('code', name=op.f('uq_party_code'))
    )
    op.create_table('registry_series',
    sa.Column('counterpart', sa.String(length=3), nullable=False),
    sa.Column('year', sa.String(length=4), nullable=False),
    sa.Column('last_number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('counterpart', 'year', name=op.f('pk_registry_series'))
    )
    op.create_table('subject',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('labels', JSON, nullable=False),
    sa.Column('synonyms', JSON, nullable=False),
    sa.Column('broader_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['broader_id'], ['subject.id'], name=op.f('fk_subject_broader_id_subject')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subject')),
    sa.UniqueConstraint('code', name=op.f('uq_subject_code'))
    )
    op.create_table('action',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('on', sa.String(10), nullable=True),
    sa.Column('effective_on', sa.String(10), nullable=True),
    sa.Column('until', sa.String(10), nullable=True),
    sa.Column('side', sa.Integer(), nullable=True),
    sa.Column('act', JSON, nullable=True),
    sa.Column('by_agreement_id', sa.Integer(), nullable=True),
    sa.Column('certainty', sa.String(length=16), nullable=False),
    sa.Column('source', sa.String(length=16), nullable=True),
    sa.Column('article', sa.String(length=300), nullable=True),
    sa.Column('note', JSON, nullable=True),
    sa.CheckConstraint('side is null or side in (1, 2)', name=op.f('ck_action_side_one_or_two')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_action_agreement_id_agreement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['by_agreement_id'], ['agreement.id'], name=op.f('fk_action_by_agreement_id_agreement')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action'))
    )
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_action_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_by_agreement_id'), ['by_agreement_id'], unique=False)

    op.create_table('agreement_number',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('scheme', sa.String(length=32), nullable=False),
    sa.Column('value', sa.String(length=300), nullable=False),
    sa.Column('source', sa.String(length=16), nullable=True),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_agreement_number_agreement_id_agreement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement_number'))
    )
    with op.batch_alter_table('agreement_number', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agreement_number_agreement_id'), ['agreement_id'], unique=False)

    op.create_table('agreement_subject',
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_agreement_subject_agreement_id_agreement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['subject_id'], ['subject.id'], name=op.f('fk_agreement_subject_subject_id_subject')),
    sa.PrimaryKeyConstraint('agreement_id', 'subject_id', name=op.f('pk_agreement_subject'))
    )
    with op.batch_alter_table('agreement_subject', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agreement_subject_subject_id'), ['subject_id'], unique=False)

    op.create_table('body',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('party_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('names', JSON, nullable=False),
    sa.Column('also_known_as', JSON, nullable=False),
    sa.Column('valid_from', sa.String(10), nullable=True),
    sa.Column('valid_until', sa.String(10), nullable=True),
    sa.Column('successor_id', sa.Integer(), nullable=True),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['parent_id'], ['body.id'], name=op.f('fk_body_parent_id_body')),
    sa.ForeignKeyConstraint(['party_id'], ['party.id'], name=op.f('fk_body_party_id_party')),
    sa.ForeignKeyConstraint(['successor_id'], ['body.id'], name=op.f('fk_body_successor_id_body')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_body')),
    sa.UniqueConstraint('key', name=op.f('uq_body_key'))
    )
    with op.batch_alter_table('body', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_body_party_id'), ['party_id'], unique=False)

    op.create_table('conclusion_language',
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('authentic', sa.Boolean(), nullable=False),
    sa.Column('prevails', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_conclusion_language_agreement_id_agreement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('agreement_id', 'language', name=op.f('pk_conclusion_language'))
    )
    op.create_table('final_clause',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('terms', JSON, nullable=False),
    sa.Column('text', JSON, nullable=True),
    sa.Column('certainty', sa.String(length=16), nullable=False),
    sa.Column('source', sa.String(length=16), nullable=True),
    sa.Column('article', sa.String(length=300), nullable=True),
    sa.Column('note', JSON, nullable=True),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_final_clause_agreement_id_agreement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_final_clause')),
    sa.UniqueConstraint('agreement_id', 'kind', name=op.f('uq_final_clause_agreement_id_kind'))
    )
    op.create_table('relation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('from_id', sa.Integer(), nullable=False),
    sa.Column('to_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('provisions', sa.String(length=500), nullable=True),
    sa.Column('effective_on', sa.String(10), nullable=True),
    sa.Column('certainty', sa.String(length=16), nullable=False),
    sa.Column('source', sa.String(length=16), nullable=True),
    sa.Column('article', sa.String(length=300), nullable=True),
    sa.Column('note', JSON, nullable=True),
    sa.CheckConstraint('from_id <> to_id', name=op.f('ck_relation_not_to_itself')),
    sa.ForeignKeyConstraint(['from_id'], ['agreement.id'], name=op.f('fk_relation_from_id_agreement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['to_id'], ['agreement.id'], name=op.f('fk_relation_to_id_agreement')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_relation')),
    sa.UniqueConstraint('from_id', 'to_id', 'kind', name=op.f('uq_relation_from_id_to_id_kind'))
    )
    with op.batch_alter_table('relation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_relation_to_id'), ['to_id'], unique=False)

    op.create_table('side',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('level', sa.String(length=16), nullable=False),
    sa.Column('certainty', sa.String(length=16), nullable=False),
    sa.Column('source', sa.String(length=16), nullable=True),
    sa.Column('article', sa.String(length=300), nullable=True),
    sa.Column('note', JSON, nullable=True),
    sa.CheckConstraint('position in (1, 2)', name=op.f('ck_side_position_one_or_two')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_side_agreement_id_agreement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_side')),
    sa.UniqueConstraint('agreement_id', 'position', name=op.f('uq_side_agreement_id_position'))
    )
    with op.batch_alter_table('side', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_side_level'), ['level'], unique=False)

    op.create_table('source',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('locator', sa.String(length=1000), nullable=False),
    sa.Column('title', sa.String(length=500), nullable=True),
    sa.Column('language', sa.String(length=8), nullable=True),
    sa.Column('quote', sa.Text(), nullable=True),
    sa.Column('note', JSON, nullable=True),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_source_agreement_id_agreement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_source')),
    sa.UniqueConstraint('agreement_id', 'key', name=op.f('uq_source_agreement_id_key'))
    )
    op.create_table('status_period',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('to_on', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=24), nullable=False),
    sa.Column('reason', sa.String(length=32), nullable=True),
    sa.CheckConstraint('from_on <= to_on', name=op.f('ck_status_period_ordered')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_status_period_agreement_id_agreement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_status_period')),
    sa.UniqueConstraint('agreement_id', 'from_on', name=op.f('uq_status_period_agreement_id_from_on'))
    )
    with op.batch_alter_table('status_period', schema=None) as batch_op:
        batch_op.create_index('ix_status_period_lookup', ['status', 'from_on', 'to_on'], unique=False)

    op.create_table('title',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=24), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_title_agreement_id_agreement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_title'))
    )
    with op.batch_alter_table('title', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_title_agreement_id'), ['agreement_id'], unique=False)

    op.create_table('competent_body',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.Integer(), nullable=False),
    sa.Column('name', JSON, nullable=False),
    sa.Column('body_id', sa.Integer(), nullable=True),
    sa.Column('article', sa.String(length=300), nullable=True),
    sa.Column('source', sa.String(length=16), nullable=True),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_competent_body_agreement_id_agreement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_competent_body_body_id_body')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_competent_body'))
    )
    with op.batch_alter_table('competent_body', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_competent_body_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_competent_body_body_id'), ['body_id'], unique=False)

    op.create_table('side_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('side_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('party_id', sa.Integer(), nullable=False),
    sa.Column('body_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=300), nullable=True),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_side_member_body_id_body')),
    sa.ForeignKeyConstraint(['party_id'], ['party.id'], name=op.f('fk_side_member_party_id_party')),
    sa.ForeignKeyConstraint(['side_id'], ['side.id'], name=op.f('fk_side_member_side_id_side'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_side_member'))
    )
    with op.batch_alter_table('side_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_side_member_body_id'), ['body_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_side_member_party_id'), ['party_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_side_member_side_id'), ['side_id'], unique=False)

    op.create_table('signature',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('side', sa.Integer(), nullable=False),
    sa.Column('party_id', sa.Integer(), nullable=False),
    sa.Column('body_id', sa.Integer(), nullable=True),
    sa.Column('person', JSON, nullable=False),
    sa.Column('position_held', JSON, nullable=True),
    sa.Column('office', sa.String(length=32), nullable=False),
    sa.Column('full_powers', JSON, nullable=True),
    sa.Column('signed_on', sa.String(10), nullable=True),
    sa.Column('signed_at', JSON, nullable=True),
    sa.Column('certainty', sa.String(length=16), nullable=False),
    sa.Column('source', sa.String(length=16), nullable=True),
    sa.Column('article', sa.String(length=300), nullable=True),
    sa.Column('note', JSON, nullable=True),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_signature_agreement_id_agreement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_signature_body_id_body')),
    sa.ForeignKeyConstraint(['party_id'], ['party.id'], name=op.f('fk_signature_party_id_party')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signature'))
    )
    with op.batch_alter_table('signature', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signature_agreement_id'), ['agreement_id'], unique=False)



def downgrade() -> None:
    """Take the step back."""
    with op.batch_alter_table('signature', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_signature_agreement_id'))

    op.drop_table('signature')
    with op.batch_alter_table('side_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_side_member_side_id'))
        batch_op.drop_index(batch_op.f('ix_side_member_party_id'))
        batch_op.drop_index(batch_op.f('ix_side_member_body_id'))

    op.drop_table('side_member')
    with op.batch_alter_table('competent_body', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_competent_body_body_id'))
        batch_op.drop_index(batch_op.f('ix_competent_body_agreement_id'))

    op.drop_table('competent_body')
    with op.batch_alter_table('title', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_title_agreement_id'))

    op.drop_table('title')
    with op.batch_alter_table('status_period', schema=None) as batch_op:
        batch_op.drop_index('ix_status_period_lookup')

    op.drop_table('status_period')
    op.drop_table('source')
    with op.batch_alter_table('side', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_side_level'))

    op.drop_table('side')
    with op.batch_alter_table('relation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_relation_to_id'))

    op.drop_table('relation')
    op.drop_table('final_clause')
    op.drop_table('conclusion_language')
    with op.batch_alter_table('body', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_body_party_id'))

    op.drop_table('body')
    with op.batch_alter_table('agreement_subject', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agreement_subject_subject_id'))

    op.drop_table('agreement_subject')
    with op.batch_alter_table('agreement_number', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agreement_number_agreement_id'))

    op.drop_table('agreement_number')
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_action_by_agreement_id'))
        batch_op.drop_index(batch_op.f('ix_action_agreement_id'))

    op.drop_table('action')
    op.drop_table('subject')
    op.drop_table('registry_series')
    op.drop_table('party')
    with op.batch_alter_table('index_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_index_change_change_number'))

    op.drop_table('index_change')
    op.drop_table('change_counter')
    with op.batch_alter_table('agreement', schema=None) as batch_op:
        batch_op.drop_index('ix_agreement_signed')
        batch_op.drop_index(batch_op.f('ix_agreement_revised_at'))
        batch_op.drop_index(batch_op.f('ix_agreement_proof'))
        batch_op.drop_index(batch_op.f('ix_agreement_level'))
        batch_op.drop_index(batch_op.f('ix_agreement_kind'))
        batch_op.drop_index(batch_op.f('ix_agreement_has_text'))

    op.drop_table('agreement')
