"""Statements that nearly every request runs: put together once, and on SQLite handed to the driver as they are.

What SQLAlchemy does around a statement each time it runs (look for the form it was put into, bind, make a result,
close it) costs some ten times what SQLite itself takes for a small one. The columns' types still say how values go in
and come out, and it is the same connection in the same transaction. On PostgreSQL, and where somebody listens to what
is said (tests count statements, rehearsals play faults), it goes the usual way.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Executable
from sqlalchemy.exc import DBAPIError

Way = Callable[[Any], Any] | None
"""What becomes of a value on its way in or out; None where it stays as it is."""


class Ready:
    """A statement whose values are bound by name: a SELECT has ``rows``, anything else is ``done``."""

    def __init__(self, statement: Executable, *columns: str) -> None:
        """``columns`` are those that an INSERT fills in."""
        self._statement, self._columns = statement, columns
        self._form: _Form | None = None

    def rows(self, connection: Connection, **given: Any) -> Sequence[Any]:
        """Run it and return all rows, each with its columns by name."""
        driver = at_hand(connection)
        if driver is None:
            return connection.execute(self._statement, given).all()
        form = self._formed(connection)
        return form.read(say(connection, driver, form.sql, form.values(given)).fetchall())

    def done(self, connection: Connection, **given: Any) -> int:
        """Run it and return how many rows it wrote."""
        driver = at_hand(connection)
        if driver is None:
            return connection.execute(self._statement, given).rowcount
        form = self._formed(connection)
        return say(connection, driver, form.sql, form.values(given)).rowcount

    def _formed(self, connection: Connection) -> _Form:
        if self._form is None:
            self._form = _Form(self._statement, self._columns, connection)
        return self._form


def at_hand(connection: Connection) -> sqlite3.Connection | None:
    """SQLite's own connection beneath ours; None where the usual way is to be gone."""
    if connection.dialect.name != "sqlite" or connection.dispatch.before_cursor_execute:
        return None
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)


def say(connection: Connection, driver: sqlite3.Connection, sql: str, given: Sequence[Any] = ()) -> sqlite3.Cursor:
    """Run something on SQLite's own connection; raises what SQLAlchemy would."""
    try:
        return driver.execute(sql, given)
    except sqlite3.Error as error:
        dialect = connection.dialect
        raise DBAPIError.instance(sql, tuple(given), error, sqlite3.Error, dialect=dialect) from error


class _Form:
    """A statement as SQLite takes it, with the ways its values go."""

    def __init__(self, statement: Any, columns: Sequence[str], connection: Connection) -> None:
        dialect = connection.dialect
        compiled = statement.compile(dialect=dialect, column_keys=list(columns) or None)
        self.sql = str(compiled)
        binds = [(name, compiled.binds[name]) for name in compiled.positiontup]
        self._in: list[tuple[str, Way]] = [(name, _way(bind, "bind_processor", dialect)) for name, bind in binds]
        self._fixed = {name: bind.effective_value for name, bind in binds if not bind.required}
        chosen = list(statement.selected_columns) if statement.is_select else []
        row: Any = namedtuple("Row", [column.key for column in chosen])  # type: ignore[misc]  # known when it runs
        self._row = row._make
        ways = [_way(column, "result_processor", dialect, None) for column in chosen]
        self._out = ways if any(ways) else []

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        known = {**self._fixed, **given} if self._fixed else given
        return [known[name] if way is None else way(known[name]) for name, way in self._in]

    def read(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        ways = self._out
        if ways:
            rows = [[each if way is None else way(each) for each, way in zip(row, ways, strict=True)] for row in rows]
        return [self._row(row) for row in rows]


def _way(value: Any, which: str, dialect: Any, *more: Any) -> Way:
    return cast(Way, getattr(value.type.dialect_impl(dialect), which)(dialect, *more))
