"""Who is away, when, and who is asked instead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Date, Integer, bindparam, select
from sqlalchemy.engine import Row

from alliance.absences import Absence
from alliance.validity import Validity
from storage.tables import tables

_absence = tables["absence"]
# One read for all people: few are away at a time, and what is over is passed by in the index.
_HELD = select(_absence).where(
    _absence.c.alliance_id == bindparam("alliance", type_=Integer),
    _absence.c.ended_at.is_(None),
    _absence.c.valid_until > bindparam("day", type_=Date),
)


def away_on(connection: Connection, alliance_id: int, day: date) -> Mapping[int, int | None]:
    """Who is away on the local day, with the deputy they named, if any."""
    return {one.person_id: one.deputy_id for one in absences(connection, alliance_id, day) if one.validity.covers(day)}


def absences(connection: Connection, alliance_id: int, day: date) -> tuple[Absence, ...]:
    """The absences that run on the local day or begin later, by their start."""
    rows = connection.execute(_HELD.order_by(_absence.c.valid_from), {"alliance": alliance_id, "day": day})
    return tuple(map(_as_absence, rows))


def absences_of(connection: Connection, alliance_id: int, person_id: int, day: date) -> tuple[Absence, ...]:
    """Those of one person."""
    query = _HELD.where(_absence.c.person_id == person_id).order_by(_absence.c.valid_from)
    return tuple(map(_as_absence, connection.execute(query, {"alliance": alliance_id, "day": day})))


def _as_absence(row: Row[Any]) -> Absence:
    return Absence(row.person_id, Validity(row.valid_from, row.valid_until), row.deputy_id, row.id)
