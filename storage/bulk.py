"""Many rows in one statement, by the shortest way each database has.

SQLite takes tuples one by one in a single prepared statement, or all as JSON where it must give something back;
PostgreSQL takes one array a column. Values pass through the column's own type first, as everywhere else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table

from storage.engine import is_postgresql

Values = tuple[Any, ...]
Process = Callable[[Any], Any]


def insert_rows(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Values]) -> None:
    """Insert rows of these columns; raises IntegrityError like any INSERT, and then none is in."""
    if not rows:
        return
    ready = _processed(connection.dialect, table, columns, rows)
    if is_postgresql(connection):
        connection.exec_driver_sql(_from_arrays(table, columns, connection.dialect), _by_column(ready))
        return
    marks = ", ".join("?" * len(columns))
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})", ready)


def insert_fresh(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: Sequence[Values],
    returning: tuple[str, ...],
) -> list[Values]:
    """Insert the rows whose keys are not there yet; returns these columns of those that were inserted."""
    if not rows:
        return []
    ready = _processed(connection.dialect, table, columns, rows)
    tail = f" ON CONFLICT DO NOTHING RETURNING {', '.join(returning)}"
    arrays = is_postgresql(connection)
    insert = _from_arrays(table, columns, connection.dialect) if arrays else _from_json(table, columns)
    values: Values = _by_column(ready) if arrays else (json.dumps(ready),)
    return [tuple(row) for row in connection.exec_driver_sql(insert + tail, values)]


def _by_column(rows: Sequence[Values]) -> tuple[list[Any], ...]:
    return tuple(list(column) for column in zip(*rows, strict=True))


@lru_cache(maxsize=64)
def _from_arrays(table: Table, columns: tuple[str, ...], dialect: Dialect) -> str:
    arrays = ", ".join(f"%s::{table.c[column].type.compile(dialect)}[]" for column in columns)
    return f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT * FROM unnest({arrays})"


@lru_cache(maxsize=64)
def _from_json(table: Table, columns: tuple[str, ...]) -> str:
    values = ", ".join(f"json_extract(value, '$[{number}]')" for number in range(len(columns)))
    # Without WHERE true SQLite may read ON CONFLICT as the ON of a join.
    return f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT {values} FROM json_each(?) WHERE true"


def _processed(dialect: Dialect, table: Table, columns: tuple[str, ...], rows: Sequence[Values]) -> Sequence[Values]:
    processes = _processes(dialect, table, columns)
    if not processes:
        return rows
    done = []
    for row in rows:
        values = list(row)
        for place, process in processes:
            values[place] = process(values[place])
        done.append(tuple(values))
    return done


@lru_cache(maxsize=64)
def _processes(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> tuple[tuple[int, Process], ...]:
    """What each column's type does to a value before the driver gets it, where it does anything."""
    found: Iterable[tuple[int, Process | None]] = (
        (place, table.c[column].type.dialect_impl(dialect).bind_processor(dialect))
        for place, column in enumerate(columns)
    )
    return tuple((place, process) for place, process in found if process is not None)
