"""The actions of climate action plans, and how municipalities join

Revision: 0017, after 0016
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('accession',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alliance_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('asked_on', sa.Date(), nullable=False),
    sa.Column('asked_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('recorded_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('signed_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('signed_role', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=True),
    sa.Column('document', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('signed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('signature_by', sa.Integer(), nullable=True),
    sa.Column('withdrawn_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('withdrawn_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['alliance_id'], ['alliance.id'], name=op.f('fk_accession_alliance_id_alliance')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_accession_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_accession_recorded_by_person')),
    sa.ForeignKeyConstraint(['signature_by'], ['person.id'], name=op.f('fk_accession_signature_by_person')),
    sa.ForeignKeyConstraint(['withdrawn_by'], ['person.id'], name=op.f('fk_accession_withdrawn_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accession'))
    )
    is_open = sa.text('signed_on IS NULL AND withdrawn_at IS NULL')
    with op.batch_alter_table('accession', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_accession_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index('uq_accession_open', ['alliance_id', 'organisation_id'], unique=True, sqlite_where=is_open, postgresql_where=is_open)

    op.create_table('plan_action',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alliance_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('track', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('theme', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('owner', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('recorded_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('on_behalf', sa.Boolean(), nullable=False),
    sa.Column('reminded_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('withdrawn_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('withdrawn_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("state IN ('planned', 'under_way', 'done', 'given_up')", name=op.f('ck_plan_action_state')),
    sa.CheckConstraint("track IN ('reduction', 'adaptation')", name=op.f('ck_plan_action_track')),
    sa.ForeignKeyConstraint(['alliance_id'], ['alliance.id'], name=op.f('fk_plan_action_alliance_id_alliance')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_plan_action_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_plan_action_recorded_by_person')),
    sa.ForeignKeyConstraint(['withdrawn_by'], ['person.id'], name=op.f('fk_plan_action_withdrawn_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_action'))
    )
    with op.batch_alter_table('plan_action', schema=None) as batch_op:
        batch_op.create_index('ix_plan_action_number', ['alliance_id', 'number', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_plan_action_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index('ix_plan_action_recorded', ['alliance_id', 'recorded_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('plan_action', schema=None) as batch_op:
        batch_op.drop_index('ix_plan_action_recorded')
        batch_op.drop_index(batch_op.f('ix_plan_action_organisation_id'))
        batch_op.drop_index('ix_plan_action_number')

    op.drop_table('plan_action')
    is_open = sa.text('signed_on IS NULL AND withdrawn_at IS NULL')
    with op.batch_alter_table('accession', schema=None) as batch_op:
        batch_op.drop_index('uq_accession_open', sqlite_where=is_open, postgresql_where=is_open)
        batch_op.drop_index(batch_op.f('ix_accession_organisation_id'))

    op.drop_table('accession')
