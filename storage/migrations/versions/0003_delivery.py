"""Deliveries are followed, limits shared, looks remembered

Revision: 0003, after 0002
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('bucket',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('open_ms', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bucket')),
    sa.UniqueConstraint('name', name=op.f('uq_bucket_name'))
    )
    with op.batch_alter_table('bucket', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bucket_open_ms'), ['open_ms'], unique=False)

    op.create_table('bookmark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alliance_id', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('value', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['alliance_id'], ['alliance.id'], name=op.f('fk_bookmark_alliance_id_alliance')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bookmark')),
    sa.UniqueConstraint('alliance_id', 'name', name=op.f('uq_bookmark_alliance_id_name'))
    )
    op.create_table('transition',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alliance_id', sa.Integer(), nullable=False),
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('at_ms', sa.BigInteger(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.CheckConstraint("state IN ('queued', 'sending', 'sent', 'failed', 'given_up', 'withdrawn', 'expired')", name=op.f('ck_transition_state')),
    sa.ForeignKeyConstraint(['alliance_id'], ['alliance.id'], name=op.f('fk_transition_alliance_id_alliance')),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_transition_delivery_id_delivery')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transition'))
    )
    with op.batch_alter_table('transition', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_transition_delivery_id'), ['delivery_id'], unique=False)

    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.add_column(sa.Column('expires_ms', sa.BigInteger(), nullable=True))
        batch_op.drop_index(batch_op.f('ix_delivery_strand'))
        batch_op.create_index('ix_delivery_strand', ['alliance_id', 'strand', 'notification_id'], unique=False)
        batch_op.create_index('ix_delivery_expiry', ['expires_ms'], unique=False, sqlite_where=sa.text("state IN ('queued', 'failed')"), postgresql_where=sa.text("state IN ('queued', 'failed')"))

    op.execute(
        "UPDATE delivery SET expires_ms = (SELECT n.expires_ms FROM notification n WHERE n.id = delivery.notification_id)"
    )
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.drop_column('expires_ms')

    with op.batch_alter_table('obligation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('next_look', sa.Date(), nullable=True))
        batch_op.create_index('ix_obligation_look', ['alliance_id', 'next_look', 'id'], unique=False, sqlite_where=sa.text('next_look IS NOT NULL'), postgresql_where=sa.text('next_look IS NOT NULL'))

    with op.batch_alter_table('address', schema=None) as batch_op:
        batch_op.create_index('ix_address_of_person', ['alliance_id', 'person_id'], unique=False, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.execute("UPDATE obligation SET next_look = opens")  # look at everything once


def downgrade() -> None:
    with op.batch_alter_table('address', schema=None) as batch_op:
        batch_op.drop_index('ix_address_of_person', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    with op.batch_alter_table('obligation', schema=None) as batch_op:
        batch_op.drop_index('ix_obligation_look', sqlite_where=sa.text('next_look IS NOT NULL'), postgresql_where=sa.text('next_look IS NOT NULL'))
        batch_op.drop_column('next_look')

    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.add_column(sa.Column('expires_ms', sa.BigInteger(), nullable=True))

    op.execute(
        "UPDATE notification SET expires_ms = (SELECT max(d.expires_ms) FROM delivery d WHERE d.notification_id = notification.id)"
    )

    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index('ix_delivery_expiry', sqlite_where=sa.text("state IN ('queued', 'failed')"), postgresql_where=sa.text("state IN ('queued', 'failed')"))
        batch_op.drop_index('ix_delivery_strand')
        batch_op.create_index(batch_op.f('ix_delivery_strand'), ['alliance_id', 'strand', 'id'], unique=False)
        batch_op.drop_column('expires_ms')

    with op.batch_alter_table('transition', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_transition_delivery_id'))

    op.drop_table('transition')
    op.drop_table('bookmark')
    with op.batch_alter_table('bucket', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bucket_open_ms'))

    op.drop_table('bucket')
