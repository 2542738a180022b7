"""Somebody is away for a while, or back. What held before is kept."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, insert, update

from alliance.absences import Absence
from storage.changes.looks import look_again_at_person
from storage.tables import tables


def add_absence(connection: Connection, alliance_id: int, absence: Absence, now: datetime) -> None:
    """Somebody is away from now on or later, in place of whatever held from then on (``id`` is ignored)."""
    end_absences(connection, alliance_id, absence.person_id, absence.validity.since, now)
    connection.execute(
        insert(tables["absence"]).values(
            alliance_id=alliance_id,
            person_id=absence.person_id,
            deputy_id=absence.deputy_id,
            valid_from=absence.validity.since,
            valid_until=absence.validity.until,
            recorded_at=now,
        )
    )


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
