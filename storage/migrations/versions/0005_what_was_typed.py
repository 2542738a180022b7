"""What was typed into a form and not sent in is kept for whoever typed it

Revision: 0005, after 0004
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('form_draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alliance_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('form', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('words', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['alliance_id'], ['alliance.id'], name=op.f('fk_form_draft_alliance_id_alliance')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_form_draft_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_form_draft')),
    sa.UniqueConstraint('alliance_id', 'person_id', 'form', name=op.f('uq_form_draft_alliance_id_person_id_form'))
    )
    with op.batch_alter_table('form_draft', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_form_draft_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_form_draft_person_id'), ['person_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('form_draft', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_form_draft_person_id'))
        batch_op.drop_index(batch_op.f('ix_form_draft_at'))

    op.drop_table('form_draft')
