"""Who a body's papers are sent to, and in which copy: everything, or the open items. Nobody twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from alliance.access import copy_for, reads_closed, reads_open
from alliance.agendas import AgendaItem
from alliance.alliances import Alliance
from alliance.charter import Body
from alliance.meetings import Meeting
from alliance.members import Membership, OfficesOn
from alliance.papers import Copy, Paper
from alliance.roles import Actor
from storage.queries import register


@dataclass(frozen=True)
class Readers:
    """The people who get all items, and those who get the open ones only: nobody is in both."""

    all_items: tuple[int, ...]
    open_items: tuple[int, ...] = ()

    def copies(self) -> Iterable[tuple[int, Copy]]:
        """Each person with the copy they get."""
        for person in self.all_items:
            yield person, "all"
        for person in self.open_items:
            yield person, "open"

    def __len__(self) -> int:
        return len(self.all_items) + len(self.open_items)


def readers(connection: Connection, alliance: Alliance, body_key: str, day: date) -> Readers:
    """Everybody who gets a body's papers on the day, by the charter's ``papers``; who gets all items gets them once."""
    body, papers = alliance.charter.body(body_key), alliance.charter.papers
    offices = register.offices_on(connection, alliance.id, day)
    everything = _seated(connection, alliance, body, offices, day) if body_key in papers.all_items else ()
    some: list[int] = []
    if "members" in papers.open_items:
        some += _asked_of_members(connection, alliance, offices, day)
    if body_key in papers.open_items:
        some += _seated(connection, alliance, body, offices, day)
    some += _observers(connection, alliance, body, offices, day)
    return Readers(everything, tuple(dict.fromkeys(person for person in some if person not in everything)))


def readers_of(connection: Connection, alliance: Alliance, meeting: Meeting, today: date) -> Readers:
    """Everybody who gets the papers of a meeting: today's readers, and who will have a seat on its day if it is ahead.

    Nobody twice: who reads everything on either day gets everything.
    """
    now = readers(connection, alliance, meeting.kind, today)
    day = alliance.charter.calendar.day(meeting.starts_at)
    if day <= today or meeting.kind not in alliance.charter.papers.all_items:
        return now
    body, offices = alliance.charter.body(meeting.kind), register.offices_on(connection, alliance.id, day)
    everything = dict.fromkeys((*now.all_items, *_seated(connection, alliance, body, offices, day)))
    return Readers(tuple(everything), tuple(person for person in now.open_items if person not in everything))


def _seated(connection: Connection, alliance: Alliance, body: Body, offices: OfficesOn, day: date) -> tuple[int, ...]:
    """Who holds or acts for an office that has a seat, holders before who acts for them."""
    running = [s for s in register.seats(connection, alliance.id) if s.body == body.key and s.validity.covers(day)]
    people: dict[int, None] = {}
    for organisation in sorted({seat.organisation_id for seat in running}):
        people |= dict.fromkeys(offices.holders(organisation, body.seat_holder))
        people |= dict.fromkeys(offices.acting(organisation, body.seat_holder))
    return tuple(people)


def _asked_of_members(connection: Connection, alliance: Alliance, offices: OfficesOn, day: date) -> tuple[int, ...]:
    """Everybody who is asked for any requirement, member by member."""
    people: dict[int, None] = {}
    for organisation in _with_role(connection, alliance, ("member",), day):
        for asked in alliance.charter.asked_on(day):
            people |= dict.fromkeys(offices.asked(organisation, asked))
    return tuple(people)


def _observers(
    connection: Connection, alliance: Alliance, body: Body, offices: OfficesOn, day: date
) -> tuple[int, ...]:
    """Who sits in for the organisations that observe the body."""
    people: dict[int, None] = {}
    for organisation in _with_role(connection, alliance, body.observers, day):
        people |= dict.fromkeys(offices.asked(organisation, (body.observer_office,)))
    return tuple(people)


def _with_role(connection: Connection, alliance: Alliance, roles: tuple[str, ...], day: date) -> tuple[int, ...]:
    """The organisations that belong to the alliance in one of these roles, in Danish order of names."""
    found = {
        m.organisation_id
        for m in register.memberships(connection, alliance.id)
        if m.role in roles and m.validity.covers(day)
    }
    return tuple(register.organisations(connection, alliance.id, day, found))


def readable_copy(
    connection: Connection, alliance: Alliance, actor: Actor, meeting: Meeting, paper: Paper, day: date
) -> Copy | None:
    """Which copy of an issued paper this person may have on the day; None for none.

    Who has a seat reads everything, and so does who will have it on the day of a meeting that is ahead. Whether members
    read it is asked of the charter under which it was issued.
    """
    body, seats = alliance.charter.body(meeting.kind), register.seats(connection, alliance.id)
    held = max(day, alliance.charter.calendar.day(meeting.starts_at))
    then = replace(actor, terms=register.office_terms(connection, alliance.id, person_id=actor.person.id))
    closed = reads_closed(actor, body, seats, day) or reads_closed(then, body, seats, held)
    joined = _joined(connection, alliance, actor)
    sent = alliance.papers_on(alliance.charter.calendar.day(paper.issued_at))
    return copy_for(paper, closed=closed, open_=reads_open(actor, body, sent, joined, day))


def _joined(connection: Connection, alliance: Alliance, actor: Actor) -> tuple[Membership, ...]:
    return register.memberships(connection, alliance.id, {term.organisation_id for term in actor.terms})


def speaking_for(connection: Connection, alliance: Alliance, item: AgendaItem, day: date) -> tuple[int, ...]:
    """Who hears of a member's proposal: whoever made it, or all its people if somebody else did or they have left."""
    if item.proposed_for is None:
        return ()
    return spokespeople(connection, alliance, item.proposed_for, item.proposed_by, day)


def spokespeople(
    connection: Connection, alliance: Alliance, organisation_id: int, person_id: int | None, day: date
) -> tuple[int, ...]:
    """Who hears of what a person said for an organisation: they, or all its people if they are none of them."""
    offices = register.offices_on(connection, alliance.id, day, [organisation_id])
    rule = alliance.charter.secretariat.office
    people = tuple(dict.fromkeys(term.person_id for term in offices.terms if term.office != rule))
    return (person_id,) if person_id in people else people
