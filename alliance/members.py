"""Organisations, memberships, persons and the offices they hold: who it was on a day.

An office is held for a term; several people may act for it. Nothing here is ever "active": ask on a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Literal, NamedTuple

from alliance.charter import SecretariatRule
from alliance.quiet import QuietHours
from alliance.validity import Validity

MembershipRole = Literal["member", "partner", "observer"]
MOST_ASKED = 2  # "two people's time at most"
NOBODY: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())


class Organisation(NamedTuple):
    """A municipality (``code`` is its four digits), or a partner. ``groups`` are grouping and name on the day asked.

    A tuple: pages are made of thousands.
    """

    id: int
    code: str
    name: str
    official_name: str
    kind: str
    groups: tuple[tuple[str, str], ...] = ()

    def group(self, grouping: str) -> str:
        """The name of the group in that grouping (region, kkr), or an empty text."""
        return next((name for each, name in self.groups if each == grouping), "")


@dataclass(frozen=True)
class Membership:
    organisation_id: int
    role: MembershipRole
    validity: Validity


@dataclass(frozen=True)
class MemberSince:
    """A member and the day from which it has been one without a break."""

    organisation: Organisation
    since: date


@dataclass(frozen=True)
class Person:
    """``quiet`` are the hours in which what can wait is not sent to them, if they have any."""

    id: int
    name: str
    language: str
    quiet: QuietHours | None = None


@dataclass(frozen=True)
class Address:
    """Where a person is reached on a channel; never a key to the person. Instants are aware UTC."""

    id: int
    person_id: int
    channel: str
    value: str
    verified_at: datetime | None
    unreachable_since: datetime | None


class OfficeTerm(NamedTuple):
    """Somebody holds an office of an organisation, or (``acting``) may act for whoever holds it."""

    organisation_id: int
    office: str
    person_id: int
    validity: Validity
    acting: bool = False


@dataclass(frozen=True)
class SeatTerm:
    """A seat of a body, held by an organisation's office-holder for a constituency; ``chair`` while it leads."""

    body: str
    constituency: str
    organisation_id: int
    validity: Validity
    chair: bool = False


@dataclass(frozen=True)
class OfficesOn:
    """Who holds or acts for which office on one day, and who of them no address of theirs reaches.

    ``away`` are those who are away that day, with the deputy they named, if any. ``handed`` says which colleague is
    asked for an obligation that somebody handed over: (obligation, office, who handed it over) to the colleague.
    """

    terms: tuple[OfficeTerm, ...]
    unreachable: frozenset[int] = frozenset()
    away: Mapping[int, int | None] = field(default_factory=dict)
    handed: Mapping[tuple[int, str, int], int] = field(default_factory=dict)

    @classmethod
    def of(cls, terms: Iterable[OfficeTerm], day: date) -> OfficesOn:
        return cls(tuple(term for term in terms if term.validity.covers(day)))

    def holders(self, organisation_id: int, office: str) -> tuple[int, ...]:
        return self._in_office(organisation_id, office)[1]

    def acting(self, organisation_id: int, office: str) -> tuple[int, ...]:
        return self._in_office(organisation_id, office)[0]

    def asked(
        self, organisation_id: int, offices: Sequence[str], obligation_id: int = 0, owner: int | None = None
    ) -> tuple[int, ...]:
        """The people who are asked on behalf of these offices: who acts for an office, else who holds it.

        Of several the ``owner`` comes first. Somebody who cannot be reached or is away is asked only if nobody else
        can. For an obligation that one of them handed to a colleague, the colleague is asked in the place of that
        office.
        """
        people: dict[int, None] = {}
        for office in offices:
            acting, holders = self._in_office(organisation_id, office)
            candidates = acting + holders
            if owner in candidates:
                candidates = (owner, *(person for person in candidates if person != owner))
            if not candidates:
                continue
            if self.handed and (colleague := self._colleague(obligation_id, office, candidates)):
                best = colleague
            elif self.away:
                best = self._instead(organisation_id, candidates)
            else:
                best = min(candidates, key=self.unreachable.__contains__)
            people[best] = None
        return tuple(people)[:MOST_ASKED]

    def reaches(self, organisation_id: int, offices: Sequence[str]) -> bool:
        """Whether somebody is asked on behalf of these offices whom an address of theirs reaches."""
        if self.unreachable:
            return not self.unreachable.issuperset(self.asked(organisation_id, offices))
        return any((organisation_id, office) in self._by_office for office in offices)  # whoever is asked is reached

    def _instead(self, organisation_id: int, candidates: tuple[int, ...]) -> int:
        """Of several who could be asked the first who is there; else a deputy of theirs, else the first after all."""
        ranked = sorted(candidates, key=lambda person: (person in self.unreachable, person in self.away))
        if ranked[0] not in self.away:
            return ranked[0]
        here = {term.person_id for term in self.terms if term.organisation_id == organisation_id}
        there = here - self.away.keys() - self.unreachable
        deputies = (self.away.get(person) for person in ranked)
        return next((deputy for deputy in deputies if deputy in there), ranked[0])

    def _colleague(self, obligation_id: int, office: str, candidates: tuple[int, ...]) -> int | None:
        """To whom one of these handed an obligation; None where nobody did, or the colleague cannot be asked."""
        found = (self.handed.get((obligation_id, office, person)) for person in candidates)
        here = (person for person in found if person and person not in self.unreachable and person not in self.away)
        return next(here, None)

    def regardless(self) -> OfficesOn:
        """The same, as if nobody were away: a calendar belongs to whoever holds the office."""
        return OfficesOn(self.terms, self.unreachable)

    def of_person(self, person_id: int) -> tuple[OfficeTerm, ...]:
        """Every office the person holds or acts for."""
        return tuple(term for term in self.terms if term.person_id == person_id)

    def _in_office(self, organisation_id: int, office: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return self._by_office.get((organisation_id, office), NOBODY)

    @cached_property
    def _by_office(self) -> Mapping[tuple[int, str], tuple[tuple[int, ...], tuple[int, ...]]]:
        """Who acts and who holds, by (organisation, office): every member asks for each of its offices."""
        found: dict[tuple[int, str], tuple[tuple[int, ...], tuple[int, ...]]] = {}
        for organisation, office, person, _validity, acts in self.terms:
            key = organisation, office
            acting, holders = found.get(key, NOBODY)
            found[key] = ((*acting, person), holders) if acts else (acting, (*holders, person))
        return found


def secretariat_organisation(rule: SecretariatRule, seats: Iterable[SeatTerm], day: date) -> int | str | None:
    """The organisation that runs the secretariat on a day: an id (follows the chair) or a code (fixed).

    While the chair is vacant the last chair's municipality goes on: somebody must hold the threads (U03, U16).
    """
    if rule.rule == "fixed":
        return rule.organisation
    chairs = sorted((seat for seat in seats if seat.chair), key=lambda seat: seat.validity.since)
    begun = [seat for seat in chairs if seat.validity.since <= day and not seat.validity.is_empty]
    return begun[-1].organisation_id if begun else None
