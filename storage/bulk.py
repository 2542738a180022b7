"""Many rows in one statement, by the shortest way each database has.

SQLite takes them as one piece of JSON, PostgreSQL as one array a column; either way one statement writes all.
Values pass through the column's own type first, as everywhere else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    CursorResult,
    Dialect,
    Executable,
    Integer,
    String,
    Table,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from storage.engine import is_postgresql

FEW = 50
AT_ONCE = 100  # rows in one statement of SQLite: its parameters are counted, and more rows are no faster
Values = tuple[Any, ...]
NOTHING: Mapping[str, Any] = {}
Process = Callable[[Any], Any]


def among(connection: Connection, column: Column[int], ids: Collection[int]) -> ColumnElement[bool]:
    """Whether a column is one of these ids; many are a single parameter, so that no database's limit is met."""
    form = _form(connection, ids)
    return _IS_AMONG[form](column, None, _given(form, ids))


class Chosen:
    """A statement about some rows by id, put together once and run with whichever ids are asked for.

    ``build`` is handed what says of a column that it is among them, and makes the statement; its other values are
    bound by name. To put a statement together takes three times as long as to run it.
    """

    def __init__(self, build: Callable[[Callable[[Column[Any]], ColumnElement[bool]]], Executable]) -> None:
        self._build, self._forms = build, dict[str, Executable]()

    def run(self, connection: Connection, ids: Collection[int] | Collection[str], **given: object) -> CursorResult[Any]:
        # Never the list of a few: each of its lengths is a statement of its own, which the database plans anew.
        form = "one" if len(ids) == 1 else connection.dialect.name
        if form not in self._forms:
            self._forms[form] = self._build(lambda column: _IS_AMONG[form](column, "ids", None))
        result: CursorResult[Any] = connection.execute(self._forms[form], {**given, "ids": _given(form, ids)})
        return result


def _form(connection: Connection, ids: Collection[int] | Collection[str]) -> str:
    if len(ids) == 1:
        return "one"
    return "few" if len(ids) <= FEW else connection.dialect.name


def _given(form: str, ids: Collection[int] | Collection[str]) -> object:
    if form == "one":
        return next(iter(ids))
    return json.dumps(list(ids)) if form == "sqlite" else list(ids)


# A few are quicker to put together than a list is; of a statement that stands, the ids are bound by name.
_IS_AMONG: dict[str, Callable[[Column[Any], str | None, Any], ColumnElement[bool]]] = {
    "one": lambda column, name, given: column == bindparam(name, given, type_=column.type),
    "few": lambda column, name, given: column.in_(bindparam(name, given, expanding=True)),
    "sqlite": lambda column, name, given: column.in_(
        select(func.json_each(bindparam(name, given)).table_valued("value").c.value)
    ),
    "postgresql": lambda column, name, given: column == any_(bindparam(name, given, type_=ARRAY(column.type))),
}


def listed(
    connection: Connection, values: Collection[int] | Collection[str], kind: type = Integer
) -> ColumnElement[Any]:
    """The values (texts: ``kind`` String) as a column to select from."""
    return _listed(is_postgresql(connection), None, as_listed(connection, values), kind)


def listed_later(connection: Connection, name: str, kind: type = Integer) -> ColumnElement[Any]:
    """The same of values that are bound by name, ``as_listed``, when the statement is run."""
    return _listed(is_postgresql(connection), name, None, kind)


def as_listed(connection: Connection, values: Collection[int] | Collection[str]) -> object:
    """The values as one parameter of the connection's database."""
    return list(values) if is_postgresql(connection) else json.dumps(list(values))


def _listed(postgresql: bool, name: str | None, given: object, kind: type) -> ColumnElement[Any]:
    if postgresql:
        return func.unnest(bindparam(name, given, type_=ARRAY(kind))).column_valued("listed")
    return func.json_each(bindparam(name, given, type_=String)).table_valued("value").c.value


def insert_rows(
    connection: Connection, table: Table, same: Mapping[str, Any], columns: tuple[str, ...], rows: Sequence[Values]
) -> None:
    """Insert rows of these columns, the rest the same; raises IntegrityError like any INSERT."""
    if not rows:
        return
    dialect, names = connection.dialect, ", ".join((*same, *columns))
    (first,) = _processed(dialect, table, tuple(same), [tuple(same.values())])
    ready = _processed(dialect, table, columns, rows)
    said = f"INSERT INTO {table.name} ({names})"
    if is_postgresql(connection):
        once = "".join(f"{_typed(table, name, dialect)}, " for name in same)
        arrays = ", ".join(f"{_typed(table, column, dialect)}[]" for column in columns)
        given = (*first, *(list(column) for column in zip(*ready, strict=True)))
        connection.exec_driver_sql(f"{said} SELECT {once}listed.* FROM unnest({arrays}) AS listed", given)
        return
    # Twice as fast as a statement for each row, which checks each one's foreign keys by itself, or as one of JSON.
    row = f"({', '.join('?' * (len(same) + len(columns)))})"
    for start in range(0, len(ready), AT_ONCE):
        some = ready[start : start + AT_ONCE]
        values = tuple(value for each in some for value in (*first, *each))
        connection.exec_driver_sql(f"{said} VALUES {', '.join([row] * len(some))}", values)


def update_rows(
    connection: Connection,
    table: Table,
    same: Mapping[str, Any],
    columns: tuple[str, ...],
    rows: Sequence[Values],
    key: tuple[str, ...] = ("id",),
    still: Mapping[str, Any] = NOTHING,
) -> set[Values]:
    """Bring these columns of the rows with these keys up to date, and others to the same; the key is first of each.

    Only those that are ``still`` so; returns the keys of those that were.
    """
    if not rows:
        return set()
    dialect, named = connection.dialect, (*key, *columns)
    first, last = (_processed(dialect, table, tuple(each), [tuple(each.values())])[0] for each in (same, still))
    ready = _processed(dialect, table, named, rows)
    if is_postgresql(connection):
        typed = {name: _typed(table, name, dialect) for name in (*same, *still)}
        read = {name: f"listed.{name}" for name in named}
        arrays = ", ".join(f"{_typed(table, name, dialect)}[]" for name in named)
        source = f"unnest({arrays}) AS listed ({', '.join(named)})"
        given: Values = (*first, *(list(column) for column in zip(*ready, strict=True)), *last)
    else:
        typed = dict.fromkeys((*same, *still), "?")
        read = {name: f"json_extract(value, '$[{number}]')" for number, name in enumerate(named)}
        source, given = "json_each(?)", (*first, json.dumps(ready), *last)
    become = [f"{name} = {typed[name]}" for name in same] + [f"{name} = {read[name]}" for name in columns]
    where = [f"{table.name}.{name} = {read[name]}" for name in key] + [f"{table.name}.{n} = {typed[n]}" for n in still]
    said = f"UPDATE {table.name} SET {', '.join(become)} FROM {source} WHERE {' AND '.join(where)}"
    found = connection.exec_driver_sql(f"{said} RETURNING {', '.join(f'{table.name}.{name}' for name in key)}", given)
    return {tuple(row) for row in found.all()}


def insert_each(
    connection: Connection, table: Table, same: Mapping[str, Any], column: str, ids: Sequence[int]
) -> list[tuple[int, int]]:
    """Insert a row for each id in ``column``, the rest the same, where its key is not there yet.

    Returns (id of the row, id in the column) of those that were inserted.
    """
    if not ids:
        return []
    dialect, names = connection.dialect, (*same, column)
    (ready,) = _processed(dialect, table, tuple(same), [tuple(same.values())])
    ids_as: object
    if is_postgresql(connection):
        values = ", ".join(_typed(table, name, dialect) for name in same)
        source, ids_as = f"SELECT {values}, unnest(%s::INTEGER[])", list(ids)
    else:
        # Without WHERE true SQLite may read ON CONFLICT as the ON of a join.
        source, ids_as = f"SELECT {'?, ' * len(same)}value FROM json_each(?) WHERE true", json.dumps(list(ids))
    said = f"INSERT INTO {table.name} ({', '.join(names)}) {source} ON CONFLICT DO NOTHING RETURNING id, {column}"
    return [(row[0], row[1]) for row in connection.exec_driver_sql(said, (*ready, ids_as)).all()]


@lru_cache(maxsize=256)
def _typed(table: Table, column: str, dialect: Dialect) -> str:
    return f"%s::{table.c[column].type.compile(dialect)}"


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
    found = (
        (place, table.c[column].type.dialect_impl(dialect).bind_processor(dialect))
        for place, column in enumerate(columns)
    )
    return tuple((place, process) for place, process in found if process is not None)
