"""Who is asked of the members that the planner looks at, and the next day on which that may be somebody else."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Date, Integer, bindparam, or_, select
from sqlalchemy.engine import Row

from alliance.absences import Absence
from alliance.handovers import Handover
from alliance.looks import first_after
from alliance.members import OfficesOn
from storage.bulk import Chosen
from storage.queries import register
from storage.queries.handovers import by_office
from storage.tables import tables

_office_term = tables["office_term"]
_TERM = ("organisation_id", "office", "person_id", "acting", "valid_from", "valid_until")
_TERMS = Chosen(
    lambda among: (
        select(*(_office_term.c[name] for name in _TERM))
        .where(
            _office_term.c.alliance_id == bindparam("alliance", type_=Integer),
            among(_office_term.c.organisation_id),
            or_(_office_term.c.valid_until.is_(None), _office_term.c.valid_until > bindparam("day", type_=Date)),
        )
        .order_by(_office_term.c.valid_from, _office_term.c.id)
    )
)


def terms_of(
    connection: Connection, alliance_id: int, organisation_ids: Collection[int], today: date
) -> dict[int, list[Row[Any]]]:
    """The terms that run today or begin later, by organisation, in the order of their start."""
    found: dict[int, list[Row[Any]]] = {}
    for row in _TERMS.run(connection, organisation_ids, alliance=alliance_id, day=today).all():
        found.setdefault(row.organisation_id, []).append(row)
    return found


class PeopleAsked:
    """Who is asked of a chunk's members. Where only one could be, nobody needs to know whether they can be reached."""

    def __init__(
        self,
        connection: Connection,
        alliance_id: int,
        terms: Mapping[int, Sequence[Row[Any]]],
        today: date,
        absences: Sequence[Absence],
        handovers: Sequence[Handover] = (),
    ) -> None:
        self.connection, self.alliance_id, self.terms, self.today = connection, alliance_id, terms, today
        self.away = {one.person_id: one.deputy_id for one in absences if one.validity.covers(today)}
        self.coming_and_going: dict[int, list[date | None]] = {}
        for one in absences:
            self.coming_and_going.setdefault(one.person_id, []).extend((one.validity.since, one.validity.until))
        self.handovers: dict[int, list[Handover]] = {}
        for handover in handovers:
            self.handovers.setdefault(handover.obligation_id, []).append(handover)

    def asked(
        self, member: int, asks: tuple[str, ...], obligation: int, owner: int | None = None
    ) -> tuple[tuple[int, ...], date | None]:
        """Who is asked for an obligation of these offices today, and the next day on which that may be another."""
        terms, running, edge = self.terms.get(member, ()), [], None
        if obligation in self.handovers or (
            self.coming_and_going and any(term.person_id in self.coming_and_going for term in terms)
        ):
            return self._with_others_instead(member, asks, self.handovers.get(obligation, ()), obligation, owner)
        for term in terms:
            if term.office in asks:
                begins, ends = term.valid_from, term.valid_until
                if begins > self.today:
                    edge = sooner(edge, begins)
                    continue
                running.append(term)
                edge = sooner(edge, ends) if ends else edge
        if len(running) == 1:
            return (running[0].person_id,), edge
        return OfficesOn(tuple(map(register.as_term, running)), self._unreachable).asked(
            member, asks, owner=owner
        ), edge

    def _with_others_instead(
        self, member: int, asks: tuple[str, ...], handed: Sequence[Handover], obligation: int, owner: int | None
    ) -> tuple[tuple[int, ...], date | None]:
        """The same, where whoever has to do with the member, or was handed it, may be asked in somebody's place."""
        terms, days = self.terms.get(member, ()), list[date | None]()
        for term in terms:
            days += (term.valid_from, term.valid_until, *self.coming_and_going.get(term.person_id, ()))
        for one in handed:
            days += (one.until, *self.coming_and_going.get(one.colleague_id, ()))
        running = tuple(register.as_term(term) for term in terms if term.valid_from <= self.today)
        offices = OfficesOn(running, self._unreachable, self.away, by_office(handed))
        return offices.asked(member, asks, obligation, owner), first_after(self.today, days)

    @cached_property
    def _unreachable(self) -> frozenset[int]:
        people = {term.person_id for each in self.terms.values() for term in each}
        people |= {one.colleague_id for each in self.handovers.values() for one in each}
        return frozenset(people - register.reachable_people(self.connection, self.alliance_id, people))


def sooner(one: date | None, other: date | None) -> date | None:
    if one is None or other is None:
        return one or other
    return min(one, other)
