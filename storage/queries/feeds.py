"""Calendar feeds: whose a token is, and the meetings that stand in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from alliance.alliances import Alliance
from alliance.calendar_objects import FeedEvent
from alliance.invitations import Invitation
from alliance.meetings import Meeting
from alliance.members import Person
from alliance.words import Words
from storage.changes.feeds import hash_of
from storage.queries import actors, meetings, register
from storage.tables import tables

_token, _notification = tables["feed_token"], tables["notification"]
KEPT = timedelta(days=366)  # how long a meeting that is over stays in the feed


@dataclass(frozen=True)
class Feed:
    """Somebody's meetings, by start; the secretariat's are all that were called.

    ``changed_at`` (aware UTC) is when the newest of them was last told.
    """

    alliance: Alliance
    person: Person
    events: tuple[FeedEvent, ...]
    changed_at: datetime


def feed_made_at(connection: Connection, alliance_id: int, person_id: int) -> datetime | None:
    """When the person's working token was made; None where there is none."""
    query = select(_token.c.made_at).where(
        _token.c.alliance_id == alliance_id, _token.c.person_id == person_id, _token.c.revoked_at.is_(None)
    )
    return connection.execute(query).scalar_one_or_none()


def feed_of(connection: Connection, token: str, now: datetime) -> Feed | None:
    """The feed that a token opens; None for one that never was or was revoked, and for who has left the alliance."""
    query = select(_token).where(_token.c.hash == hash_of(token), _token.c.revoked_at.is_(None))
    row = connection.execute(query).first()
    if row is None:
        return None
    alliance = next(a for a in register.alliances(connection) if a.id == row.alliance_id)
    person = register.people(connection, alliance.id, [row.person_id])[row.person_id]
    actor = actors.actor(connection, alliance, person, alliance.charter.calendar.day(now))
    if not actor.in_office:
        return None
    events = _read_along(connection, alliance, person) if actor.secretariat else _own(connection, alliance, person)
    shown = tuple(event for event in events if event.ends_at > now - KEPT)
    return Feed(alliance, person, shown, max((event.stamp for event in shown), default=row.made_at))


def _read_along(connection: Connection, alliance: Alliance, person: Person) -> Iterator[FeedEvent]:
    """Every meeting that anybody was called to, as it is now: for the secretariat."""
    told, stamps = meetings.newest_invitations(connection, alliance.id), meetings.newest_stamps(connection, alliance.id)
    for meeting in meetings.meetings(connection, alliance):
        if meeting.id in told:
            yield _event(meeting, told[meeting.id], stamps[meeting.id], person.language)


def _own(connection: Connection, alliance: Alliance, person: Person) -> Iterator[FeedEvent]:
    """The meetings a person was invited to; what goes on without them stands as when they were last invited."""
    told = {i.meeting_id: i for i in meetings.invitations_of(connection, alliance.id, person.id)}
    stamps, asked = meetings.newest_stamps(connection, alliance.id), _last_asked(connection, alliance.id, person.id)
    for meeting in meetings.meetings(connection, alliance):
        if meeting.id not in told:
            continue
        invitation = told[meeting.id]
        called_off = meeting.state == "cancelled" and invitation.sequence == meeting.sequence
        if invitation.method == "REQUEST" or called_off:
            yield _event(meeting, invitation, stamps[meeting.id], person.language)
        elif meeting.id in asked:
            yield _left(invitation, asked[meeting.id], person.language)


def _last_asked(connection: Connection, alliance_id: int, person_id: int) -> dict[int, Mapping[str, Any]]:
    """What a person's last invitation to each meeting said."""
    query = select(_notification.c.facts).where(
        _notification.c.alliance_id == alliance_id,
        _notification.c.recipient_id == person_id,
        _notification.c.kind == "invitation",
        _notification.c.occasion.startswith("request:"),
    )
    return {facts["meeting"]: facts for facts in connection.execute(query.order_by(_notification.c.id)).scalars()}


def _left(invitation: Invitation, asked: Mapping[str, Any], language: str) -> FeedEvent:
    """A meeting that somebody is not invited to any more: nothing that was decided about it since."""
    return FeedEvent(
        uid=asked["uid"],
        sequence=invitation.sequence,
        stamp=invitation.stamp,
        starts_at=datetime.fromisoformat(asked["starts_at"]),
        ends_at=datetime.fromisoformat(asked["ends_at"]),
        title=Words(*asked["title"]).in_(language),
        place=asked["place"],
        description="",
        cancelled=True,
    )


def _event(meeting: Meeting, invitation: Invitation, stamp: datetime, language: str) -> FeedEvent:
    return FeedEvent(
        uid=meeting.uid,
        sequence=meeting.sequence,
        stamp=stamp,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        title=meeting.title.in_(language),
        place=meeting.place,
        description="",
        cancelled=meeting.state == "cancelled" or invitation.method == "CANCEL",
    )
