"""Who looks at the page. In the demo everybody may be anybody; the real pages know whoever signed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Connection, Engine
from starlette.requests import Request
from starlette.responses import Response

from alliance.alliances import Alliance
from alliance.charter import OfficeKind
from alliance.members import OfficesOn, Organisation, Person
from alliance.names import fold
from alliance.roles import Actor
from bot.context import Context
from storage.queries import actors, register

PERSONA, LANGUAGE, ALLIANCE = "persona", "language", "alliance"
"""Cookies: whom somebody plays in the demo and in which alliance, and the language of whoever is not known."""
MOST_FOUND = 12


@dataclass(frozen=True)
class Visitor:
    """The person the page is shown to; ``address`` is what their cookie says.

    ``also`` are the other alliances in which the address is somebody's who has something to do there.
    """

    address: str
    alliance: Alliance
    actor: Actor
    offices: tuple[tuple[OfficeKind, Organisation], ...]
    also: tuple[Alliance, ...] = ()

    @property
    def name(self) -> str:
        return self.actor.person.name

    @property
    def language(self) -> str:
        return self.actor.person.language

    def roles(self, language: str) -> tuple[str, ...]:
        """``klimakoordinator, Køge``."""
        return tuple(f"{office.title.in_(language)}, {organisation.name}" for office, organisation in self.offices)


def asking(connection: Connection, visitor: Visitor, now: datetime) -> Context:
    """What a command would be handed if the visitor said something at ``now`` (aware UTC): to look as commands do."""
    return Context(connection, visitor.alliance, visitor.actor, now, "web", (), {})


def visitor_at(connection: Connection, address: str, now: datetime, alliance_key: str = "") -> Visitor | None:
    """The person an address belongs to, in the alliance with this key, else in whichever knows it first."""
    known = register.known_at(connection, address) if address else ()
    chosen = next((each for each in known if each[0].key == alliance_key), next(iter(known), None))
    if chosen is None:
        return None
    visitor = visitor_of(connection, *chosen, address.strip().lower(), now)
    return _with_others(connection, visitor, known, now)


def with_others(connection: Connection, visitor: Visitor, now: datetime) -> Visitor:
    """The same visitor, with the other alliances they could look at."""
    return _with_others(connection, visitor, register.known_at(connection, visitor.address), now)


def _with_others(
    connection: Connection, visitor: Visitor, known: Iterable[tuple[Alliance, Person]], now: datetime
) -> Visitor:
    others = (each for each in known if each[0].id != visitor.alliance.id)
    also = (a for a, person in others if actors.actor(connection, a, person, a.charter.calendar.day(now)).in_office)
    return replace(visitor, also=tuple(also))


def visitor_of(connection: Connection, alliance: Alliance, person: Person, address: str, now: datetime) -> Visitor:
    """A person with what they hold and act for today; ``now`` is aware UTC."""
    today = alliance.charter.calendar.day(now)
    actor = actors.actor(connection, alliance, person, today)
    ids = {term.organisation_id for term in actor.terms}
    known = register.organisations(connection, alliance.id, today, ids)
    offices = tuple((alliance.charter.office(t.office), known[t.organisation_id]) for t in actor.terms)
    return Visitor(address, alliance, actor, offices)


class Who(Protocol):
    """How the pages know who looks at them."""

    def visitor(self, connection: Connection, request: Request, now: datetime) -> Visitor | None: ...

    def seen(self, engine: Engine, request: Request, now: datetime) -> None:
        """Note that they were here, once the page is made."""

    def asks(self, request: Request) -> str:
        """The page where somebody says who they are, and from where they come back."""

    def switch(self, connection: Connection, request: Request, response: Response, to: Alliance, now: datetime) -> bool:
        """Let the same person be known in another of their alliances from now on; returns whether they are."""


class Personas:
    """The demo's way: whoever the cookie says, without asking."""

    def visitor(self, connection: Connection, request: Request, now: datetime) -> Visitor | None:
        return visitor_at(connection, request.cookies.get(PERSONA, ""), now, request.cookies.get(ALLIANCE, ""))

    def seen(self, engine: Engine, request: Request, now: datetime) -> None:
        """Nobody is noted."""

    def asks(self, request: Request) -> str:
        return "/"

    def switch(self, connection: Connection, request: Request, response: Response, to: Alliance, now: datetime) -> bool:
        response.set_cookie(ALLIANCE, to.key, httponly=True, samesite="strict")
        return True


@dataclass(frozen=True)
class Candidate:
    """Somebody the visitor can choose to be."""

    name: str
    address: str
    office: OfficeKind
    organisation: Organisation


@dataclass(frozen=True)
class Cast:
    """Everybody in an office on a day: the demo's dramatis personae. ``parties`` take part beside the members."""

    alliance: Alliance
    members: tuple[Organisation, ...]
    people: tuple[Candidate, ...]
    secretariat: tuple[Candidate, ...]
    parties: tuple[Candidate, ...] = ()

    def holder(self, code: str, office: str) -> Candidate | None:
        """Who has the office in the municipality with that code."""
        found = (p for p in self.people if p.organisation.code == code and p.office.key == office)
        return next(found, None)

    def member(self, code: str) -> Organisation | None:
        return next((member for member in self.members if member.code == code), None)

    def named(self, typed: str) -> tuple[Candidate, ...]:
        """Those whose name, municipality or address fits every word typed, in Danish order of municipalities."""
        words = fold(typed).split()
        found = (p for p in (*self.secretariat, *self.people) if words and all(w in _haystack(p) for w in words))
        return tuple(found)[:MOST_FOUND]


def _haystack(candidate: Candidate) -> str:
    return fold(f"{candidate.name} {candidate.organisation.name} {candidate.address}")


def casts(connection: Connection, now: datetime) -> tuple[Cast, ...]:
    """Everybody of each alliance, oldest first."""
    return tuple(_cast(connection, alliance, now) for alliance in register.alliances(connection))


def _cast(connection: Connection, alliance: Alliance, now: datetime) -> Cast:
    """Everybody of an alliance: members in Danish order, and who takes part beside them."""
    today = alliance.charter.calendar.day(now)
    roles = {
        m.organisation_id: m.role for m in register.memberships(connection, alliance.id) if m.validity.covers(today)
    }
    homes = actors.secretariat_homes(connection, alliance, today)
    found = register.organisations(connection, alliance.id, today, {*roles, *homes})
    members = tuple(organisation for organisation in found.values() if roles.get(organisation.id) == "member")
    people = _candidates(connection, alliance, found.values(), today)
    rule = alliance.charter.secretariat.office
    return Cast(
        alliance,
        members,
        tuple(p for p in people if p.office.key != rule),
        tuple(p for p in people if p.office.key == rule and p.organisation.id in homes),
        tuple(p for p in people if p.office.key != rule and roles.get(p.organisation.id) != "member"),
    )


def named(known: Iterable[Cast], typed: str) -> tuple[Candidate, ...]:
    """Those of any alliance whose name, organisation or address fits every word typed."""
    return tuple(person for cast in known for person in cast.named(typed))[:MOST_FOUND]


def _candidates(
    connection: Connection, alliance: Alliance, organisations: Iterable[Organisation], today: date
) -> tuple[Candidate, ...]:
    """Everybody in office with an address, by organisation as given; holders come before those who act for them."""
    offices = register.offices_on(connection, alliance.id, today)
    names = register.people(connection, alliance.id, {term.person_id for term in offices.terms})
    addresses = register.addresses(connection, alliance.id)
    return tuple(
        Candidate(names[person].name, addresses[person][0].value, office, organisation)
        for organisation in organisations
        for office, person in _in_office(alliance, offices, organisation.id)
        if person in addresses
    )


def _in_office(alliance: Alliance, offices: OfficesOn, organisation_id: int) -> list[tuple[OfficeKind, int]]:
    return [
        (office, person)
        for office in alliance.charter.offices
        for person in (
            *offices.holders(organisation_id, office.key),
            *offices.acting(organisation_id, office.key),
        )
    ]
