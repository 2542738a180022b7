"""The day on which an alliance's next charter comes into force."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from alliance.alliances import Alliance
from storage.changes.register import adopt_charter
from storage.queries import register


def put_in_force(connection: Connection, alliance: Alliance, now: datetime) -> Alliance:
    """Put the charter in force whose day has come, if another is; returns the alliance as it is then.

    ``now`` is aware UTC. Late or again it does the same; what the change asks for is noticed by the same tick.
    """
    today = alliance.charter.calendar.day(now)
    due = [one.charter.key for one in alliance.adopted if one.since <= today]
    if not due or due[-1] == alliance.charter.key:
        return alliance
    adopt_charter(connection, alliance.id, due[-1])
    return register.alliance(connection, alliance.id)
