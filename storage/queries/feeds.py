"""Calendar feeds: whose a token is, and the meetings that stand in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from alliance.alliances import Alliance
from alliance.calendar_objects import FeedEvent
from alliance.invitations import Invitation
from alliance.meetings import Meeting
from alliance.members import Person
from storage.changes.feeds import hash_of
from storage.queries import actors, meetings, register
from storage.tables import tables

_token = tables["feed_token"]
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
    """The feed that a token opens; None for one that never was or was revoked."""
    query = select(_token).where(_token.c.hash == hash_of(token), _token.c.revoked_at.is_(None))
    row = connection.execute(query).first()
    if row is None:
        return None
    alliance = next(a for a in register.alliances(connection) if a.id == row.alliance_id)
    person = register.people(connection, alliance.id, [row.person_id])[row.person_id]
    told, stamps = _told(connection, alliance, person, now), meetings.newest_stamps(connection, alliance.id)
    shown = [m for m in meetings.meetings(connection, alliance) if m.id in told and m.ends_at > now - KEPT]
    events = tuple(_event(m, told[m.id], stamps[m.id], person.language) for m in shown)
    return Feed(alliance, person, events, max((event.stamp for event in events), default=row.made_at))


def _told(connection: Connection, alliance: Alliance, person: Person, now: datetime) -> dict[int, Invitation]:
    """What the person was last told of each meeting; the secretariat reads along what anybody was told last."""
    today = alliance.charter.calendar.day(now)
    if actors.actor(connection, alliance, person, today).secretariat:
        return meetings.newest_invitations(connection, alliance.id)
    return {i.meeting_id: i for i in meetings.invitations_of(connection, alliance.id, person.id)}


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
