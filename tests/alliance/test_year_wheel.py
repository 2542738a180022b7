"""The year wheel: what is on it, in which order, and that no mark covers another."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.cadences import MonthDay
from alliance.charter import PeriodRule
from alliance.charter_file import read_charter
from alliance.meetings import Meeting
from alliance.validity import Validity
from alliance.words import Words
from alliance.year_wheel import Mark, marks, quiet_spans
from bot.web.wheel import CENTRE, ROOM, angle, arc, dots, months

FILE = Path(__file__).parents[2] / "alliance" / "charters" / "dk2020.toml"
DK2020 = read_charter(FILE.read_text(encoding="utf-8"), FILE.name)
CALENDAR = DK2020.calendar
REPORT, SUMMIT = DK2020.requirement("report"), DK2020.requirement("summit")


def meeting(day: date, number: int = 1, state: str = "planned") -> Meeting:
    starts, ends = CALENDAR.at(day, time(10)), CALENDAR.at(day, time(12))
    title = Words(f"Møde {number}", f"Meeting {number}")
    return Meeting(number, "x", title, day.year, starts, ends, "", day, number=number, state=state)  # type: ignore[arg-type]


def test_a_year_shows_its_meetings_and_the_days_of_what_is_required_by_day() -> None:
    found = marks(DK2020, [meeting(date(2027, 9, 1), 2), meeting(date(2027, 3, 31))], 2027)
    assert [(mark.day, mark.kind, mark.title.da) for mark in found] == [
        (date(2027, 1, 15), "opens", "C40-sektordeklaration"),
        (date(2027, 1, 15), "opens", "Årlig indberetning"),
        (date(2027, 3, 31), "meeting", "Møde 1"),
        (date(2027, 3, 31), "due", "Årlig indberetning"),
        (date(2027, 6, 30), "due", "C40-sektordeklaration"),
        (date(2027, 9, 1), "meeting", "Møde 2"),
    ]


@pytest.mark.parametrize(
    ("held", "year", "shown"),
    [
        (meeting(date(2027, 1, 1)), 2027, True),
        (meeting(date(2027, 12, 31)), 2027, True),
        (meeting(date(2026, 12, 31)), 2027, False),
        (meeting(date(2028, 1, 1)), 2027, False),
        (meeting(date(2027, 5, 5), state="cancelled"), 2027, False),
        (meeting(date(2027, 5, 5), state="held"), 2027, True),
    ],
)
def test_a_meeting_stands_in_the_year_of_its_local_day_unless_it_is_cancelled(
    held: Meeting, year: int, shown: bool
) -> None:
    assert any(mark.meeting == held for mark in marks(DK2020, [held], year)) is shown


@pytest.mark.parametrize(
    ("year", "kinds"),
    [(2026, []), (2027, ["due"]), (2028, []), (2029, ["due"]), (2021, ["opens"]), (2025, ["due", "opens"])],
)
def test_what_runs_for_two_years_opens_in_its_first_and_is_due_in_its_last(year: int, kinds: list[str]) -> None:
    """Periods from July 2021, 2023, 2025 and so on; the day in June before the next begins falls into the last year."""
    rule = replace(REPORT, period=PeriodRule(2, MonthDay(7, 1), 2021), due=MonthDay(6, 1), opens=MonthDay(9, 1))
    found = marks(replace(DK2020, requirements=(rule,)), [], year)
    assert [mark.kind for mark in found] == ([*kinds, "opens"] if year in (2027, 2029) else kinds)


def test_an_event_dates_what_hangs_on_it_and_before_it_is_planned_nothing() -> None:
    summit = replace(meeting(date(2027, 5, 27), 0), kind="summit", year=2027, answer_by=date(2027, 4, 30))
    found = [(mark.day, mark.kind) for mark in marks(DK2020, [summit], 2027) if mark.title == SUMMIT.title]
    assert found == [(date(2027, 1, 15), "opens"), (date(2027, 4, 30), "due")]
    assert not [mark for mark in marks(DK2020, [], 2027) if mark.title == SUMMIT.title]


@pytest.mark.parametrize(
    ("validity", "years"),
    [
        (Validity(date(2027, 3, 1), date(2028, 3, 31)), [2027]),  # over on the day that it would be due in 2028
        (Validity(date(2027, 4, 1)), [2028]),
    ],
)
def test_what_is_not_in_force_on_its_due_day_is_not_on_the_wheel(validity: Validity, years: list[int]) -> None:
    charter = replace(DK2020, requirements=(replace(REPORT, validity=validity),))
    assert [year for year in (2026, 2027, 2028) if marks(charter, [], year)] == years


def test_the_weeks_without_meetings_are_stretches_of_days() -> None:
    assert quiet_spans(DK2020, 2027) == ((date(2027, 7, 5), date(2027, 8, 15)),)
    assert quiet_spans(replace(DK2020, avoid=replace(DK2020.avoid, weeks_never=())), 2027) == ()


@settings(deadline=None, max_examples=100)
@given(st.lists(st.integers(0, 365), max_size=20), st.sampled_from(["meeting", "event", "due", "opens"]))
def test_no_mark_covers_another_while_there_is_a_place_for_it(days: list[int], kind: str) -> None:
    found = [Mark(date(2028, 1, 1) + timedelta(days=n), kind, Words("x", "x")) for n in sorted(days)]  # type: ignore[arg-type]
    placed = dots(found)
    assert [dot.number for dot in placed] == list(range(1, len(found) + 1))
    for dot in placed:
        near = [other for other in placed[: dot.number - 1] if math.dist((dot.x, dot.y), (other.x, other.y)) < ROOM]
        apart = [(dot.mark.day - other.day).days for other in found[: dot.number - 1]]
        close = [n for n in apart if min(n, 366 - n) < 90]  # the year goes round
        assert not near or len(close) >= 4
        assert 0 < dot.x < 400 and 0 < dot.y < 400
        assert math.dist((dot.x, dot.y), (CENTRE, CENTRE)) > 50, "no mark lies on the year in the middle"


@pytest.mark.parametrize("year", [2027, 2028])
def test_the_year_goes_round_once(year: int) -> None:
    turned = [angle(date(year, 1, 1) + timedelta(days=n)) for n in range(365)]
    assert turned == sorted(turned) and turned[0] == 0 and turned[-1] < 2 * math.pi
    assert len(months(year)) == 12 and all("NaN" not in slice_.path for slice_ in months(year))
    assert arc(date(year, 7, 5), date(year, 8, 15)).startswith("M")
