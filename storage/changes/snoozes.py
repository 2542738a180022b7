"""Somebody hides an obligation from their own reminders, or takes that back. What held before is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, update

from alliance.snoozing import Snooze
from storage.changes.looks import look_again_at_obligation
from storage.outbox import edits
from storage.tables import tables


def add_snooze(connection: Connection, alliance_id: int, snooze: Snooze) -> None:
    """Hide it from its person from now on, in place of whatever held before."""
    end_snooze(connection, alliance_id, snooze.obligation_id, snooze.person_id, snooze.recorded_at)
    connection.execute(
        insert(tables["snooze"]).values(
            alliance_id=alliance_id,
            obligation_id=snooze.obligation_id,
            person_id=snooze.person_id,
            until=snooze.until,
            recorded_at=snooze.recorded_at,
        )
    )


def end_snooze(connection: Connection, alliance_id: int, obligation_id: int, person_id: int, now: datetime) -> bool:
    """Take back what holds (``now`` aware UTC); returns whether anything did."""
    table = tables["snooze"]
    ended = connection.execute(
        update(table)
        .where(
            table.c.alliance_id == alliance_id,
            table.c.obligation_id == obligation_id,
            table.c.person_id == person_id,
            table.c.ended_at.is_(None),
        )
        .values(ended_at=now)
    ).rowcount
    look_again_at_obligation(connection, alliance_id, obligation_id)
    edits.hidden(connection, alliance_id, obligation_id, person_id, now)
    return ended > 0
