"""Posting: a notification is said once, with a delivery on the first channel where its reader can be reached."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from alliance.notifications import Notification
from alliance.pacing import account_of, edits_of
from alliance.reminders import Line
from storage.bulk import among
from storage.outbox.steps import as_ms, write_steps
from storage.outbox.waiting import Waiting, waiting
from storage.tables import tables
from storage.upserts import upsert
from storage.waking import note_posted

CHANNELS = ("slack", "teams", "mail")  # in the order a person is looked for; mail is the last resort
CHATS = ("slack", "teams")
EDITABLE = ("slack",)
"""Where a message that was sent can be changed."""
# Only a mail carries a calendar object, its words in a chat are for a chat, and an edit is for where messages can be
# changed; a link proves something by the mailbox it lies in, and what a mail's link did is told there. All else goes
# where a person is found.
CHANNELS_OF = {
    "invitation": ("mail",),
    "invitation_in_chat": CHATS,
    "edit": EDITABLE,
    "sign_in": ("mail",),
    "link_used": ("mail",),
}
Key = tuple[str, str, str, int]
_notification, _delivery = tables["notification"], tables["delivery"]
_line, _address = tables["reminder_line"], tables["address"]


def post(connection: Connection, alliance_id: int, notification: Notification, now: datetime) -> int | None:
    """Post a notification with its delivery; returns its id, or None if it had been posted before."""
    return next(iter(post_each(connection, alliance_id, [notification], now)), None)


def post_each(
    connection: Connection, alliance_id: int, notifications: Sequence[Notification], now: datetime
) -> tuple[int, ...]:
    """Post notifications, each with its delivery, in few statements for all; returns the ids of those that are new."""
    if not notifications:
        return ()
    posted = _say(connection, alliance_id, notifications, now)
    said = [(posted[key], each) for each in notifications if (key := _key(each)) in posted]
    readers = {each.recipient_id for _, each in said}
    addresses = addresses_of(connection, alliance_id, readers)
    held = waiting(connection, alliance_id, [each for _, each in said], readers, now)
    queue(
        connection,
        [
            {
                "alliance_id": alliance_id,
                "notification_id": id_,
                "strand": each.strand,
                "expires_ms": as_ms(each.expires_at) if each.expires_at else None,
                **_way_of(each, first_of(addresses.get(each.recipient_id, ()), channels_of(each)), held),
            }
            for id_, each in said
        ],
        now,
    )
    for id_, each in said:
        if each.lines:
            write_lines(connection, alliance_id, id_, each.recipient_id, each.lines)
    if said:
        note_posted(connection)
    return tuple(id_ for id_, _ in said)


def _say(
    connection: Connection, alliance_id: int, notifications: Sequence[Notification], now: datetime
) -> dict[Key, int]:
    """Add the notifications that are new; returns their ids."""
    values = [
        {
            "alliance_id": alliance_id,
            "kind": each.kind,
            "about": each.about,
            "occasion": each.occasion,
            "recipient_id": each.recipient_id,
            "facts": dict(each.facts),
            "posted_at": now,
        }
        for each in {_key(each): each for each in reversed(notifications)}.values()  # the first of the same is said
    ]
    told = _notification.c
    fresh = upsert(connection, _notification).on_conflict_do_nothing()
    rows = connection.execute(fresh.returning(told.id, told.kind, told.about, told.occasion, told.recipient_id), values)
    return {(row.kind, row.about, row.occasion, row.recipient_id): row.id for row in rows}


def _key(notification: Notification) -> Key:
    return notification.kind, notification.about, notification.occasion, notification.recipient_id


def channels_of(notification: Notification) -> Sequence[str]:
    """The channels its reader is looked for on, in that order."""
    return sorted(CHANNELS_OF.get(notification.kind, CHANNELS), key=notification.not_by.__contains__)


def queue(connection: Connection, deliveries: Sequence[dict[str, Any]], now: datetime) -> None:
    """Add deliveries, each on its ``way_to`` an address; one without is given up at once, and that can be seen."""
    if not deliveries:
        return
    at, added = as_ms(now), _delivery.c
    values = [{"ready_ms": at, **each} for each in deliveries]
    statement = insert(_delivery).returning(added.id, added.alliance_id, added.state, added.reason)
    rows = connection.execute(statement, values)
    write_steps(connection, [(row.alliance_id, row.id, at, row.state, row.reason) for row in rows])


def _way_of(notification: Notification, address: Any, held: Waiting) -> dict[str, Any]:
    """The way to an address; changing messages has a limit of its own, which must not hold up new ones."""
    way = way_to(address)
    if address is not None:
        way |= held.way(notification.recipient_id, notification)
    return {**way, "account": edits_of(way["account"])} if notification.kind == "edit" else way


def way_to(address: Any) -> dict[str, Any]:
    """What a new delivery to an address (a row of it, or None) says of its way."""
    if address is None:
        gone = {"channel": "mail", "address_id": None, "lane": "", "account": "mail"}
        return {**gone, "state": "given_up", "reason": "no_address"}
    return {
        "channel": address.channel,
        "address_id": address.id,
        "lane": f"{address.channel}:{address.value}",
        "account": account_of(address.channel, address.value),
        "state": "queued",
        "reason": "",
    }


def has_chat(connection: Connection, alliance_id: int, person_id: int) -> bool:
    """Whether the person can be written to in a chat."""
    return address_of(connection, alliance_id, person_id, CHATS) is not None


def address_of(connection: Connection, alliance_id: int, person_id: int, channels: Sequence[str]) -> Any:
    """The row of the newest address that works, on the first of the channels that has one; None without any."""
    return first_of(addresses_of(connection, alliance_id, {person_id}).get(person_id, ()), channels)


def addresses_of(connection: Connection, alliance_id: int, people: Collection[int]) -> dict[int, list[Any]]:
    """The rows of the addresses that work, newest first, by person."""
    query = select(_address).where(
        _address.c.alliance_id == alliance_id,
        among(connection, _address.c.person_id, people),
        _address.c.ended_at.is_(None),
        _address.c.unreachable_since.is_(None),
    )
    found: dict[int, list[Any]] = {}
    for row in connection.execute(query.order_by(_address.c.id.desc())):
        found.setdefault(row.person_id, []).append(row)
    return found


def first_of(addresses: Sequence[Any], channels: Sequence[str]) -> Any:
    """The first of the addresses on the first of the channels that has any; None without."""
    fit = [row for row in addresses if row.channel in channels]
    return min(fit, key=lambda row: channels.index(row.channel), default=None)


def write_lines(
    connection: Connection,
    alliance_id: int,
    notification_id: int,
    person_id: int,
    lines: Sequence[Line],
) -> None:
    """The obligations a reminder lists, replacing what was written before it was sent."""
    connection.execute(delete(_line).where(_line.c.notification_id == notification_id))
    if lines:
        connection.execute(
            insert(_line),
            [
                {
                    "alliance_id": alliance_id,
                    "notification_id": notification_id,
                    "obligation_id": line.obligation_id,
                    "person_id": person_id,
                    "rung": line.rung,
                }
                for line in lines
            ],
        )


def lines_of(connection: Connection, notification_id: int) -> tuple[Line, ...]:
    query = select(_line).where(_line.c.notification_id == notification_id).order_by(_line.c.id)
    return tuple(Line(row.obligation_id, row.rung) for row in connection.execute(query))


def told_on(connection: Connection, alliance_id: int, kind: str, day: date) -> set[int]:
    """The people to whom a daily kind of notification was posted for a day."""
    query = select(_notification.c.recipient_id).where(
        _notification.c.alliance_id == alliance_id,
        _notification.c.kind == kind,
        _notification.c.occasion == day.isoformat(),
    )
    return set(connection.execute(query).scalars())
