"""Who sits in the bodies on a day, who leads and led them, and which terms end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.charter import Body
from alliance.members import OfficesOn, OfficeTerm, SeatTerm
from alliance.seats import BodyShown, ChairShown, SeatShown, vacancies
from alliance.validity import valid_on
from storage.queries import register


def bodies(connection: Connection, alliance: Alliance, day: date) -> tuple[BodyShown, ...]:
    """Every body of the charter on a local day, with its seats by constituency and those that stand empty."""
    known = register.seats(connection, alliance.id)
    return tuple(_body(connection, alliance, body, known, day) for body in valid_on(alliance.charter.bodies, day))


def _body(connection: Connection, alliance: Alliance, body: Body, known: Iterable[SeatTerm], day: date) -> BodyShown:
    of_body = [term for term in known if term.body == body.key]
    running = [term for term in of_body if term.validity.covers(day)]
    chairs = {term.organisation_id for term in running if term.chair}
    ids = {term.organisation_id for term in running}
    members = register.organisations(connection, alliance.id, day, ids)
    holders = _holders(connection, alliance, body, ids, day)
    held = [
        SeatShown(
            term.constituency,
            members[term.organisation_id].name,
            holders.get(term.organisation_id, ""),
            term.organisation_id in chairs,
            term.validity,
        )
        for term in sorted(running, key=lambda term: term.constituency)
        if not term.chair
    ]
    empty = (SeatShown(gone.constituency, vacancy=gone) for gone in vacancies(body, of_body, day))
    return BodyShown(body, (*held, *empty))


def _holders(
    connection: Connection, alliance: Alliance, body: Body, organisations: Iterable[int], day: date
) -> dict[int, str]:
    """The name of who holds the seat's office in each organisation on a day, where somebody does."""
    ids = set(organisations)
    offices = register.offices_on(connection, alliance.id, day, ids)
    sitting = {id_: held[-1] for id_ in ids if (held := offices.holders(id_, body.seat_holder))}
    people = register.people(connection, alliance.id, sitting.values())
    return {id_: people[person].name for id_, person in sitting.items()}


def chairs(connection: Connection, alliance: Alliance, day: date) -> tuple[ChairShown, ...]:
    """Who leads, led and is to lead the body that has a chair, newest first."""
    rule = alliance.charter.chair
    if rule is None:
        return ()
    body = alliance.charter.body(rule.body)
    terms = [term for term in register.seats(connection, alliance.id) if term.chair and term.body == body.key]
    terms = [term for term in terms if not term.validity.is_empty]
    members = register.organisations(connection, alliance.id, day, {term.organisation_id for term in terms})
    held = register.office_terms(connection, alliance.id) if terms else ()
    sitting = {term: _holder(held, body, term, day) for term in terms}
    people = register.people(connection, alliance.id, {person for person in sitting.values() if person})
    names = {person: found.name for person, found in people.items()}
    return tuple(
        ChairShown(body, members[term.organisation_id].name, names.get(sitting[term] or 0, ""), term.validity)
        for term in sorted(terms, key=lambda term: term.validity.since, reverse=True)
    )


def _holder(held: Iterable[OfficeTerm], body: Body, term: SeatTerm, day: date) -> int | None:
    """Who held the seat's office on the last day of a term that we know, or on its first while it is to come."""
    last = min(day, term.validity.until - timedelta(days=1)) if term.validity.until else day
    on = max(term.validity.since, last)
    holders = OfficesOn.of(held, on).holders(term.organisation_id, body.seat_holder)
    return holders[-1] if holders else None
