"""Founding an alliance in the register: its charter is kept, and whom the charter names takes part."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from alliance.alliances import Alliance
from storage import charters
from storage.changes.facts import keep_charter
from storage.changes.parties import enter_parties
from storage.changes.register import add_alliance
from storage.journal import write_down
from storage.queries import register


def found(
    connection: Connection, key: str, charter_key: str, since: date, now: datetime, *, demo: bool = False
) -> Alliance:
    """Found an alliance under one of the charters we have; what fell due before ``since`` (local) is history.

    ``now`` is aware UTC; the clock of a ``demo`` stands there. Raises LookupError for a charter we do not have.
    """
    charter = charters.charter(charter_key)
    alliance_id = add_alliance(connection, key, charter_key, since, now if demo else None)
    keep_charter(connection, alliance_id, charter.hash, charters.charter_text(charter_key), now)
    alliance = register.alliance(connection, alliance_id)
    enter_parties(connection, alliance, now)
    write_down(connection, alliance_id, now, "charter_adopted", about=f"charter:{charter.hash[:12]}")
    return alliance
