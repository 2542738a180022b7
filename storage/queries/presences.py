"""Attendance as it was recorded line by line: how far the record goes, and what came since somebody looked."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from storage.tables import tables

_presence, _person = tables["presence"], tables["person"]


def newest_line(connection: Connection, alliance_id: int, meeting_id: int) -> int:
    """The number of the line recorded last for a meeting; 0 before the first. A form carries it as its stamp."""
    query = select(func.max(_presence.c.id)).where(
        _presence.c.alliance_id == alliance_id, _presence.c.meeting_id == meeting_id
    )
    return connection.execute(query).scalar() or 0


def recorded_since(connection: Connection, alliance_id: int, meeting_id: int, line: int) -> dict[int, str]:
    """Whose attendance was recorded after a line: organisation to the name of who recorded it last."""
    query = (
        select(_presence.c.organisation_id, _person.c.name)
        .join(_person, _person.c.id == _presence.c.recorded_by)
        .where(_presence.c.alliance_id == alliance_id, _presence.c.meeting_id == meeting_id, _presence.c.id > line)
    )
    return {row.organisation_id: row.name for row in connection.execute(query.order_by(_presence.c.id))}
