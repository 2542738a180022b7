"""Who is silent: the day before, the day, the day after; who has just come; whoever has left."""

from __future__ import annotations

from datetime import date

import pytest

from alliance.members import Membership
from alliance.silence import silent
from alliance.validity import Validity

TODAY, LONG_AGO = date(2027, 3, 31), date(2020, 1, 1)
MEMBER = Membership(1, "member", Validity(LONG_AGO))


@pytest.mark.parametrize(
    ("months", "heard", "is_silent"),
    [
        (12, date(2026, 3, 30), True),
        (12, date(2026, 3, 31), True),
        (12, date(2026, 4, 1), False),
        (1, date(2027, 2, 28), True),  # there is no 31 February
        (1, date(2027, 3, 1), False),
        (12, None, True),
    ],
)
def test_a_member_is_silent_when_it_did_nothing_for_so_many_months(
    months: int, heard: date | None, is_silent: bool
) -> None:
    found = silent([MEMBER], {1: heard} if heard else {}, LONG_AGO, months, TODAY)
    assert [one.heard for one in found] == ([heard] if is_silent else [])


@pytest.mark.parametrize("role", ["partner", "observer"])
def test_only_members_of_the_day_are_silent_and_only_once_they_could_have_been_heard(role: str) -> None:
    gone = Membership(2, "member", Validity(LONG_AGO, TODAY))
    new = Membership(3, "member", Validity(date(2026, 4, 1)))
    party = Membership(4, role, Validity(LONG_AGO))  # type: ignore[arg-type]
    assert [one.organisation_id for one in silent([gone, new, party, MEMBER], {}, LONG_AGO, 12, TODAY)] == [1]
    assert silent([MEMBER], {}, date(2026, 4, 1), 12, TODAY) == ()  # Tovholder has not been here for a year


def test_who_was_never_heard_comes_first_then_who_has_been_silent_longest() -> None:
    members = [Membership(n, "member", Validity(LONG_AGO)) for n in (1, 2, 3)]
    heard = {1: date(2025, 5, 1), 3: date(2024, 5, 1)}
    assert [one.organisation_id for one in silent(members, heard, LONG_AGO, 12, TODAY)] == [2, 3, 1]
