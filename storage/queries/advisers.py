"""Who advises a member: the people of the organisation that serves its part of the country."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.members import Organisation
from alliance.register import Adviser
from storage.queries import register


def advising_organisation(
    connection: Connection, alliance: Alliance, member: Organisation, day: date
) -> Organisation | None:
    """The organisation that advises the member on a local day, if there is one with somebody in it."""
    rule, serving = alliance.charter.advisers, _serving(connection, alliance, member, day)
    offices = register.offices_on(connection, alliance.id, day, [one.id for one in serving])
    return next((one for one in serving if rule and offices.holders(one.id, rule.office)), None)


def advisers_of(connection: Connection, alliance: Alliance, member: Organisation, day: date) -> tuple[Adviser, ...]:
    """Everybody who advises the member on a local day, as the charter has it; nobody where it knows no advisers."""
    rule = alliance.charter.advisers
    serving = {o.id: o for o in _serving(connection, alliance, member, day)}
    if rule is None or not serving:
        return ()
    offices = register.offices_on(connection, alliance.id, day, serving)
    found = [(person, o.name) for id_, o in serving.items() for person in offices.holders(id_, rule.office)]
    people = register.people(connection, alliance.id, [person for person, _ in found])
    addresses = register.addresses(connection, alliance.id, [person for person, _ in found])
    mails = {person: [a.value for a in known_at if a.channel == "mail"] for person, known_at in addresses.items()}
    return tuple(Adviser(people[person].name, where, "".join(mails.get(person, [])[-1:])) for person, where in found)


def _serving(connection: Connection, alliance: Alliance, member: Organisation, day: date) -> tuple[Organisation, ...]:
    """The organisations that serve the member's part of the country on a local day, as the charter has it."""
    rule, grouping = alliance.charter.advisers, alliance.charter.constituency
    group = member.group(grouping)
    if rule is None or not group or member.kind == rule.kind:
        return ()
    known = register.organisations(connection, alliance.id, day)
    part = {m.organisation_id for m in register.memberships(connection, alliance.id) if m.validity.covers(day)}
    return tuple(o for id_, o in known.items() if o.kind == rule.kind and o.group(grouping) == group and id_ in part)
