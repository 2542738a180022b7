"""The outbox: notifications posted once, and their deliveries claimed, settled or withdrawn.

Posted in the transaction of the change it tells of. A claim is a lease with a fencing token: only its holder may
settle, and what a dead holder left "sending" is uncertain, never forgotten. Nothing counts as sent without the
provider's receipt.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, insert, or_, select, update

from alliance.deliveries import OPEN_STATES, retry_at
from alliance.members import Address
from alliance.notifications import Notification
from alliance.reminders import Line
from storage.tables import tables
from storage.upserts import upsert

LEASE = timedelta(seconds=90)
CHANNELS = ("mail",)  # in the order a person is looked for; chats join in later
CHATS = ("slack", "teams")
# Only a mail carries a calendar object, and its words in a chat are for a chat; all else goes where a person is found.
CHANNELS_OF = {"invitation": ("mail",), "invitation_in_chat": CHATS}
_notification, _delivery = tables["notification"], tables["delivery"]
_line, _address = tables["reminder_line"], tables["address"]


def as_ms(moment: datetime) -> int:
    """Milliseconds since 1970 of an aware instant."""
    return round(moment.timestamp() * 1000)


# --------------------------------------------------------------------------------------------------- posting


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
    statement = upsert(connection, _notification).values(values).on_conflict_do_nothing().returning(_notification.c.id)
    posted: int | None = connection.execute(statement).scalar_one_or_none()
    if posted is None:
        return None
    _queue(connection, alliance_id, posted, notification, now)
    write_lines(connection, alliance_id, posted, notification.recipient_id, notification.lines)
    return posted


def _queue(
    connection: Connection, alliance_id: int, notification_id: int, notification: Notification, now: datetime
) -> None:
    channels = CHANNELS_OF.get(notification.kind, CHANNELS)
    address = _address_of(connection, alliance_id, notification.recipient_id, channels)
    values: dict[str, Any] = {
        "alliance_id": alliance_id,
        "notification_id": notification_id,
        "channel": address.channel if address else "mail",
        "address_id": address.id if address else None,
        "lane": f"{address.channel}:{address.value}" if address else "",
        "account": address.channel if address else "mail",
        "strand": notification.strand,
        "ready_ms": as_ms(now),
        "expires_ms": as_ms(notification.expires_at) if notification.expires_at else None,
    }
    if address is None:
        values |= {"state": "given_up", "reason": "no_address"}
    connection.execute(insert(_delivery).values(values))


def has_chat(connection: Connection, alliance_id: int, person_id: int) -> bool:
    """Whether the person can be written to in a chat."""
    return _address_of(connection, alliance_id, person_id, CHATS) is not None


def _address_of(connection: Connection, alliance_id: int, person_id: int, channels: Sequence[str]) -> Any:
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


# ------------------------------------------------------------------------------------- claiming and settling


@dataclass(frozen=True)
class Claim:
    """A delivery we hold the lease of. ``uncertain``: an earlier holder may have sent it. Instants aware UTC."""

    id: int
    alliance_id: int
    token: str
    kind: str
    about: str
    occasion: str
    recipient_id: int
    facts: Mapping[str, object]
    notification_id: int
    channel: str
    attempts: int
    posted_at: datetime
    uncertain: bool
    address_id: int | None

    @property
    def key(self) -> str:
        """The natural key of what is told: the same on every attempt."""
        return f"{self.alliance_id}/{self.kind}/{self.about}/{self.occasion}/{self.recipient_id}"


def claim(connection: Connection, now: datetime, channels: Iterable[str], *, at_most: int = 8) -> tuple[Claim, ...]:
    """Take deliveries that are due under a lease, oldest first, and of a strand only the first that is open.

    In a writing transaction only.
    """
    expire(connection, now)
    earlier = _delivery.alias("earlier")
    waits = (
        select(earlier.c.id)
        .where(
            earlier.c.alliance_id == _delivery.c.alliance_id,
            earlier.c.strand == _delivery.c.strand,
            earlier.c.id < _delivery.c.id,
            earlier.c.state.in_(OPEN_STATES),
        )
        .exists()
    )
    query = (
        _with_notification()
        .where(
            _delivery.c.state.in_(OPEN_STATES),
            _delivery.c.ready_ms <= as_ms(now),
            _delivery.c.channel.in_(tuple(channels)),
            or_(_delivery.c.strand == "", ~waits),
        )
        .order_by(_delivery.c.ready_ms, _delivery.c.id)
        .limit(at_most)
    )
    claims = []
    for row in connection.execute(query).all():
        claims.append(_lease(connection, row, now))
    return tuple(claims)


def _with_notification() -> Select[Any]:
    return select(
        _delivery,
        _notification.c.kind,
        _notification.c.about,
        _notification.c.occasion,
        _notification.c.recipient_id,
        _notification.c.facts,
        _notification.c.posted_at,
    ).join(_notification, _notification.c.id == _delivery.c.notification_id)


def expire(connection: Connection, now: datetime) -> None:
    """What was surely not sent and whose moment is gone will not be; an uncertain one must still be cleared up."""
    connection.execute(
        update(_delivery)
        .where(_delivery.c.state.in_(("queued", "failed")), _delivery.c.expires_ms <= as_ms(now))
        .values(state="expired", reason="moment_gone")
    )


def _lease(connection: Connection, row: Any, now: datetime) -> Claim:
    token = secrets.token_hex(8)
    uncertain = row.state == "sending"
    connection.execute(
        update(_delivery)
        .where(_delivery.c.id == row.id)
        .values(
            state="sending",
            token=token,
            attempts=row.attempts + 1,
            claimed_ms=as_ms(now),
            ready_ms=as_ms(now + LEASE),
            uncertain_ms=(row.uncertain_ms or row.claimed_ms) if uncertain else row.uncertain_ms,
        )
    )
    return Claim(
        row.id,
        row.alliance_id,
        token,
        row.kind,
        row.about,
        row.occasion,
        row.recipient_id,
        row.facts,
        row.notification_id,
        row.channel,
        row.attempts + 1,
        row.posted_at,
        uncertain or row.uncertain_ms is not None,
        row.address_id,
    )


def _settle(connection: Connection, claim: Claim, **values: object) -> bool:
    """Write the outcome if the lease is still ours; returns whether it was."""
    statement = (
        update(_delivery)
        .where(_delivery.c.id == claim.id, _delivery.c.token == claim.token, _delivery.c.state == "sending")
        .values(**values)
    )
    return connection.execute(statement).rowcount == 1


def sent(connection: Connection, claim: Claim, receipt: str, now: datetime, *, repeated: bool = False) -> bool:
    """The provider has it. ``repeated``: an earlier attempt may have arrived too, and we could not ask."""
    reason = "possibly_repeated" if repeated else ""
    return _settle(connection, claim, state="sent", sent_at=now, receipt=receipt, reason=reason)


def failed(connection: Connection, claim: Claim, reason: str, now: datetime, retry_after: float | None = None) -> bool:
    """Surely not sent, worth trying again: later, or given up when it has been tried long enough."""
    again = retry_at(now, claim.attempts, claim.posted_at, retry_after)
    if again is None:
        return given_up(connection, claim, reason)
    return _settle(connection, claim, state="failed", reason=reason, ready_ms=as_ms(again))


def given_up(connection: Connection, claim: Claim, reason: str) -> bool:
    return _settle(connection, claim, state="given_up", reason=reason)


def withdrawn(connection: Connection, claim: Claim, reason: str) -> bool:
    """No longer true when it was about to be sent: it is not sent."""
    return _settle(connection, claim, state="withdrawn", reason=reason)


def left_uncertain(connection: Connection, claim: Claim, reason: str, now: datetime) -> bool:
    """Nobody knows: it stays "sending", and whoever claims it next asks before it sends.

    Never before the lease ends, later each time, and not for ever: each attempt may be a copy for the recipient.
    """
    again = retry_at(now, claim.attempts, claim.posted_at, LEASE.total_seconds())
    if again is None:
        return given_up(connection, claim, reason)
    first = func.coalesce(_delivery.c.uncertain_ms, _delivery.c.claimed_ms)
    return _settle(connection, claim, reason=reason, uncertain_ms=first, ready_ms=as_ms(again))


def readdress(connection: Connection, claim: Claim, address: Address) -> None:
    """Note that a delivery goes to another address than when it was posted, so that the outbox tells the truth."""
    if address.id != claim.address_id:
        _settle(connection, claim, address_id=address.id, lane=f"{address.channel}:{address.value}")


# ---------------------------------------------------------------------------------------------------- strands


def withdraw_strand(connection: Connection, alliance_id: int, strand: str, reason: str) -> int:
    """Withdraw what was posted in a strand and surely never sent: something newer replaces it. Returns how many."""
    statement = (
        update(_delivery)
        .where(
            _delivery.c.alliance_id == alliance_id,
            _delivery.c.strand == strand,
            _delivery.c.state.in_(("queued", "failed")),
            _delivery.c.uncertain_ms.is_(None),
        )
        .values(state="withdrawn", reason=reason)
    )
    return connection.execute(statement).rowcount


def may_have_arrived(connection: Connection, alliance_id: int, strand: str, before: int | None = None) -> bool:
    """Whether anything of a strand (posted before the notification ``before``) was sent, or may have been.

    What was withdrawn surely was not: one that we cannot be sure of is given up as ``perhaps_sent`` instead.
    """
    query = select(_delivery.c.id).where(
        _delivery.c.alliance_id == alliance_id,
        _delivery.c.strand == strand,
        _may_have_arrived(),
    )
    if before is not None:
        query = query.where(_delivery.c.notification_id < before)
    return connection.execute(query.limit(1)).first() is not None


def last_heard(connection: Connection, alliance_id: int, strand: str) -> Mapping[str, Any] | None:
    """The facts of the newest notification of a strand that was sent, or may have been; None if there is none."""
    query = (
        select(_notification.c.facts)
        .join(_delivery, _delivery.c.notification_id == _notification.c.id)
        .where(_delivery.c.alliance_id == alliance_id, _delivery.c.strand == strand, _may_have_arrived())
        .order_by(_delivery.c.id.desc())
        .limit(1)
    )
    found: Mapping[str, Any] | None = connection.execute(query).scalar_one_or_none()
    return found


def _may_have_arrived() -> ColumnElement[bool]:
    return or_(
        _delivery.c.state.in_(("sent", "sending")),
        and_(_delivery.c.uncertain_ms.is_not(None), _delivery.c.state != "withdrawn"),
        _delivery.c.reason == "perhaps_sent",
    )


def lost_strands(connection: Connection, alliance_id: int, strands: Collection[str]) -> set[str]:
    """Those of the strands whose newest delivery was given up and surely did not arrive."""
    newest = (
        select(func.max(_delivery.c.id))
        .where(_delivery.c.alliance_id == alliance_id, _delivery.c.strand.in_(strands))
        .group_by(_delivery.c.strand)
    )
    query = select(_delivery.c.strand).where(
        _delivery.c.id.in_(newest),
        _delivery.c.state == "given_up",
        _delivery.c.uncertain_ms.is_(None),
        _delivery.c.reason != "perhaps_sent",
    )
    return set(connection.execute(query).scalars())


def told_on(connection: Connection, alliance_id: int, kind: str, day: date) -> set[int]:
    """The people to whom a daily kind of notification was posted for a day."""
    query = select(_notification.c.recipient_id).where(
        _notification.c.alliance_id == alliance_id,
        _notification.c.kind == kind,
        _notification.c.occasion == day.isoformat(),
    )
    return set(connection.execute(query).scalars())


# ---------------------------------------------------------------------------------------------------- looking


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


def deliveries(connection: Connection, alliance_id: int, limit: int | None = None) -> tuple[DeliveryRecord, ...]:
    """Every delivery of an alliance (the newest ``limit``), in the order they were posted."""
    person = tables["person"]
    query = (
        _with_notification()
        .add_columns(person.c.name.label("person"), _address.c.value.label("address"))
        .join(person, person.c.id == _notification.c.recipient_id)
        .outerjoin(_address, _address.c.id == _delivery.c.address_id)
        .where(_delivery.c.alliance_id == alliance_id)
        .order_by(_delivery.c.id.desc())
    )
    rows = list(connection.execute(query.limit(limit)))[::-1]
    lines = _lines_by_notification(connection, alliance_id)
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
        )
        for row in rows
    )


def _lines_by_notification(connection: Connection, alliance_id: int) -> dict[int, list[Mapping[str, object]]]:
    obligation, organisation = tables["obligation"], tables["organisation"]
    query = (
        select(_line, obligation, organisation.c.code)
        .join(obligation, obligation.c.id == _line.c.obligation_id)
        .join(organisation, organisation.c.id == obligation.c.organisation_id)
        .where(_line.c.alliance_id == alliance_id)
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
