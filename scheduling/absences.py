"""What the secretariat is told of somebody who is away with nobody in their place."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.members import Person
from alliance.messages import Message
from scheduling.truth import NoLongerTrue
from storage import outbox
from storage.queries import absences, actors, register
from templates import write


def nobody_instead_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """Who is away from when to when; raises NoLongerTrue where they are not any more, or the reader has left."""
    today = alliance.charter.calendar.day(now)
    if person.id not in actors.secretariat_people(connection, alliance, today):
        raise NoLongerTrue("not_theirs")
    who, since = int(str(claim.facts["person"])), date.fromisoformat(str(claim.facts["since"]))
    running = absences.absences_of(connection, alliance.id, who, today)
    found = next((one for one in running if one.validity.since == since), None)
    if found is None:
        raise NoLongerTrue("back")
    terms = register.terms_on(connection, alliance.id, [who], today).get(who, ())
    members = register.organisations(connection, alliance.id, today, {term.organisation_id for term in terms})
    return write(
        "nobody_instead",
        person.language,
        zone=alliance.charter.zone,
        person=register.people(connection, alliance.id, [who])[who].name,
        members=tuple(member.name for member in members.values()),
        since=since,
        last=found.last,
    )
