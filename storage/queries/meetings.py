"""Meetings: which there are, who is invited, what was answered, who came."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.engine import Row

from alliance.alliances import Alliance
from alliance.attendance import Answer, Presence
from alliance.invitations import Invitation
from alliance.meetings import Meeting
from storage.tables import tables

_meeting, _invitation = tables["meeting"], tables["invitation"]
_answer, _presence = tables["answer"], tables["presence"]
_MEETINGS = (
    select(_meeting)
    .where(_meeting.c.alliance_id == bindparam("alliance"))
    .order_by(_meeting.c.starts_at, _meeting.c.id)
)
_EVENTS = _MEETINGS.where(_meeting.c.number == 0)


def meetings(connection: Connection, alliance: Alliance) -> tuple[Meeting, ...]:
    """Every meeting and event ever, cancelled ones too, by start."""
    rows = connection.execute(_MEETINGS, {"alliance": alliance.id})
    return tuple(_as_meeting(alliance, row) for row in rows)


def events(connection: Connection, alliance: Alliance) -> tuple[Meeting, ...]:
    """Every event for all members ever, cancelled ones too, by start."""
    rows = connection.execute(_EVENTS, {"alliance": alliance.id})
    return tuple(_as_meeting(alliance, row) for row in rows)


def meeting(connection: Connection, alliance: Alliance, meeting_id: int) -> Meeting | None:
    query = select(_meeting).where(_meeting.c.alliance_id == alliance.id, _meeting.c.id == meeting_id)
    row = connection.execute(query).first()
    return _as_meeting(alliance, row) if row else None


def meeting_of_year(connection: Connection, alliance: Alliance, kind: str, year: int) -> Meeting | None:
    """The event of a year: the one that stands, else the one that was cancelled last."""
    found = [m for m in meetings(connection, alliance) if (m.kind, m.year) == (kind, year)]
    return max(found, key=lambda m: (m.state != "cancelled", m.id), default=None)


def standing_events(connection: Connection, alliance: Alliance) -> dict[tuple[str, int], Meeting]:
    """The event that dates a requirement, by event and year; a cancelled one only while no other replaces it."""
    found = sorted(events(connection, alliance), key=lambda m: (m.state != "cancelled", m.id))
    return {(m.kind, m.year): m for m in found}


def _as_meeting(alliance: Alliance, row: Row[Any]) -> Meeting:
    return Meeting(
        row.id,
        row.kind,
        alliance.charter.meeting_title(row.kind, row.number, row.year),
        row.year,
        row.starts_at,
        row.ends_at,
        row.place,
        row.answer_by,
        row.revision,
        row.number,
        cast(Any, row.state),
        row.sequence,
        row.settled_sequence,
        row.uid,
        row.reason,
        alliance.charter.word(row.kind),
        only_body=len({cadence.body for cadence in alliance.charter.meetings}) == 1,
    )


def invitations(connection: Connection, alliance_id: int, meeting_id: int) -> tuple[Invitation, ...]:
    """What each invitee's calendar was last told of a meeting, in the order they were first invited."""
    query = select(_invitation).where(_invitation.c.alliance_id == alliance_id, _invitation.c.meeting_id == meeting_id)
    return tuple(map(_as_invitation, connection.execute(query.order_by(_invitation.c.id))))


def invitations_of(connection: Connection, alliance_id: int, person_id: int) -> tuple[Invitation, ...]:
    """Every invitation a person ever got, oldest first."""
    query = select(_invitation).where(_invitation.c.alliance_id == alliance_id, _invitation.c.person_id == person_id)
    return tuple(map(_as_invitation, connection.execute(query.order_by(_invitation.c.id))))


def newest_invitations(connection: Connection, alliance_id: int) -> dict[int, Invitation]:
    """Of each meeting what was told last to somebody who is still invited, else to whoever was uninvited last."""
    query = select(_invitation).where(_invitation.c.alliance_id == alliance_id)
    rows = connection.execute(query.order_by(_invitation.c.method, _invitation.c.stamp))
    return {row.meeting_id: _as_invitation(row) for row in rows}


def newest_stamps(connection: Connection, alliance_id: int) -> dict[int, datetime]:
    """Of each meeting when anybody was last told of it (aware UTC): it only rises."""
    query = select(_invitation.c.meeting_id, func.max(_invitation.c.stamp)).where(
        _invitation.c.alliance_id == alliance_id
    )
    return {row[0]: row[1] for row in connection.execute(query.group_by(_invitation.c.meeting_id))}


def _as_invitation(row: Row[Any]) -> Invitation:
    return Invitation(
        row.meeting_id,
        row.person_id,
        row.organisation_id,
        row.subject,
        row.office,
        cast(Any, row.role),
        row.address,
        cast(Any, row.method),
        row.sequence,
        row.revision,
        row.stamp,
    )


def answers(
    connection: Connection, alliance_id: int, meeting_id: int, organisation_ids: Collection[int] | None = None
) -> dict[int, tuple[Answer, ...]]:
    """Every answer for a meeting, by organisation, oldest first."""
    query = select(_answer).where(_answer.c.alliance_id == alliance_id, _answer.c.meeting_id == meeting_id)
    if organisation_ids is not None:
        query = query.where(_answer.c.organisation_id.in_(organisation_ids))
    found: dict[int, tuple[Answer, ...]] = {}
    for row in connection.execute(query.order_by(_answer.c.id)):
        found[row.organisation_id] = (*found.get(row.organisation_id, ()), as_answer(row))
    return found


def as_answer(row: Row[Any]) -> Answer:
    return Answer(
        row.id,
        row.meeting_id,
        row.organisation_id,
        cast(Any, row.response),
        row.office,
        row.attendee,
        row.revision,
        row.given_at,
        row.given_by,
        row.source,
        bool(row.on_behalf),
        row.for_person,
    )


def presences(connection: Connection, alliance_id: int, meeting_id: int) -> dict[int, Presence]:
    """Who came, by organisation: the line recorded last."""
    query = select(_presence).where(_presence.c.alliance_id == alliance_id, _presence.c.meeting_id == meeting_id)
    return {
        row.organisation_id: Presence(row.organisation_id, cast(Any, row.presence), row.attendee, row.recorded_at)
        for row in connection.execute(query.order_by(_presence.c.id))
    }


def last_number(connection: Connection, alliance_id: int, kind: str, year: int) -> int:
    """The highest number a body's meeting has had in a year, cancelled ones too; 0 before the first."""
    query = select(_meeting.c.number).where(
        _meeting.c.alliance_id == alliance_id, _meeting.c.kind == kind, _meeting.c.year == year
    )
    return max(connection.execute(query).scalars(), default=0)


def ahead(connection: Connection, alliance: Alliance, today: date) -> tuple[Meeting, ...]:
    """The meetings that are planned or called and have not been on an earlier day, by start."""
    calendar = alliance.charter.calendar
    return tuple(
        m
        for m in meetings(connection, alliance)
        if m.state in ("planned", "called") and calendar.day(m.starts_at) >= today
    )


def behind(connection: Connection, alliance: Alliance, today: date, most: int) -> tuple[Meeting, ...]:
    """The last meetings of bodies that have been, newest first: held, or still waiting for somebody to say so."""
    day = alliance.charter.calendar.day
    been = [
        m
        for m in meetings(connection, alliance)
        if m.of_body and (m.state == "held" or (m.state in ("planned", "called") and day(m.starts_at) < today))
    ]
    return tuple(reversed(been[-most:]))
