"""An alliance remembers which charters it has had, and which it is to have from a day

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Empty for all that are there: each has had one charter. No table is rebuilt, for every other points at this one.
    op.add_column('alliance', sa.Column('adoptions', sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column('alliance', 'adoptions')
