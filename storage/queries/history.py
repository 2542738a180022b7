"""What somebody owed on an earlier day: by the rules and memberships of that day, with what has come in since."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Date, Integer, Select, bindparam, select

from alliance.accounts import Account
from alliance.alliances import Alliance
from alliance.obligations import Settlement, opened, standing
from alliance.tasks import KEY as TASK
from storage.bulk import among
from storage.queries import accounts, meetings, register
from storage.queries.standings import Known, known_about, stands
from storage.tables import tables


def owed_on(
    connection: Connection, alliance: Alliance, day: date, organisation_ids: Collection[int]
) -> tuple[Account, ...]:
    """How everything stood on a local day that these owed then; ``standing.by`` may be what came in later.

    Before the alliance was run here nothing was opened: then it is what the rules of the day asked of the members of
    the day, for the period that ran, and an account has no obligation of a number (``id`` 0).
    """
    if day < alliance.obligations_since:
        return tuple(_asked_then(connection, alliance, day, organisation_ids))
    rows = connection.execute(_opened_by(connection, organisation_ids), {"alliance": alliance.id, "on": day}).all()
    facts = accounts.settlements_of(connection, alliance.id, organisation_ids)
    now = known_about(connection, alliance, rows, facts)
    then = _known_then(alliance, now, day)
    known = register.organisations(connection, alliance.id, day, organisation_ids)
    found = []
    for obligation in map(accounts.as_obligation, rows):
        stood, since = (stands(alliance, what, obligation, day) for what in (then, now))
        if stood and since and (obligation.period.end > day or (obligation.due and stood[1].owes)):
            standing_ = replace(stood[1], by=stood[1].by or since[1].by)
            found.append(Account(known[obligation.organisation_id], obligation, stood[0], standing_))
    return accounts.in_order(found, list(known), alliance)


def _opened_by(connection: Connection, organisation_ids: Collection[int]) -> Select[Any]:
    """All that these owed or had owed by the day, settled since or not; without the secretariat's own tasks."""
    table = tables["obligation"]
    ours = table.c.alliance_id == bindparam("alliance", type_=Integer)
    opened_ = table.c.opens <= bindparam("on", type_=Date)
    members = ~table.c.requirement.startswith(TASK)
    return select(table).where(ours, opened_, members, among(connection, table.c.organisation_id, organisation_ids))


def _known_then(alliance: Alliance, known: Known, day: date) -> Known:
    """What had come in by the end of the day, with what has been taken back since.

    Of a requirement whose evidence carries, everything: it counts from when it was valid.
    """
    day_of = alliance.charter.calendar.day

    def had(fact: Settlement, carries: bool) -> bool:
        return carries or day_of(fact.recorded_at) <= day

    def stood(fact: Settlement) -> Settlement:
        taken_back = fact.withdrawn_at is not None and day_of(fact.withdrawn_at) > day
        return fact._replace(withdrawn_at=None) if taken_back else fact

    carrying = {need.key for need in alliance.charter.requirements if need.carries}
    settlements = {
        (member, key): tuple(stood(fact) for fact in facts if had(fact, key in carrying))
        for (member, key), facts in known.settlements.items()
    }
    answers = {key: [a for a in given if day_of(a.given_at) <= day] for key, given in known.answers.items()}
    return replace(known, settlements=settlements, answers=answers)


def _asked_then(
    connection: Connection, alliance: Alliance, day: date, organisation_ids: Collection[int]
) -> Iterator[Account]:
    known = register.organisations(connection, alliance.id, day, organisation_ids)
    memberships = register.memberships(connection, alliance.id, organisation_ids)
    joined = [membership for membership in memberships if membership.validity.covers(day)]
    facts = accounts.settlements_of(connection, alliance.id, organisation_ids)
    dates = accounts.event_dates(meetings.meetings(connection, alliance), alliance)
    first = min(one.since for one in alliance.charters)
    for duty in opened(alliance.charter, joined, dates, first, day):
        if duty.period.start <= day < duty.period.end:
            requirement = alliance.charter.requirement_on(duty.requirement, day)
            carried = [f for f in facts.get((duty.organisation_id, duty.requirement), ()) if requirement.carries]
            stood = standing(duty, requirement, carried, None, day)
            yield Account(known[duty.organisation_id], duty, requirement, stood)
