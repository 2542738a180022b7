"""The actions of plans: append, withdraw, never overwrite."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from alliance.plan_actions import PlanAction
from storage.bulk import among
from storage.tables import tables

_action = tables["plan_action"]
KEPT = (
    "organisation_id",
    "title",
    "track",
    "theme",
    "owner",
    "due",
    "state",
    "note",
    "recorded_at",
    "recorded_by",
    "on_behalf",
)


def add_entry(connection: Connection, alliance_id: int, entry: PlanAction) -> int:
    """Append an entry under its ``number``, or the next where that is 0; returns the number.

    Writers take turns, and what was withdrawn keeps its number.
    """
    last = select(func.coalesce(func.max(_action.c.number), 0)).where(_action.c.alliance_id == alliance_id)
    number = entry.number or int(connection.execute(last).scalar_one()) + 1
    values = {name: getattr(entry, name) for name in KEPT}
    connection.execute(insert(_action).values(alliance_id=alliance_id, number=number, **values))
    return number


def withdraw_entry(connection: Connection, alliance_id: int, id_: int, person_id: int, now: datetime) -> bool:
    """Withdraw an entry unless somebody already has; returns whether this call did."""
    held = (_action.c.alliance_id == alliance_id, _action.c.id == id_, _action.c.withdrawn_at.is_(None))
    done = update(_action).where(*held).values(withdrawn_at=now, withdrawn_by=person_id)
    return connection.execute(done).rowcount == 1


def mark_reminded(connection: Connection, alliance_id: int, entry_ids: Collection[int], now: datetime) -> None:
    """Note that these were reminded of: an update is another entry, of which nobody has been."""
    which = (_action.c.alliance_id == alliance_id, among(connection, _action.c.id, entry_ids))
    connection.execute(update(_action).where(*which).values(reminded_at=now))
