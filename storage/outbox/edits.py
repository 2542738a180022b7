"""Messages that stand in a chat are kept true: whoever changes what they say has them changed, in the same transaction.

An edit is a delivery like any other: posted, claimed, written from the truth of the moment it leaves, and settled. It
changes the words of a message that was sent, so nobody is notified and nothing is counted as told once more. Edits of
one message are a strand, so that newer words are never overtaken by older ones. It is posted for what is just being
sent too: its words may have been found before the change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, and_, func, or_, select, true

from alliance.deliveries import OPEN_STATES
from alliance.notifications import ANSWERS, edit, missing_in, strand_of_edits
from storage.bulk import among, listed
from storage.outbox.posting import EDITABLE, post_each
from storage.outbox.steps import from_ms, in_state
from storage.tables import tables

_notification, _delivery, _line = tables["notification"], tables["delivery"], tables["reminder_line"]
_obligation, _invitation, _address = tables["obligation"], tables["invitation"], tables["address"]
ASKED_BEFORE = timedelta(days=200)
ASKS_FOR_ANSWER = ("invitation_in_chat", "answer_reminder")


def settled(connection: Connection, alliance_id: int, organisation_id: int, requirement: str, now: datetime) -> int:
    """Have the reminders edited that name what an organisation owes of a requirement; returns how many.

    ``now`` is aware UTC.
    """
    owed = and_(_obligation.c.organisation_id == organisation_id, _obligation.c.requirement == requirement)
    return _edit(connection, alliance_id, _reminders(connection, alliance_id, owed), now)


def hidden(connection: Connection, alliance_id: int, obligation_id: int, person_id: int, now: datetime) -> int:
    """Have one person's reminders edited that name what they hide from now on, or no longer; returns how many."""
    mine = and_(_obligation.c.id == obligation_id, _line.c.person_id == person_id)
    return _edit(connection, alliance_id, _reminders(connection, alliance_id, mine), now)


def answered(connection: Connection, alliance_id: int, meeting_id: int, organisation_id: int, now: datetime) -> int:
    """Have the messages edited that ask an organisation for its answer to a meeting; returns how many."""
    invited = select(_invitation.c.person_id).where(
        _invitation.c.alliance_id == alliance_id,
        _invitation.c.meeting_id == meeting_id,
        _invitation.c.organisation_id == organisation_id,
    )
    asks = or_(
        and_(_notification.c.kind == "invitation_in_chat", _notification.c.recipient_id.in_(invited)),
        and_(_notification.c.kind == "answer_reminder", _notification.c.occasion.startswith(f"{organisation_id}:")),
    )  # the latter from before there was one a day
    owed = and_(_obligation.c.organisation_id == organisation_id, _obligation.c.event_day.is_not(None))
    asking = _about(connection, alliance_id, ASKS_FOR_ANSWER, f"meeting:{meeting_id}", asks)
    asking |= _listing(connection, alliance_id, meeting_id, now, organisation_id)
    return _edit(connection, alliance_id, asking | _reminders(connection, alliance_id, owed), now)


def meeting_changed(
    connection: Connection, alliance_id: int, meeting_id: int, now: datetime, people: Collection[int] | None = None
) -> int:
    """Have the messages edited that ask (these people) for an answer to a meeting; returns how many."""
    whose = true() if people is None else among(connection, _notification.c.recipient_id, people)
    asking = _about(connection, alliance_id, ASKS_FOR_ANSWER, f"meeting:{meeting_id}", whose)
    asking |= _listing(connection, alliance_id, meeting_id, now)
    return _edit(connection, alliance_id, asking, now)


def event_changed(
    connection: Connection, alliance_id: int, requirements: Collection[str], year: int, now: datetime
) -> int:
    """Have the reminders edited that name what hangs on an event of a year; returns how many."""
    begun = _obligation.c.period_start.between(date(year, 1, 1), date(year, 12, 31))
    owed = and_(_obligation.c.requirement.in_(requirements), begun)
    return _edit(connection, alliance_id, _reminders(connection, alliance_id, owed), now)


def decided(connection: Connection, alliance_id: int, item_id: int, now: datetime) -> int:
    """Have the messages edited that ask what becomes of a proposal; returns how many."""
    return _edit(
        connection, alliance_id, _about(connection, alliance_id, ("proposal",), f"item:{item_id}", true()), now
    )


# Two short questions by their indexes, and not one that reads every notification there ever was.


def _about(
    connection: Connection, alliance_id: int, kinds: Collection[str], about: str, which: ColumnElement[bool]
) -> set[int]:
    """The notifications of these kinds about something."""
    query = select(_notification.c.id).where(
        _notification.c.alliance_id == alliance_id, _notification.c.kind.in_(kinds), _notification.c.about == about
    )
    return set(connection.execute(query.where(which)).scalars())


def _listing(
    connection: Connection, alliance_id: int, meeting_id: int, now: datetime, organisation_id: int | None = None
) -> set[int]:
    """The reminders of missing answers that list a meeting (and an organisation's answer to it), by index.

    Of the last months: nobody is asked longer before a meeting.
    """
    since = (now - ASKED_BEFORE).date().isoformat()
    query = select(_notification.c.id, _notification.c.occasion, _notification.c.facts).where(
        _notification.c.alliance_id == alliance_id,
        _notification.c.kind == "answer_reminder",
        _notification.c.about == ANSWERS,
        _notification.c.occasion >= since,
    )
    return {
        row.id
        for row in connection.execute(query)
        for missing in missing_in(row.occasion, row.facts)
        if missing.meeting_id == meeting_id and organisation_id in (None, missing.organisation_id)
    }


def _reminders(connection: Connection, alliance_id: int, owed: ColumnElement[bool]) -> set[int]:
    """The reminders that list one of the obligations."""
    query = select(_line.c.notification_id).join(_obligation, _obligation.c.id == _line.c.obligation_id)
    return set(connection.execute(query.where(_obligation.c.alliance_id == alliance_id, owed)).scalars())


def _edit(connection: Connection, alliance_id: int, notification_ids: Collection[int], now: datetime) -> int:
    """Post an edit of every message that stands, or is just being sent, where messages can be changed."""
    if not notification_ids:
        return 0
    reached = select(_address.c.id).where(
        _address.c.alliance_id == alliance_id,
        _address.c.person_id == _notification.c.recipient_id,
        _address.c.channel == _delivery.c.channel,
        _address.c.ended_at.is_(None),
        _address.c.unreachable_since.is_(None),
    )
    query = (
        select(_delivery.c.id, _notification.c.recipient_id)
        .join(_notification, _notification.c.id == _delivery.c.notification_id)
        .where(
            among(connection, _delivery.c.notification_id, notification_ids),
            _delivery.c.channel.in_(EDITABLE),
            in_state(_delivery.c.state, "sent", "sending"),
            reached.exists(),
        )
        .order_by(_delivery.c.id)
    )
    rows = connection.execute(query).all()
    last = _newest_edits(connection, alliance_id, [row.id for row in rows])
    edits = [edit(row.id, row.recipient_id, last.get(row.id, 0)) for row in rows]
    return len(post_each(connection, alliance_id, edits, now))


def _newest_edits(connection: Connection, alliance_id: int, delivery_ids: Collection[int]) -> dict[int, int]:
    """The newest notification that changes each of the messages, by delivery; without those that were never changed."""
    strands = {strand_of_edits(id_): id_ for id_ in delivery_ids}
    among_them = select(listed(connection, list(strands), String))
    query = (
        select(_delivery.c.strand, func.max(_delivery.c.notification_id))
        .where(_delivery.c.alliance_id == alliance_id, _delivery.c.strand.in_(among_them))
        .group_by(_delivery.c.strand)
    )
    return {strands[strand]: newest for strand, newest in connection.execute(query)} if strands else {}


# ------------------------------------------------------------------------------------- what an edit is about


@dataclass(frozen=True)
class Said:
    """A message as it was sent, for whoever changes it. Instants aware UTC; ``receipt`` is empty until it stands.

    ``ready_at``: while it is still open, when it is looked at again.
    """

    kind: str
    about: str
    occasion: str
    facts: Mapping[str, Any]
    notification_id: int
    posted_at: datetime
    state: str
    receipt: str
    ready_at: datetime


def said(connection: Connection, alliance_id: int, delivery_id: int) -> Said | None:
    """The message that a delivery brought; None if there is none."""
    query = (
        select(_notification, _delivery.c.state, _delivery.c.receipt, _delivery.c.ready_ms)
        .join(_delivery, _delivery.c.notification_id == _notification.c.id)
        .where(_delivery.c.alliance_id == alliance_id, _delivery.c.id == delivery_id)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    told = row.kind, row.about, row.occasion, row.facts
    return Said(*told, row.id, row.posted_at, row.state, row.receipt, from_ms(row.ready_ms))


def newer_waits(connection: Connection, alliance_id: int, strand: str, notification_id: int) -> bool:
    """Whether something of a strand that was posted after this is still to leave."""
    query = select(_delivery.c.id).where(
        _delivery.c.alliance_id == alliance_id,
        _delivery.c.strand == strand,
        _delivery.c.notification_id > notification_id,
        in_state(_delivery.c.state, *OPEN_STATES),
    )
    return connection.execute(query.limit(1)).first() is not None
