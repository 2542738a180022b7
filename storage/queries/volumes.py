"""How much is being posted, and how many there are to post to."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, Integer, bindparam, distinct, func, select

from storage.tables import tables

_notification, _address = tables["notification"], tables["address"]
_OURS = bindparam("alliance", type_=Integer)
# Every tick asks these: each is put together once.
_NEWEST = select(func.max(_notification.c.id))
_POSTED = select(func.count()).where(
    _notification.c.id > bindparam("newest"), _notification.c.alliance_id == _OURS, _notification.c.kind != "edit"
)
_REACHED = select(func.count(distinct(_address.c.person_id))).where(
    _address.c.alliance_id == _OURS, _address.c.ended_at.is_(None)
)


def newest_notification(connection: Connection) -> int:
    """The id of what was posted last, 0 before the first."""
    newest: int | None = connection.execute(_NEWEST).scalar_one()
    return newest or 0


def posted_after(connection: Connection, alliance_id: int, notification_id: int) -> int:
    """How many notifications of an alliance came after that one; what only changes a message is not told to anybody."""
    return connection.execute(_POSTED, {"alliance": alliance_id, "newest": notification_id}).scalar_one()


def kinds_after(connection: Connection, alliance_id: int, notification_id: int) -> Counter[str]:
    """How many notifications of an alliance came after that one, by kind."""
    query = (
        select(_notification.c.kind, func.count())
        .where(_notification.c.alliance_id == alliance_id, _notification.c.id > notification_id)
        .group_by(_notification.c.kind)
    )
    return Counter({kind: count for kind, count in connection.execute(query)})


def people_with_address(connection: Connection, alliance_id: int) -> int:
    """How many people can be written to."""
    return connection.execute(_REACHED, {"alliance": alliance_id}).scalar_one()
