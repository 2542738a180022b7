"""The limits that all senders share: one row a lane or account, nothing goes out under it before it opens."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, bindparam, case, select

from storage.tables import tables
from storage.upserts import upsert

_bucket = tables["bucket"]


_SHUT = select(_bucket.c.name, _bucket.c.open_ms).where(_bucket.c.open_ms > bindparam("now_ms"))


def shut_now(connection: Connection, now_ms: int) -> dict[str, int]:
    """Every limit that is shut, and when it opens (ms since 1970): few, where no rate is kept."""
    return {row.name: row.open_ms for row in connection.execute(_SHUT, {"now_ms": now_ms})}


def locked(connection: Connection, names: Collection[str]) -> dict[str, int]:
    """When each of the limits opens (ms since 1970); other senders are kept from them until the transaction ends.

    Locked in the order of their names, always: two senders that lock in different orders would wait for each other.
    """
    wanted = sorted(set(names))
    missing = [{"name": name, "open_ms": 0} for name in wanted]
    connection.execute(upsert(connection, _bucket).on_conflict_do_nothing(), missing)
    query = select(_bucket.c.name, _bucket.c.open_ms).where(_bucket.c.name.in_(wanted)).order_by(_bucket.c.name)
    return {row.name: row.open_ms for row in connection.execute(query.with_for_update())}


def shut(connection: Connection, until: Mapping[str, int]) -> None:
    """Keep limits shut until an instant (ms since 1970); one that is shut for longer stays so."""
    if not until:
        return
    statement = upsert(connection, _bucket)
    later = case((_bucket.c.open_ms > statement.excluded.open_ms, _bucket.c.open_ms), else_=statement.excluded.open_ms)
    change = statement.on_conflict_do_update(index_elements=["name"], set_={"open_ms": later})
    connection.execute(change, [{"name": name, "open_ms": until[name]} for name in sorted(until)])
