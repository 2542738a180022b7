"""What people handed to colleagues: who is asked instead, and what somebody may answer by it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Date, Integer, bindparam, select
from sqlalchemy.engine import Row

from alliance.handovers import Handover
from storage.bulk import Chosen
from storage.ready import Ready
from storage.tables import tables

_handover = tables["handover"]
_HELD = (
    select(_handover)
    .where(
        _handover.c.alliance_id == bindparam("alliance", type_=Integer),
        _handover.c.ended_at.is_(None),
        _handover.c.until > bindparam("day", type_=Date),
    )
    .order_by(_handover.c.id)
)
_HELD_BY = Ready(_HELD.where(_handover.c.colleague_id == bindparam("person", type_=Integer)))
_HELD_BY_ANY = Chosen(lambda among: _HELD.where(among(_handover.c.colleague_id)))
_HELD_OF_MEMBERS = Chosen(lambda among: _HELD.where(among(_handover.c.organisation_id)))
_HELD_OF = Chosen(lambda among: _HELD.where(among(_handover.c.obligation_id)))


def held(
    connection: Connection, alliance_id: int, day: date, organisation_ids: Collection[int] | None = None
) -> tuple[Handover, ...]:
    """What is handed over on a local day (of these organisations), oldest first.

    Whether its giver still has the office is asked where the offices are known.
    """
    given = {"alliance": alliance_id, "day": day}
    if organisation_ids is None:
        return tuple(map(_as_handover, connection.execute(_HELD, given)))
    return tuple(map(_as_handover, _HELD_OF_MEMBERS.run(connection, organisation_ids, **given)))


def held_by(connection: Connection, alliance_id: int, person_id: int, day: date) -> tuple[Handover, ...]:
    """What one person was handed, oldest first."""
    return tuple(map(_as_handover, _HELD_BY.rows(connection, alliance=alliance_id, day=day, person=person_id)))


def held_by_any(
    connection: Connection, alliance_id: int, people: Collection[int], day: date
) -> dict[int, tuple[Handover, ...]]:
    """What some people were handed, by person."""
    found: dict[int, tuple[Handover, ...]] = {}
    for row in _HELD_BY_ANY.run(connection, people, alliance=alliance_id, day=day):
        found[row.colleague_id] = (*found.get(row.colleague_id, ()), _as_handover(row))
    return found


def held_of(
    connection: Connection, alliance_id: int, obligation_ids: Collection[int], day: date
) -> dict[int, tuple[Handover, ...]]:
    """What became of some obligations, by obligation; what nobody handed over is missing."""
    found: dict[int, tuple[Handover, ...]] = {}
    for row in _HELD_OF.run(connection, obligation_ids, alliance=alliance_id, day=day):
        found[row.obligation_id] = (*found.get(row.obligation_id, ()), _as_handover(row))
    return found


def handover(connection: Connection, alliance_id: int, handover_id: int) -> Handover:
    """One, whether it holds or not."""
    query = select(_handover).where(_handover.c.alliance_id == alliance_id, _handover.c.id == handover_id)
    return _as_handover(connection.execute(query).one())


def by_office(found: Collection[Handover]) -> Mapping[tuple[int, str, int], int]:
    """(obligation, office, giver) to the colleague: as ``OfficesOn`` asks."""
    return {(one.obligation_id, office, one.giver_id): one.colleague_id for one in found for office in one.offices}


def _as_handover(row: Row[Any]) -> Handover:
    return Handover(
        row.obligation_id,
        row.organisation_id,
        row.giver_id,
        row.colleague_id,
        tuple(row.offices),
        row.until,
        row.recorded_at,
        row.note,
        row.ended_at,
        row.id,
    )
