"""Experience that members share: append, say what it is about, withdraw."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, update

from alliance.experience import Experience
from storage.changes.facts import added_id
from storage.tables import tables

_experience = tables["experience"]
LEFT_OUT = ("id", "shared_by_name", "withdrawn_at")


def add_experience(connection: Connection, alliance_id: int, shared: Experience) -> int:
    """Append one (its ``id`` and names are ignored); returns the new id."""
    values = {name: getattr(shared, name) for name in Experience.__dataclass_fields__ if name not in LEFT_OUT}
    return added_id(connection.execute(insert(_experience).values(alliance_id=alliance_id, **values)))


def set_theme(connection: Connection, alliance_id: int, id_: int, theme: str) -> bool:
    """Say what one is about; returns whether that is new."""
    which = (_experience.c.alliance_id == alliance_id, _experience.c.id == id_, _experience.c.theme != theme)
    return connection.execute(update(_experience).where(*which).values(theme=theme)).rowcount == 1


def withdraw_experience(connection: Connection, alliance_id: int, id_: int, person_id: int, now: datetime) -> bool:
    """Withdraw one unless somebody already has (``now`` aware UTC); returns whether this call did."""
    return _withdraw(connection, alliance_id, _experience.c.id == id_, person_id, now)


def withdraw_shown_by(connection: Connection, alliance_id: int, settlement_id: int, person: int, now: datetime) -> bool:
    """Withdraw what a withdrawn settlement shared; returns whether it did: the two are one thing said once."""
    return _withdraw(connection, alliance_id, _experience.c.settlement_id == settlement_id, person, now)


def _withdraw(connection: Connection, alliance_id: int, which: ColumnElement[bool], person: int, now: datetime) -> bool:
    held: tuple[Any, ...] = (_experience.c.alliance_id == alliance_id, which, _experience.c.withdrawn_at.is_(None))
    done = update(_experience).where(*held).values(withdrawn_at=now, withdrawn_by=person)
    return connection.execute(done).rowcount == 1
