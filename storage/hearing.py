"""What was asked and carried out already: how a repetition is told from something new.

A channel sends the same press again when our answer did not reach it, each time under another id of its own. What was
pressed, by whom and when is the same every time: that is the key, of which only the SHA-256 is kept.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete

from storage.ready import Ready
from storage.tables import tables
from storage.upserts import upsert

KEPT = timedelta(days=7)
"""Far longer than any channel repeats itself."""
_heard = tables["heard"]
_OLD = delete(_heard).where(_heard.c.alliance_id == bindparam("alliance"), _heard.c.at < bindparam("before"))
_NOTE: dict[str, Ready] = {}
"""The statement that notes a request, by dialect: put together once."""


def first_time(connection: Connection, alliance_id: int, key: str, now: datetime) -> bool:
    """Note that a request is being carried out, in its transaction; returns False for one that was already.

    ``now`` is aware UTC.
    """
    name = connection.dialect.name
    if name not in _NOTE:
        _NOTE[name] = Ready(upsert(connection, _heard).on_conflict_do_nothing(), "alliance_id", "key", "at")
    return _NOTE[name].done(connection, alliance_id=alliance_id, key=_hashed(key), at=now) == 1


def is_newest(connection: Connection, alliance_id: int, name: str, at: datetime) -> bool:
    """Note when something was last done under a name, in its transaction; False for what comes after something newer.

    ``at`` is aware UTC, by any one clock.
    """
    found = upsert(connection, _heard)
    newer = found.on_conflict_do_update(
        index_elements=[_heard.c.alliance_id, _heard.c.key],
        set_={"at": found.excluded.at},
        where=_heard.c.at <= found.excluded.at,
    )
    return connection.execute(newer, {"alliance_id": alliance_id, "key": _hashed(name), "at": at}).rowcount == 1


def not_heard(connection: Connection, alliance_id: int, key: str) -> None:
    """Take the note back: nothing was carried out, and the same request may come again."""
    connection.execute(delete(_heard).where(_heard.c.alliance_id == alliance_id, _heard.c.key == _hashed(key)))


def forget_old(connection: Connection, alliance_id: int, now: datetime) -> int:
    """Forget what was heard more than ``KEPT`` ago; returns how much that was."""
    return connection.execute(_OLD, {"alliance": alliance_id, "before": now - KEPT}).rowcount


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
