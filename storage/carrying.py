"""Carries everything from one database to another, whatever engine either is, and proves that nothing was lost.

All of it or nothing: read from one consistent state, written in one transaction, compared table by table before that
is committed. The checksums are of values and not of bytes on a disk: the same on SQLite and PostgreSQL.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, LargeBinary, Table, func, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

import storage.tables  # noqa: F401  (declares the tables)
from storage.engine import is_postgresql, reading, writing
from storage.migrate import at_head, migrate

CHUNK = 1_000  # rows in memory at a time
CHUNK_OF_BYTES = 8  # of tables that hold whole files: up to 10 MB each

Progress = Callable[[int, int], None]


class NotCarried(Exception):
    """Nothing was carried; the text says what we got, what we wanted and what to do."""


@dataclass(frozen=True)
class TableSum:
    """How many rows a table holds, and the SHA-256 (hex) of all of them in the order of their ids."""

    name: str
    rows: int
    checksum: str


def everything() -> list[Table]:
    """Every table of ours, those that others point at first."""
    return SQLModel.metadata.sorted_tables


def move(source: Engine, target: Engine, progress: Progress | None = None) -> tuple[TableSum, ...]:
    """Carry a database into an empty one, which is brought to the newest schema; returns what both hold now.

    Raises NotCarried, with nothing carried, if the source has not the newest schema or changed meanwhile, if the
    target holds anything, or if the two differ afterwards.
    """
    if not at_head(source):
        raise NotCarried("The database to carry from does not have the newest schema. Run tovholder migrate on it.")
    if holds_anything(target):
        raise NotCarried(_taken())
    migrate(target)
    return carry(source, target, progress=progress)


def carry(
    source: Engine, target: Engine, *, still: bool = True, replace: bool = False, progress: Progress | None = None
) -> tuple[TableSum, ...]:
    """Copy every row between two databases of the newest schema in one transaction of the target; ids are kept.

    ``still``: nobody may write to the source meanwhile, and if somebody did nothing is carried. ``replace``: forget
    in the same transaction what the target held. Returns what both hold; raises NotCarried.
    """
    with reading(source) as given, writing(target) as taken:
        for connection in (given, taken):
            _take_time(connection)
        if replace:
            _forget(taken)
        elif _any_row(taken):
            raise NotCarried(_taken())
        carried = _copy(given, taken, progress)
        _insist_same(carried, sums(taken), "What arrived in the new database is not what was read from the old one")
        if still:
            with reading(source) as again:
                _insist_same(carried, sums(again), "Somebody wrote to the old database while it was carried")
        _go_on_counting(taken)
    return carried


def _taken() -> str:
    return "The database to carry to is not empty; wanted one that holds no alliance. Name another, or empty it first."


def holds_anything(engine: Engine) -> bool:
    """Whether any table of ours has a row, whatever schema the database has."""
    with reading(engine) as connection:
        return _any_row(connection)


def _any_row(connection: Connection) -> bool:
    there = set(inspect(connection).get_table_names())
    ours = [table for table in everything() if table.name in there]
    return any(connection.execute(select(text("1")).select_from(table).limit(1)).first() for table in ours)


def _take_time(connection: Connection) -> None:
    """Carrying years takes longer than any request may."""
    if is_postgresql(connection):
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def _forget(connection: Connection) -> None:
    for table in reversed(everything()):
        connection.execute(table.delete())


def _copy(given: Connection, taken: Connection, progress: Progress | None) -> tuple[TableSum, ...]:
    carried = []
    for number, table in enumerate(everything(), start=1):
        carried.append(_copy_table(given, taken, table))
        if progress:
            progress(number, len(everything()))
    return tuple(carried)


def _copy_table(given: Connection, taken: Connection, table: Table) -> TableSum:
    summing = _Summing(table)
    for rows in _chunks(given, table):
        summing.add(rows)
        try:
            taken.execute(insert(table), rows)
        except DBAPIError as error:  # only its first line: the others may quote the row
            why = (str(error.orig).splitlines() or [""])[0]
            where = f"{table.name}, ids {rows[0]['id']} to {rows[-1]['id']}"
            raise NotCarried(
                f"The new database does not take a row of {where}: {why}. Nothing was carried. Correct it first."
            ) from None
    return summing.sum()


def _chunks(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """The rows in the order of their ids, never more than a chunk of them at a time."""
    size = CHUNK_OF_BYTES if any(isinstance(column.type, LargeBinary) for column in table.c) else CHUNK
    query, last = select(table).order_by(table.c.id).limit(size), None
    while True:
        later = query if last is None else query.where(table.c.id > last)
        rows = [dict(row) for row in connection.execute(later).mappings()]
        if not rows:
            return
        yield rows
        last = rows[-1]["id"]


# ------------------------------------------------------------------------------------------------- comparing


def sums(connection: Connection) -> tuple[TableSum, ...]:
    """Count and checksum of every table, as this transaction sees them."""
    return tuple(_sum_of(connection, table) for table in everything())


def _sum_of(connection: Connection, table: Table) -> TableSum:
    summing = _Summing(table)
    for rows in _chunks(connection, table):
        summing.add(rows)
    return summing.sum()


class _Summing:
    """Counts and sums up one table, chunk by chunk."""

    def __init__(self, table: Table) -> None:
        self._name, self._columns = table.name, sorted(column.name for column in table.c)
        self._rows, self._hash = 0, hashlib.sha256()

    def add(self, rows: list[dict[str, Any]]) -> None:
        self._rows += len(rows)
        for row in rows:
            self._hash.update(canonical(row, self._columns))

    def sum(self) -> TableSum:
        return TableSum(self._name, self._rows, self._hash.hexdigest())


def canonical(row: Mapping[str, Any], columns: list[str]) -> bytes:
    """One line for a row, the same from every engine: instants in UTC, days as ISO 8601, bytes as hex, sorted keys."""
    values = [_plain(row[column]) for column in columns]
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode("ascii") + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return value


def _insist_same(one: tuple[TableSum, ...], other: tuple[TableSum, ...], what: str) -> None:
    differing = [a.name for a, b in zip(one, other, strict=True) if a != b]
    if differing:
        raise NotCarried(
            f"{what}: {', '.join(differing)}. Nothing was carried. Stop every web and worker, then carry again."
        )


def _go_on_counting(connection: Connection) -> None:
    """Ids were given by hand: the next one must come after the last. SQLite sees to that by itself."""
    if not is_postgresql(connection):
        return
    for table in everything():
        last = connection.execute(select(func.max(table.c.id))).scalar_one()
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, last or 1, last is not None)))
