"""Framework conditions that members raise, and what is asked of whom

Revision: 0016, after 0015
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('framework_issue',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alliance_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('heading', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('raised_by', sa.Integer(), nullable=False),
    sa.Column('raised_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('on_behalf', sa.Boolean(), nullable=False),
    sa.Column('withdrawn_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('withdrawn_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['alliance_id'], ['alliance.id'], name=op.f('fk_framework_issue_alliance_id_alliance')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_framework_issue_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['raised_by'], ['person.id'], name=op.f('fk_framework_issue_raised_by_person')),
    sa.ForeignKeyConstraint(['withdrawn_by'], ['person.id'], name=op.f('fk_framework_issue_withdrawn_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_framework_issue')),
    sa.UniqueConstraint('alliance_id', 'number', name=op.f('uq_framework_issue_alliance_id_number'))
    )
    with op.batch_alter_table('framework_issue', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_framework_issue_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('policy_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alliance_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('outcome', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('answered_on', sa.Date(), nullable=False),
    sa.Column('words', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('link', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('recorded_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('withdrawn_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('withdrawn_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("outcome IN ('met', 'partly', 'refused', 'noted', 'none')", name=op.f('ck_policy_answer_outcome')),
    sa.ForeignKeyConstraint(['alliance_id'], ['alliance.id'], name=op.f('fk_policy_answer_alliance_id_alliance')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_policy_answer_recorded_by_person')),
    sa.ForeignKeyConstraint(['withdrawn_by'], ['person.id'], name=op.f('fk_policy_answer_withdrawn_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy_answer'))
    )
    with op.batch_alter_table('policy_answer', schema=None) as batch_op:
        batch_op.create_index('uq_policy_answer_held', ['alliance_id', 'number'], unique=True, sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))

    op.create_table('policy_ask',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alliance_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('recipient', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=False),
    sa.Column('hoped_by', sa.Date(), nullable=True),
    sa.Column('link', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('issue', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('withdrawn_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('withdrawn_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['alliance_id'], ['alliance.id'], name=op.f('fk_policy_ask_alliance_id_alliance')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_policy_ask_recorded_by_person')),
    sa.ForeignKeyConstraint(['withdrawn_by'], ['person.id'], name=op.f('fk_policy_ask_withdrawn_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy_ask'))
    )
    with op.batch_alter_table('policy_ask', schema=None) as batch_op:
        batch_op.create_index('uq_policy_ask_held', ['alliance_id', 'number'], unique=True, sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))

    op.create_table('framework_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alliance_id', sa.Integer(), nullable=False),
    sa.Column('issue_id', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('words', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('withdrawn_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('withdrawn_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('planned', 'taken_up', 'sent_on', 'declined')", name=op.f('ck_framework_step_kind')),
    sa.ForeignKeyConstraint(['alliance_id'], ['alliance.id'], name=op.f('fk_framework_step_alliance_id_alliance')),
    sa.ForeignKeyConstraint(['issue_id'], ['framework_issue.id'], name=op.f('fk_framework_step_issue_id_framework_issue')),
    sa.ForeignKeyConstraint(['item_id'], ['agenda_item.id'], name=op.f('fk_framework_step_item_id_agenda_item')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_framework_step_recorded_by_person')),
    sa.ForeignKeyConstraint(['withdrawn_by'], ['person.id'], name=op.f('fk_framework_step_withdrawn_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_framework_step'))
    )
    with op.batch_alter_table('framework_step', schema=None) as batch_op:
        batch_op.create_index('ix_framework_step_issue', ['alliance_id', 'issue_id'], unique=False)

    op.create_table('framework_support',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alliance_id', sa.Integer(), nullable=False),
    sa.Column('issue_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('on_behalf', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('withdrawn_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('withdrawn_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['alliance_id'], ['alliance.id'], name=op.f('fk_framework_support_alliance_id_alliance')),
    sa.ForeignKeyConstraint(['issue_id'], ['framework_issue.id'], name=op.f('fk_framework_support_issue_id_framework_issue')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_framework_support_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_framework_support_person_id_person')),
    sa.ForeignKeyConstraint(['withdrawn_by'], ['person.id'], name=op.f('fk_framework_support_withdrawn_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_framework_support'))
    )
    with op.batch_alter_table('framework_support', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_framework_support_issue_id'), ['issue_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_framework_support_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index('uq_framework_support_held', ['alliance_id', 'issue_id', 'organisation_id'], unique=True, sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))


def downgrade() -> None:
    with op.batch_alter_table('framework_support', schema=None) as batch_op:
        batch_op.drop_index('uq_framework_support_held', sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_framework_support_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_framework_support_issue_id'))

    op.drop_table('framework_support')
    with op.batch_alter_table('framework_step', schema=None) as batch_op:
        batch_op.drop_index('ix_framework_step_issue')

    op.drop_table('framework_step')
    with op.batch_alter_table('policy_ask', schema=None) as batch_op:
        batch_op.drop_index('uq_policy_ask_held', sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))

    op.drop_table('policy_ask')
    with op.batch_alter_table('policy_answer', schema=None) as batch_op:
        batch_op.drop_index('uq_policy_answer_held', sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))

    op.drop_table('policy_answer')
    with op.batch_alter_table('framework_issue', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_framework_issue_organisation_id'))

    op.drop_table('framework_issue')
