"""When the secretariat is handed over, to whom, and who may act meanwhile."""

from __future__ import annotations

from datetime import date

import pytest

from alliance.changeovers import also_acts, changeover
from alliance.members import SeatTerm
from alliance.validity import Validity
from storage.charters import charter

RULES = charter("dk2020")
A, B = 147, 259


def chair(organisation: int, since: str, until: str | None) -> SeatTerm:
    days = Validity(date.fromisoformat(since), date.fromisoformat(until) if until else None)
    return SeatTerm("steering_group", "KKR Hovedstaden", organisation, days, chair=True)


FIRST = chair(A, "2026-02-01", "2028-02-01")
OTHER, AGAIN = chair(B, "2028-02-01", "2030-02-01"), chair(A, "2028-02-01", "2030-02-01")
LATE = chair(B, "2028-04-01", "2030-04-01")


@pytest.mark.parametrize(
    ("terms", "day", "found"),
    [
        ([FIRST], "2027-07-31", None),  # the charter has it told six months before
        ([FIRST], "2027-08-01", (A, None, "2028-02-01")),
        ([FIRST], "2028-03-15", (A, None, "2028-02-01")),  # the chair is vacant: the last one goes on
        ([FIRST, OTHER], "2027-03-01", (A, B, "2028-02-01")),  # a successor is noted
        ([FIRST, OTHER], "2028-01-31", (A, B, "2028-02-01")),
        ([FIRST, OTHER], "2028-03-01", (A, B, "2028-02-01")),  # the thirtieth day
        ([FIRST, OTHER], "2028-03-02", None),
        ([FIRST, AGAIN], "2027-12-01", None),  # elected again
        ([FIRST, AGAIN], "2028-02-15", None),
        ([FIRST, LATE], "2028-03-01", (A, B, "2028-04-01")),
        ([], "2027-08-01", None),
        ([OTHER], "2027-08-01", None),
    ],
)
def test_it_opens_in_time_and_ends_with_the_overlap(
    terms: list[SeatTerm], day: str, found: tuple[int, int | None, str] | None
) -> None:
    one = changeover(RULES.secretariat, RULES.chair, terms, date.fromisoformat(day))
    assert (one and (one.leaving, one.coming, one.day.isoformat())) == found


def test_a_fixed_secretariat_is_never_handed_over() -> None:
    fixed = charter("klimaalliancen")
    assert changeover(fixed.secretariat, RULES.chair, [FIRST, OTHER], date(2028, 2, 1)) is None


@pytest.mark.parametrize(
    ("day", "also"), [("2028-01-31", None), ("2028-02-01", A), ("2028-03-01", A), ("2028-03-02", None)]
)
def test_who_leaves_may_still_act_while_the_charter_says_so(day: str, also: int | None) -> None:
    on = date.fromisoformat(day)
    assert also_acts(changeover(RULES.secretariat, RULES.chair, [FIRST, OTHER], on), on) == also


def test_nobody_else_acts_while_the_chair_is_vacant() -> None:
    on = date(2028, 2, 8)
    assert also_acts(changeover(RULES.secretariat, RULES.chair, [FIRST], on), on) is None
