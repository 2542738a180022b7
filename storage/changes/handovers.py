"""Somebody hands an obligation to a colleague, or that ends. What held before is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, update

from alliance.handovers import Handover
from storage.changes.facts import added_id
from storage.changes.looks import look_again_at_obligation
from storage.outbox import edits
from storage.tables import tables


def add_handover(connection: Connection, alliance_id: int, handover: Handover) -> int:
    """Hand it over from now on, in place of whatever its giver had handed over of it; returns the id."""
    table = tables["handover"]
    before = (
        table.c.obligation_id == handover.obligation_id,
        table.c.giver_id == handover.giver_id,
        table.c.ended_at.is_(None),
    )
    ended = update(table).where(table.c.alliance_id == alliance_id, *before).values(ended_at=handover.recorded_at)
    connection.execute(ended)
    added = added_id(
        connection.execute(
            insert(table).values(
                alliance_id=alliance_id,
                obligation_id=handover.obligation_id,
                organisation_id=handover.organisation_id,
                giver_id=handover.giver_id,
                colleague_id=handover.colleague_id,
                offices=list(handover.offices),
                until=handover.until,
                note=handover.note,
                recorded_at=handover.recorded_at,
            )
        )
    )
    _others_are_asked(connection, alliance_id, handover, handover.recorded_at)
    return added


def end_handover(connection: Connection, alliance_id: int, handover: Handover, now: datetime) -> bool:
    """Let it be the giver's again (``now`` aware UTC); returns whether it held."""
    table = tables["handover"]
    held = (table.c.alliance_id == alliance_id, table.c.id == handover.id, table.c.ended_at.is_(None))
    ended = connection.execute(update(table).where(*held).values(ended_at=now)).rowcount > 0
    _others_are_asked(connection, alliance_id, handover, now)
    return ended


def _others_are_asked(connection: Connection, alliance_id: int, handover: Handover, now: datetime) -> None:
    look_again_at_obligation(connection, alliance_id, handover.obligation_id)
    for person in (handover.giver_id, handover.colleague_id):
        edits.hidden(connection, alliance_id, handover.obligation_id, person, now)
