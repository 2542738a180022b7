"""Why somebody was told of something, or was not; and who is meant by an address, a name or a member."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, select

from alliance.accounts import Account
from alliance.actions import action_id, typed_id
from alliance.alliances import Alliance
from alliance.charter import Requirement
from alliance.errors import Refused
from alliance.members import OfficesOn, Person
from alliance.names import find, fold
from alliance.whys import Asking, Delivered, Explained, Reason, Why, reasons_for
from alliance.words import Words
from storage.queries import absences, accounts, actors, register, snoozes, stories
from storage.queries.auditing import reminders_had
from storage.queries.outbox_looking import Sought, found
from storage.tables import tables

_person, _address = tables["person"], tables["address"]
NEWEST = 10


def people_meant(connection: Connection, alliance: Alliance, typed: str, day: date) -> tuple[Person, ...]:
    """Who is meant by an address (also one no longer in use), a name, or a member: everybody in an office of it.

    Raises Refused("nobody_called") if there is none.
    """
    ids = _at_address(connection, alliance.id, typed) or _called(connection, alliance.id, typed)
    ids = ids or _in_office(connection, alliance, typed, day)
    if not ids:
        raise Refused("nobody_called", got=typed)
    known = register.people(connection, alliance.id, ids)
    return tuple(known[person] for person in ids)


def one_meant(connection: Connection, alliance: Alliance, typed: str, day: date) -> Person:
    """The one person who is meant; raises Refused("nobody_called") or Refused("several_called") with who they are."""
    meant = people_meant(connection, alliance, typed, day)
    if len(meant) > 1:
        raise Refused("several_called", got=typed, known=tuple(person.name for person in meant))
    return meant[0]


def _at_address(connection: Connection, alliance_id: int, typed: str) -> tuple[int, ...]:
    query = select(_address.c.person_id).where(
        _address.c.alliance_id == alliance_id, _address.c.value == typed.strip().lower()
    )
    return tuple(dict.fromkeys(connection.execute(query.order_by(_address.c.id.desc())).scalars()))[:1]


def _called(connection: Connection, alliance_id: int, typed: str) -> tuple[int, ...]:
    query = select(_person.c.id, _person.c.name).where(_person.c.alliance_id == alliance_id).order_by(_person.c.id)
    names = [(row.id, fold(row.name)) for row in connection.execute(query)]
    exact = tuple(person for person, name in names if name == fold(typed))
    return exact or tuple(person for person, name in names if fold(typed) and fold(typed) in name.split(" "))


def _in_office(connection: Connection, alliance: Alliance, typed: str, day: date) -> tuple[int, ...]:
    try:
        code = find(typed, register.member_names(connection, alliance.id))
    except Refused:
        return ()
    member = register.organisation_by_code(connection, alliance.id, code, day)
    offices = register.offices_on(connection, alliance.id, day, [member.id] if member else [])
    return tuple(dict.fromkeys(term.person_id for term in offices.terms))


def requirement_meant(connection: Connection, alliance: Alliance, typed: str, language: str) -> Requirement:
    """A requirement by number, key or title, or an action by its number (``A12``); raises Refused."""
    number, wanted = typed_id(typed), fold(typed)
    keys = set(accounts.requirement_keys(connection, alliance.id).values())
    for key in keys:
        if number is not None and action_id(key) == number:
            return accounts.requirement(connection, alliance, key)
    for requirement in alliance.charter.requirements:
        names = (requirement.number, requirement.key, requirement.title.da, requirement.title.en)
        if wanted in {fold(name) for name in names}:
            return requirement
    known = tuple(f"{r.number} ({r.title.in_(language)})" for r in alliance.charter.requirements)
    raise Refused("unknown_requirement", got=typed, known=known)


def why(
    connection: Connection,
    alliance: Alliance,
    person: Person,
    now: datetime,
    *,
    about: Requirement | None = None,
    on: date | None = None,
) -> Why:
    """Why the person was told, or was not, of what their members owe (of one requirement), by the end of a local day.

    Without a day it is today's answer and the newest deliveries are shown; ``now`` is aware UTC.
    """
    calendar = alliance.charter.calendar
    day = on or calendar.day(now)
    ends = calendar.at(day + timedelta(days=1), time())
    told = found(connection, alliance.id, Sought(people=[person.id], until=ends))
    explained = tuple(_explained(connection, alliance, person, day, about, told))
    nothing = () if explained else (_nothing(connection, alliance, person, day, about),)
    return Why(
        person.name,
        day,
        (*nothing, *_general(connection, alliance, person, day)),
        explained,
        _shown(told, about, calendar.at(day, time()) if on else None),
    )


def _shown(told: tuple[Delivered, ...], about: Requirement | None, since: datetime | None) -> tuple[Delivered, ...]:
    of_it = [one for one in told if about is None or any(line["requirement"] == about.key for line in one.lines)]
    return tuple(one for one in of_it if since is None or one.posted_at >= since)[-NEWEST:]


def _nothing(
    connection: Connection, alliance: Alliance, person: Person, day: date, about: Requirement | None
) -> Reason:
    """Why there is nothing to explain: no office that day, or an office of which nothing is asked (yet)."""
    held = register.offices_on(connection, alliance.id, day).of_person(person.id)
    if not held:
        return Reason("no_office")
    return Reason("not_open", {"requirement": about.title}) if about else Reason("nothing_open")


def _general(connection: Connection, alliance: Alliance, person: Person, day: date) -> Iterator[Reason]:
    """What holds for the person on the day whatever it is about."""
    if not alliance.charter.calendar.is_working_day(day):
        yield Reason("not_working", {"day": day})
    for absence in absences.absences_of(connection, alliance.id, person.id, day):
        if absence.validity.covers(day):
            yield Reason("away", {"since": absence.validity.since, "last": absence.last})
    addresses = register.addresses(connection, alliance.id, [person.id]).get(person.id, ())
    if not addresses:
        yield Reason("no_address")
    for address in addresses:
        if address.unreachable_since is not None:
            facts = {"channel": address.channel, "address": address.value, "since": address.unreachable_since}
            yield Reason("unreachable", facts)


def _explained(
    connection: Connection,
    alliance: Alliance,
    person: Person,
    day: date,
    about: Requirement | None,
    told: tuple[Delivered, ...],
) -> Iterator[Explained]:
    terms = register.office_terms(connection, alliance.id, person_id=person.id)
    members = {term.organisation_id for term in terms if term.validity.covers(day)}
    handed = actors.handed_to(connection, alliance.id, person.id, day)
    of_others = {handover.organisation_id for handover in handed} - members
    duties = {handover.obligation_id for handover in handed}
    members |= of_others
    offices = register.offices_on(connection, alliance.id, day, members)
    ladder, calendar = alliance.charter.ladder_on(day), alliance.charter.calendar
    had = reminders_had(connection, alliance.id, [person.id], day.replace(day=1), day)[person.id]
    held = snoozes.held_by(connection, alliance.id, person.id, calendar.at(day + timedelta(days=1), time()))
    for account in accounts.accounts(connection, alliance, day, organisation_ids=members):
        if account.organisation.id in of_others and account.obligation.id not in duties:
            continue  # of that member they were handed something else
        if about is None or account.requirement.key == about.key:
            asking = _asking(connection, alliance, account, person, offices, day)
            snooze = held.get(account.obligation.id)
            yield Explained(account, reasons_for(account, asking, told, ladder, calendar, day, had, snooze))


def _asking(
    connection: Connection, alliance: Alliance, account: Account, person: Person, offices: OfficesOn, day: date
) -> Asking:
    asked = offices.asked(
        account.organisation.id, account.requirement.asks, account.obligation.id, account.requirement.owner
    )
    names = register.people(connection, alliance.id, asked)
    return Asking(
        person.id,
        asked,
        tuple(names[other].name for other in asked),
        _settled_as(connection, alliance, account),
        stories.handed_over(connection, alliance, [account], day).get(account.obligation.id, ()),
    )


def _settled_as(connection: Connection, alliance: Alliance, account: Account) -> Words | None:
    """The title of the office in which somebody settled it; None if nobody did, or in none."""
    fact = account.standing.by
    if fact is None:
        return None
    day = alliance.charter.calendar.day(fact.recorded_at)
    held = register.offices_on(connection, alliance.id, day).of_person(fact.recorded_by)
    here = [term.office for term in held if term.organisation_id == account.organisation.id]
    office = next(iter([*here, *(term.office for term in held)]), "")
    return alliance.charter.office(office).title if office else None
