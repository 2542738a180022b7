"""Who takes part beside the members, put into the register as the charter names them: again changes nothing."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.charter import Body, Party
from alliance.successions import Adoption
from alliance.validity import Validity
from storage.changes import register as change
from storage.queries import register


def enter_parties(connection: Connection, alliance: Alliance, now: datetime) -> int:
    """Add the charter's parties, with their terms, groups and seats, that are not there; returns how many were added.

    A party whose term ends gets its end here; what it did before stays. A party that nobody names any more stays as it
    is: leaving is a day in the charter, not a line that is gone. ``now`` is aware UTC.
    """
    charter, today = alliance.charter, alliance.charter.calendar.day(now)
    known = {o.code: o.id for o in register.organisations(connection, alliance.id, today).values()}
    added = 0
    for party in charter.parties:
        if party.code not in known:
            known[party.code] = _add(connection, alliance, party)
            added += 1
        _group(connection, alliance, known[party.code], party)
        _take_part(connection, alliance, known[party.code], party, now)
    for body in charter.bodies:
        for code in body.seated:
            terms = [party for party in charter.parties if party.code == code]
            _seat(connection, alliance, body, known[code], terms, now)
    return added


def take_back_parties(connection: Connection, alliance: Alliance, withdrawn: Adoption, now: datetime) -> None:
    """Leave out of the register what a charter that is not to follow would have begun or ended on its day.

    ``alliance`` is as it is without it. Organisations stay, and people who were entered for them: they take part in
    nothing. ``now`` is aware UTC.
    """
    today = alliance.charter.calendar.day(now)
    known = {o.code: o.id for o in register.organisations(connection, alliance.id, today).values()}
    theirs = {known[party.code] for party in withdrawn.charter.parties if party.code in known}
    change.forget_what_begins(connection, alliance.id, theirs, withdrawn.since)
    for party in alliance.charter.parties:
        if party.validity.until != withdrawn.since:
            end = party.validity.until
            change.end_anew(connection, alliance.id, known[party.code], party.role, withdrawn.since, end)
    enter_parties(connection, alliance, now)


def _add(connection: Connection, alliance: Alliance, party: Party) -> int:
    name = party.name.da  # organisations have one name, as the Danish register has it
    return change.add_organisation(connection, alliance.id, party.code, name, party.official_name, party.kind)


def _group(connection: Connection, alliance: Alliance, organisation: int, party: Party) -> None:
    grouping, since = alliance.charter.constituency, party.validity.since
    known = register.organisations(connection, alliance.id, since, [organisation])
    if party.group and known[organisation].group(grouping) != party.group:
        change.add_grouping(connection, alliance.id, organisation, grouping, party.group, since, None)


def _take_part(connection: Connection, alliance: Alliance, organisation: int, party: Party, now: datetime) -> None:
    since, until = party.validity.since, party.validity.until
    for membership in register.memberships(connection, alliance.id, [organisation]):
        if membership.role == party.role and membership.validity.since == since:
            if until is not None and membership.validity.until != until:
                change.end_membership(connection, alliance.id, organisation, until)
            return
    change.add_membership(connection, alliance.id, organisation, party.role, since, until, now)


def _seat(
    connection: Connection, alliance: Alliance, body: Body, organisation: int, terms: list[Party], now: datetime
) -> None:
    """Give a party its seat while both the body and the party are there; the seat is called by the party's name."""
    held = {
        seat.validity.since
        for seat in register.seats(connection, alliance.id)
        if (seat.body, seat.organisation_id) == (body.key, organisation)
    }
    for party in terms:
        since, until = _both(body.validity, party.validity)
        if since not in held and (until is None or since < until):
            change.add_seat_term(connection, alliance.id, body.key, party.name.da, organisation, since, until, now)


def _both(one: Validity, other: Validity) -> tuple[date, date | None]:
    """The days that two validities share."""
    ends = [end for end in (one.until, other.until) if end is not None]
    return max(one.since, other.since), min(ends, default=None)
