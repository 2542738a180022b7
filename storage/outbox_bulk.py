"""Posting many notifications at once: what ``outbox.post`` does for one, in a handful of statements for all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, literal, select

from alliance.notifications import Notification
from alliance.reminders import Line
from storage.bulk import insert_fresh, insert_rows
from storage.outbox.posting import CHANNELS, CHANNELS_OF, way_to
from storage.outbox.steps import as_ms
from storage.tables import tables
from storage.waking import note_posted

_notification, _delivery, _address = tables["notification"], tables["delivery"], tables["address"]
_transition = tables["transition"]
_KEY = ("kind", "about", "occasion", "recipient_id")
_TOLD = ("alliance_id", *_KEY, "facts", "posted_at")
_WAY = ("channel", "address_id", "lane", "account", "state", "reason")
_ABOUT = ("alliance_id", "notification_id", "strand", "ready_ms", "expires_ms", "attempts", "token", "receipt")
_STEP = ("alliance_id", "delivery_id", "at_ms", "state", "reason")
_LISTED = ("alliance_id", "notification_id", "obligation_id", "person_id", "rung")
CHUNK = 1000
Listed = tuple[int, int, Line]
"""(notification id, person id, what the reminder lists)"""


def post_many(
    connection: Connection, alliance_id: int, notifications: Sequence[Notification], now: datetime
) -> tuple[int | None, ...]:
    """Post notifications with their deliveries; returns their ids in order, None for what had been posted before."""
    ids: list[int | None] = []
    for start in range(0, len(notifications), CHUNK):
        ids += _post(connection, alliance_id, notifications[start : start + CHUNK], now)
    return tuple(ids)


def _post(
    connection: Connection, alliance_id: int, notifications: Sequence[Notification], now: datetime
) -> list[int | None]:
    rows = [(alliance_id, *_key(each), dict(each.facts), now) for each in notifications]
    posted = {row[1:]: row[0] for row in insert_fresh(connection, _notification, _TOLD, rows, ("id", *_KEY))}
    ids = [posted.pop(_key(each), None) for each in notifications]  # the first of two that are the same
    fresh = [(id_, each) for id_, each in zip(ids, notifications, strict=True) if id_ is not None]
    if fresh:
        _queue(connection, alliance_id, fresh, now)
        add_lines(connection, alliance_id, [(id_, n.recipient_id, line) for id_, n in fresh for line in n.lines])
        note_posted(connection)
    return ids


def add_lines(connection: Connection, alliance_id: int, listed: Iterable[Listed]) -> None:
    """Add what reminders list to those that have just been posted."""
    rows = [(alliance_id, id_, line.obligation_id, person, line.rung) for id_, person, line in listed]
    insert_rows(connection, tables["reminder_line"], _LISTED, rows)


def _key(notification: Notification) -> tuple[str, str, str, int]:
    return notification.kind, notification.about, notification.occasion, notification.recipient_id


def _queue(
    connection: Connection, alliance_id: int, fresh: Collection[tuple[int, Notification]], now: datetime
) -> None:
    """Add a delivery for each, and the first step of its story."""
    found, at = _addresses(connection, alliance_id, {each.recipient_id for _, each in fresh}), as_ms(now)
    rows = []
    for id_, each in fresh:
        channels = sorted(CHANNELS_OF.get(each.kind, CHANNELS), key=each.not_by.__contains__)
        way = _way(found.get(each.recipient_id, {}), channels)
        expires = as_ms(each.expires_at) if each.expires_at else None
        rows.append((alliance_id, id_, each.strand, at, expires, 0, "", "", *way))
    insert_rows(connection, _delivery, (*_ABOUT, *_WAY), rows)
    queued = select(_delivery.c.alliance_id, _delivery.c.id, literal(at), _delivery.c.state, _delivery.c.reason)
    queued = queued.where(_delivery.c.notification_id.in_([id_ for id_, _ in fresh])).order_by(_delivery.c.id)
    connection.execute(insert(_transition).from_select(_STEP, queued))


def _addresses(connection: Connection, alliance_id: int, people: Collection[int]) -> dict[int, dict[str, Any]]:
    """The newest address that works, by person and channel."""
    query = select(_address.c.id, _address.c.person_id, _address.c.channel, _address.c.value).where(
        _address.c.alliance_id == alliance_id,
        _address.c.person_id.in_(people),
        _address.c.ended_at.is_(None),
        _address.c.unreachable_since.is_(None),
    )
    found: dict[int, dict[str, Any]] = {}
    for row in connection.execute(query.order_by(_address.c.id)):
        found.setdefault(row.person_id, {})[row.channel] = row
    return found


def _way(addresses: Mapping[str, Any], channels: Sequence[str]) -> tuple[Any, ...]:
    way = way_to(next((addresses[channel] for channel in channels if channel in addresses), None))
    return tuple(way[name] for name in _WAY)
