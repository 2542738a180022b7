"""Opens the database: SQLite, set as it must be to keep what it promises.

One transaction per request or tick: ``writing(engine)`` for those that may change something (SQLite takes the write
lock at the start, so a read and the write that follows from it cannot be split), ``reading(engine)`` for the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

BUSY_TIMEOUT_MS = 30_000


def connect(url: str) -> Engine:
    """Open the database at a SQLAlchemy address; makes the folder of a SQLite file.

    Raises ValueError that says what we got, wanted and to do, for an address we cannot use.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError(_wrong(url)) from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url, parsed.database)
    raise ValueError(_wrong(url))


def _wrong(url: str) -> str:
    return (
        f"DATABASE_URL={url!r} is not a database address we know; wanted sqlite:///path/to/file.db. "
        "Unset it to use the default file."
    )


def _sqlite(url: str, database: str | None) -> Engine:
    if not database or database == ":memory:":
        raise ValueError(_wrong(url))
    Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transactions leave a leading SELECT outside: we say BEGIN ourselves.
    connection.isolation_level = None
    # Wait first: turning a new file to WAL takes a lock that another process may hold.
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=wal",
        "synchronous=full",
        "foreign_keys=on",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that may change something: committed at the end, rolled back on any error."""
    with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, from one consistent state."""
    with engine.connect() as connection, connection.begin():
        yield connection
