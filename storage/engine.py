"""Opens the database: SQLite or PostgreSQL, each set as it must be to keep what it promises.

One transaction per request or tick: ``writing(engine)`` for those that may change something (they take turns, so that
a read and the write that follows from it cannot be split), ``reading(engine)`` for the rest. ``sending(engine)`` is a
sender's turn, which relies on the rows it locks: on PostgreSQL many run side by side.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from storage import waking
from storage.ready import at_hand, say

BUSY_TIMEOUT_MS = 30_000  # how long a writer waits for its turn, on either database

POSTGRESQL = ("postgresql", "postgresql+psycopg", "postgres")
POSTGRESQL_SETTINGS = {
    "lock_timeout": f"{BUSY_TIMEOUT_MS}ms",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",  # a frozen process must not keep the others out for good
    "synchronous_commit": "on",  # a lost "sent" would be a repeat
    "TimeZone": "UTC",
}
CONNECT_SECONDS = 10
WRITERS_TURN = 4_108_001  # any number, the same in all our processes; a database's advisory locks are its own
PLANNERS_TURN = 4_108_002


def connect(url: str) -> Engine:
    """Open the database at a SQLAlchemy address; makes the folder of a SQLite file.

    PostgreSQL is not called before it is used. Raises ValueError that says what we got (without the password), wanted
    and to do, for an address we cannot use.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError(_wrong(url)) from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url, parsed.database)
    if parsed.drivername in POSTGRESQL:
        return _postgresql(url, parsed)
    raise ValueError(_wrong(url))


def without_password(url: str) -> str:
    """The address as it may be shown and logged, also one that nobody can read."""
    hidden = re.sub(r"(://[^:/@]*):.*@", r"\1:***@", url, flags=re.DOTALL)
    return re.sub(r"(password=)[^&]*", r"\1***", hidden)


def _wrong(url: str) -> str:
    return (
        f"DATABASE_URL={without_password(url)!r} is not a database address we know; wanted sqlite:///path/to/file.db "
        "or postgresql://user:password@host:5432/database (special characters of the password as %40 and so on). "
        "Unset it to use the default file."
    )


def _sqlite(url: str, database: str | None) -> Engine:
    if not database or database == ":memory:":
        raise ValueError(_wrong(url))
    Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transactions leave a leading SELECT outside: we say BEGIN ourselves.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    _write_ahead(connection)
    for pragma in ("synchronous=full", "foreign_keys=on"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turning a new file to WAL takes a lock that another process may hold, and SQLite does not wait for that one."""
    for left in reversed(range(BUSY_TIMEOUT_MS // 10)):
        try:
            connection.execute("PRAGMA journal_mode=wal")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or not left:
                raise
        time.sleep(0.01)


@contextmanager
def begun(connection: Connection, mode: Literal["DEFERRED", "IMMEDIATE"] = "DEFERRED") -> Iterator[None]:
    """A transaction: committed at the end, rolled back on any error; on SQLite it waits for its turn if IMMEDIATE.

    Whoever opens one goes this way, and a test sees to it. An event that says BEGIN would be safer from oneself, and
    makes every statement look for events: up to a tenth of what a command costs the database's side (measured).
    """
    with connection.begin():
        if not is_postgresql(connection):
            driver = at_hand(connection)
            if driver is None:
                connection.exec_driver_sql(f"BEGIN {mode}")
            else:
                say(connection, driver, f"BEGIN {mode}")
        yield


def _postgresql(url: str, parsed: URL) -> Engine:
    # An "@" left in the host is a piece of a password that was not escaped: it must not reach the server's words.
    if not parsed.database or "@" in (parsed.host or ""):
        raise ValueError(_wrong(url))
    usual = {"connect_timeout": str(CONNECT_SECONDS), "application_name": "tovholder"}
    address = parsed.set(drivername="postgresql+psycopg", query={**usual, **parsed.query})
    engine = create_engine(address, pool_pre_ping=True, isolation_level="READ COMMITTED")
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, _record: object) -> None:
    connection.execute(";".join(f"SET {name} = '{value}'" for name, value in POSTGRESQL_SETTINGS.items()))
    connection.commit()


def is_postgresql(connection: Connection | Engine) -> bool:
    return connection.dialect.name == "postgresql"


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that may change something, one at a time: committed at the end, rolled back on any error.

    Who waits longer than ``BUSY_TIMEOUT_MS`` for its turn gets sqlalchemy's OperationalError.
    """
    with _transaction(engine) as connection:
        if is_postgresql(connection):
            connection.execute(select(func.pg_advisory_xact_lock(WRITERS_TURN)))
        yield connection


def plan_anew(connection: Connection) -> None:
    """Let PostgreSQL plan each statement of this transaction by what the tables hold just then.

    A plan it keeps from when they were nearly empty reads all of what the transaction has added since, for each row.
    """
    if is_postgresql(connection):
        connection.execute(select(func.set_config("plan_cache_mode", "force_custom_plan", True)))


@contextmanager
def planning(engine: Engine) -> Iterator[Connection | None]:
    """A planner's transaction: like writing, but None on PostgreSQL if somebody is planning already: they do it all."""
    with _transaction(engine) as connection:
        if is_postgresql(connection):
            mine = connection.execute(select(func.pg_try_advisory_xact_lock(PLANNERS_TURN))).scalar_one()
            if not mine:
                yield None
                return
            connection.execute(select(func.pg_advisory_xact_lock(WRITERS_TURN)))
        yield connection


def sending(engine: Engine) -> AbstractContextManager[Connection]:
    """A sender's transaction: on SQLite the same as writing; on PostgreSQL it waits only for the rows it touches."""
    return _transaction(engine)


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    """A transaction that may change something; once it is committed the senders are woken for what it posted."""
    with engine.connect() as connection:
        waking.forget_posted(connection)
        with begun(connection, "IMMEDIATE"):
            yield connection
            posted = waking.was_posted(connection)
    if posted:
        waking.bell_of(engine).ring()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, from one consistent state."""
    with engine.connect() as connection:
        if is_postgresql(engine):
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with begun(connection):
            yield connection


def server_time(engine: Engine) -> datetime | None:
    """What time it is on the database's server (aware UTC); None where it has no clock of its own (SQLite)."""
    if not is_postgresql(engine):
        return None
    with engine.connect() as connection:  # now() would stand still in a transaction
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return moment.astimezone(UTC)
