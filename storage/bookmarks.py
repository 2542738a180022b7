"""How far something has come in an alliance: the last tick, the day obligations were opened up to, the last audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Executable, Integer, bindparam, delete, select

from storage.tables import tables
from storage.upserts import upsert

_bookmark = tables["bookmark"]
_NOTED = select(_bookmark.c.value, _bookmark.c.at).where(
    _bookmark.c.alliance_id == bindparam("alliance", type_=Integer), _bookmark.c.name == bindparam("noted")
)
_KEEP: dict[str, Executable] = {}
"""The statement that keeps a place, by dialect: put together once."""


@dataclass(frozen=True)
class Bookmark:
    """What was noted under a name, and when (aware UTC)."""

    value: str
    at: datetime


def bookmark(connection: Connection, alliance_id: int, name: str) -> Bookmark | None:
    """What was last noted under the name, None if nothing ever was."""
    row = connection.execute(_NOTED, {"alliance": alliance_id, "noted": name}).first()
    return Bookmark(row.value, row.at) if row else None


def keep_place(connection: Connection, alliance_id: int, name: str, value: str, now: datetime) -> None:
    """Note a value under a name, replacing the one before."""
    noted = {"alliance_id": alliance_id, "name": name, "value": value, "at": now}
    dialect = connection.dialect.name
    if dialect not in _KEEP:
        fresh = upsert(connection, _bookmark)
        newer = {"value": fresh.excluded.value, "at": fresh.excluded.at}
        _KEEP[dialect] = fresh.on_conflict_do_update(index_elements=["alliance_id", "name"], set_=newer)
    connection.execute(_KEEP[dialect], noted)


def forget_place(connection: Connection, alliance_id: int, name: str) -> None:
    """Forget what was noted under a name."""
    connection.execute(delete(_bookmark).where(_bookmark.c.alliance_id == alliance_id, _bookmark.c.name == name))


BACKED_UP = "backup"
"""The bookmark of the newest backup that was made and checked."""
FINDINGS = "findings"
"""The bookmark of what the newest self-audit found: the kind and how many, a line each."""
REFUSED = "refused:"


def refused_by(channel: str, team: str = "") -> str:
    """The name under which a channel's newest refusal is noted that stands in no outbox: of a page, of a form.

    With a ``team`` it is of one workspace of several.
    """
    return f"{REFUSED}{channel}:{team}" if team else f"{REFUSED}{channel}"


def refusals(connection: Connection, alliance_id: int) -> dict[str, Bookmark]:
    """The newest of those refusals, by channel, or by account (``slack:T1``) where there are several workspaces."""
    query = select(_bookmark.c.name, _bookmark.c.value, _bookmark.c.at).where(
        _bookmark.c.alliance_id == alliance_id, _bookmark.c.name.startswith(REFUSED, autoescape=True)
    )
    rows = connection.execute(query.order_by(_bookmark.c.name))
    return {row.name.removeprefix(REFUSED): Bookmark(row.value, row.at) for row in rows}
