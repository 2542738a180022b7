"""The limits that all senders share: one row a lane or account, nothing goes out under it before it opens."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from sqlalchemy import Connection, bindparam, select

from storage.bulk import Chosen
from storage.engine import is_postgresql
from storage.tables import tables

_bucket = tables["bucket"]
_SHUT = select(_bucket.c.name, _bucket.c.open_ms).where(_bucket.c.open_ms > bindparam("now_ms"))
_NAMED = Chosen(lambda among: select(_bucket.c.name, _bucket.c.open_ms).where(among(_bucket.c.name)))

# Always in the order of their names: two senders that lock in different orders would wait for each other.
_KNOWN = (
    "INSERT INTO bucket (name, open_ms) SELECT name, 0 FROM unnest(%s::VARCHAR[]) AS listed (name) "
    "ORDER BY name ON CONFLICT DO NOTHING"
)
_LOCKED = "SELECT name, open_ms FROM bucket WHERE name = ANY (%s::VARCHAR[]) ORDER BY name FOR UPDATE"
_LATER = {
    "sqlite": (
        "INSERT INTO bucket (name, open_ms) "
        "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?) WHERE true "
        "ON CONFLICT (name) DO UPDATE SET open_ms = max(bucket.open_ms, excluded.open_ms)"
    ),
    "postgresql": (
        "INSERT INTO bucket (name, open_ms) "
        "SELECT * FROM unnest(%s::VARCHAR[], %s::BIGINT[]) AS listed (name, open_ms) ORDER BY name "
        "ON CONFLICT (name) DO UPDATE SET open_ms = greatest(bucket.open_ms, excluded.open_ms)"
    ),
}


def shut_now(connection: Connection, now_ms: int) -> dict[str, int]:
    """Every limit that is shut, and when it opens (ms since 1970): few, where no rate is kept."""
    return {row.name: row.open_ms for row in connection.execute(_SHUT, {"now_ms": now_ms})}


def locked(connection: Connection, names: Collection[str]) -> dict[str, int]:
    """When each of the limits opens (ms since 1970); other senders are kept from them until the transaction ends.

    One that is not there was never shut. On PostgreSQL it is made, for there is no other way to keep others from it;
    on SQLite a sender's transaction keeps them from everything.
    """
    if not is_postgresql(connection):
        return {row.name: row.open_ms for row in _NAMED.run(connection, names)}
    wanted = list(names)
    connection.exec_driver_sql(_KNOWN, (wanted,))
    return {row[0]: row[1] for row in connection.exec_driver_sql(_LOCKED, (wanted,))}


def shut(connection: Connection, until: Mapping[str, int]) -> None:
    """Keep limits shut until an instant (ms since 1970); one that is shut for longer stays so."""
    if not until:
        return
    given = (list(until), list(until.values())) if is_postgresql(connection) else (json.dumps(list(until.items())),)
    connection.exec_driver_sql(_LATER[connection.dialect.name], given)
