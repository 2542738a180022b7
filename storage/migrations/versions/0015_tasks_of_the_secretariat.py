"""The secretariat's own tasks, each time of them that came up, and what is done before it is handed over

Revision: 0015, after 0013
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0015'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('task',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alliance_id', sa.Integer(), nullable=False),
    sa.Column('what', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('every', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('changed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('ended_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('ended_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("every IN ('once', 'weekly', 'monthly', 'quarterly', 'yearly')", name=op.f('ck_task_every')),
    sa.ForeignKeyConstraint(['alliance_id'], ['alliance.id'], name=op.f('fk_task_alliance_id_alliance')),
    sa.ForeignKeyConstraint(['ended_by'], ['person.id'], name=op.f('fk_task_ended_by_person')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_task_owner_id_person')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_task_recorded_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task'))
    )
    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_task_alliance_id'), ['alliance_id'], unique=False)

    op.create_table('task_day',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alliance_id', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('planned', sa.Date(), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('obligation_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('ended_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('ended_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['alliance_id'], ['alliance.id'], name=op.f('fk_task_day_alliance_id_alliance')),
    sa.ForeignKeyConstraint(['ended_by'], ['person.id'], name=op.f('fk_task_day_ended_by_person')),
    sa.ForeignKeyConstraint(['obligation_id'], ['obligation.id'], name=op.f('fk_task_day_obligation_id_obligation')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_task_day_task_id_task')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_day'))
    )
    with op.batch_alter_table('task_day', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_task_day_obligation_id'), ['obligation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_task_day_task_id'), ['task_id'], unique=False)
        batch_op.create_index('uq_task_day_held', ['alliance_id', 'task_id', 'planned'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('changeover_tick',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alliance_id', sa.Integer(), nullable=False),
    sa.Column('leaving_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('recorded_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('ended_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('ended_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("key IN ('archive', 'access', 'mailbox', 'talk')", name=op.f('ck_changeover_tick_key')),
    sa.ForeignKeyConstraint(['alliance_id'], ['alliance.id'], name=op.f('fk_changeover_tick_alliance_id_alliance')),
    sa.ForeignKeyConstraint(['ended_by'], ['person.id'], name=op.f('fk_changeover_tick_ended_by_person')),
    sa.ForeignKeyConstraint(['leaving_id'], ['organisation.id'], name=op.f('fk_changeover_tick_leaving_id_organisation')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_changeover_tick_recorded_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_changeover_tick'))
    )
    with op.batch_alter_table('changeover_tick', schema=None) as batch_op:
        batch_op.create_index('uq_changeover_tick_held', ['alliance_id', 'leaving_id', 'since', 'key'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))


def downgrade() -> None:
    with op.batch_alter_table('changeover_tick', schema=None) as batch_op:
        batch_op.drop_index('uq_changeover_tick_held', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.drop_table('changeover_tick')
    with op.batch_alter_table('task_day', schema=None) as batch_op:
        batch_op.drop_index('uq_task_day_held', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_task_day_task_id'))
        batch_op.drop_index(batch_op.f('ix_task_day_obligation_id'))

    op.drop_table('task_day')
    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_task_alliance_id'))

    op.drop_table('task')
