"""What the planner looks at today: the obligations whose day has come, with who is asked and what they were told.

Each question is asked once for a whole chunk, and by index: what it costs grows with what is due, not with what there
is. ``scheduling/morning.py:due_digests`` derives the same from everything; the tests hold them against each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, or_, select, tuple_
from sqlalchemy.engine import Row

from alliance.alliances import Alliance
from alliance.deliveries import OPEN_STATES
from alliance.looks import edges_of_standing, edges_of_terms, first_after
from alliance.members import OfficesOn, OfficeTerm
from alliance.obligations import Settlement
from storage.queries import register
from storage.queries.accounts import Known, as_obligation, as_settlement, known_about, stands
from storage.tables import tables

CHUNK = 1000
NOT_TOLD = ("withdrawn", "expired")
_obligation, _settlement, _person = tables["obligation"], tables["settlement"], tables["person"]
_line, _notification, _delivery = tables["reminder_line"], tables["notification"], tables["delivery"]
_office_term = tables["office_term"]
Told = Mapping[tuple[int, int], date | None]
"""Person and rung offset to the local day of a reminder of it that is still on its way; None: it was told for good."""


class Look(NamedTuple):
    """An obligation that was looked at: when it is due, who is asked for it today (nobody unless it is owed).

    ``edge`` is the next local day on which this may change by itself, None if no day does.
    """

    id: int
    due: date | None
    asked: tuple[int, ...]
    edge: date | None
    told: Told


def to_look_at(connection: Connection, alliance_id: int, today: date) -> Iterator[Sequence[Row[Any]]]:
    """The obligations to be looked at on the day, in chunks. Their rows stay locked until the transaction ends.

    A row that somebody is changing right now is passed over: its day has come at the next tick too.
    """
    after = (date.min, 0)
    while rows := _chunk(connection, alliance_id, today, after):
        yield rows
        after = (rows[-1].next_look, rows[-1].id)


def _chunk(connection: Connection, alliance_id: int, today: date, after: tuple[date, int]) -> Sequence[Row[Any]]:
    query = (
        select(_obligation)
        .where(
            _obligation.c.alliance_id == alliance_id,
            _obligation.c.next_look <= today,
            tuple_(_obligation.c.next_look, _obligation.c.id) > after,
        )
        .order_by(_obligation.c.next_look, _obligation.c.id)
        .limit(CHUNK)
    )
    return connection.execute(query.with_for_update(skip_locked=True, key_share=True)).all()


def looked_at(connection: Connection, alliance: Alliance, rows: Sequence[Row[Any]], today: date) -> list[Look]:
    """Who is asked for each of a chunk on the day, and what they were told; of an outbox without expired rows."""
    ids, organisations = [row.id for row in rows], {row.organisation_id for row in rows}
    known = known_about(connection, alliance, rows, _facts(connection, alliance.id, ids))
    terms = _terms(connection, alliance.id, organisations, today)
    offices = _offices(connection, alliance.id, terms, today)
    told = told_of(connection, alliance.id, ids)
    return [_look(alliance, known, offices, terms, told.get(row.id, {}), row, today) for row in rows]


def _look(
    alliance: Alliance,
    known: Known,
    offices: Mapping[int, OfficesOn],
    terms: Mapping[int, Sequence[OfficeTerm]],
    told: Told,
    row: Row[Any],
    today: date,
) -> Look:
    obligation = as_obligation(row)
    stood = stands(alliance, known, obligation, today) if row.due else None
    if stood is None:
        return Look(row.id, row.due, (), None, told)
    requirement, standing = stood
    member = obligation.organisation_id
    facts = known.settlements.get((member, obligation.requirement), ())
    edges = [*edges_of_standing(obligation, requirement, facts)]
    if not standing.owes or _is_past(row, facts, today):
        return Look(row.id, row.due, (), first_after(today, edges), told)
    edges += edges_of_terms(terms.get(member, ()))
    asked = offices[member].asked(member, requirement.asks) if member in offices else ()
    return Look(row.id, row.due, asked, first_after(today, edges), told)


def _is_past(row: Row[Any], facts: Iterable[Settlement], today: date) -> bool:
    """Whether its period is over and somebody recorded something for it: it is on nobody's list any more."""
    if row.period_end > today:
        return False
    return any(fact.obligation_id == row.id and fact.kind != "dispensation" for fact in facts)


def _facts(
    connection: Connection, alliance_id: int, obligation_ids: Collection[int]
) -> dict[tuple[int, str], tuple[Settlement, ...]]:
    """What was recorded for these obligations, or carries over to them: by member and requirement, oldest first."""
    same = and_(
        _settlement.c.organisation_id == _obligation.c.organisation_id,
        _settlement.c.requirement == _obligation.c.requirement,
    )
    query = (
        select(_settlement, _person.c.name.label("by_name"))
        .distinct()
        .join(_obligation, same)
        .join(_person, _person.c.id == _settlement.c.recorded_by)
        .where(
            _obligation.c.alliance_id == alliance_id,
            _obligation.c.id.in_(obligation_ids),
            _settlement.c.alliance_id == alliance_id,
            _settlement.c.withdrawn_at.is_(None),
        )
    )
    found: dict[tuple[int, str], tuple[Settlement, ...]] = {}
    for row in connection.execute(query.order_by(_settlement.c.id)):
        key = (row.organisation_id, row.requirement)
        found[key] = (*found.get(key, ()), as_settlement(row))
    return found


def _terms(
    connection: Connection, alliance_id: int, organisation_ids: Collection[int], today: date
) -> dict[int, list[OfficeTerm]]:
    """The terms that run today or begin later, by organisation, in the order of their start."""
    query = select(_office_term).where(
        _office_term.c.alliance_id == alliance_id,
        _office_term.c.organisation_id.in_(organisation_ids),
        or_(_office_term.c.valid_until.is_(None), _office_term.c.valid_until > today),
    )
    found: dict[int, list[OfficeTerm]] = {}
    for row in connection.execute(query.order_by(_office_term.c.valid_from, _office_term.c.id)):
        found.setdefault(row.organisation_id, []).append(register.as_term(row))
    return found


def _offices(
    connection: Connection, alliance_id: int, terms: Mapping[int, Sequence[OfficeTerm]], today: date
) -> dict[int, OfficesOn]:
    """Who holds which office today, by organisation."""
    people = {term.person_id for each in terms.values() for term in each}
    unreachable = people - register.reachable_people(connection, alliance_id, people)
    return {
        organisation: OfficesOn(
            tuple(term for term in each if term.validity.covers(today)),
            frozenset(unreachable.intersection(term.person_id for term in each)),
        )
        for organisation, each in terms.items()
    }


def told_of(connection: Connection, alliance_id: int, obligation_ids: Collection[int]) -> dict[int, dict[Any, Any]]:
    """What was told of these obligations, by obligation: everything but what was withdrawn or expired."""
    query = (
        select(_line.c.obligation_id, _line.c.person_id, _line.c.rung, _delivery.c.state, _notification.c.occasion)
        .join(_notification, _notification.c.id == _line.c.notification_id)
        .join(_delivery, _delivery.c.notification_id == _line.c.notification_id)
        .where(
            _line.c.alliance_id == alliance_id,
            _line.c.obligation_id.in_(obligation_ids),
            _line.c.rung.is_not(None),
            _delivery.c.state.not_in(NOT_TOLD),
        )
        .order_by(_delivery.c.id)
    )
    found: dict[int, dict[tuple[int, int], date | None]] = {}
    for row in connection.execute(query):
        told, key = found.setdefault(row.obligation_id, {}), (row.person_id, row.rung)
        under_way = date.fromisoformat(row.occasion) if row.state in OPEN_STATES else None
        told[key] = under_way if under_way is None or key not in told else _earlier(told[key], under_way)
    return found


def _earlier(one: date | None, other: date) -> date | None:
    return None if one is None else min(one, other)


# ----------------------------------------------------------------------------------- how many reminders in a month


def days_of_reminders(connection: Connection, alliance_id: int, days: Collection[date]) -> int:
    """On how many of the days anybody was reminded: nobody can have had more than that."""
    if not days:
        return 0
    any_on = [select(_notification.c.id).where(*_reminders_on(alliance_id, [day])).exists() for day in days]
    return sum(map(bool, connection.execute(select(*any_on)).one()))


def _reminders_on(alliance_id: int, days: Collection[date]) -> Sequence[Any]:
    return (
        _notification.c.alliance_id == alliance_id,
        _notification.c.kind == "reminder",
        _notification.c.about == "obligations",
        _notification.c.occasion.in_([day.isoformat() for day in days]),
    )


def reminders_had(
    connection: Connection, alliance_id: int, people: Collection[int], days: Collection[date]
) -> dict[int, int]:
    """How many reminders each of the people got on the days, or still may; who had none is missing."""
    told = select(_delivery.c.id).where(
        _delivery.c.notification_id == _notification.c.id, _delivery.c.state.not_in(NOT_TOLD)
    )
    query = select(_notification.c.recipient_id, func.count()).where(
        *_reminders_on(alliance_id, days), _notification.c.recipient_id.in_(people), told.exists()
    )
    return {row[0]: row[1] for row in connection.execute(query.group_by(_notification.c.recipient_id))}
