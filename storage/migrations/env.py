"""Alembic's entry: our connection, our tables, batches for SQLite."""

from alembic import context
from sqlmodel import SQLModel

import storage.tables  # noqa: F401  (declares the tables)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
