"""What waits for the end of its reader's quiet hours: decided when posted, and again when it is about to leave."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, and_, bindparam, select, update

from alliance.notifications import Notification
from alliance.quiet import CAN_WAIT, LONGEST, QuietHours, waits_until
from storage import charters
from storage.bulk import Chosen, among
from storage.outbox.steps import as_ms, in_state
from storage.tables import tables

WAITS = "quiet_hours"
"""The reason that stands at a delivery while it waits so."""
MILLISECOND = timedelta(milliseconds=1)
_delivery, _person, _alliance = tables["delivery"], tables["person"], tables["alliance"]
_QUIET_OF = Chosen(
    lambda among: select(_person.c.id, _person.c.quiet).where(
        _person.c.alliance_id == bindparam("alliance", type_=Integer),
        _person.c.quiet.is_not(None),
        among(_person.c.id),
    )
)


def waits_rightly(now: datetime) -> ColumnElement[bool]:
    """Whether a delivery waits for quiet hours that are not over at an instant, nor too long to be true."""
    at = as_ms(now)
    return and_(
        _delivery.c.reason == WAITS,
        in_state(_delivery.c.state, "queued", "failed"),
        _delivery.c.ready_ms.between(at + 1, at + LONGEST // MILLISECOND),
    )


class Waiting:
    """Until when what is posted now (aware UTC) must wait for these people: asked at once for all of them."""

    def __init__(self, connection: Connection, alliance_id: int, people: Collection[int], now: datetime) -> None:
        rows = _QUIET_OF.run(connection, people, alliance=alliance_id)
        self.quiet: Mapping[int, QuietHours | None] = {row.id: QuietHours.of(row.quiet) for row in rows}
        self.now = now
        if self.quiet:
            key = connection.execute(select(_alliance.c.charter_key).where(_alliance.c.id == alliance_id)).scalar_one()
            self.calendar = charters.charter(key).calendar

    def until(self, person_id: int, posted: Notification) -> datetime | None:
        """When it may leave; None at once."""
        quiet = self.quiet.get(person_id)
        return waits_until(quiet, posted.kind, self.calendar, self.now, posted.expires_at) if quiet else None

    def way(self, person_id: int, posted: Notification) -> dict[str, Any]:
        """What a new delivery says of its waiting."""
        until = self.until(person_id, posted)
        return {"ready_ms": as_ms(until or self.now), **({"reason": WAITS} if until else {})}


def waiting(
    connection: Connection, alliance_id: int, posted: Collection[Notification], people: Collection[int], now: datetime
) -> Waiting:
    """The waiting of what is posted to people; nobody's where none of it can wait."""
    can_wait = any(each.kind in CAN_WAIT for each in posted)
    return Waiting(connection, alliance_id, people if can_wait else (), now)


def hold_back(
    connection: Connection, alliance_id: int, said: Notification, posted: Mapping[int, int], now: datetime
) -> None:
    """Let one thing that was posted to many wait for those who have quiet hours; ``posted``: notification by person."""
    held = waiting(connection, alliance_id, [said], posted, now)
    until: dict[datetime, list[int]] = {}
    for person in held.quiet:
        if at := held.until(person, said):
            until.setdefault(at, []).append(posted[person])
    for at, ids in until.items():
        connection.execute(
            update(_delivery)
            .where(among(connection, _delivery.c.notification_id, ids), in_state(_delivery.c.state, "queued"))
            .values(ready_ms=as_ms(at), reason=WAITS)
        )
