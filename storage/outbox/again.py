"""Once more: what was given up, and what its reader may get twice without harm, is queued again as it was.

Not a new notification: the same delivery goes on, with what is known of its doubts, and its steps say so. Who asks for
it says which are still the newest of their kind; what it says is checked right before it leaves, as always.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, case, func, select

from alliance.deliveries import may_go_again
from alliance.notifications import HARMLESS
from storage.bulk import among, listed
from storage.outbox.posting import CHANNELS, CHANNELS_OF, addresses_of, first_of, way_to
from storage.outbox.steps import AGAIN, as_ms, from_ms, in_state, move
from storage.tables import tables
from storage.waking import note_posted

_notification, _delivery, _transition = tables["notification"], tables["delivery"], tables["transition"]


@dataclass(frozen=True)
class GivenUp:
    """The newest delivery of a strand, given up on its last way. ``facts`` are those of its notification."""

    id: int
    kind: str
    recipient_id: int
    strand: str
    facts: Mapping[str, Any]
    address_id: int | None


def given_up_last(connection: Connection, alliance_id: int, about: Collection[str]) -> tuple[GivenUp, ...]:
    """What was told last of these things and was given up, surely or in doubt, where the same twice is harmless."""
    if not about:
        return ()
    query = (
        select(_delivery, _notification.c.kind, _notification.c.recipient_id, _notification.c.facts)
        .join(_notification, _notification.c.id == _delivery.c.notification_id)
        .where(
            _notification.c.alliance_id == alliance_id,
            _notification.c.kind.in_(sorted(HARMLESS)),
            _notification.c.about.in_(select(listed(connection, sorted(about), String))),
            in_state(_delivery.c.state, "given_up"),
            ~_followed(),
        )
        .order_by(_delivery.c.id)
    )
    rows = connection.execute(query)
    return tuple(GivenUp(r.id, r.kind, r.recipient_id, r.strand, r.facts, r.address_id) for r in rows)


def _followed() -> ColumnElement[bool]:
    """Whether something was posted in a delivery's strand after it, or it went on by another channel."""
    later = _delivery.alias("later")
    return (
        select(later.c.id)
        .where(
            later.c.alliance_id == _delivery.c.alliance_id,
            later.c.strand == _delivery.c.strand,
            later.c.id > _delivery.c.id,
        )
        .exists()
    )


def deliver_again(connection: Connection, alliance_id: int, given_up: Sequence[GivenUp], now: datetime) -> int:
    """Queue those of them again whose time has come and whose reader can be reached; returns how many.

    At once where there is an address that it did not go to, else a day later, and twice at most; ``now`` is aware UTC.
    """
    if not given_up:
        return 0
    addresses = addresses_of(connection, alliance_id, {one.recipient_id for one in given_up})
    times = tried(connection, [one.id for one in given_up])
    queued = 0
    for one in given_up:
        address = first_of(addresses.get(one.recipient_id, ()), CHANNELS_OF.get(one.kind, CHANNELS))
        rounds, at = times[one.id]
        if address is None or not may_go_again(rounds, at, now, new_address=address.id != one.address_id):
            continue
        queued += _queue(connection, one.id, address, now)
    if queued:
        note_posted(connection)
    return queued


def tried(connection: Connection, delivery_ids: Sequence[int]) -> dict[int, tuple[int, datetime]]:
    """How often each of these deliveries was queued, and when (aware UTC) it was last given up."""
    steps = _transition.c
    query = (
        select(
            steps.delivery_id,
            func.count(case((steps.reason == AGAIN, 1))),
            func.max(case((in_state(steps.state, "given_up"), steps.at_ms))),
        )
        .where(among(connection, steps.delivery_id, delivery_ids))
        .group_by(steps.delivery_id)
    )
    return {row[0]: (1 + row[1], from_ms(row[2])) for row in connection.execute(query)}


def _queue(connection: Connection, delivery_id: int, address: Any, now: datetime) -> int:
    way = {name: value for name, value in way_to(address).items() if name in ("address_id", "lane", "account")}
    still = (_delivery.c.id == delivery_id) & in_state(_delivery.c.state, "given_up")
    return len(move(connection, still, "queued", AGAIN, now, ready_ms=as_ms(now), **way))
