"""Who is reminded on which day: the ladder against a holiday list of its own, and one digest a day at most."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.calendar import easter
from alliance.charter_file import read_charter
from alliance.reminders import (
    Digest,
    Line,
    Owed,
    Rung,
    Told,
    current_rung,
    digests,
    may_remind,
    next_rung,
    rungs,
    steering_list_day,
)

FILE = Path(__file__).parents[2] / "alliance" / "charters" / "dk2020.toml"
DK2020 = read_charter(FILE.read_text(encoding="utf-8"), FILE.name)
CALENDAR = DK2020.calendar
LADDER = DK2020.ladder_on(date(2027, 1, 1))
DUE = date(2027, 3, 31)


def day(text: str) -> date:
    return date.fromisoformat(f"2027-{text}")


# A holiday list of the tests' own


@cache
def free_days(year: int) -> frozenset[date]:
    """The holidays package's public and optional days, and the Friday after Ascension."""
    listed = holidays.country_holidays("DK", years=year, categories=("public", "optional"))
    return frozenset({*listed, easter(year) + timedelta(days=40)})


def is_working(the_day: date) -> bool:
    return the_day.weekday() < 5 and the_day not in free_days(the_day.year)


def walked(the_day: date, working_days: int) -> date:
    """So many working days later (or earlier, below 0), one day at a time."""
    step = timedelta(days=1 if working_days > 0 else -1)
    left = abs(working_days)
    while left:
        the_day += step
        left -= is_working(the_day)
    return the_day


EXPECTED = {-20: "02-26", -10: "03-12", -5: "03-19", -1: "03-30", 1: "04-01", 5: "04-07", 10: "04-14"}


# The ladder


def test_the_ladder_to_the_thirty_first_of_march_goes_around_easter() -> None:
    assert {rung.offset: rung.day for rung in rungs(LADDER, CALENDAR, DUE)} == {
        offset: day(text) for offset, text in EXPECTED.items()
    }


@pytest.mark.parametrize("offset", EXPECTED)
def test_the_table_agrees_with_a_walk_over_the_holidays_package(offset: int) -> None:
    assert walked(DUE, offset) == day(EXPECTED[offset])


@settings(deadline=None)
@given(st.dates(date(2022, 1, 1), date(2045, 12, 31)))
def test_every_rung_is_a_working_day_so_many_working_days_away(due: date) -> None:
    found = rungs(LADDER, CALENDAR, due)
    assert [rung.offset for rung in found] == [-20, -10, -5, -1, 1, 5, 10]
    assert [rung.day for rung in found] == [walked(due, rung.offset) for rung in found]
    assert [rung.day for rung in found] == sorted({rung.day for rung in found})


@pytest.mark.parametrize(
    ("today", "offset", "following"),
    [
        ("02-25", None, -20),
        ("02-26", -20, -10),
        ("02-27", -20, -10),
        ("03-11", -20, -10),
        ("03-12", -10, -5),
        ("03-13", -10, -5),
        ("03-18", -10, -5),
        ("03-19", -5, -1),
        ("03-20", -5, -1),
        ("03-29", -5, -1),  # Easter Monday
        ("03-30", -1, 1),
        ("03-31", -1, 1),
        ("04-01", 1, 5),
        ("04-02", 1, 5),
        ("04-06", 1, 5),
        ("04-07", 5, 10),
        ("04-08", 5, 10),
        ("04-13", 5, 10),
        ("04-14", 10, None),
        ("04-15", 10, None),
        ("12-31", 10, None),
    ],
)
def test_a_rung_is_the_current_one_from_its_day_until_the_next(
    today: str, offset: int | None, following: int | None
) -> None:
    current, coming = (ask(LADDER, CALENDAR, DUE, day(today)) for ask in (current_rung, next_rung))
    assert (current.offset if current else None, coming.offset if coming else None) == (offset, following)


def test_the_steering_groups_list_begins_the_working_day_after_the_last_rung() -> None:
    assert steering_list_day(LADDER, CALENDAR, DUE) == day("04-15")
    # Ascension and the Friday after it come right after the last rung
    due = walked(date(2027, 5, 5), -10)
    assert rungs(LADDER, CALENDAR, due)[-1].day == date(2027, 5, 5)
    assert steering_list_day(LADDER, CALENDAR, due) == date(2027, 5, 10)


def test_another_ladder_has_other_rungs() -> None:
    short = replace(LADDER, before=(3,), after=())
    assert rungs(short, CALENDAR, DUE) == (Rung(-3, day("03-23")),)
    assert steering_list_day(short, CALENDAR, DUE) == day("03-24")
    assert next_rung(short, CALENDAR, DUE, day("03-23")) is None


# The hours


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Copenhagen"))


@pytest.mark.parametrize(
    ("utc", "may"),
    [
        # Friday 26 February 2027, winter time: 08.00 is 07.00 UTC
        ("2027-02-26T06:59:59", False),
        ("2027-02-26T07:00:00", True),
        ("2027-02-26T14:59:59", True),
        ("2027-02-26T15:00:00", False),
        # the working days on either side of 28 March 2027 (Wednesday before Easter, Tuesday after)
        ("2027-03-24T06:59:59", False),
        ("2027-03-24T07:00:00", True),
        ("2027-03-24T14:59:59", True),
        ("2027-03-24T15:00:00", False),
        ("2027-03-30T05:59:59", False),
        ("2027-03-30T06:00:00", True),
        ("2027-03-30T13:59:59", True),
        ("2027-03-30T14:00:00", False),
        # the working days on either side of 31 October 2027 (Friday, Monday)
        ("2027-10-29T05:59:59", False),
        ("2027-10-29T06:00:00", True),
        ("2027-10-29T13:59:59", True),
        ("2027-10-29T14:00:00", False),
        ("2027-11-01T06:59:59", False),
        ("2027-11-01T07:00:00", True),
        ("2027-11-01T14:59:59", True),
        ("2027-11-01T15:00:00", False),
        # no working day: the clock changes themselves, Easter, 1 May 2026, Constitution Day 2028, Christmas Eve
        ("2027-03-28T10:00:00", False),
        ("2027-10-31T10:00:00", False),
        ("2027-03-29T10:00:00", False),
        ("2026-05-01T10:00:00", False),
        ("2028-06-05T10:00:00", False),
        ("2027-05-07T10:00:00", False),
        ("2027-12-24T10:00:00", False),
        ("2027-12-31T10:00:00", False),
        # weeks in which no meeting is proposed are working weeks all the same
        ("2027-07-14T10:00:00", True),
        # it is Monday in Copenhagen, but still night
        ("2027-01-10T23:30:00", False),
    ],
)
def test_reminders_leave_between_eight_and_four_of_a_working_day_in_copenhagen(utc: str, may: bool) -> None:
    assert may_remind(LADDER, CALENDAR, datetime.fromisoformat(utc).replace(tzinfo=UTC)) is may


@settings(deadline=None)
@given(st.integers(0, 4 * 366 * 24 * 60))
def test_no_instant_outside_the_hours_or_the_working_days_is_ever_allowed(minutes: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    there = now.astimezone(ZoneInfo("Europe/Copenhagen"))
    expected = is_working(there.date()) and time(8) <= there.time() < time(16)
    assert may_remind(LADDER, CALENDAR, now) is expected


# Digests


def told_by(found: tuple[Digest, ...]) -> set[Told]:
    return {(line.obligation_id, digest.person_id, line.rung) for digest in found for line in digest.lines if line.rung}


def on(today: date, owed: list[Owed], told: set[Told] | None = None) -> tuple[Digest, ...]:
    return digests(owed, told or set(), lambda due: current_rung(LADDER, CALENDAR, due, today), today)


def test_a_digest_lists_everything_that_is_owed_the_pressing_first() -> None:
    owed = [
        Owed(1, None, (70,)),  # a standing duty
        Owed(2, date(2027, 12, 1), (70,)),  # dated, but long until then
        Owed(3, DUE, (70,)),
    ]
    assert on(day("03-12"), owed) == (Digest(70, day("03-12"), (Line(3, -10), Line(1, None), Line(2, None))),)


@pytest.mark.parametrize("owed", [[], [Owed(1, None, (70,))], [Owed(1, date(2027, 12, 1), (70,))]])
def test_nobody_is_written_to_where_nothing_presses(owed: list[Owed]) -> None:
    assert on(day("03-12"), owed) == ()


def test_only_who_is_asked_is_reminded() -> None:
    owed = [Owed(1, DUE, (70, 71)), Owed(2, DUE, (71,)), Owed(3, DUE, ())]
    found = on(day("03-12"), owed)
    assert {digest.person_id: [line.obligation_id for line in digest.lines] for digest in found} == {
        70: [1],
        71: [1, 2],
    }


def test_nobody_is_told_of_the_same_rung_twice() -> None:
    owed = [Owed(1, DUE, (70, 71))]
    first = on(day("03-12"), owed)
    assert on(day("03-12"), owed, told_by(first)) == ()
    assert on(day("03-18"), owed, told_by(first)) == ()
    assert [digest.lines for digest in on(day("03-19"), owed, told_by(first))] == [(Line(1, -5),), (Line(1, -5),)]


def test_a_colleague_who_was_not_told_is_told_and_the_other_is_not() -> None:
    owed = [Owed(1, DUE, (70, 71))]
    found = on(day("03-12"), owed, {(1, 70, -10)})
    assert [digest.person_id for digest in found] == [71]


def test_what_was_told_before_is_listed_beside_what_presses_now() -> None:
    owed = [Owed(1, DUE, (70,)), Owed(2, walked(day("03-15"), 5), (70,))]
    found = on(day("03-15"), owed, {(1, 70, -10)})
    assert found == (Digest(70, day("03-15"), (Line(2, -5), Line(1, None))),)


@pytest.mark.parametrize(
    ("last_up", "back", "expected"),
    [
        ("03-11", "03-22", -5),  # missed ten and five before
        ("02-25", "04-20", 10),  # missed all: one, the highest
        ("03-12", "03-18", None),  # missed nothing
        ("03-30", "04-08", 5),
        ("04-14", "05-20", None),
    ],
)
def test_after_downtime_there_is_exactly_one_reminder_the_highest(
    last_up: str, back: str, expected: int | None
) -> None:
    told: set[Told] = set()
    owed = [Owed(1, DUE, (70,))]
    today = day("01-01")
    while today <= day(last_up):
        told |= told_by(on(today, owed, told)) if is_working(today) else set()
        today += timedelta(days=1)
    found = on(day(back), owed, told)
    assert [line.rung for digest in found for line in digest.lines] == ([expected] if expected else [])
    assert on(day(back), owed, told | told_by(found)) == ()


# A silent person through any sequence of ticks

YEAR = [date(2027, 1, 1) + timedelta(days=n) for n in range(365)]
dues = st.lists(st.dates(date(2027, 1, 20), date(2027, 11, 30)), min_size=1, max_size=4)


@st.composite
def ups_and_downs(draw: st.DrawFn) -> list[date]:
    """The days of a year on which the clock rang, with gaps, some days twice."""
    down = draw(st.lists(st.tuples(st.integers(0, 364), st.integers(1, 45)), max_size=6))
    away = {n for start, length in down for n in range(start, start + length)}
    up = [the_day for n, the_day in enumerate(YEAR) if n not in away]
    again = draw(st.lists(st.sampled_from(up), max_size=5)) if up else []
    return sorted(up + again)


def expected_rungs(due: date, visited: list[date]) -> list[tuple[date, int]]:
    """The rungs current on the visited working days, each at its first visit: worked out by walking."""
    days = {offset: walked(due, offset) for offset in (-20, -10, -5, -1, 1, 5, 10)}
    found: list[tuple[date, int]] = []
    for today in visited:
        reached = [offset for offset, its_day in days.items() if its_day <= today]
        if is_working(today) and reached and reached[-1] not in {offset for _, offset in found}:
            found.append((today, reached[-1]))
    return found


@settings(deadline=None, max_examples=40)
@given(dues, ups_and_downs())
def test_a_silent_person_gets_the_rungs_of_the_days_the_clock_rang_each_once(
    due_days: list[date], visited: list[date]
) -> None:
    owed = [Owed(number, due, (70,)) for number, due in enumerate(due_days)]
    told: set[Told] = set()
    sent: list[Digest] = []
    for today in visited:
        if may_remind(LADDER, CALENDAR, local(f"{today}T09:00")):
            found = on(today, owed, told)
            sent += found
            told |= told_by(found)
    for item in owed:
        assert item.due
        got = [
            (digest.day, line.rung)
            for digest in sent
            for line in digest.lines
            if line.obligation_id == item.obligation_id
        ]
        assert [(at, rung) for at, rung in got if rung] == expected_rungs(item.due, visited)
    assert max(Counter(digest.day for digest in sent).values(), default=0) <= 1
    assert all(is_working(digest.day) for digest in sent)
    assert all({line.obligation_id for line in digest.lines} == set(range(len(owed))) for digest in sent)
    assert all(digest.lines[0].rung for digest in sent)


@settings(deadline=None, max_examples=25)
@given(ups_and_downs(), st.sampled_from(YEAR))
def test_nobody_is_reminded_after_answering(visited: list[date], answered: date) -> None:
    told: set[Told] = set()
    days = []
    for today in visited:
        owed = [Owed(1, DUE, (70,))] if today < answered else []
        found = on(today, owed, told)
        days += [digest.day for digest in found]
        told |= told_by(found)
    assert all(each < answered for each in days)
