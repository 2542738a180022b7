"""What cannot be in a register, whoever wrote it: two in an office or seat of one, a seat of who takes no part."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from datetime import date
from itertools import combinations
from typing import TypeVar

from alliance.findings import Finding
from alliance.members import Membership, OfficeTerm, SeatTerm
from alliance.seats import SITTING
from alliance.validity import Dated

D = TypeVar("D", bound=Dated)


def register_faults(
    offices: Iterable[OfficeTerm],
    seats: Iterable[SeatTerm],
    memberships: Iterable[Membership],
    single: Collection[str],
    since: date,
) -> Iterator[Finding]:
    """What is wrong on a local day or later, each with the first such day; ``single`` are the offices with one holder.

    What was wrong before and is over can be put right by nobody, and is let be.
    """
    known = tuple(memberships)
    held = (term for term in offices if term.office in single and not term.acting)
    for before, after, day in _both(held, lambda term: (term.organisation_id, term.office), since):
        if before.person_id != after.person_id:
            yield _finding("two_holders", after.organisation_id, day, person=after.person_id)
    given = tuple(seats)
    for _, seated, day in _both(given, lambda term: (term.body, term.chair or term.constituency), since):
        yield _finding("two_chairs" if seated.chair else "two_seated", seated.organisation_id, day)
    for seat in given:
        outside = _outside(seat, known, since)
        if outside:
            yield _finding("seat_outside", seat.organisation_id, outside)
    for _, again, day in _both(known, lambda term: (term.organisation_id, term.role), since):
        yield _finding("two_memberships", again.organisation_id, day)


def _finding(kind: str, organisation_id: int, day: date, **more: object) -> Finding:
    facts = {"organisation": organisation_id, "day": day.isoformat(), **more}
    return Finding(kind, f"organisation:{organisation_id}", facts)


def _both(terms: Iterable[D], place: Callable[[D], Hashable], since: date) -> Iterator[tuple[D, D, date]]:
    """The pairs in one place that share a day from a day on, the later to begin second, with the first such day."""
    groups: dict[Hashable, list[D]] = {}
    for term in sorted(terms, key=lambda one: one.validity.since):
        groups.setdefault(place(term), []).append(term)
    for group in groups.values():
        for one, other in combinations(group, 2):
            day = max(other.validity.since, since)
            if one.validity.covers(day) and other.validity.covers(day):
                yield one, other, day


def _outside(seat: SeatTerm, memberships: Iterable[Membership], since: date) -> date | None:
    """The first day, from a day on, of a seat whose organisation takes no part then; None where there is none."""
    sitting = (m for m in memberships if m.organisation_id == seat.organisation_id and m.role in SITTING)
    day = max(seat.validity.since, since)
    for membership in sorted(sitting, key=lambda one: one.validity.since):
        if membership.validity.covers(day):
            if membership.validity.until is None:
                return None
            day = membership.validity.until
    return day if seat.validity.covers(day) else None
