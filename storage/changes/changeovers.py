"""Somebody says that a thing of the changeover is done, or takes that back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from alliance.changeovers import Changeover
from storage.tables import tables
from storage.upserts import upsert

_tick = tables["changeover_tick"]


def tick_off(
    connection: Connection, alliance_id: int, found: Changeover, key: str, person_id: int, now: datetime
) -> bool:
    """Write down that it is done (``now`` aware UTC); returns whether nobody had before."""
    of = {"alliance_id": alliance_id, "leaving_id": found.leaving, "since": found.since, "key": key}
    statement = upsert(connection, _tick).values(**of, recorded_at=now, recorded_by=person_id)
    return connection.execute(statement.on_conflict_do_nothing()).rowcount == 1


def untick(
    connection: Connection, alliance_id: int, found: Changeover, key: str, person_id: int, now: datetime
) -> bool:
    """Take that back; returns whether it stood."""
    which = (
        _tick.c.alliance_id == alliance_id,
        _tick.c.leaving_id == found.leaving,
        _tick.c.since == found.since,
        _tick.c.key == key,
        _tick.c.ended_at.is_(None),
    )
    done = connection.execute(update(_tick).where(*which).values(ended_at=now, ended_by=person_id))
    return done.rowcount == 1
