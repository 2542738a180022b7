"""A month's budget of reminders: which rungs still go when few are left, and that no deadline comes unwarned."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.budgets import Telling, left_needed, may_go, most_needed, never_held_back
from alliance.cadences import Ladder
from alliance.calendar import WorkingCalendar
from alliance.reminders import current_rung
from alliance.validity import Validity

LADDER = Ladder((20, 10, 5, 1), (1, 5, 10), time(8), time(16), Validity(date(2021, 1, 1)), 10)
CALENDAR = WorkingCalendar("Europe/Copenhagen", ())


@pytest.mark.parametrize(("offset", "left"), [(-1, 1), (1, 1), (-5, 2), (5, 2), (-10, 3), (10, 3), (-20, 4), (99, 1)])
def test_the_further_from_its_due_day_the_more_must_be_left_for_a_rung(offset: int, left: int) -> None:
    """A rung that the ladder does not know (any more) is not what is saved on."""
    assert left_needed(LADDER, offset) == left <= most_needed(LADDER) == 4


@pytest.mark.parametrize(
    ("had", "offset", "goes"),
    [
        (6, -20, True),
        (7, -20, False),
        (7, -10, True),
        (8, 10, False),
        (8, 5, True),
        (9, -5, False),
        (9, 1, True),
        (10, 1, False),
        (25, 1, False),
    ],
)
def test_what_goes_when_so_many_have_gone(had: int, offset: int, goes: bool) -> None:
    assert may_go(LADDER, had, [Telling(offset, first=False)]) is goes


@pytest.mark.parametrize("had", [0, 10, 30])
def test_a_first_telling_and_a_last_warning_always_go_and_take_the_rest_along(had: int) -> None:
    held = Telling(-20, first=False)
    assert may_go(LADDER, had, [held, Telling(-20, first=True)])
    assert may_go(LADDER, had, [held, Telling(-1, first=False)])
    assert may_go(LADDER, had, [held]) is (had == 0)


def test_without_a_number_there_is_no_budget() -> None:
    unlimited = Ladder((20,), (), time(8), time(16), Validity(date(2021, 1, 1)))
    assert may_go(unlimited, 1000, [Telling(-20, first=False)])


def test_a_ladder_of_rungs_after_the_due_day_alone_has_no_last_warning() -> None:
    late = Ladder((), (1, 5), time(8), time(16), Validity(date(2021, 1, 1)), 1)
    assert not never_held_back(late, Telling(1, first=False))


@dataclass
class Months:
    """What one person was told, played day by day: the reminders of each month, and those that could not wait."""

    reminders: Counter[tuple[int, int]]
    could_not_wait: Counter[tuple[int, int]]
    told: dict[int, set[int]]
    told_by_due: set[int]


def months(dues: list[date], monthly: int) -> Months:
    ladder = Ladder(LADDER.before, LADDER.after, time(8), time(16), LADDER.validity, monthly)
    play = Months(Counter(), Counter(), {number: set() for number in range(len(dues))}, set())
    day = date(2027, 1, 1)
    while day < date(2027, 12, 31):
        day += timedelta(days=1)
        if not CALENDAR.is_working_day(day):
            continue
        month, tellings = (day.year, day.month), {}
        for number, due in enumerate(dues):
            rung = current_rung(ladder, CALENDAR, due, day)
            if rung and rung.offset not in play.told[number]:
                tellings[number] = Telling(rung.offset, not play.told[number])
        if tellings and may_go(ladder, play.reminders[month], tellings.values()):
            play.reminders[month] += 1
            play.could_not_wait[month] += any(never_held_back(ladder, each) for each in tellings.values())
            for number, telling in tellings.items():
                play.told[number].add(telling.offset)
                play.told_by_due |= {number} if day < dues[number] else set()
    return play


DUES = st.lists(st.dates(date(2027, 3, 1), date(2027, 11, 1)), min_size=1, max_size=25)


@settings(max_examples=40, deadline=None)
@given(dues=DUES, monthly=st.integers(1, 12))
def test_nobody_gets_more_than_the_budget_but_for_what_cannot_wait_and_no_deadline_comes_unwarned(
    dues: list[date], monthly: int
) -> None:
    play = months(dues, monthly)
    assert all(count <= monthly + play.could_not_wait[month] for month, count in play.reminders.items())
    assert play.told_by_due == set(range(len(dues)))
    assert all(-1 in told for told in play.told.values())
