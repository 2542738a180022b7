"""Who is who: alliances, organisations, people, the offices and seats they hold."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Date, Integer, Select, and_, bindparam, literal, or_, select
from sqlalchemy.engine import Row

from alliance.alliances import Alliance
from alliance.members import (
    Address,
    Membership,
    OfficesOn,
    OfficeTerm,
    Organisation,
    Person,
    SeatTerm,
)
from alliance.names import danish_key
from alliance.quiet import QuietHours
from alliance.seats import within
from alliance.validity import Validity
from storage import charters
from storage.bulk import Chosen
from storage.queries.absences import away_on
from storage.queries.handovers import by_office, held
from storage.ready import Ready
from storage.tables import tables
from storage.tables.members import ADDRESS_CHANNELS

_alliance, _organisation = tables["alliance"], tables["organisation"]
_grouping, _membership = tables["grouping"], tables["membership"]
_person, _address = tables["person"], tables["address"]
_office_term, _seat_term = tables["office_term"], tables["seat_term"]


def _valid(table: Any) -> Any:
    """Whether a row is valid on the ``day`` that is bound."""
    day = bindparam("day", type_=Date)
    return and_(table.c.valid_from <= day, or_(table.c.valid_until.is_(None), table.c.valid_until > day))


# Every request asks most of these: each is put together once, and not anew whenever it is asked.
_OURS = bindparam("alliance", type_=Integer)
_ALLIANCES = select(_alliance).order_by(_alliance.c.id)
_GROUPS: Select[Any] = (
    select(_grouping.c.organisation_id, _grouping.c.grouping, _grouping.c.name)
    .where(_grouping.c.alliance_id == _OURS, _valid(_grouping))
    .order_by(_grouping.c.id)
)
_GROUPS_OF = Chosen(lambda among: _GROUPS.where(among(_grouping.c.organisation_id)))
_ORGANISATIONS: Select[Any] = select(
    _organisation.c.id,
    _organisation.c.code,
    _organisation.c.name,
    _organisation.c.official_name,
    _organisation.c.kind,
).where(_organisation.c.alliance_id == _OURS)
_ORGANISATIONS_OF = Chosen(lambda among: _ORGANISATIONS.where(among(_organisation.c.id)))
_CODED = select(_organisation.c.id).where(
    _organisation.c.alliance_id == _OURS, _organisation.c.code == bindparam("code")
)
_MEMBERSHIPS = (
    select(_membership)
    .where(_membership.c.alliance_id == _OURS)
    .order_by(_membership.c.organisation_id, _membership.c.valid_from)
)
_MEMBERSHIPS_OF = Chosen(lambda among: _MEMBERSHIPS.where(among(_membership.c.organisation_id)))
_MEMBER_DAYS: Select[Any] = (
    select(_membership.c.organisation_id, _membership.c.valid_from, _membership.c.valid_until)
    .where(_membership.c.alliance_id == _OURS, _membership.c.role == "member")
    .order_by(_membership.c.organisation_id, _membership.c.valid_from)
)
_MEMBER_DAYS_OF = Chosen(lambda among: _MEMBER_DAYS.where(among(_membership.c.organisation_id)))
_PEOPLE = Chosen(
    lambda among: select(*(_person.c[name] for name in ("id", "name", "language", "quiet"))).where(
        _person.c.alliance_id == _OURS, among(_person.c.id)
    )
)
_ADDRESSES = (
    select(*(_address.c[name] for name in ("id", "person_id", "channel", "value", "verified_at", "unreachable_since")))
    .where(_address.c.alliance_id == _OURS, _address.c.ended_at.is_(None))
    .order_by(_address.c.id)
)
_ADDRESSES_OF = Chosen(lambda among: _ADDRESSES.where(among(_address.c.person_id)))
_AT = and_(
    # All there are: the index begins with the channel, and without it every address of the alliance is looked at.
    # As literals: a list of values would be put into the statement anew each time it runs.
    _address.c.channel.in_([literal(channel) for channel in ADDRESS_CHANNELS]),
    _address.c.value.in_((bindparam("typed"), bindparam("lower"))),
    _address.c.ended_at.is_(None),
)
_PERSON_AT = (
    select(_person)
    .join(_address, _address.c.person_id == _person.c.id)
    .where(_address.c.alliance_id == _OURS, _AT)
    .limit(1)
)
_LAST_AT = (
    select(_person)
    .join(_address, _address.c.person_id == _person.c.id)
    .where(_address.c.alliance_id == _OURS, _address.c.channel == "mail", _address.c.value == bindparam("lower"))
    .where(_address.c.ended_at.is_not(None))
    .order_by(_address.c.ended_at.desc(), _address.c.id.desc())
    .limit(1)
)
_WHOSE = Ready(
    select(
        _alliance,
        _person.c.id.label("person_id"),
        _person.c.name.label("person_name"),
        _person.c.language.label("reads"),
        _person.c.quiet,
    )
    .join(_address, _address.c.alliance_id == _alliance.c.id)
    .join(_person, _person.c.id == _address.c.person_id)
    # Of any alliance, said so that SQLite goes by the index, too.
    .where(_address.c.alliance_id.in_(select(_alliance.c.id)), _AT)
    .order_by(_alliance.c.id)
)
_TERMS: Select[Any] = (
    select(
        _office_term.c.organisation_id,
        _office_term.c.office,
        _office_term.c.person_id,
        _office_term.c.valid_from,
        _office_term.c.valid_until,
        _office_term.c.acting,
    )
    .where(_office_term.c.alliance_id == _OURS)
    .order_by(_office_term.c.valid_from, _office_term.c.id)
)
_TERMS_ON = _TERMS.where(_valid(_office_term))
_TERMS_ON_OF_ONE = Ready(_TERMS_ON.where(_office_term.c.person_id == bindparam("person", type_=Integer)))
_TERMS_ON_OF_PEOPLE = Chosen(lambda among: _TERMS_ON.where(among(_office_term.c.person_id)))
_TERMS_ON_OF = Chosen(lambda among: _TERMS_ON.where(among(_office_term.c.organisation_id)))
_REACHABLE = Chosen(
    lambda among: select(_address.c.person_id).where(
        _address.c.alliance_id == _OURS,
        among(_address.c.person_id),
        _address.c.ended_at.is_(None),
        _address.c.unreachable_since.is_(None),
    )
)
_SEATS = (  # a row for each membership of each: asked by every tick, so in one statement
    select(
        _seat_term,
        _membership.c.role,
        _membership.c.valid_from.label("joined"),
        _membership.c.valid_until.label("left"),
    )
    .outerjoin(
        _membership,
        and_(
            _membership.c.alliance_id == _seat_term.c.alliance_id,
            _membership.c.organisation_id == _seat_term.c.organisation_id,
        ),
    )
    .where(_seat_term.c.alliance_id == _OURS)
    .order_by(_seat_term.c.valid_from, _seat_term.c.id)
)


def alliances(connection: Connection) -> tuple[Alliance, ...]:
    """Every alliance of the installation, oldest first."""
    rows = connection.execute(_ALLIANCES)
    return tuple(map(_as_alliance, rows))


def alliance(connection: Connection, alliance_id: int) -> Alliance:
    """One alliance of the installation, as it is in this transaction."""
    return next(one for one in alliances(connection) if one.id == alliance_id)


def _as_alliance(row: Row[Any]) -> Alliance:
    adopted = tuple(map(tuple, row.adoptions or ()))
    charter = charters.succeeding(adopted, row.charter_key) if adopted else charters.charter(row.charter_key)
    return Alliance(row.id, row.key, charter, row.obligations_since, row.demo_now, charters.adopted(adopted))


def organisations(
    connection: Connection, alliance_id: int, day: date, ids: Collection[int] | None = None
) -> dict[int, Organisation]:
    """Organisations by id, in Danish order of names, with the groups they belong to on the day."""
    if ids is None:
        grouped = connection.execute(_GROUPS, {"alliance": alliance_id, "day": day}).all()
        found = connection.execute(_ORGANISATIONS, {"alliance": alliance_id}).all()
    else:
        grouped = _GROUPS_OF.run(connection, ids, alliance=alliance_id, day=day).all()
        found = _ORGANISATIONS_OF.run(connection, ids, alliance=alliance_id).all()
    groups: dict[int, list[tuple[str, str]]] = {}
    for organisation, grouping, name in grouped:
        groups.setdefault(organisation, []).append((grouping, name))
    rows = sorted(found, key=lambda row: danish_key(row.name))
    return {
        id_: Organisation(id_, code, name, official_name, kind, tuple(groups.get(id_, ())))
        for id_, code, name, official_name, kind in rows
    }


def organisation_by_code(connection: Connection, alliance_id: int, code: str, day: date) -> Organisation | None:
    found = connection.execute(_CODED, {"alliance": alliance_id, "code": code}).scalar_one_or_none()
    return organisations(connection, alliance_id, day, [found])[found] if found else None


def memberships(
    connection: Connection, alliance_id: int, organisation_ids: Collection[int] | None = None
) -> tuple[Membership, ...]:
    """Every membership ever (of these organisations), by organisation and start."""
    if organisation_ids is None:
        rows = connection.execute(_MEMBERSHIPS, {"alliance": alliance_id})
    else:
        rows = _MEMBERSHIPS_OF.run(connection, organisation_ids, alliance=alliance_id)
    return tuple(Membership(r.organisation_id, cast(Any, r.role), _validity(r)) for r in rows.all())


def member_days(
    connection: Connection, alliance_id: int, organisation_ids: Collection[int] | None = None
) -> dict[int, tuple[Validity, ...]]:
    """The days on which each (of these organisations) was, is or will be a member, in their order."""
    if organisation_ids is None:
        rows = connection.execute(_MEMBER_DAYS, {"alliance": alliance_id}).all()
    else:
        rows = _MEMBER_DAYS_OF.run(connection, organisation_ids, alliance=alliance_id).all()
    found: dict[int, tuple[Validity, ...]] = {}
    for organisation, since, until in rows:
        found[organisation] = (*found.get(organisation, ()), _span(since, until))
    return found


_span = lru_cache(maxsize=4096)(Validity)
"""Nearly all terms and memberships share a few days."""


def _validity(row: Row[Any]) -> Validity:
    return _span(row.valid_from, row.valid_until)


def member_names(connection: Connection, alliance_id: int) -> dict[str, str]:
    """Code to name of every municipality, for finding one however it is written."""
    query = select(_organisation.c.code, _organisation.c.name).where(
        _organisation.c.alliance_id == alliance_id, _organisation.c.kind == "municipality"
    )
    return {row.code: row.name for row in connection.execute(query.order_by(_organisation.c.code))}


def organisation_names(connection: Connection, alliance_id: int) -> dict[str, str]:
    """Code to name of everybody who is or was in the register: members, and those who take part beside them."""
    query = select(_organisation.c.code, _organisation.c.name).where(_organisation.c.alliance_id == alliance_id)
    return {row.code: row.name for row in connection.execute(query.order_by(_organisation.c.id))}


def people(connection: Connection, alliance_id: int, ids: Collection[int]) -> dict[int, Person]:
    rows = _PEOPLE.run(connection, ids, alliance=alliance_id).all()
    return {row.id: _as_person(row) for row in rows}


def _as_person(row: Row[Any]) -> Person:
    return Person(row.id, row.name, row.language, QuietHours.of(row.quiet))


def addresses(
    connection: Connection, alliance_id: int, person_ids: Collection[int] | None = None
) -> dict[int, tuple[Address, ...]]:
    """The addresses in use, by person, oldest first."""
    if person_ids is None:
        rows = connection.execute(_ADDRESSES, {"alliance": alliance_id}).all()
    else:
        rows = _ADDRESSES_OF.run(connection, person_ids, alliance=alliance_id).all()
    found: dict[int, tuple[Address, ...]] = {}
    for row in rows:
        address = Address(*row)  # its columns are in the order of the fields
        found[address.person_id] = (*found.get(address.person_id, ()), address)
    return found


def unreachable_reasons(connection: Connection, alliance_id: int) -> dict[int, str]:
    """Address id to what went wrong, of the addresses in use that do not work."""
    query = select(_address.c.id, _address.c.unreachable_reason).where(
        _address.c.alliance_id == alliance_id,
        _address.c.ended_at.is_(None),
        _address.c.unreachable_since.is_not(None),
    )
    return {row.id: row.unreachable_reason for row in connection.execute(query)}


def person_at(connection: Connection, alliance_id: int, value: str) -> Person | None:
    """The person an address belongs to, on any channel; letter case does not matter."""
    row = connection.execute(_PERSON_AT, {"alliance": alliance_id, **_spelled(value)}).first()
    return _as_person(row) if row else None


def last_at(connection: Connection, alliance_id: int, mail: str) -> Person | None:
    """The person who used a mail address last, of those who do no longer; letter case does not matter."""
    row = connection.execute(_LAST_AT, {"alliance": alliance_id, "lower": mail.strip().lower()}).first()
    return _as_person(row) if row else None


def whose(connection: Connection, address: str, alliance_id: int | None = None) -> tuple[Alliance, Person] | None:
    """Whom an address belongs to in an alliance, or in whichever knows it first."""
    rows = _WHOSE.rows(connection, **_spelled(address))
    return next((_as_known(row) for row in rows if alliance_id in (None, row.id)), None)


def known_at(connection: Connection, address: str) -> tuple[tuple[Alliance, Person], ...]:
    """Whom an address belongs to in each alliance that knows it, oldest alliance first."""
    rows = {row.id: row for row in reversed(_WHOSE.rows(connection, **_spelled(address)))}
    return tuple(_as_known(rows[id_]) for id_ in sorted(rows))


def _as_known(row: Row[Any]) -> tuple[Alliance, Person]:
    return _as_alliance(row), Person(row.person_id, row.person_name, row.reads, QuietHours.of(row.quiet))


def _spelled(address: str) -> dict[str, str]:
    typed = address.strip()
    return {"typed": typed, "lower": typed.lower()}


def office_terms(
    connection: Connection,
    alliance_id: int,
    *,
    organisation_id: int | None = None,
    person_id: int | None = None,
) -> tuple[OfficeTerm, ...]:
    """Every term ever (of an organisation, of a person), in the order of their start."""
    query = _TERMS
    if organisation_id is not None:
        query = query.where(_office_term.c.organisation_id == organisation_id)
    if person_id is not None:
        query = query.where(_office_term.c.person_id == person_id)
    return tuple(map(as_term, connection.execute(query, {"alliance": alliance_id})))


def terms_on(
    connection: Connection, alliance_id: int, people: Collection[int], day: date
) -> dict[int, tuple[OfficeTerm, ...]]:
    """The offices that people hold or act for on the day, by person, in the order of their start."""
    found: dict[int, tuple[OfficeTerm, ...]] = {}
    if len(people) == 1:
        (person,) = people
        rows = _TERMS_ON_OF_ONE.rows(connection, alliance=alliance_id, day=day, person=person)
    else:
        rows = _TERMS_ON_OF_PEOPLE.run(connection, people, alliance=alliance_id, day=day).all()
    for row in rows:
        found[row.person_id] = (*found.get(row.person_id, ()), as_term(row))
    return found


def as_term(row: Row[Any]) -> OfficeTerm:
    return OfficeTerm(row.organisation_id, row.office, row.person_id, _validity(row), bool(row.acting))


def offices_on(
    connection: Connection, alliance_id: int, day: date, organisation_ids: Collection[int] | None = None
) -> OfficesOn:
    """Who holds and acts for which office (of these organisations) on the day."""
    if organisation_ids is None:
        rows = connection.execute(_TERMS_ON, {"alliance": alliance_id, "day": day})
    else:
        rows = _TERMS_ON_OF.run(connection, organisation_ids, alliance=alliance_id, day=day)
    terms = tuple(
        OfficeTerm(organisation, office, person, _span(since, until), bool(acting))
        for organisation, office, person, since, until, acting in rows.all()
    )
    handed = held(connection, alliance_id, day, organisation_ids)
    people = {term.person_id for term in terms} | {handover.colleague_id for handover in handed}
    unreachable = frozenset(people - reachable_people(connection, alliance_id, people))
    return OfficesOn(terms, unreachable, away_on(connection, alliance_id, day), by_office(handed))


def reachable_people(connection: Connection, alliance_id: int, people: Collection[int]) -> set[int]:
    """Those of the people who have an address in use that is not known to fail."""
    return set(_REACHABLE.run(connection, people, alliance=alliance_id).scalars())


def seats(connection: Connection, alliance_id: int) -> tuple[SeatTerm, ...]:
    """Every seat ever given, the chair's too, by start; over at the latest when its organisation left the alliance."""
    rows = connection.execute(_SEATS, {"alliance": alliance_id}).all()
    terms = {r.id: SeatTerm(r.body, r.constituency, r.organisation_id, _validity(r), bool(r.chair)) for r in rows}
    days = {(r.organisation_id, r.role, _span(r.joined, r.left)) for r in rows if r.role is not None}
    return within(terms.values(), (Membership(*membership) for membership in days))
