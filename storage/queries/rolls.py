"""The roll of a meeting: everybody it concerns, with answers and attendance."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.attendance import Answer, Presence, winning
from alliance.invitations import Invitation, Invitee
from alliance.meetings import Meeting
from alliance.members import Organisation
from alliance.rolls import Roll, RollLine
from storage.calling import invitees, seats_of
from storage.queries import meetings, register


def roll(connection: Connection, alliance: Alliance, meeting: Meeting) -> Roll:
    """The roll of a meeting: a body's seats and observers, or the members of an event in Danish order."""
    calendar = alliance.charter.calendar
    day = calendar.day(meeting.starts_at)
    invited = invitees(connection, alliance, meeting)
    if not meeting.of_body:
        return Roll(meeting, _members(invited, _Facts(connection, alliance, meeting)))
    body, deadlines = alliance.charter.body(meeting.kind), alliance.charter.deadlines
    held = seats_of(connection, alliance, body, day)
    concerned = {seat.organisation_id for seat in held if seat.organisation_id is not None}
    facts = _Facts(connection, alliance, meeting, concerned | {i.organisation_id for i in invited})
    seats = tuple(facts.line(s.organisation_id, s.person_id, s.constituency, chair=s.chair) for s in held)
    observers = tuple(
        facts.line(i.organisation_id, i.person_id, "", observer=True) for i in invited if i.role == "NON-PARTICIPANT"
    )
    agenda_due = calendar.before(day, deadlines.agenda_before)
    return Roll(
        meeting,
        (*seats, *observers),
        body.quorum,
        agenda_due,
        calendar.after(day, deadlines.draft_minutes_after),
    )


def _members(invited: Iterable[Invitee], facts: _Facts) -> tuple[RollLine, ...]:
    asked: dict[int, int] = {}
    for invitee in invited:
        asked.setdefault(invitee.organisation_id, invitee.person_id)
    return tuple(
        facts.line(organisation, asked[organisation], "")
        for organisation in facts.organisations
        if organisation in asked
    )


class _Facts:
    """Everything about a meeting that is kept by organisation, read once (for these; for all without them)."""

    def __init__(
        self, connection: Connection, alliance: Alliance, meeting: Meeting, concerned: Collection[int] | None = None
    ) -> None:
        day = alliance.charter.calendar.day(meeting.starts_at)
        self.meeting = meeting
        self.organisations: Mapping[int, Organisation] = register.organisations(connection, alliance.id, day, concerned)
        self.answers: Mapping[int, Iterable[Answer]] = meetings.answers(connection, alliance.id, meeting.id)
        self.presences: Mapping[int, Presence] = meetings.presences(connection, alliance.id, meeting.id)
        told = meetings.invitations(connection, alliance.id, meeting.id)
        self.told: Mapping[int, Invitation] = {one.person_id: one for one in told if one.method == "REQUEST"}
        terms = register.offices_on(connection, alliance.id, day, concerned)
        people = {term.person_id for term in terms.terms}
        self.people = register.people(connection, alliance.id, people)
        self.reachable = people - terms.unreachable

    def line(
        self,
        organisation_id: int | None,
        person_id: int | None,
        seat: str,
        *,
        chair: bool = False,
        observer: bool = False,
    ) -> RollLine:
        if organisation_id is None:
            return RollLine(None, "", seat, "")
        given = tuple(self.answers.get(organisation_id, ()))
        current = winning(given, self.meeting.revision, person_id if seat or observer else None)
        earlier = max(given, key=lambda answer: (answer.given_at, answer.id), default=None)
        person = self.people.get(person_id) if person_id is not None else None
        return RollLine(
            organisation_id,
            self.organisations[organisation_id].official_name,
            seat,
            person.name if person else "",
            chair,
            observer,
            invited=person_id in self.told,
            reachable=person_id in self.reachable,
            person_id=person_id,
            answer=current,
            earlier=None if current else earlier,
            presence=self.presences.get(organisation_id),
        )


def answerers(
    connection: Connection, alliance: Alliance, meeting: Meeting, line: RollLine, office: str
) -> tuple[int, ...]:
    """Who may answer for a seat: who holds its office on the day of the meeting, and who acts for it then."""
    if line.organisation_id is None or line.person_id is None:
        return ()
    day = alliance.charter.calendar.day(meeting.starts_at)
    offices = register.offices_on(connection, alliance.id, day, [line.organisation_id])
    return (line.person_id, *offices.acting(line.organisation_id, office))
