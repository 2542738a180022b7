"""The demo's second alliance: all 98 municipalities under a charter that knows parties beside the members.

It is planted from what its charter says: whom that gives a seat, an observer's chair, a group to advise or the
secretariat gets an invented person. Addresses are other ones than in the first alliance: an address says who asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.charter import Party
from alliance.names import fold
from alliance.planning import propose_year
from storage.changes import register
from storage.changes.founding import found
from storage.changes.meetings import plan_proposed
from storage.municipalities import municipalities
from storage.queries import actors
from storage.queries import register as known
from storage.seed import ALL_JOINED, DEMO_SINCE, DEMO_START, FIRST, LAST, invented_names, plant_person
from storage.seed_plans import plant_plans

SECOND_CHARTER = "klimaalliancen"
NAMES_TAKEN = len(FIRST) * len(LAST) // 2  # the first alliance has fewer people
COORDINATOR = "climate_coordinator"


def plant_second(connection: Connection, start: datetime = DEMO_START, charter: str = SECOND_CHARTER) -> Alliance:
    """Plant an alliance beside the demo's first, its clock standing at ``start`` (aware UTC)."""
    alliance = found(connection, f"demo-{charter}", charter, DEMO_SINCE, start, demo=True)
    names = islice(invented_names(), NAMES_TAKEN, None)
    for m in municipalities():
        organisation = register.add_municipality(connection, alliance.id, m.code, m.name, m.official_name, m.groups)
        register.add_membership(connection, alliance.id, organisation, "member", ALL_JOINED, None, start)
        address = f"klimaalliance@{m.slug}.example"
        _hold(connection, alliance, organisation, COORDINATOR, next(names), address, start)
    today = alliance.charter.calendar.day(start)
    codes = {o.code: o.id for o in known.organisations(connection, alliance.id, today).values()}
    for party in alliance.charter.parties:
        if party.validity.covers(today):
            _plant_party(connection, alliance, party, codes[party.code], names, start)
    _plant_year(connection, alliance, today)
    recorder = next(iter(actors.secretariat_people(connection, alliance, today)), None)
    if recorder is not None and alliance.charter.standards:
        plant_plans(connection, alliance, codes, {}, recorder, start)
    return alliance


def _plant_party(
    connection: Connection, alliance: Alliance, party: Party, organisation: int, names: Iterator[str], start: datetime
) -> None:
    for office in _offices_of(alliance, party):
        address = f"{office.replace('_', '-')}@{fold(party.name.da).replace(' ', '-')}.example"
        _hold(connection, alliance, organisation, office, next(names), address, start)


def _offices_of(alliance: Alliance, party: Party) -> tuple[str, ...]:
    """The offices that a charter has somebody hold in a party."""
    charter = alliance.charter
    seats = [body.seat_holder for body in charter.bodies if party.code in body.seated]
    watching = [body.observer_office for body in charter.bodies if party.role in body.observers]
    advising = [charter.advisers.office] if charter.advisers and charter.advisers.kind == party.kind else []
    serving = [charter.secretariat.office] if charter.secretariat.organisation == party.code else []
    return tuple(dict.fromkeys((*seats, *watching, *advising, *serving)))


def _hold(
    connection: Connection, alliance: Alliance, organisation: int, office: str, name: str, mail: str, start: datetime
) -> None:
    person = plant_person(connection, alliance.id, name, mail, start)
    register.add_office_term(connection, alliance.id, organisation, office, person, date(2024, 1, 1), None, start)


def _plant_year(connection: Connection, alliance: Alliance, today: date) -> None:
    """Plan the meetings of the year as ``årshjul`` proposes them; none of them is called yet."""
    for proposal in propose_year(alliance.charter, today.year, today=DEMO_SINCE, existing=()).proposals:
        if proposal.answer_by > today:
            plan_proposed(connection, alliance.id, proposal)
