"""Somebody is away for a while, or back. What held before is kept."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from alliance.absences import Absence
from alliance.validity import Validity
from storage.changes.facts import added_id
from storage.changes.looks import look_again_at_person
from storage.tables import tables


def add_absence(connection: Connection, alliance_id: int, absence: Absence, now: datetime) -> int:
    """Somebody is away from now on or later, in place of whatever held from then on; returns the id (its own is not
    looked at).
    """
    end_absences(connection, alliance_id, absence.person_id, absence.validity.since, now)
    return _added(connection, alliance_id, absence, now)


def _added(connection: Connection, alliance_id: int, absence: Absence, now: datetime) -> int:
    statement = insert(tables["absence"]).values(
        alliance_id=alliance_id,
        person_id=absence.person_id,
        deputy_id=absence.deputy_id,
        valid_from=absence.validity.since,
        valid_until=absence.validity.until,
        recorded_at=now,
    )
    return added_id(connection.execute(statement))


def undo_absence(connection: Connection, alliance_id: int, absence: Absence, now: datetime) -> None:
    """Take back one that holds (``now`` aware UTC), and let hold again whatever it took the place of."""
    table = tables["absence"]
    mine = table.c.alliance_id == alliance_id, table.c.person_id == absence.person_id
    began = select(table.c.recorded_at).where(*mine, table.c.id == absence.id).scalar_subquery()
    replaced = connection.execute(select(table).where(*mine, table.c.ended_at == began).order_by(table.c.id)).all()
    connection.execute(update(table).where(*mine, table.c.id == absence.id).values(ended_at=now))
    for row in replaced:
        before = Absence(row.person_id, Validity(row.valid_from, row.valid_until), row.deputy_id)
        _added(connection, alliance_id, before, now)
    look_again_at_person(connection, alliance_id, absence.person_id)


def end_absences(connection: Connection, alliance_id: int, person_id: int, day: date, now: datetime) -> int:
    """Take back what runs on the local day or begins later; returns how many that were."""
    table = tables["absence"]
    ended = connection.execute(
        update(table)
        .where(
            table.c.alliance_id == alliance_id,
            table.c.person_id == person_id,
            table.c.ended_at.is_(None),
            table.c.valid_until > day,
        )
        .values(ended_at=now)
    ).rowcount
    look_again_at_person(connection, alliance_id, person_id)
    return ended
