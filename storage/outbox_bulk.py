"""Saying one thing to many at once: what ``outbox.post`` does for each, in a handful of statements for all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, literal, select

from alliance.notifications import Notification
from storage.bulk import among, insert_each, insert_rows
from storage.outbox.posting import CHANNELS, CHANNELS_OF, way_to
from storage.outbox.steps import as_ms
from storage.tables import tables
from storage.waking import note_posted

CHUNK = 1000
_notification, _delivery, _address = tables["notification"], tables["delivery"], tables["address"]
_transition = tables["transition"]
_WAY = ("channel", "address_id", "lane", "account", "state", "reason")
_STEP = ("alliance_id", "delivery_id", "at_ms", "state", "reason")
_LISTED = ("notification_id", "person_id", "obligation_id", "rung")
Listed = tuple[int, int, int, int | None]
"""(notification, person, obligation, rung): what a reminder lists."""


class _Address(NamedTuple):
    id: int
    channel: str
    value: str


def post_to_all(
    connection: Connection, alliance_id: int, said: Notification, people: Sequence[int], now: datetime
) -> dict[int, int]:
    """Post a notification to each of the people (its own recipient and lines do not count), with its delivery.

    Returns the id of each that is new by person; to the others it had been posted before.
    """
    posted: dict[int, int] = {}
    for start in range(0, len(people), CHUNK):
        posted |= _post(connection, alliance_id, said, people[start : start + CHUNK], now)
    return posted


def _post(
    connection: Connection, alliance_id: int, said: Notification, people: Sequence[int], now: datetime
) -> dict[int, int]:
    same = {
        "alliance_id": alliance_id,
        "kind": said.kind,
        "about": said.about,
        "occasion": said.occasion,
        "facts": dict(said.facts),
        "posted_at": now,
    }
    fresh = {person: id_ for id_, person in insert_each(connection, _notification, same, "recipient_id", people)}
    if fresh:
        _queue(connection, alliance_id, said, fresh, now)
        note_posted(connection)
    return fresh


def add_lines(connection: Connection, alliance_id: int, listed: Iterable[Listed]) -> None:
    """Add what reminders list to those that have just been posted."""
    insert_rows(connection, tables["reminder_line"], {"alliance_id": alliance_id}, _LISTED, list(listed))


def _queue(connection: Connection, alliance_id: int, said: Notification, fresh: dict[int, int], now: datetime) -> None:
    """Add a delivery for each, and the first step of its story."""
    channels = sorted(CHANNELS_OF.get(said.kind, CHANNELS), key=said.not_by.__contains__)
    found, at = _addresses(connection, alliance_id, fresh, channels), as_ms(now)
    same = {
        "alliance_id": alliance_id,
        "strand": said.strand,
        "ready_ms": at,
        "expires_ms": as_ms(said.expires_at) if said.expires_at else None,
        "attempts": 0,
        "token": "",
        "receipt": "",
    }
    rows = [(id_, *_way(found.get(person))) for person, id_ in fresh.items()]
    insert_rows(connection, _delivery, same, ("notification_id", *_WAY), rows)
    queued = select(_delivery.c.alliance_id, _delivery.c.id, literal(at), _delivery.c.state, _delivery.c.reason)
    queued = queued.where(among(connection, _delivery.c.notification_id, fresh.values()))
    connection.execute(insert(_transition).from_select(_STEP, queued.order_by(_delivery.c.id)))


def _addresses(
    connection: Connection, alliance_id: int, people: Collection[int], channels: Sequence[str]
) -> dict[int, _Address]:
    """The newest address that works on the first of the channels that has one, by person."""
    query = select(_address.c.person_id, _address.c.id, _address.c.channel, _address.c.value).where(
        _address.c.alliance_id == alliance_id,
        among(connection, _address.c.person_id, people),
        _address.c.channel.in_(channels),
        _address.c.ended_at.is_(None),
        _address.c.unreachable_since.is_(None),
    )
    found: dict[int, _Address] = {}
    for person, *rest in connection.execute(query.order_by(_address.c.id)).all():
        new, known = _Address(*rest), found.get(person)
        if known is None or channels.index(new.channel) <= channels.index(known.channel):
            found[person] = new
    return found


def _way(address: _Address | None) -> tuple[Any, ...]:
    way = way_to(address)
    return tuple([way[name] for name in _WAY])
