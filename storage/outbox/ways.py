"""The next way: what cannot leave where it waits goes by its reader's next channel, while there is time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, false, or_, select

from alliance.deliveries import OPEN_STATES
from storage.outbox.posting import CHANNELS, CHANNELS_OF, CHATS, addresses_of, first_of, queue, way_to
from storage.outbox.steps import as_ms, in_state, move
from storage.outbox.waiting import MILLISECOND, WAITS
from storage.tables import tables
from storage.waking import note_posted

IN_TIME = timedelta(minutes=30)
"""What is tried again no sooner than so long before its moment is gone goes another way: that one may fail, too."""
NO_WAY_OUT, PARKED = "no_way_out", "busy: parked"
_notification, _delivery = tables["notification"], tables["delivery"]


def is_too_late(expires_ms: int | None, again: datetime) -> bool:
    """Whether a try at an instant (aware UTC) would leave no time for another channel."""
    return expires_ms is not None and as_ms(again + IN_TIME) >= expires_ms


def later_channels(kind: str, channel: str) -> tuple[str, ...]:
    """The channels on which something of a kind is tried after this one."""
    order = CHANNELS_OF.get(kind, CHANNELS)
    return tuple(order[order.index(channel) + 1 :]) if channel in order else ()


def fall_back(connection: Connection, delivery: Any, address: Any, uncertain_ms: int | None, now: datetime) -> None:
    """Queue the notification of a delivery (a claim or a row of it) once more, on the way to another address.

    ``uncertain_ms``: what was sent before may have arrived, so what this one brings may be a repeat.
    """
    # Before the new delivery's first step, wherever the clock was set to meanwhile: so it is known as inherited.
    inherited = None if uncertain_ms is None else min(uncertain_ms, as_ms(now) - 1)
    about = {
        "alliance_id": delivery.alliance_id,
        "notification_id": delivery.notification_id,
        "strand": delivery.strand,
        "expires_ms": delivery.expires_ms,
        "uncertain_ms": inherited,
        **way_to(address),
    }
    queue(connection, [about], now)


def go_another_way(
    connection: Connection, alliance_id: int, channels: Collection[str] | None, now: datetime
) -> tuple[int, ...]:
    """Send on what waits on a channel that has no way out, or for a limit that opens when it is too late.

    ``channels`` are those that have a way out; None is not to ask. What somebody is sending just now is left alone;
    what may have been sent where nobody can ask any more goes on as a possible repeat. Returns the deliveries that were
    given up for it: those whose reader has an address on a later channel.
    """
    rows = _stranded(connection, alliance_id, channels, now)
    if not rows:
        return ()
    addresses = addresses_of(connection, alliance_id, {row.recipient_id for row in rows})
    gone = []
    for row in rows:
        later = [c for c in later_channels(row.kind, row.channel) if channels is None or c in channels]
        address = first_of(addresses.get(row.recipient_id, ()), later)
        same = (_delivery.c.id == row.id) & (_delivery.c.state == row.state) & (_delivery.c.token == row.token)
        if address is not None and move(connection, same, "given_up", _why(row, channels), now):
            doubt = row.uncertain_ms or (row.claimed_ms if row.state == "sending" else None)
            fall_back(connection, row, address, doubt, now)
            gone.append(row.id)
    if gone:
        note_posted(connection)
    return tuple(gone)


def _stranded(
    connection: Connection, alliance_id: int, channels: Collection[str] | None, now: datetime
) -> list[Row[Any]]:
    at, waits = as_ms(now), in_state(_delivery.c.state, "queued", "failed")
    unserved = false() if channels is None else _delivery.c.channel.not_in(tuple(channels))
    too_late = and_(
        waits,
        _delivery.c.ready_ms > at,
        _delivery.c.expires_ms > at,
        _delivery.c.ready_ms >= _delivery.c.expires_ms - IN_TIME // MILLISECOND,
        _delivery.c.reason != WAITS,
    )
    query = (
        select(_delivery, _notification.c.kind, _notification.c.recipient_id)
        .join(_notification, _notification.c.id == _delivery.c.notification_id)
        .where(
            in_state(_delivery.c.state, *OPEN_STATES),  # spelt as the index is
            _delivery.c.alliance_id == alliance_id,
            _delivery.c.channel.in_(CHATS),
            or_(and_(unserved, or_(waits, _delivery.c.ready_ms <= at)), too_late),
        )
    )
    return list(connection.execute(query.order_by(_delivery.c.id)))


def _why(row: Any, channels: Collection[str] | None) -> str:
    """The provider's own reason where there is one."""
    if row.state == "failed" and row.reason != WAITS:
        return str(row.reason)
    return PARKED if channels is None or row.channel in channels else NO_WAY_OUT
