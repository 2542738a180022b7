"""Links to sign in by, sessions and links that act, for people without a chat

Revision: 0008, after 0007
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('sign_in_link',
    *_whose('sign_in_link'),
    sa.Column('leads_to', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('expires_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('used_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    )
    op.create_table('web_session',
    *_whose('web_session'),
    sa.Column('made_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('seen_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    )
    op.create_table('acting_link',
    *_whose('acting_link'),
    sa.Column('words', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('label', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('organisations', sa.JSON(), nullable=False),
    sa.Column('offered', sa.JSON(), nullable=False),
    sa.Column('made_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('expires_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('used_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    )
    for table, by in (('sign_in_link', 'expires_at'), ('web_session', 'seen_at'), ('acting_link', 'expires_at')):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in ('person_id', 'hash', by):
                batch_op.create_index(batch_op.f(f'ix_{table}_{column}'), [column], unique=False)


def _whose(table: str) -> tuple:
    """The columns that all three begin with, and their keys."""
    return (
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alliance_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('address_id', sa.Integer(), nullable=False),
    sa.Column('hash', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['alliance_id'], ['alliance.id'], name=op.f(f'fk_{table}_alliance_id_alliance')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f(f'fk_{table}_person_id_person')),
    sa.ForeignKeyConstraint(['address_id'], ['address.id'], name=op.f(f'fk_{table}_address_id_address')),
    sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{table}')),
    sa.UniqueConstraint('alliance_id', 'hash', name=op.f(f'uq_{table}_alliance_id_hash')),
    )


def downgrade() -> None:
    for table in ('acting_link', 'web_session', 'sign_in_link'):
        op.drop_table(table)
