"""Posting: a notification is said once, with a delivery on the first channel where its reader can be reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from alliance.notifications import Notification
from alliance.pacing import account_of
from alliance.reminders import Line
from storage.outbox.steps import as_ms, write_steps
from storage.tables import tables
from storage.upserts import upsert
from storage.waking import note_posted

CHANNELS = ("slack", "teams", "mail")  # in the order a person is looked for; mail is the last resort
CHATS = ("slack", "teams")
# Only a mail carries a calendar object, and its words in a chat are for a chat; all else goes where a person is found.
CHANNELS_OF = {"invitation": ("mail",), "invitation_in_chat": CHATS}
_notification, _delivery = tables["notification"], tables["delivery"]
_line, _address = tables["reminder_line"], tables["address"]


def post(connection: Connection, alliance_id: int, notification: Notification, now: datetime) -> int | None:
    """Post a notification with its delivery; returns its id, or None if it had been posted before."""
    values = {
        "alliance_id": alliance_id,
        "kind": notification.kind,
        "about": notification.about,
        "occasion": notification.occasion,
        "recipient_id": notification.recipient_id,
        "facts": dict(notification.facts),
        "posted_at": now,
    }
    statement = upsert(connection, _notification).values(values)
    fresh = statement.on_conflict_do_nothing().returning(_notification.c.id)
    posted: int | None = connection.execute(fresh).scalar_one_or_none()
    if posted is None:
        return None
    channels = sorted(CHANNELS_OF.get(notification.kind, CHANNELS), key=notification.not_by.__contains__)
    address = address_of(connection, alliance_id, notification.recipient_id, channels)
    about = {
        "alliance_id": alliance_id,
        "notification_id": posted,
        "strand": notification.strand,
        "expires_ms": as_ms(notification.expires_at) if notification.expires_at else None,
    }
    queue(connection, about, address, now)
    write_lines(connection, alliance_id, posted, notification.recipient_id, notification.lines)
    note_posted(connection)
    return posted


def queue(connection: Connection, about: dict[str, Any], address: Any, now: datetime) -> None:
    """Add a delivery to an address; without one it is given up at once, and that can be seen."""
    values = {**about, **way_to(address), "ready_ms": as_ms(now)}
    delivery_id = connection.execute(insert(_delivery).values(values).returning(_delivery.c.id)).scalar_one()
    step = (about["alliance_id"], delivery_id, as_ms(now), values["state"], values["reason"])
    write_steps(connection, [step])


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
    query = select(_address).where(
        _address.c.alliance_id == alliance_id,
        _address.c.person_id == person_id,
        _address.c.channel.in_(channels),
        _address.c.ended_at.is_(None),
        _address.c.unreachable_since.is_(None),
    )
    found = list(connection.execute(query.order_by(_address.c.id.desc())))
    return min(found, key=lambda row: channels.index(row.channel), default=None)


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
