"""The ticks of meetings: calendars follow offices, seats that have not answered are reminded. Safe twice, safe late."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.invitations import Invitation
from alliance.meetings import Meeting
from alliance.members import Person
from alliance.messages import Message
from alliance.notifications import Notification, answer_reminder
from alliance.reminders import answer_rung, may_remind
from alliance.rolls import RollLine
from scheduling.truth import NoLongerTrue
from storage import outbox
from storage.calling import tell_again, tell_calendars
from storage.queries import actors, meetings, register
from storage.queries.rolls import roll
from templates import write


def follow_offices(connection: Connection, alliance: Alliance, now: datetime) -> int:
    """Tell the calendars of who came and who went, for every meeting that is called and still ahead.

    What was told of it, or of one that was called off, and did not arrive is delivered again. Returns how many were
    told anew; ``now`` is aware UTC. Telling it again tells nobody.
    """
    ahead = _ahead(connection, alliance, now, ("called", "cancelled"))
    called = [meeting for meeting in ahead if meeting.state == "called"]
    told = sum(len(tell_calendars(connection, alliance, meeting, now)) for meeting in called)
    tell_again(connection, alliance, ahead, now)
    return told


def _ahead(
    connection: Connection, alliance: Alliance, now: datetime, states: Collection[str] = ("called",)
) -> list[Meeting]:
    return [m for m in meetings.meetings(connection, alliance) if m.state in states and m.starts_at > now]


def remind_of_answers(connection: Connection, alliance: Alliance, now: datetime) -> int:
    """Remind whoever is asked for a seat that has not answered; returns how many were posted.

    By the charter's ladder, towards the day answers are due; in its hours, and nobody who gets the day's digest too:
    they are reminded the next working day.
    """
    charter = alliance.charter
    today = charter.calendar.day(now)
    if not may_remind(charter.ladder_on(today), charter.calendar, now):
        return 0
    due = [
        notification
        for meeting in _ahead(connection, alliance, now)
        if meeting.of_body
        for notification in _due(connection, alliance, meeting, today)
    ]
    busy = outbox.told_on(connection, alliance.id, "reminder", today) if due else set()
    fresh = [notification for notification in due if notification.recipient_id not in busy]
    return len(outbox.post_each(connection, alliance.id, fresh, now))


def _due(connection: Connection, alliance: Alliance, meeting: Meeting, today: date) -> list[Notification]:
    charter, found = alliance.charter, []
    ladder, calendar = charter.ladder_on(today), charter.calendar
    expires_at, meets = calendar.at(today, ladder.until_hour), calendar.day(meeting.starts_at)
    office = charter.body(meeting.kind).seat_holder
    offices = register.offices_on(connection, alliance.id, meets).regardless()
    told = {i.organisation_id: i for i in meetings.invitations(connection, alliance.id, meeting.id)}
    for line in _silent(connection, alliance, meeting):
        invited = told.get(line.organisation_id or 0)
        rung = invited and answer_rung(ladder, calendar, meeting.answer_by, _on(alliance, invited), meets, today)
        if rung and line.organisation_id:
            found += [
                answer_reminder(meeting.id, meeting.revision, rung, line.organisation_id, person, expires_at)
                for person in offices.asked(line.organisation_id, (office,))
            ]
    return found


def _on(alliance: Alliance, invited: Invitation) -> date:
    return alliance.charter.calendar.day(invited.stamp)


def _silent(connection: Connection, alliance: Alliance, meeting: Meeting) -> list[RollLine]:
    """The seats that somebody was invited for and that have not answered this time."""
    lines = roll(connection, alliance, meeting).seats
    return [line for line in lines if line.person and line.invited and line.answer is None]


def answer_reminder_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """The reminder in words, if the answer is still missing and this person is still asked; raises NoLongerTrue."""
    meeting = meetings.meeting(connection, alliance, int(str(claim.facts["meeting"])))
    if meeting is None or meeting.state != "called" or meeting.starts_at <= now:
        raise NoLongerTrue("meeting_gone")
    if not claim.occasion.startswith(f"{claim.facts['organisation']}:{meeting.revision}:"):
        raise NoLongerTrue("older_revision")
    silent = {line.organisation_id: line for line in _silent(connection, alliance, meeting)}
    organisation = int(str(claim.facts["organisation"]))
    if organisation not in silent:
        raise NoLongerTrue("settled")
    today, meets = alliance.charter.calendar.day(now), alliance.charter.calendar.day(meeting.starts_at)
    office = alliance.charter.body(meeting.kind).seat_holder
    offices = register.offices_on(connection, alliance.id, meets).regardless()
    if person.id not in offices.asked(organisation, (office,)):
        raise NoLongerTrue("not_theirs")
    several = len(actors.actor(connection, alliance, person, today).organisations) > 1
    member = register.organisations(connection, alliance.id, today, [organisation])[organisation]
    return write(
        "answer_reminder",
        person.language,
        zone=alliance.charter.zone,
        meeting=meeting,
        organisation=member,
        person=person.name,
        today=today,
        prefix=f"for {member.name}: " if several else "",
    )
