"""Saying one thing to many at once: what ``outbox.post`` does for each, in a handful of statements for all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    ScalarSelect,
    String,
    bindparam,
    case,
    func,
    insert,
    literal,
    select,
)

from alliance.notifications import Notification
from storage.bulk import Chosen, insert_each, insert_rows
from storage.engine import is_postgresql
from storage.outbox.posting import channels_of
from storage.outbox.steps import as_ms
from storage.outbox.waiting import hold_back
from storage.tables import tables
from storage.waking import note_posted

CHUNK = 1000
_notification, _delivery, _address = tables["notification"], tables["delivery"], tables["address"]
_transition = tables["transition"]
_STEP = ("alliance_id", "delivery_id", "at_ms", "state", "reason")
_AT = bindparam("at", type_=BigInteger)
_FIRST_STEPS = Chosen(
    lambda among: insert(_transition).from_select(
        _STEP,
        select(_delivery.c.alliance_id, _delivery.c.id, _AT, _delivery.c.state, _delivery.c.reason)
        .where(among(_delivery.c.notification_id))
        .order_by(_delivery.c.id),
    )
)
_LISTED = ("notification_id", "person_id", "obligation_id", "rung")
Listed = tuple[int, int, int, int | None]
"""(notification, person, obligation, rung): what a reminder lists."""


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


def _queue(
    connection: Connection, alliance_id: int, said: Notification, fresh: Mapping[int, int], now: datetime
) -> None:
    """Add a delivery for each (notification by person), and the first step of its story."""
    at, ids = as_ms(now), fresh.values()
    expires_at = as_ms(said.expires_at) if said.expires_at else None
    deliveries = _deliveries(is_postgresql(connection), tuple(channels_of(said)))
    deliveries.run(connection, ids, alliance=alliance_id, line=said.strand, at=at, ends=expires_at)
    hold_back(connection, alliance_id, said, fresh, now)
    _FIRST_STEPS.run(connection, ids, at=at)


@cache
def _deliveries(postgresql: bool, channels: tuple[str, ...]) -> Chosen:
    """The statement that adds a delivery for each notification, put together once: that takes as long as running it."""
    columns: dict[str, ColumnElement[Any]] = {
        "alliance_id": bindparam("alliance", type_=Integer),
        "notification_id": _notification.c.id,
        "strand": bindparam("line", type_=String),
        "ready_ms": _AT,
        "expires_ms": bindparam("ends", type_=BigInteger),
        "attempts": literal(0),
        "token": literal(""),
        "receipt": literal(""),
        **_way(postgresql),
    }
    whose = _notification.outerjoin(_address, _address.c.id == _newest_address(channels))
    query = select(*columns.values()).select_from(whose).order_by(_notification.c.id)
    return Chosen(
        lambda among: insert(_delivery).from_select(
            [*columns], query.where(among(_notification.c.id)), include_defaults=False
        )
    )


def _newest_address(channels: Sequence[str]) -> ScalarSelect[int]:
    """Of a notification's reader: what ``outbox.posting.address_of`` finds for one."""
    there = _address.alias("there")
    place = case({channel: place for place, channel in enumerate(channels)}, value=there.c.channel)
    query = select(there.c.id).where(
        there.c.alliance_id == _notification.c.alliance_id,
        there.c.person_id == _notification.c.recipient_id,
        there.c.channel.in_(channels),
        there.c.ended_at.is_(None),
        there.c.unreachable_since.is_(None),
    )
    return query.order_by(place, there.c.id.desc()).limit(1).correlate(_notification).scalar_subquery()


def _way(postgresql: bool) -> dict[str, ColumnElement[Any]]:
    """What ``outbox.posting.way_to`` says of the way to one address, None (no row) included."""
    channel, value = _address.c.channel, _address.c.value
    slash = func.strpos(value, "/") if postgresql else func.instr(value, "/")
    nobody = _address.c.id.is_(None)
    workspace = channel + ":" + func.substr(value, 1, slash - 1)
    return {
        "channel": func.coalesce(channel, "mail"),
        "address_id": _address.c.id,
        "lane": func.coalesce(channel + ":" + value, ""),
        "account": case((nobody, "mail"), (slash > 0, workspace), else_=channel),
        "state": case((nobody, "given_up"), else_="queued"),
        "reason": case((nobody, "no_address"), else_=""),
    }
