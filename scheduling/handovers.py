"""What is told of a handover: to the colleague what they were handed, to either of the two that it is over."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from alliance.accounts import Story
from alliance.alliances import Alliance
from alliance.handovers import Handover
from alliance.members import Person
from alliance.messages import Message
from scheduling.truth import NoLongerTrue
from storage import outbox
from storage.queries import accounts, actors, handovers, register, stories
from templates import write


def handed_over_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """What a colleague is to answer, for whom and until when; raises NoLongerTrue where it is settled or not theirs."""
    handover, today = _handover(connection, alliance, claim), alliance.charter.calendar.day(now)
    if not actors.in_force(connection, alliance.id, [handover], today):
        raise NoLongerTrue("not_theirs")
    story = _story(connection, alliance, handover, now)
    if not story.account.standing.owes:
        raise NoLongerTrue("settled")
    return write(
        "handed_over",
        person.language,
        zone=alliance.charter.zone,
        person=person.name,
        giver=_name(connection, alliance, handover.giver_id),
        note=handover.note,
        story=story,
        day=today,
        prefix=_prefix(connection, alliance, person, story, today),
    )


def handed_back_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """That something is the reader's again; raises NoLongerTrue where it is settled, or they are asked no more."""
    handover, today = _handover(connection, alliance, claim), alliance.charter.calendar.day(now)
    story = _story(connection, alliance, handover, now)
    if not story.account.standing.owes:
        raise NoLongerTrue("settled")
    if person.id not in {contact.person_id for contact in story.contacts}:
        raise NoLongerTrue("not_theirs")
    return write(
        "handed_back",
        person.language,
        zone=alliance.charter.zone,
        colleague=_name(connection, alliance, handover.colleague_id),
        story=story,
        day=today,
        prefix=_prefix(connection, alliance, person, story, today),
    )


def taken_back_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """That the reader need not do any more; raises NoLongerTrue for whoever never heard of it."""
    if not outbox.may_have_arrived(connection, alliance.id, claim.strand, claim.notification_id):
        raise NoLongerTrue("never_sent")
    handover = _handover(connection, alliance, claim)
    return write(
        "taken_back",
        person.language,
        zone=alliance.charter.zone,
        giver=_name(connection, alliance, handover.giver_id),
        story=_story(connection, alliance, handover, now),
    )


def _handover(connection: Connection, alliance: Alliance, claim: outbox.Claim) -> Handover:
    return handovers.handover(connection, alliance.id, int(str(claim.facts["handover"])))


def _prefix(connection: Connection, alliance: Alliance, person: Person, story: Story, today: date) -> str:
    """What stands before a command of the reader's, so that it is about the member."""
    own, organisation = actors.actor(connection, alliance, person, today).organisations, story.account.organisation
    return "" if own == (organisation.id,) else f"for {organisation.name}: "


def _name(connection: Connection, alliance: Alliance, person_id: int) -> str:
    return register.people(connection, alliance.id, [person_id])[person_id].name


def _story(connection: Connection, alliance: Alliance, handover: Handover, now: datetime) -> Story:
    """Raises NoLongerTrue where the obligation is owed no more, for the member has left or the charter is another."""
    today = alliance.charter.calendar.day(now)
    found = accounts.accounts(connection, alliance, today, obligation_ids=[handover.obligation_id])
    if not found:
        raise NoLongerTrue("obligation_gone")
    return stories.stories(connection, alliance, found, today)[0]
