"""What is kept about a member, on its way to somebody who asked for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.members import Person
from alliance.messages import Message
from scheduling.truth import NoLongerTrue
from storage import outbox
from storage.queries import actors, register
from storage.queries.own_data import own_data
from templates import write


def own_data_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """The file as things are now; raises NoLongerTrue where the reader may not act for the member any more."""
    today = alliance.charter.calendar.day(now)
    member = int(str(claim.facts["organisation"]))
    if not actors.actor(connection, alliance, person, today).may("act_for_member", member):
        raise NoLongerTrue("not_theirs")
    organisation = register.organisations(connection, alliance.id, today, [member])[member]
    data = own_data(connection, alliance, organisation, now)
    return write("own_data_sent", person.language, zone=alliance.charter.zone, data=data)
