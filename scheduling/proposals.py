"""The words of a proposal for an agenda on its way to the secretariat, and of the answer on its way back."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from alliance.agendas import AgendaItem
from alliance.alliances import Alliance
from alliance.meetings import Meeting
from alliance.members import Person
from alliance.messages import Message
from alliance.notifications import proposal_decided
from scheduling.truth import NoLongerTrue
from storage import outbox
from storage.queries import actors, agendas, meetings, register
from storage.queries.recipients import speaking_for
from templates import write
from templates.makers.agendas import proposal_of

CANCELLED = "cancelled"
"""What has become of a proposal whose meeting was: nobody needs to answer it."""


def proposal_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """Ask the secretariat about a proposal, or tell a member what was noted for it, unless it was answered since."""
    item, meeting = _item(connection, alliance, claim)
    today = alliance.charter.calendar.day(now)
    actor = actors.actor(connection, alliance, person, today)
    if not actor.secretariat and item.proposed_for not in actor.organisations:
        raise NoLongerTrue("not_theirs")
    if item.state != "proposed":
        raise NoLongerTrue("settled")
    if meeting.state == "cancelled":
        raise NoLongerTrue("meeting_cancelled")
    return _proposal(connection, alliance, item, meeting, person, today, asks=actor.secretariat)


def proposal_as_it_stands(
    connection: Connection, alliance: Alliance, item_id: int, person: Person, now: datetime
) -> Message:
    """The same, once it has been decided; raises NoLongerTrue where that was undone since."""
    item, meeting = _found(connection, alliance, item_id)
    if item.state == "removed":
        raise NoLongerTrue("paper_gone")
    today = alliance.charter.calendar.day(now)
    asks = actors.actor(connection, alliance, person, today).secretariat
    return _proposal(connection, alliance, item, meeting, person, today, asks=asks)


def _proposal(
    connection: Connection,
    alliance: Alliance,
    item: AgendaItem,
    meeting: Meeting,
    person: Person,
    today: date,
    *,
    asks: bool,
) -> Message:
    people = register.people(connection, alliance.id, [item.proposed_by or 0])
    members = register.organisations(connection, alliance.id, today, [item.proposed_for or 0])
    by, member = (next((one.name for one in found.values()), "") for found in (people, members))
    told = proposal_of(item, by, member)
    return write("proposal", person.language, zone=alliance.charter.zone, meeting=meeting, proposal=told, asks=asks)


def decided_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """Tell who proposed an item what became of it."""
    item, meeting = _item(connection, alliance, claim)
    if claim.facts["state"] not in (item.state, CANCELLED):
        raise NoLongerTrue("settled")
    return write(
        "proposal_decided",
        person.language,
        zone=alliance.charter.zone,
        meeting=meeting,
        heading=item.heading if not item.closed else item.public_heading,
        state=str(claim.facts["state"]),
        reason=str(claim.facts["reason"]),
    )


def answer_cancelled(connection: Connection, alliance: Alliance, now: datetime) -> int:
    """Tell who proposed something for a meeting that was cancelled; returns how many were posted. Safe twice."""
    today = alliance.charter.calendar.day(now)
    return sum(
        outbox.post(connection, alliance.id, proposal_decided(item, CANCELLED, person), now) is not None
        for item in agendas.proposed_in_vain(connection, alliance.id, now)
        for person in speaking_for(connection, alliance, item, today)
    )


def _item(connection: Connection, alliance: Alliance, claim: outbox.Claim) -> tuple[AgendaItem, Meeting]:
    return _found(connection, alliance, int(str(claim.facts["item"])))


def _found(connection: Connection, alliance: Alliance, item_id: int) -> tuple[AgendaItem, Meeting]:
    item = agendas.item(connection, alliance.id, item_id)
    meeting = meetings.meeting(connection, alliance, item.meeting_id) if item else None
    if item is None or meeting is None:
        raise NoLongerTrue("paper_gone")
    return item, meeting
