"""The tick that keeps calendars true when an office or a seat changes hands before a meeting. Safe twice, and late."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from alliance.alliances import Alliance
from storage.calling import tell_calendars
from storage.queries import meetings


def follow_offices(connection: Connection, alliance: Alliance, now: datetime) -> int:
    """Tell the calendars of who came and who went, for every meeting that is called and still ahead.

    Returns how many were told; ``now`` is aware UTC. Telling it again tells nobody.
    """
    ahead = [m for m in meetings.meetings(connection, alliance) if m.state == "called" and m.starts_at > now]
    return sum(len(tell_calendars(connection, alliance, meeting, now)) for meeting in ahead)
