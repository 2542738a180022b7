"""How much is being posted, and how many there are to post to."""

from __future__ import annotations

from sqlalchemy import Connection, distinct, func, select

from storage.tables import tables

_notification, _address = tables["notification"], tables["address"]


def newest_notification(connection: Connection) -> int:
    """The id of what was posted last, 0 before the first."""
    newest: int | None = connection.execute(select(func.max(_notification.c.id))).scalar_one()
    return newest or 0


def posted_after(connection: Connection, alliance_id: int, notification_id: int) -> int:
    """How many notifications of an alliance came after that one; what only changes a message is not told to anybody."""
    query = select(func.count()).where(
        _notification.c.id > notification_id,
        _notification.c.alliance_id == alliance_id,
        _notification.c.kind != "edit",
    )
    return connection.execute(query).scalar_one()


def people_with_address(connection: Connection, alliance_id: int) -> int:
    """How many people can be written to."""
    query = select(func.count(distinct(_address.c.person_id))).where(
        _address.c.alliance_id == alliance_id, _address.c.ended_at.is_(None)
    )
    return connection.execute(query).scalar_one()
