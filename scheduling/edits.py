"""What a message in a chat is to say now that something has happened: who answered what and when, and what is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from alliance.accounts import Account
from alliance.alliances import Alliance
from alliance.attendance import Answer, winning
from alliance.deliveries import OPEN_STATES
from alliance.meetings import Meeting
from alliance.members import Person
from alliance.messages import Message
from alliance.notifications import missing_in
from alliance.reminders import MissingAnswer
from scheduling.proposals import proposal_as_it_stands
from scheduling.reminding import Owing
from scheduling.truth import NoLongerTrue, NotYet
from storage import outbox
from storage.outbox import Said
from storage.queries import accounts, actors, meetings, register, stories
from storage.queries.rolls import roll
from templates import write

EDIT = "edit"


@dataclass(frozen=True)
class _Reader:
    """Who reads the message, in which transaction, and when (aware UTC)."""

    connection: Connection
    alliance: Alliance
    person: Person
    now: datetime

    @property
    def today(self) -> date:
        return self.alliance.charter.calendar.day(self.now)

    def name_of(self, person_id: int) -> str:
        found = register.people(self.connection, self.alliance.id, [person_id])
        return next((person.name for person in found.values()), "")


def edited(connection: Connection, claim: outbox.Claim) -> str:
    """The receipt of the message that a claim changes; empty for one that is new."""
    said = _said(connection, claim) if claim.kind == EDIT else None
    return said.receipt if said else ""


def _said(connection: Connection, claim: outbox.Claim) -> Said | None:
    return outbox.said(connection, claim.alliance_id, int(str(claim.facts["edits"])))


def edit_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """What a message is to say, from the truth as it is now.

    Raises NoLongerTrue where it was never sent or newer words wait, NotYet while it is being sent.
    """
    said = _said(connection, claim)
    if said is None or said.kind not in _WORDS:
        raise NoLongerTrue("never_sent")
    if outbox.newer_waits(connection, alliance.id, claim.strand, claim.notification_id):
        raise NoLongerTrue("older_revision")
    if said.state in OPEN_STATES:
        raise NotYet("message_under_way", said.ready_at)
    if not said.receipt:
        raise NoLongerTrue("never_sent")
    return _WORDS[said.kind](_Reader(connection, alliance, person, now), said)


# ------------------------------------------------------------------------------------------------- reminders


def _reminder(reader: _Reader, said: Said) -> Message:
    """The reminder of a day: what of it is in place, and what is still owed with its buttons."""
    connection, alliance, person = reader.connection, reader.alliance, reader.person
    lines = {line.obligation_id: line.rung for line in outbox.lines_of(connection, said.notification_id)}
    owing = Owing(connection, alliance, [person.id], reader.today)
    owed, own = owing.owed_by(person), owing.acts_for(person)
    found = accounts.accounts(connection, alliance, reader.today, obligation_ids=list(lines))
    found = tuple(sorted(found, key=lambda account: list(lines).index(account.obligation.id)))
    done = [account for account in found if not account.standing.owes]
    hidden = owing.hidden_from(person)
    others = [a for a in found if a.standing.owes and a.obligation.id not in owed and a.obligation.id not in hidden]
    return write(
        "reminder_now",
        person.language,
        zone=alliance.charter.zone,
        person=person.name,
        sent_on=date.fromisoformat(said.occasion),
        day=reader.today,
        settled=tuple(
            (story, _answered_by(reader, story.account))
            for story in stories.stories(connection, alliance, done, reader.today)
        ),
        others=stories.stories(connection, alliance, others, reader.today),
        hidden=tuple((owing.told[id_], hidden[id_]) for id_ in lines if id_ in hidden),
        lines=tuple((_prefix(owed[id_], own), owing.told[id_], rung) for id_, rung in lines.items() if id_ in owed),
        asks=owing.asks_of(person),
    )


def _answered_by(reader: _Reader, account: Account) -> str:
    """Who gave the answer that an account waits with; empty without one."""
    answer = account.standing.answer
    return reader.name_of(answer.given_by) if answer else ""


def _prefix(account: Account, own: tuple[int, ...]) -> str:
    return "" if own == (account.organisation.id,) else f"for {account.organisation.name}: "


# -------------------------------------------------------------------------------------------------- meetings


def _invitation(reader: _Reader, said: Said) -> Message:
    if said.facts["method"] == "CANCEL":
        raise NoLongerTrue("nothing_to_answer")
    told = meetings.invitations(reader.connection, reader.alliance.id, said.facts["meeting"])
    asked = any(one.person_id == reader.person.id and one.method == "REQUEST" for one in told)
    starts_at = datetime.fromisoformat(said.facts["starts_at"])
    where = int(said.facts["meeting"]), int(said.facts["organisation"])
    return _meeting(reader, where, lambda meeting: meeting.starts_at != starts_at, lambda meeting: asked)


def _answer_reminder(reader: _Reader, said: Said) -> Message:
    """What became of each answer that was missing when the reminder was sent."""
    messages = [_missing(reader, missing) for missing in missing_in(said.occasion, said.facts)]
    return Message(messages[0].summary, tuple(block for message in messages for block in message.blocks))


def _missing(reader: _Reader, missing: MissingAnswer) -> Message:
    def is_asked(meeting: Meeting) -> bool:
        day = reader.alliance.charter.calendar.day(meeting.starts_at)
        office = reader.alliance.charter.body(meeting.kind).seat_holder
        offices = register.offices_on(reader.connection, reader.alliance.id, day).regardless()
        return reader.person.id in offices.asked(missing.organisation_id, (office,))

    where = missing.meeting_id, missing.organisation_id
    return _meeting(reader, where, lambda meeting: meeting.revision != missing.revision, is_asked)


def _meeting(
    reader: _Reader,
    where: tuple[int, int],
    is_moved: Callable[[Meeting], bool],
    is_asked: Callable[[Meeting], bool],
) -> Message:
    """What became of the meeting, or of the answer to it; ``where``: the meeting, and the organisation that answers."""
    connection, alliance = reader.connection, reader.alliance
    meeting_id, organisation = where
    meeting = meetings.meeting(connection, alliance, meeting_id)
    if meeting is None:
        raise NoLongerTrue("meeting_gone")
    answer = None if is_moved(meeting) else _answer(reader, meeting, organisation)
    if meeting.state == "cancelled":
        state = "cancelled"
    elif is_moved(meeting):
        state = "moved"
    elif answer is not None:
        state = "answered"
    elif meeting.starts_at <= reader.now:
        state = "over"
    else:
        state = "open" if is_asked(meeting) else "elsewhere"
    day = alliance.charter.calendar.day(meeting.starts_at)
    member = register.organisations(connection, alliance.id, day, [organisation])[organisation]
    several = len(actors.actor(connection, alliance, reader.person, reader.today).organisations) > 1
    return write(
        "meeting_now",
        reader.person.language,
        zone=alliance.charter.zone,
        meeting=meeting,
        organisation=member,
        state=state,
        answer=answer,
        by=reader.name_of(answer.given_by) if answer else "",
        prefix=f"for {member.name}: " if several else "",
    )


def _answer(reader: _Reader, meeting: Meeting, organisation: int) -> Answer | None:
    """The answer that counts: of whoever holds the seat, or of the member where everybody is asked."""
    if meeting.of_body:
        lines = roll(reader.connection, reader.alliance, meeting).lines
        return next((line.answer for line in lines if line.organisation_id == organisation), None)
    given = meetings.answers(reader.connection, reader.alliance.id, meeting.id, [organisation])
    return winning(given.get(organisation, ()), meeting.revision)


def _proposal(reader: _Reader, said: Said) -> Message:
    return proposal_as_it_stands(reader.connection, reader.alliance, int(said.facts["item"]), reader.person, reader.now)


_WORDS: dict[str, Callable[[_Reader, Said], Message]] = {
    "reminder": _reminder,
    "invitation_in_chat": _invitation,
    "answer_reminder": _answer_reminder,
    "proposal": _proposal,
}
