"""How far something has come in an alliance: the last tick, the day obligations were opened up to, the last audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from storage.tables import tables
from storage.upserts import upsert

_bookmark = tables["bookmark"]


@dataclass(frozen=True)
class Bookmark:
    """What was noted under a name, and when (aware UTC)."""

    value: str
    at: datetime


def bookmark(connection: Connection, alliance_id: int, name: str) -> Bookmark | None:
    """What was last noted under the name, None if nothing ever was."""
    query = select(_bookmark.c.value, _bookmark.c.at)
    row = connection.execute(query.where(_bookmark.c.alliance_id == alliance_id, _bookmark.c.name == name)).first()
    return Bookmark(row.value, row.at) if row else None


def keep_place(connection: Connection, alliance_id: int, name: str, value: str, now: datetime) -> None:
    """Note a value under a name, replacing the one before."""
    statement = upsert(connection, _bookmark).values(alliance_id=alliance_id, name=name, value=value, at=now)
    key = ["alliance_id", "name"]
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_={"value": value, "at": now}))


def refused_by(channel: str) -> str:
    """The name under which a channel's newest refusal is noted that stands in no outbox: of a page, of a form."""
    return f"refused:{channel}"
