"""What members share is a collection of its own, and they can ask each other: experience, question

Evidence that was given as something shared is in it from the first day.

Revision: 0012, after 0011
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

# As the charters of the time had it: all evidence of the two requirements to share, and of the workshop what was given.
SHARED = """
INSERT INTO experience (alliance_id, organisation_id, what, link, theme, shared_at, shared_by, on_behalf, settlement_id,
  withdrawn_at, withdrawn_by)
SELECT alliance_id, organisation_id, what, link, '', recorded_at, recorded_by, on_behalf, id, withdrawn_at, withdrawn_by
FROM settlement
WHERE kind = 'evidence' AND (requirement IN ('sharing_local', 'sharing_global')
  OR (requirement = 'workshop' AND evidence <> 'attendance_only'))
ORDER BY id
"""


def upgrade() -> None:
    op.create_table('experience',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alliance_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('what', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('link', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('theme', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('shared_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('shared_by', sa.Integer(), nullable=False),
    sa.Column('on_behalf', sa.Boolean(), nullable=False),
    sa.Column('settlement_id', sa.Integer(), nullable=True),
    sa.Column('withdrawn_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('withdrawn_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['alliance_id'], ['alliance.id'], name=op.f('fk_experience_alliance_id_alliance')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_experience_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['settlement_id'], ['settlement.id'], name=op.f('fk_experience_settlement_id_settlement')),
    sa.ForeignKeyConstraint(['shared_by'], ['person.id'], name=op.f('fk_experience_shared_by_person')),
    sa.ForeignKeyConstraint(['withdrawn_by'], ['person.id'], name=op.f('fk_experience_withdrawn_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_experience'))
    )
    with op.batch_alter_table('experience', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_experience_alliance_id'), ['alliance_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_experience_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_experience_settlement_id'), ['settlement_id'], unique=False)

    op.execute(SHARED)

    op.create_table('question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alliance_id', sa.Integer(), nullable=False),
    sa.Column('asking_id', sa.Integer(), nullable=False),
    sa.Column('asked_id', sa.Integer(), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('asked_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('on_behalf', sa.Boolean(), nullable=False),
    sa.Column('answer', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('answered_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('answered_by', sa.Integer(), nullable=True),
    sa.Column('escalated_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('withdrawn_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('withdrawn_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['alliance_id'], ['alliance.id'], name=op.f('fk_question_alliance_id_alliance')),
    sa.ForeignKeyConstraint(['answered_by'], ['person.id'], name=op.f('fk_question_answered_by_person')),
    sa.ForeignKeyConstraint(['asked_by'], ['person.id'], name=op.f('fk_question_asked_by_person')),
    sa.ForeignKeyConstraint(['asked_id'], ['organisation.id'], name=op.f('fk_question_asked_id_organisation')),
    sa.ForeignKeyConstraint(['asking_id'], ['organisation.id'], name=op.f('fk_question_asking_id_organisation')),
    sa.ForeignKeyConstraint(['withdrawn_by'], ['person.id'], name=op.f('fk_question_withdrawn_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question'))
    )
    is_open = sa.text('answered_at IS NULL AND withdrawn_at IS NULL')
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_question_asked_id'), ['asked_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_question_asking_id'), ['asking_id'], unique=False)
        batch_op.create_index('ix_question_open', ['alliance_id', 'asked_at'], unique=False, sqlite_where=is_open, postgresql_where=is_open)


def downgrade() -> None:
    is_open = sa.text('answered_at IS NULL AND withdrawn_at IS NULL')
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.drop_index('ix_question_open', sqlite_where=is_open, postgresql_where=is_open)
        batch_op.drop_index(batch_op.f('ix_question_asking_id'))
        batch_op.drop_index(batch_op.f('ix_question_asked_id'))

    op.drop_table('question')
    with op.batch_alter_table('experience', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_experience_settlement_id'))
        batch_op.drop_index(batch_op.f('ix_experience_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_experience_alliance_id'))

    op.drop_table('experience')
