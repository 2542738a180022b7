"""Who somebody is to an alliance on a day: what they may act for, what was handed to them; who its secretariat is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime

from sqlalchemy import Connection, Integer, bindparam, select

from alliance.alliances import Alliance
from alliance.changeovers import also_acts, changeover
from alliance.charter import Advisers
from alliance.handovers import Handover
from alliance.members import OfficeTerm, Person, SeatTerm, secretariat_organisation
from alliance.roles import Actor
from storage.queries import register
from storage.queries.handovers import held_by
from storage.ready import Ready
from storage.tables import tables

_invitation, _meeting = tables["invitation"], tables["meeting"]
_INVITED = Ready(
    select(_invitation.c.organisation_id)
    .join(_meeting, _meeting.c.id == _invitation.c.meeting_id)
    .where(
        _invitation.c.alliance_id == bindparam("alliance", type_=Integer),
        _invitation.c.person_id == bindparam("person"),
        _invitation.c.method == "REQUEST",
        _meeting.c.state == "called",
        _meeting.c.ends_at >= bindparam("since", type_=_meeting.c.ends_at.type),
    )
    .order_by(_invitation.c.id)
)


def actor(connection: Connection, alliance: Alliance, person: Person, day: date) -> Actor:
    """The person with everything they may act for on the day; the secretariat follows the charter's rule."""
    terms = register.terms_on(connection, alliance.id, [person.id], day).get(person.id, ())
    rule = alliance.charter.secretariat
    serves = [term.organisation_id for term in terms if term.office == rule.office]
    secretariat = bool(serves) and any(home in serves for home in secretariat_homes(connection, alliance, day))
    invited, advisers = _invited(connection, alliance.id, person.id, day), alliance.charter.advisers
    advised = _advised(connection, alliance, advisers, terms, day) if advisers else ()
    office, handed = advisers.office if advisers else "", handed_to(connection, alliance.id, person.id, day)
    return Actor(person, terms, secretariat, rule.office, invited, advised, office, handed)


def handed_to(connection: Connection, alliance_id: int, person_id: int, day: date) -> tuple[Handover, ...]:
    """What colleagues who are still in office handed to a person, oldest first."""
    found = held_by(connection, alliance_id, person_id, day)
    return in_force(connection, alliance_id, found, day) if found else ()


def in_force(connection: Connection, alliance_id: int, found: Collection[Handover], day: date) -> tuple[Handover, ...]:
    """Those of some handovers whose giver has an office on the day by which they were asked."""
    terms = register.terms_on(connection, alliance_id, {handover.giver_id for handover in found}, day) if found else {}
    return tuple(
        handover
        for handover in found
        if handover.holds(
            [t.office for t in terms.get(handover.giver_id, ()) if t.organisation_id == handover.organisation_id], day
        )
    )


def _advised(
    connection: Connection, alliance: Alliance, rule: Advisers, terms: Iterable[OfficeTerm], day: date
) -> tuple[int, ...]:
    """The members in the group that an advising organisation belongs to, in Danish order; its own dates count."""
    serving = {term.organisation_id for term in terms if term.office == rule.office}
    if not serving:
        return ()
    grouping, known = alliance.charter.constituency, register.organisations(connection, alliance.id, day)
    part = {m.organisation_id: m.role for m in register.memberships(connection, alliance.id) if m.validity.covers(day)}
    advising = (known[organisation] for organisation in serving if organisation in part)
    groups = {o.group(grouping) for o in advising if o.kind == rule.kind} - {""}
    return tuple(id_ for id_, o in known.items() if part.get(id_) == "member" and o.group(grouping) in groups)


def _invited(connection: Connection, alliance_id: int, person_id: int, day: date) -> tuple[int, ...]:
    """The organisations for which the person holds an invitation to a meeting on the day or later."""
    since = datetime(day.year, day.month, day.day, tzinfo=UTC)
    rows = _INVITED.rows(connection, alliance=alliance_id, person=person_id, since=since)
    return tuple(dict.fromkeys(row.organisation_id for row in rows))


def secretariat_home(connection: Connection, alliance: Alliance, day: date) -> int | None:
    """The organisation that runs the secretariat on the day."""
    return _home(connection, alliance, register.seats(connection, alliance.id), day)


def _home(connection: Connection, alliance: Alliance, seats: Iterable[SeatTerm], day: date) -> int | None:
    rule, chair = alliance.charter.secretariat, alliance.charter.chair
    leading = [seat for seat in seats if chair and seat.body == chair.body]
    home = secretariat_organisation(rule, leading, day)
    if isinstance(home, str):
        found = register.organisation_by_code(connection, alliance.id, home, day)
        return found.id if found else None
    return home


def secretariat_homes(connection: Connection, alliance: Alliance, day: date) -> tuple[int, ...]:
    """The organisation that runs the secretariat on the day, and the one that handed it over and may still act."""
    seats, rules = register.seats(connection, alliance.id), alliance.charter
    home = _home(connection, alliance, seats, day)
    found = changeover(rules.secretariat, rules.chair, seats, day)
    also = also_acts(found, day)
    return tuple(one for one in (home, also) if one is not None)


def secretariat_people(connection: Connection, alliance: Alliance, day: date) -> tuple[int, ...]:
    """Everybody who works for the secretariat on the day, each once."""
    office, home = alliance.charter.secretariat.office, secretariat_home(connection, alliance, day)
    if home is None:
        return ()
    offices = register.offices_on(connection, alliance.id, day, [home])
    return tuple(dict.fromkeys((*offices.holders(home, office), *offices.acting(home, office))))
