"""Several workspaces of Slack, each of one alliance, with its token encrypted

Revision: 0007, after 0006
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('slack_workspace',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alliance_id', sa.Integer(), nullable=False),
    sa.Column('team', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('enterprise', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('bot_user', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('token', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('scopes', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('installed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('installed_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('lost_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('lost_why', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['alliance_id'], ['alliance.id'], name=op.f('fk_slack_workspace_alliance_id_alliance')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slack_workspace')),
    sa.UniqueConstraint('team', name=op.f('uq_slack_workspace_team'))
    )
    with op.batch_alter_table('slack_workspace', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_slack_workspace_alliance_id'), ['alliance_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('slack_workspace', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_slack_workspace_alliance_id'))

    op.drop_table('slack_workspace')
