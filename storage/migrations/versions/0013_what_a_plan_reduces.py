"""A plan's reduction as numbers beside its words: per cent, by which year, against which

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('plan', sa.Column('target_pct', sa.Integer(), nullable=True))
    op.add_column('plan', sa.Column('target_year', sa.Integer(), nullable=True))
    op.add_column('plan', sa.Column('target_base', sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('plan', schema=None) as batch_op:
        batch_op.drop_column('target_base')
        batch_op.drop_column('target_year')
        batch_op.drop_column('target_pct')
