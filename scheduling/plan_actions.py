"""The reminder of actions that nobody has updated for a year: to the member's coordinator, once for each."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.members import Person
from alliance.messages import Message
from alliance.notifications import actions_stale
from alliance.plan_actions import SURELY_HEARD, PlanAction
from scheduling.seats import begins_working_day
from scheduling.truth import NoLongerTrue
from storage import journal, outbox
from storage.changes.plan_actions import mark_reminded
from storage.queries import actors, plan_actions, register
from templates import write


def remind_of_stale(connection: Connection, alliance: Alliance, last: datetime | None, now: datetime) -> int:
    """Remind each member once of what nobody has updated for a year; returns how many actions that were.

    Looks at the first tick of a working day from eight: ``last`` is when the one before it was (aware UTC). Where
    nobody is asked for the member, nobody was reminded, and it is looked at again.
    """
    calendar = alliance.charter.calendar
    if not begins_working_day(calendar, last, now):
        return 0
    today = calendar.day(now)
    known = plan_actions.unheard_of(connection, alliance.id, now - SURELY_HEARD, unreminded=True)
    stale = defaultdict[int, list[PlanAction]](list)
    for action in known:
        if action.is_stale(calendar, today):
            stale[action.organisation_id].append(action)
    if not stale:
        return 0
    terms = register.memberships(connection, alliance.id)
    members = {term.organisation_id for term in terms if term.role == "member" and term.validity.covers(today)}
    offices = register.offices_on(connection, alliance.id, today, stale)
    told = 0
    for organisation_id, actions in stale.items():
        people = offices.asked(organisation_id, (alliance.charter.contact,)) if organisation_id in members else ()
        if people:
            numbers = tuple(action.number for action in actions)
            notices = [actions_stale(organisation_id, numbers, today, person) for person in people]
            outbox.post_each(connection, alliance.id, notices, now)
            mark_reminded(connection, alliance.id, [action.id for action in actions], now)
            journal.write_down(connection, alliance.id, now, "actions_reminded", organisation_id=organisation_id)
            told += len(actions)
    return told


def actions_stale_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """Which of them are still without news; raises NoLongerTrue once none is, or for who has left."""
    calendar, organisation_id = alliance.charter.calendar, int(str(claim.facts["organisation"]))
    today, numbers = calendar.day(now), claim.facts["numbers"]
    assert isinstance(numbers, list)
    known = plan_actions.actions(connection, alliance.id, [organisation_id])
    stale = tuple(one for one in known if one.number in numbers and one.is_stale(calendar, today))
    if not stale:
        raise NoLongerTrue("settled")
    if not actors.actor(connection, alliance, person, today).may("act_for_member", organisation_id):
        raise NoLongerTrue("not_theirs")
    organisation = register.organisations(connection, alliance.id, today, [organisation_id])[organisation_id]
    zone = alliance.charter.zone
    return write("actions_stale", person.language, zone=zone, organisation=organisation, actions=stale)
