"""INSERT that minds what is already there: the same words on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(connection: Connection, table: Table) -> sqlite.Insert:
    """An INSERT of the connection's own dialect, with ``on_conflict_do_nothing`` and ``on_conflict_do_update``.

    Its result's ``rowcount`` says how many rows it wrote, 0 where nothing was to be done.
    """
    if connection.dialect.name == "postgresql":
        # SQLAlchemy asks for the new id meanwhile, and forgets the count unless told to keep it.
        counted = postgresql.insert(table).execution_options(preserve_rowcount=True)
        return cast(sqlite.Insert, counted)  # the same methods, no common type
    return sqlite.insert(table)
