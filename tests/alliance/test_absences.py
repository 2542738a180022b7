"""Away for a while: for which days, and who is asked instead."""

from __future__ import annotations

from datetime import date

import pytest

from alliance.absences import Absence, away
from alliance.errors import Refused
from alliance.members import OfficesOn, OfficeTerm
from alliance.validity import Validity

TODAY, EVER = date(2027, 4, 1), Validity(date(2026, 1, 1))
HOLDER, PROXY, SHARES, COLLEAGUE, STRANGER = 10, 11, 12, 13, 99


def day(number: int) -> date:
    return date(2027, 4, number)


@pytest.mark.parametrize(
    ("first", "last", "since", "until"),
    [(1, 1, 1, 2), (2, 9, 2, 10), (1, 30, 1, 31)],
)
def test_it_runs_from_the_first_day_to_the_last(first: int, last: int, since: int, until: int) -> None:
    term = away(day(first), day(last), TODAY)
    assert (term.since, term.until) == (day(since), date(2027, 4, until) if until < 31 else date(2027, 5, 1))
    assert Absence(1, term).last == day(last)


def test_it_begins_today_at_the_earliest() -> None:
    assert away(date(2027, 3, 1), day(5), TODAY).since == TODAY


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        (day(9), day(8), "away_turned"),
        (date(2027, 3, 1), date(2027, 3, 31), "away_over"),
        (day(1), date(2028, 4, 1), "away_too_long"),
    ],
)
def test_what_cannot_be_is_refused(first: date, last: date, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        away(first, last, TODAY)
    assert refused.value.reason == reason


def term(person: int, office: str = "mayor", *, acting: bool = False) -> OfficeTerm:
    return OfficeTerm(1, office, person, EVER, acting)


ALONE = (term(HOLDER), term(COLLEAGUE, "official"))
WITH_PROXY = (*ALONE, term(PROXY, acting=True))
SHARED = (*ALONE, term(SHARES))


@pytest.mark.parametrize(
    ("terms", "away", "unreachable", "asked"),
    [
        (ALONE, {}, (), HOLDER),
        (ALONE, {HOLDER: None}, (), HOLDER),  # never nobody
        (ALONE, {HOLDER: COLLEAGUE}, (), COLLEAGUE),
        (ALONE, {HOLDER: STRANGER}, (), HOLDER),  # who has nothing to do with the member could settle nothing
        (ALONE, {HOLDER: COLLEAGUE, COLLEAGUE: None}, (), HOLDER),
        (ALONE, {HOLDER: COLLEAGUE}, (COLLEAGUE,), HOLDER),
        (WITH_PROXY, {PROXY: None}, (), HOLDER),
        (WITH_PROXY, {HOLDER: None}, (), PROXY),
        (WITH_PROXY, {PROXY: COLLEAGUE}, (), HOLDER),  # whoever holds it comes before a deputy
        (WITH_PROXY, {PROXY: COLLEAGUE, HOLDER: None}, (), COLLEAGUE),
        (SHARED, {HOLDER: COLLEAGUE}, (), SHARES),
        (SHARED, {HOLDER: None}, (SHARES,), HOLDER),  # somebody who is away may look; nobody reads a dead letter box
        (ALONE, {STRANGER: None}, (), HOLDER),
    ],
)
def test_whoever_acts_or_shares_is_asked_then_the_deputy_then_the_person_after_all(
    terms: tuple[OfficeTerm, ...], away: dict[int, int | None], unreachable: tuple[int, ...], asked: int
) -> None:
    offices = OfficesOn(terms, frozenset(unreachable), away)
    assert offices.asked(1, ["mayor"]) == (asked,)
    assert offices.regardless().asked(1, ["mayor"]) == OfficesOn(terms, frozenset(unreachable)).asked(1, ["mayor"])
