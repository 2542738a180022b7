"""The days on which an obligation may change by itself: each edge, and none where only a fact can change it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from alliance.looks import edges_of_standing, first_after
from alliance.obligations import Obligation, Period, Settlement, standing
from alliance.validity import Validity
from storage.charters import charter

YEAR = Period(date(2027, 1, 1), date(2028, 1, 1))
REPORT, DECLARATION = (charter("dk2020").requirement(key) for key in ("report", "declaration"))
OWED = Obligation(1, "report", YEAR, date(2027, 1, 15), date(2027, 3, 31), id=7)
CARRIED = OWED._replace(requirement="declaration", due=date(2027, 6, 30))


def fact(kind: Any, since: str, until: str | None = None, *, of: int = 7, requirement: str = "report") -> Settlement:
    validity = Validity(date.fromisoformat(since), date.fromisoformat(until) if until else None)
    result: Any = "exempt" if kind == "dispensation" else "fulfilled"
    at = datetime(2027, 1, 1, tzinfo=UTC)
    return Settlement(1, of, 1, requirement, kind, result, "", "", validity, at, 1)


@pytest.mark.parametrize(
    ("today", "first"), [("2027-01-01", "2027-01-02"), ("2027-01-02", "2027-02-01"), ("2027-02-01", None)]
)
def test_the_first_day_to_come_is_after_today(today: str, first: str | None) -> None:
    days = [date(2027, 2, 1), None, date(2027, 1, 2)]
    assert first_after(date.fromisoformat(today), days) == (date.fromisoformat(first) if first else None)


@pytest.mark.parametrize(
    ("facts", "edges"),
    [
        ([], set()),
        ([fact("evidence", "2027-02-01", "2027-03-01")], set()),  # for this very period: whatever the day is
        ([fact("evidence", "2027-02-01", of=6)], {"2027-02-01", "2027-04-01"}),
        ([fact("dispensation", "2027-02-01", "2027-03-01")], {"2027-02-01", "2027-03-01", "2027-04-01"}),
        ([fact("dispensation", "2027-02-01")._replace(withdrawn_at=datetime(2027, 2, 2, tzinfo=UTC))], set()),
    ],
)
def test_what_does_not_carry_changes_on_the_days_of_a_dispensation(facts: list[Settlement], edges: set[str]) -> None:
    found = {day for day in edges_of_standing(OWED, REPORT, facts) if day}
    assert found == {date.fromisoformat(each) for each in edges}


def test_what_is_tied_to_an_event_changes_when_it_is_over() -> None:
    assert list(edges_of_standing(OWED._replace(event_day=date(2027, 5, 27)), REPORT, [])) == [date(2027, 5, 28)]


@pytest.mark.parametrize("kind", ["evidence", "dispensation"])
@pytest.mark.parametrize("until", [None, "2027-05-01", "2027-07-15", "2028-03-01"])
@pytest.mark.parametrize("since", ["2026-05-01", "2027-02-01", "2027-07-01", "2027-12-31"])
@pytest.mark.parametrize(("requirement", "owed"), [(REPORT, OWED), (DECLARATION, CARRIED)], ids=["report", "declared"])
def test_between_two_edges_it_stands_the_same(
    requirement: Any, owed: Obligation, since: str, until: str | None, kind: Any
) -> None:
    if until and until <= since:
        return
    facts = [fact(kind, since, until, requirement=owed.requirement)]
    edges = set(edges_of_standing(owed, requirement, facts))
    day, before = date(2027, 1, 1), None
    while day < date(2028, 6, 1):
        owes = standing(owed, requirement, facts, None, day).owes
        assert before in (None, owes) or day in edges, day
        before, day = owes, day + timedelta(days=1)
