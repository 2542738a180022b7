"""What the secretariat is told when somebody corrected the address of somebody else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.members import Person
from alliance.messages import Message
from scheduling.truth import NoLongerTrue
from storage import outbox
from storage.queries import actors, register
from templates import write


def address_corrected_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """Whose address it is now and who says so; raises NoLongerTrue once it is another, or the reader has left."""
    today = alliance.charter.calendar.day(now)
    if person.id not in actors.secretariat_people(connection, alliance, today):
        raise NoLongerTrue("not_theirs")
    whose, by, member, number = (int(str(claim.facts[key])) for key in ("person", "by", "organisation", "address"))
    known = register.addresses(connection, alliance.id, [whose]).get(whose, ())
    address = next((each for each in known if each.id == number), None)
    if address is None:
        raise NoLongerTrue("another_address")
    names = register.people(connection, alliance.id, [whose, by])
    return write(
        "address_corrected",
        person.language,
        zone=alliance.charter.zone,
        person=names[whose].name,
        by=names[by].name,
        organisation=register.organisations(connection, alliance.id, today, [member])[member],
        mail=address.value,
    )
