"""The seats of a body: what giving one ends, which stand empty, and whose term ends soon.

Source: declaration of 4 June 2021 (five mayors by region, one chair for two years at a time); domain.md U01 to U03.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from alliance.charter import Body, Party
from alliance.errors import Refused
from alliance.members import Membership, SeatTerm
from alliance.months import months_before
from alliance.validity import Validity

EndKind = Literal["chair", "party"]
SITTING = ("member", "partner")
"""In which roles an organisation may have a seat; an observer takes part, and never votes or counts."""


def within(terms: Iterable[SeatTerm], memberships: Iterable[Membership]) -> tuple[SeatTerm, ...]:
    """The terms of seats, in their order, each over at the latest when its organisation stops taking part.

    A seat does not come back with an organisation that joins again later: its place may be somebody else's by then. One
    that takes part on no day of the term keeps its first day and covers none.
    """
    runs = _runs(memberships)
    return tuple(replace(term, validity=_while(term.validity, runs.get(term.organisation_id, ()))) for term in terms)


def _runs(memberships: Iterable[Membership]) -> dict[int, tuple[Validity, ...]]:
    """The days without a break on which each organisation may sit, by day."""
    found: dict[int, tuple[Validity, ...]] = {}
    for membership in sorted(memberships, key=lambda one: one.validity.since):
        days = membership.validity
        if membership.role not in SITTING or days.is_empty:
            continue
        *earlier, last = found.get(membership.organisation_id, (days,))
        goes_on = last.until is None or days.since <= last.until
        found[membership.organisation_id] = (*earlier, _joined(last, days)) if goes_on else (*earlier, last, days)
    return found


def _joined(one: Validity, other: Validity) -> Validity:
    return Validity(one.since, max(one.until, other.until) if one.until and other.until else None)


def _while(term: Validity, runs: Iterable[Validity]) -> Validity:
    """A term for the days of the first run that is not over when it begins."""
    run = next((run for run in runs if run.until is None or run.until > term.since), None)
    begins = run is not None and (term.until is None or run.since < term.until)
    return term.cut(run.until) if run and begins else term.cut(term.since)


def is_member(memberships: Iterable[Membership], organisation_id: int, day: date) -> bool:
    """Whether an organisation is a member on a day: only then may it be given a seat from it."""
    mine = (one for one in memberships if one.organisation_id == organisation_id and one.role == "member")
    return any(one.validity.covers(day) for one in mine)


@dataclass(frozen=True)
class SeatShown:
    """A seat on a day, for people: ``member`` and ``holder`` are names, empty where there is none.

    ``term`` is None where nobody has the seat; ``vacancy`` is then what is known of that.
    """

    constituency: str
    member: str = ""
    holder: str = ""
    chair: bool = False
    term: Validity | None = None
    vacancy: Vacancy | None = None


@dataclass(frozen=True)
class BodyShown:
    body: Body
    seats: tuple[SeatShown, ...]


@dataclass(frozen=True)
class ChairShown:
    """Who led a body and when: the member, and who held its office on the last day of it that we know."""

    body: Body
    member: str
    holder: str
    term: Validity


@dataclass(frozen=True)
class Given:
    """What giving a seat does: the new term, and those that end the day it begins."""

    term: SeatTerm
    ends: tuple[SeatTerm, ...]


def give(terms: Iterable[SeatTerm], new: SeatTerm) -> Given:
    """Give a seat, or the chair, from a day. Who sat there before leaves it, and a chair whose seat ends leaves both.

    Raises Refused: ``seat_held`` where it is theirs already, ``seat_given_later`` where somebody has it from that day
    or later, ``chair_without_seat`` for a chair that has no seat then.
    """
    of_body = [term for term in terms if term.body == new.body]
    rivals = [term for term in of_body if _same_place(term, new)]
    since = new.validity.since
    ends = [term for term in rivals if term.validity.covers(since)]
    if ends and all(term.organisation_id == new.organisation_id for term in ends):
        raise Refused("seat_held", since=since)
    coming = [term.validity for term in rivals if term.validity.since >= since]
    later = [validity.since for validity in coming if validity.since == since or not validity.is_empty]
    if later:
        raise Refused("seat_given_later", since=min(later))
    seated = any(
        not term.chair and term.organisation_id == new.organisation_id and term.validity.covers(since)
        for term in of_body
    )
    if new.chair and not seated:
        raise Refused("chair_without_seat", since=since)
    leaving = {term.organisation_id for term in ends} - {new.organisation_id}
    if not new.chair:
        ends += [t for t in of_body if t.chair and t.organisation_id in leaving and t.validity.covers(since)]
    return Given(new, tuple(ends))


def _same_place(term: SeatTerm, new: SeatTerm) -> bool:
    """Whether only one of the two can stand on a day: the chair, or the seat of one constituency."""
    if term.chair or new.chair:
        return term.chair and new.chair
    return term.constituency == new.constituency


@dataclass(frozen=True)
class Vacancy:
    """A seat that nobody holds. ``since`` is the first empty day, None where it was never given."""

    body: str
    constituency: str
    since: date | None

    def fill_by(self, body: Body) -> date | None:
        """The day by which the charter wants it filled."""
        return self.since + timedelta(days=body.vacancy_days) if self.since else None


def vacancies(body: Body, terms: Iterable[SeatTerm], day: date) -> tuple[Vacancy, ...]:
    """The seats of a body that nobody was given on a day: those that were, by constituency, then those that never."""
    of_body = [t for t in terms if t.body == body.key and not t.chair and not t.validity.is_empty]
    running = {term.constituency for term in of_body if term.validity.covers(day)}
    held = sum(term.validity.covers(day) for term in of_body)
    empty = []
    for constituency in sorted({term.constituency for term in of_body} - running):
        ended = [t.validity.until for t in of_body if t.constituency == constituency and t.validity.until]
        past = [until for until in ended if until <= day]
        empty.append(Vacancy(body.key, constituency, max(past) if past else None))
    never = body.seats - held - len(empty)
    return (*empty, *(Vacancy(body.key, "", None) for _ in range(never)))


@dataclass(frozen=True)
class Ending:
    """A term that ends: its first day after (``until``), and how many months ahead that is told now."""

    kind: EndKind
    key: str
    until: date
    months: int


def chair_ending(terms: Iterable[SeatTerm], body: str, months: Sequence[int], day: date) -> Ending | None:
    """The end of the chair's term that is to be told on the day; None where it is far, or a chair follows."""
    chairs = [term for term in terms if term.chair and term.body == body]
    current = next((term for term in chairs if term.validity.covers(day)), None)
    if current is None or current.validity.until is None:
        return None
    until = current.validity.until
    if any(term.validity.covers(until) for term in chairs):
        return None
    rung = _reached(until, months, day)
    return Ending("chair", str(current.organisation_id), until, rung) if rung else None


def party_endings(parties: Iterable[Party], day: date) -> tuple[Ending, ...]:
    """The ends of parties' terms that are to be told on the day, where the same party does not go on."""
    known = tuple(parties)
    found = []
    for party in known:
        until = party.validity.until
        if until is None or not party.validity.covers(day):
            continue
        goes_on = any(other.code == party.code and other.validity.covers(until) for other in known)
        rung = None if goes_on else _reached(until, party.told_before, day)
        if rung:
            found.append(Ending("party", party.code, until, rung))
    return tuple(found)


def _reached(until: date, months: Sequence[int], day: date) -> int | None:
    """The nearest of the rungs (months before an end) that the day has reached; after downtime there is only that."""
    reached = [rung for rung in months if months_before(until, rung) <= day < until]
    return min(reached, default=None)
