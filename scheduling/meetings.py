"""The ticks of meetings: calendars follow offices, seats that have not answered are reminded. Safe twice, safe late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.invitations import Invitation
from alliance.meetings import Meeting
from alliance.members import Organisation, Person
from alliance.messages import Message
from alliance.notifications import answer_reminder, missing_in
from alliance.reminders import MissingAnswer, answer_rung, may_remind
from alliance.rolls import RollLine
from scheduling.truth import NoLongerTrue
from storage import outbox
from storage.calling import tell_again, tell_calendars
from storage.queries import actors, meetings, register
from storage.queries.reminded import answers_reminded
from storage.queries.rolls import roll
from templates import write

DAILY = ("reminder", "answer_reminder")
"""The kinds of which a person gets one on a day, whichever it is."""


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
    """Remind whoever is asked for seats that have not answered, of all of them at once; returns how many were posted.

    By the charter's ladder, towards the day answers are due; in its hours, and nobody who gets the day's digest too:
    they are reminded the next working day.
    """
    charter = alliance.charter
    today = charter.calendar.day(now)
    if not may_remind(charter.ladder_on(today), charter.calendar, now):
        return 0
    due: defaultdict[int, list[MissingAnswer]] = defaultdict(list)
    for meeting in _ahead(connection, alliance, now):
        for person, missing in _due(connection, alliance, meeting, today) if meeting.of_body else ():
            due[person].append(missing)
    if not due:
        return 0
    expires_at = charter.calendar.at(today, charter.ladder_on(today).until_hour)
    told = answers_reminded(connection, alliance.id, due)
    busy = {p for kind in DAILY for p in outbox.told_on(connection, alliance.id, kind, today)}
    fresh = [
        answer_reminder(each, today, person, expires_at)
        for person, each in due.items()
        if person not in busy and any((person, missing) not in told for missing in each)
    ]
    return len(outbox.post_each(connection, alliance.id, fresh, now))


def _due(
    connection: Connection, alliance: Alliance, meeting: Meeting, today: date
) -> Iterator[tuple[int, MissingAnswer]]:
    """Who is asked for an answer that is missing, where a rung was reached."""
    charter = alliance.charter
    ladder, calendar = charter.ladder_on(today), charter.calendar
    meets = calendar.day(meeting.starts_at)
    office = charter.body(meeting.kind).seat_holder
    offices = register.offices_on(connection, alliance.id, meets).regardless()
    told = {i.organisation_id: i for i in meetings.invitations(connection, alliance.id, meeting.id)}
    for line in _silent(connection, alliance, meeting):
        invited = told.get(line.organisation_id or 0)
        rung = invited and answer_rung(ladder, calendar, meeting.answer_by, _on(alliance, invited), meets, today)
        if rung and line.organisation_id:
            missing = MissingAnswer(meeting.id, meeting.revision, line.organisation_id, rung.offset)
            for person in offices.asked(line.organisation_id, (office,)):
                yield person, missing


def _on(alliance: Alliance, invited: Invitation) -> date:
    return alliance.charter.calendar.day(invited.stamp)


def _silent(connection: Connection, alliance: Alliance, meeting: Meeting) -> list[RollLine]:
    """The seats that somebody was invited for and that have not answered this time."""
    lines = roll(connection, alliance, meeting).seats
    return [line for line in lines if line.person and line.invited and line.answer is None]


def answer_reminder_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """The reminder in words, of the answers that are still missing and asked of this person; raises NoLongerTrue."""
    found, gone = list[tuple[Meeting, Organisation]](), list[NoLongerTrue]()
    for missing in missing_in(claim.occasion, claim.facts):
        try:
            found.append(_still_missing(connection, alliance, missing, person, now))
        except NoLongerTrue as reason:
            gone.append(reason)
    if not found:
        raise gone[0]
    today = alliance.charter.calendar.day(now)
    several = len(actors.actor(connection, alliance, person, today).organisations) > 1
    return write(
        "answer_reminder",
        person.language,
        zone=alliance.charter.zone,
        missing=tuple((meeting, member, f"for {member.name}: " if several else "") for meeting, member in found),
        person=person.name,
        today=today,
    )


def _still_missing(
    connection: Connection, alliance: Alliance, missing: MissingAnswer, person: Person, now: datetime
) -> tuple[Meeting, Organisation]:
    """The meeting and the member whose answer is missing still; raises NoLongerTrue."""
    meeting = meetings.meeting(connection, alliance, missing.meeting_id)
    if meeting is None or meeting.state != "called" or meeting.starts_at <= now:
        raise NoLongerTrue("meeting_gone")
    if missing.revision != meeting.revision:
        raise NoLongerTrue("older_revision")
    organisation = missing.organisation_id
    if organisation not in {line.organisation_id for line in _silent(connection, alliance, meeting)}:
        raise NoLongerTrue("settled")
    today, meets = alliance.charter.calendar.day(now), alliance.charter.calendar.day(meeting.starts_at)
    office = alliance.charter.body(meeting.kind).seat_holder
    if person.id not in register.offices_on(connection, alliance.id, meets).regardless().asked(organisation, (office,)):
        raise NoLongerTrue("not_theirs")
    return meeting, register.organisations(connection, alliance.id, today, [organisation])[organisation]
