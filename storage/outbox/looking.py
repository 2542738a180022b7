"""Looking at the outbox: every delivery with what it lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, or_, select

from alliance.notifications import strand_of_edits
from storage.outbox.leases import with_notification
from storage.outbox.steps import from_ms
from storage.tables import tables

_notification, _delivery = tables["notification"], tables["delivery"]
_line, _address = tables["reminder_line"], tables["address"]


@dataclass(frozen=True)
class DeliveryRecord:
    """One delivery as the outbox shows it. ``due`` is when it was to go out; instants aware UTC."""

    id: int
    kind: str
    about: str
    occasion: str
    recipient: str
    person: str
    channel: str
    state: str
    due: datetime
    sent: datetime | None
    reason: str
    attempts: int
    receipt: str
    lines: tuple[Mapping[str, object], ...]
    again: datetime | None = None
    """When a delivery that failed is tried again; None for any other."""


def deliveries(connection: Connection, alliance_id: int, limit: int | None = None) -> tuple[DeliveryRecord, ...]:
    """Every delivery of an alliance (the newest ``limit``), in the order they were posted."""
    person = tables["person"]
    query = (
        with_notification(_delivery.c.keys())
        .add_columns(person.c.name.label("person"), _address.c.value.label("address"))
        .join(person, person.c.id == _notification.c.recipient_id)
        .outerjoin(_address, _address.c.id == _delivery.c.address_id)
        .where(_delivery.c.alliance_id == alliance_id)
        .order_by(_delivery.c.id.desc())
    )
    rows = list(connection.execute(query.limit(limit)))[::-1]
    lines = lines_listed(connection, _line.c.alliance_id == alliance_id)
    return tuple(
        DeliveryRecord(
            row.id,
            row.kind,
            row.about,
            row.occasion,
            row.address or "",
            row.person,
            row.channel,
            row.state,
            row.posted_at,
            row.sent_at,
            row.reason,
            row.attempts,
            row.receipt,
            tuple(lines.get(row.notification_id, ())),
            from_ms(row.ready_ms) if row.state == "failed" else None,
        )
        for row in rows
    )


def newest_receipts(connection: Connection, channel: str) -> dict[str, str]:
    """The receipt of the newest delivery that was sent to each address of a channel, by address."""
    newest = (
        select(func.max(_delivery.c.id))
        .where(_delivery.c.channel == channel, _delivery.c.state == "sent")
        .group_by(_delivery.c.lane)
    )
    rows = connection.execute(select(_delivery.c.lane, _delivery.c.receipt).where(_delivery.c.id.in_(newest)))
    return {row.lane.removeprefix(f"{channel}:"): row.receipt for row in rows}


def said_at(connection: Connection, alliance_id: int, person_id: int, receipt: str) -> datetime | None:
    """When a message to somebody came to say what it says: when it was sent, or last changed; None for none of ours."""
    message = select(_delivery.c.id, _delivery.c.sent_at).join(
        _notification, _notification.c.id == _delivery.c.notification_id
    )
    message = message.where(
        _notification.c.alliance_id == alliance_id,
        _notification.c.recipient_id == person_id,
        _notification.c.kind != "edit",
        or_(_delivery.c.receipt == receipt, _delivery.c.receipt.startswith(f"{receipt} ")),
    )
    found = connection.execute(message).first()
    if found is None:
        return None
    changed = select(func.max(_delivery.c.sent_at)).where(
        _delivery.c.alliance_id == alliance_id,
        _delivery.c.strand == strand_of_edits(found.id),
        _delivery.c.state == "sent",
    )
    at: datetime | None = connection.execute(changed).scalar_one() or found.sent_at
    return at


def lines_listed(connection: Connection, which: ColumnElement[bool]) -> dict[int, list[Mapping[str, object]]]:
    """What the reminders of these lines list, by notification."""
    obligation, organisation = tables["obligation"], tables["organisation"]
    query = (
        select(_line, obligation, organisation.c.code)
        .join(obligation, obligation.c.id == _line.c.obligation_id)
        .join(organisation, organisation.c.id == obligation.c.organisation_id)
        .where(which)
        .order_by(_line.c.id)
    )
    found: dict[int, list[Mapping[str, object]]] = {}
    for row in connection.execute(query):
        found.setdefault(row.notification_id, []).append(
            {
                "obligation": row.obligation_id,
                "member": row.code,
                "requirement": row.requirement,
                "period": row.period_start.isoformat(),
                "due": row.due.isoformat() if row.due else None,
                "rung": row.rung,
            }
        )
    return found
