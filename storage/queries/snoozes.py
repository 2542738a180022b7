"""What people hide from their own reminders: which snoozes hold, of what is looked at or of one person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, or_, select
from sqlalchemy.engine import Row

from alliance.calendar import WorkingCalendar
from alliance.snoozing import Snooze, told_anew_from
from storage.bulk import Chosen
from storage.tables import tables

_snooze = tables["snooze"]
_HELD = select(_snooze).where(
    _snooze.c.alliance_id == bindparam("alliance", type_=Integer), _snooze.c.ended_at.is_(None)
)
_HELD_OF = Chosen(lambda among: _HELD.where(among(_snooze.c.obligation_id)))
_ANY = _HELD.with_only_columns(_snooze.c.id).limit(1)
Held = Mapping[tuple[int, int], Snooze]
"""The snooze that holds, also when it is over, by obligation and person."""
NONE: Held = {}
Anew = Mapping[tuple[int, int], str]
"""The local day (ISO) on which a snooze ended, by obligation and person: what was told before it counts no more."""


def any_held(connection: Connection, alliance_id: int) -> bool:
    """Whether anybody hides anything, or did and may have to be told anew: asked once, where many are looked at."""
    return connection.execute(_ANY, {"alliance": alliance_id}).first() is not None


def held(connection: Connection, alliance_id: int, obligation_ids: Collection[int] | None = None) -> Held:
    """The snoozes that hold of these obligations; of all without them."""
    given: dict[str, Any] = {"alliance": alliance_id}
    if obligation_ids is None:
        rows = connection.execute(_HELD, given)
    else:
        rows = _HELD_OF.run(connection, obligation_ids, **given)
    return {(row.obligation_id, row.person_id): _as_snooze(row) for row in rows}


def told_anew(held: Held, due: Mapping[int, date | None], calendar: WorkingCalendar, today: date) -> Anew:
    """Which of the snoozes are over on a local day, and since when, with the due days of what they are about."""
    return {
        key: day.isoformat()
        for key, snooze in held.items()
        if (day := told_anew_from(snooze, calendar, due.get(snooze.obligation_id), today))
    }


def held_by(connection: Connection, alliance_id: int, person_id: int, at: datetime) -> dict[int, Snooze]:
    """The snoozes of a person that held at an instant (aware UTC), by obligation."""
    query = select(_snooze).where(
        _snooze.c.alliance_id == alliance_id,
        _snooze.c.person_id == person_id,
        _snooze.c.recorded_at <= at,
        or_(_snooze.c.ended_at.is_(None), _snooze.c.ended_at > at),
    )
    return {row.obligation_id: _as_snooze(row) for row in connection.execute(query.order_by(_snooze.c.id))}


def _as_snooze(row: Row[Any]) -> Snooze:
    return Snooze(row.obligation_id, row.person_id, row.until, row.recorded_at, row.ended_at)
