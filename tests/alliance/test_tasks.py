"""How often something is done, when that comes up, and how people type it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from alliance.errors import Refused
from alliance.moments import read_day
from alliance.recurrences import Recurrence, read_recurrence, split_task
from alliance.tasks import Task, due_of, next_due, to_open
from storage.charters import charter

CALENDAR = charter("dk2020").calendar
TODAY = date(2027, 3, 1)  # a Monday


def days(when: Recurrence, count: int) -> list[str]:
    found: list[str] = []
    last: date | None = None
    while len(found) < count and (last := when.after(last)) is not None:
        found.append(last.isoformat())
    return found


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("12. marts", ["2027-03-12"]),
        ("fredag den 12. marts 2027", ["2027-03-12"]),
        ("12/3", ["2027-03-12"]),
        ("1. marts", ["2027-03-01"]),
        ("28. februar", ["2028-02-28"]),
        ("29. februar", ["2028-02-29"]),
        ("i morgen", ["2027-03-02"]),
        ("mandag", ["2027-03-08"]),
        ("hver mandag", ["2027-03-01", "2027-03-08", "2027-03-15"]),
        ("hver uge om fredagen", ["2027-03-05", "2027-03-12", "2027-03-19"]),
        ("every Friday", ["2027-03-05", "2027-03-12", "2027-03-19"]),
        ("hver måned den 5.", ["2027-03-05", "2027-04-05", "2027-05-05"]),
        ("den 5. hver måned", ["2027-03-05", "2027-04-05", "2027-05-05"]),
        ("månedligt den 30.", ["2027-03-30", "2027-04-30", "2027-05-30"]),
        ("hver måned den sidste", ["2027-03-31", "2027-04-30", "2027-05-31"]),
        ("den sidste dag i hver måned", ["2027-03-31", "2027-04-30", "2027-05-31"]),
        ("hvert kvartal den 15.", ["2027-04-15", "2027-07-15", "2027-10-15"]),
        ("hvert kvartal fra 31. marts", ["2027-03-31", "2027-06-30", "2027-09-30", "2027-12-31"]),
        ("hvert år den 1. marts", ["2027-03-01", "2028-03-01", "2029-03-01"]),
        ("hvert år 29. februar", ["2028-02-29", "2029-02-28", "2030-02-28"]),
        ("every year 1 November", ["2027-11-01", "2028-11-01"]),
    ],
)
def test_it_is_read_as_people_type_it(typed: str, expected: list[str]) -> None:
    assert days(read_recurrence(typed, TODAY), len(expected)) == expected


@pytest.mark.parametrize("day", [28, 29, 30, 31])
def test_a_short_month_has_its_last_day_and_the_next_the_wanted_one(day: int) -> None:
    when = read_recurrence(f"hver måned den {day}.", date(2027, 1, 1))
    assert days(when, 3) == [f"2027-01-{day}", "2027-02-28", f"2027-03-{day}"]


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ('"Nyhedsbrev" hver måned den 5.', "Nyhedsbrev"),
        ("Ring til KL 12. marts", "Ring til KL"),
        ("Ring til KL fredag den 12. marts", "Ring til KL"),
        ("”Brev hver mandag” 12. marts", "Brev hver mandag"),
        ("Punkt 12 12. marts 2027", "Punkt 12"),
        ("Call KL tomorrow", "Call KL"),
    ],
)
def test_what_and_when_are_told_apart(typed: str, what: str) -> None:
    assert split_task(typed.split(), TODAY)[0] == what


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("Nyhedsbrev", "task_when"),
        ("Møde hver anden mandag", "task_when"),
        ("Brev hver måned den 5. marts", "task_when"),
        ("Brev hver måned den 32.", "task_when"),
        ("Brev 31. april", "task_when"),
        ("Brev 28. februar 2027", "task_past"),
        ("hver mandag", "task_when"),
    ],
)
def test_what_can_be_read_two_ways_or_not_at_all_is_refused(typed: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        split_task(typed.split(), TODAY)
    assert refused.value.reason == reason


@pytest.mark.parametrize("typed", ["13", "5. 13", "30/2", "marts", ""])
def test_a_day_that_no_calendar_has_is_none(typed: str) -> None:
    with pytest.raises(Refused):
        read_day(typed, TODAY)


def task(typed: str) -> Task:
    return Task(1, "Nyhedsbrev", read_recurrence(typed, TODAY), None, datetime(2027, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("planned", "due"),
    [
        ("2027-03-05", "2027-03-05"),
        ("2027-03-14", "2027-03-15"),  # a Sunday
        ("2027-03-25", "2027-03-30"),  # Maundy Thursday to Easter Monday
        ("2027-12-24", "2027-12-27"),
        ("2027-12-31", "2028-01-03"),
    ],
)
def test_a_day_off_makes_room_for_the_next_working_day(planned: str, due: str) -> None:
    assert due_of(date.fromisoformat(planned), CALENDAR).isoformat() == due


@pytest.mark.parametrize(
    ("today", "opened"),
    [
        ("2027-04-26", []),  # six working days before the 5th of May
        ("2027-04-27", []),
        ("2027-04-28", ["2027-05-05"]),
        ("2027-05-05", ["2027-05-05"]),
        ("2027-05-06", ["2027-05-05"]),
        ("2027-08-02", ["2027-07-05", "2027-08-05"]),  # after a long silence the newest that is over, and what comes
    ],
)
def test_it_comes_up_in_good_time_and_after_a_long_silence_once(today: str, opened: list[str]) -> None:
    found = to_open(task("hver måned den 5."), date(2027, 4, 5), CALENDAR, date.fromisoformat(today))
    assert [day.isoformat() for day in found] == opened


def test_the_next_is_the_first_that_is_not_over() -> None:
    monthly, once = task("hver måned den 5."), task("12. marts")
    assert next_due(monthly, date(2027, 3, 5), CALENDAR, TODAY) == date(2027, 4, 5)
    assert next_due(monthly, None, CALENDAR, date(2027, 6, 8)) == date(2027, 7, 5)
    assert next_due(once, date(2027, 3, 12), CALENDAR, TODAY) is None
