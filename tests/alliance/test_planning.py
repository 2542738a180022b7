"""A planned year: what the charter asks for, on days when people meet, and why; the same plan every time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.cadences import Avoid, AvoidDays, MonthDay
from alliance.calendar import HolidayRule, WorkingCalendar
from alliance.charter import Charter
from alliance.charter_file import read_charter
from alliance.meetings import MEETING_STATES, Meeting, MeetingState, check_day
from alliance.planning import Proposal, Reason, YearPlan, is_planned, propose_year
from alliance.validity import Validity
from alliance.words import Words

FILE = Path(__file__).parents[2] / "alliance" / "charters" / "dk2020.toml"
DK2020 = read_charter(FILE.read_text(encoding="utf-8"), FILE.name)
CALENDAR = DK2020.calendar
STEERING = DK2020.meetings[0]
AUTUMN_BEFORE = date(2026, 11, 22)
STEERING_GROUP = "steering_group"


def standing(
    kind: str, day: date, number: int = 0, state: MeetingState = "planned", year: int | None = None, id: int = 0
) -> Meeting:
    starts_at, ends_at = CALENDAR.at(day, time(10)), CALENDAR.at(day, time(14))
    title = Words("Et møde", "A meeting")
    return Meeting(id, kind, title, year or day.year, starts_at, ends_at, "", day, number=number, state=state)


def plan(
    year: int = 2027, today: date = AUTUMN_BEFORE, existing: tuple[Meeting, ...] = (), charter: Charter = DK2020
) -> YearPlan:
    return propose_year(charter, year, today=today, existing=existing)


def steering(found: YearPlan) -> list[Proposal]:
    return [p for p in found.proposals if p.kind == STEERING_GROUP]


def day_of(proposal: Proposal) -> date:
    return CALENDAR.day(proposal.starts_at)


def quarter(day: date) -> int:
    return (day.month + 2) // 3


def keys(reasons: tuple[Reason, ...]) -> list[str]:
    return [reason.key for reason in reasons]


def meeting_often(per_year: int, weeks: int, **more: object) -> Charter:
    cadence = replace(STEERING, per_year=per_year, min_weeks_between=weeks, **more)  # type: ignore[arg-type]
    return replace(DK2020, meetings=(cadence,))


# ------------------------------------------------------------------------------------------- a whole year


def test_a_full_year_has_a_meeting_a_quarter_the_summit_and_the_workshop_each_with_its_reason() -> None:
    found = plan()
    assert [(p.title.da, day_of(p).isoformat()) for p in found.proposals] == [
        ("Styregruppemøde 1/2027", "2027-02-11"),
        ("Styregruppemøde 2/2027", "2027-05-13"),
        ("Klimatopmøde 2027", "2027-05-25"),
        ("Styregruppemøde 3/2027", "2027-08-17"),
        ("Workshop 2027", "2027-09-21"),
        ("Styregruppemøde 4/2027", "2027-11-16"),
    ]
    assert found.warnings == () and found.kept == ()
    first = found.proposals[0]
    assert first.reasons == (
        Reason("quarter", {"part": 1, "parts": 4, "first": date(2027, 1, 1), "last": date(2027, 3, 31)}),
        Reason("preferred_weekday", {"weekday": 3}),
        Reason("avoided", {"day": date(2027, 2, 15), "because": "warned_week", "name": 7}),
        Reason("agenda_due", {"day": date(2027, 2, 5)}),
    )


def test_the_hours_answers_and_agenda_are_the_charters() -> None:
    winter, summer = steering(plan())[0], steering(plan())[2]
    assert (winter.starts_at.isoformat(), summer.starts_at.isoformat()) == (
        "2027-02-11T09:00:00+00:00",
        "2027-08-17T08:00:00+00:00",
    )
    assert (winter.ends_at - winter.starts_at, summer.ends_at - summer.starts_at) == (timedelta(hours=4),) * 2
    assert (winter.answer_by, winter.agenda_due) == (date(2027, 1, 28), date(2027, 2, 5))


def test_the_report_campaign_stands_in_the_plan() -> None:
    (campaign,) = plan().campaigns
    assert (campaign.title.da, campaign.opens, campaign.due) == (
        "Årlig indberetning",
        date(2027, 1, 15),
        date(2027, 3, 31),
    )


def test_a_campaign_of_a_requirement_that_has_ended_is_not_shown() -> None:
    ended = tuple(replace(need, validity=Validity(date(2021, 6, 4), date(2027, 1, 1))) for need in DK2020.requirements)
    assert plan(charter=replace(DK2020, requirements=ended)).campaigns == ()


def test_a_report_every_second_year_is_due_in_its_last_year_only() -> None:
    needs = tuple(
        replace(need, period=replace(need.period, years=2, anchor=2026)) if need.key == "report" else need
        for need in DK2020.requirements
    )
    charter = replace(DK2020, requirements=needs)
    assert [len(plan(year, charter=charter).campaigns) for year in (2026, 2027, 2028)] == [0, 1, 0]


# ------------------------------------------------------------------------------------------- a year under way


@pytest.mark.parametrize(
    ("today", "quarters", "over"),
    [
        (date(2026, 11, 22), [1, 2, 3, 4], []),
        (date(2027, 2, 25), [1, 2, 3, 4], []),  # 18 March is 15 working days on
        (date(2027, 3, 5), [1, 2, 3, 4], []),  # so is 31 March, with Easter between
        (date(2027, 3, 8), [2, 3, 4], [1]),
        (date(2027, 3, 30), [2, 3, 4], [1]),
        (date(2027, 6, 30), [3, 4], [1, 2]),
        (date(2027, 12, 1), [4], [1, 2, 3]),
        (date(2027, 12, 31), [], [1, 2, 3, 4]),
    ],
)
def test_a_quarter_that_is_over_gets_a_warning_and_the_others_their_meeting(
    today: date, quarters: list[int], over: list[int]
) -> None:
    found = plan(today=today)
    assert [quarter(day_of(p)) for p in steering(found)] == quarters
    assert [w.facts["part"] for w in found.warnings if w.key == "over"] == over
    assert [p.number for p in steering(found)] == list(range(1, len(quarters) + 1))


def test_a_meeting_is_not_proposed_before_the_notice_is_up() -> None:
    (first, *_) = steering(plan(today=date(2027, 2, 25)))
    assert day_of(first) == CALENDAR.after(date(2027, 2, 25), 15) == date(2027, 3, 18)
    because = [r.facts["because"] for r in first.reasons if r.key == "avoided"]
    assert "too_soon" in because


def test_longer_notice_is_kept_too() -> None:
    found = propose_year(DK2020, 2027, today=date(2027, 2, 25), existing=(), notice_days=60)
    assert day_of(found.proposals[0]) >= CALENDAR.after(date(2027, 2, 25), 60)


def test_an_event_whose_time_is_over_is_proposed_outside_it_with_a_warning() -> None:
    found = plan(today=date(2027, 10, 1))
    events = {p.kind: p for p in found.proposals if p.kind != STEERING_GROUP}
    assert set(events) == {"summit", "workshop"}
    assert [keys(p.reasons)[0] for p in events.values()] == ["outside_window"] * 2
    assert [w.key for w in found.warnings if w.key != "over"] == ["outside_window"] * 2


# ------------------------------------------------------------------------------------------- what stands already


@pytest.mark.parametrize(
    ("days", "left"),
    [
        ([date(2027, 2, 3)], [2, 3, 4]),
        ([date(2027, 5, 12)], [1, 3, 4]),
        ([date(2027, 2, 3), date(2027, 4, 7)], [3, 4]),
        ([date(2027, 4, 7), date(2027, 6, 9)], [3, 4]),  # the first quarter's was moved into April
        ([date(2027, 2, 3), date(2027, 5, 5), date(2027, 8, 18), date(2027, 11, 3)], []),
        ([date(2027, 2, n) for n in range(1, 6)], []),  # more than the charter asks for
    ],
)
def test_meetings_that_stand_fill_their_part_of_the_year_or_the_nearest(days: list[date], left: list[int]) -> None:
    existing = tuple(standing(STEERING_GROUP, day, n) for n, day in enumerate(days, start=1))
    found = plan(existing=existing)
    assert [quarter(day_of(p)) for p in steering(found)] == left
    assert [p.number for p in steering(found)] == [len(days) + n for n in range(1, len(left) + 1)]
    assert found.kept == existing


def test_a_cancelled_meeting_fills_nothing_but_keeps_its_number() -> None:
    found = plan(existing=(standing(STEERING_GROUP, date(2027, 2, 3), 1, "cancelled"),))
    assert [p.number for p in steering(found)] == [2, 3, 4, 5]
    assert found.kept == ()


def test_a_summit_that_stands_is_kept_and_no_meeting_is_put_on_its_day() -> None:
    summit = standing("summit", date(2027, 5, 13))
    found = plan(existing=(summit,))
    assert found.kept == (summit,)
    assert "summit" not in {p.kind for p in found.proposals}
    assert date(2027, 5, 13) not in {day_of(p) for p in found.proposals}


@pytest.mark.parametrize(
    ("without", "today", "planned"),
    [
        (None, AUTUMN_BEFORE, True),
        ("workshop", AUTUMN_BEFORE, False),
        ("workshop", date(2027, 12, 31), True),  # no day is left for it
        (STEERING_GROUP, AUTUMN_BEFORE, False),
    ],
)
def test_a_year_is_planned_when_nothing_is_missing_that_still_has_a_day(
    without: str | None, today: date, planned: bool
) -> None:
    written = tuple(standing(p.kind, day_of(p), p.number, id=n) for n, p in enumerate(plan().proposals, 1))
    kept = tuple(m for m in written if m.kind != without)
    assert is_planned(DK2020, 2027, today=today, existing=kept) is planned


def test_nothing_is_left_to_propose_once_the_plan_is_written() -> None:
    written = tuple(standing(p.kind, day_of(p), p.number) for p in plan().proposals)
    found = plan(existing=written)
    assert found.proposals == () and found.kept == written and found.warnings == ()


@pytest.mark.parametrize(("weeks_before", "moved"), [(13, False), (6, True), (5, True)])
def test_a_meeting_of_the_year_before_keeps_its_distance(weeks_before: int, moved: bool) -> None:
    earlier = date(2027, 2, 11) - timedelta(weeks=weeks_before)
    found = plan(existing=(standing(STEERING_GROUP, earlier, 4, year=2026),))
    first = steering(found)[0]
    assert day_of(first) >= earlier + timedelta(weeks=6)
    assert (day_of(first) != date(2027, 2, 11)) is moved


# ------------------------------------------------------------------------------------------- days that are not free


def closed(first: date, last: date) -> WorkingCalendar:
    """The calendar with every day from the first to the last a holiday, in that year."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return replace(
        CALENDAR, holidays=(*CALENDAR.holidays, *(HolidayRule("Lukket", month=d.month, day=d.day) for d in days))
    )


def test_a_quarter_without_a_free_day_is_left_out_with_a_warning() -> None:
    charter = replace(DK2020, calendar=closed(date(2027, 4, 1), date(2027, 6, 30)))
    found = plan(charter=charter)
    assert [quarter(day_of(p)) for p in steering(found)] == [1, 3, 4]
    (blocked,) = [w for w in found.warnings if w.key == "blocked"]
    assert (blocked.facts["part"], blocked.facts["first"]) == (2, date(2027, 4, 1))


def test_a_year_without_a_free_day_has_no_proposal_and_a_warning_for_each() -> None:
    never = Avoid(tuple(range(1, 54)), ())
    found = plan(charter=replace(DK2020, avoid=never))
    assert found.proposals == ()
    assert [w.key for w in found.warnings] == ["blocked"] * 6


def test_the_only_free_day_is_taken_even_if_it_is_a_bad_one() -> None:
    only = tuple(week for week in range(1, 54) if week != 7)
    found = plan(charter=replace(DK2020, avoid=Avoid(only, (7,))))
    (first,) = steering(found)
    assert day_of(first) == date(2027, 2, 16)  # a Tuesday; the 15th is nearer the middle, but a Monday
    assert "warned_week" in [w.key for w in found.warnings]


def test_days_when_mayors_are_busy_are_avoided_while_others_are_free() -> None:
    (*_, last) = steering(plan(2029, today=date(2028, 12, 1)))
    assert day_of(last) < date(2029, 11, 1)  # the election is on 20 November
    assert ("busy", "Kommunalvalg og konstituering") in {
        (r.facts["because"], getattr(r.facts["name"], "da", "")) for r in last.reasons if r.key == "avoided"
    }


def test_busy_days_are_proposed_with_a_warning_where_no_others_are_left() -> None:
    all_year = AvoidDays(Words("Alt", "All"), (MonthDay(1, 1), MonthDay(12, 31)), 1, 2000, Validity(date(2021, 1, 1)))
    found = plan(charter=replace(DK2020, avoid=replace(DK2020.avoid, days=(all_year,))))
    assert len(found.proposals) == 6 and [w.key for w in found.warnings] == ["busy"] * 6


@pytest.mark.slow
def test_a_day_between_a_holiday_and_a_weekend_is_not_chosen() -> None:
    friday_off = replace(DK2020, meetings=(replace(STEERING, weekdays=(4,)),))
    days = {
        day_of(p) for year in range(2024, 2061) for p in steering(plan(year, date(year - 1, 11, 1), (), friday_off))
    }
    assert not {day for day in days if CALENDAR.holiday(day - timedelta(days=1))}


def test_another_weekday_is_taken_when_no_preferred_one_is_free_and_it_says_so() -> None:
    tuesdays = tuple(standing("workshop", date(2027, 1, 1) + timedelta(days=n)) for n in range(90) if (n - 4) % 7 < 3)
    charter = replace(DK2020, events=())
    first = steering(plan(existing=tuesdays, charter=charter))[0]
    assert day_of(first).weekday() in (0, 4) and "other_weekday" in keys(first.reasons)


# ------------------------------------------------------------------------------------------- other cadences


YEARS_AHEAD = [pytest.param(year, marks=[pytest.mark.slow] if year > 2031 else []) for year in range(2026, 2046)]


@pytest.mark.parametrize("year", YEARS_AHEAD)
def test_twice_a_year_is_five_to_seven_months_apart(year: int) -> None:
    first, second = steering(plan(year, date(year - 1, 10, 1), charter=meeting_often(2, 20)))
    assert 5 * 30 <= (day_of(second) - day_of(first)).days <= 7 * 31


@pytest.mark.parametrize("year", YEARS_AHEAD)
def test_six_times_a_year_is_every_other_month_and_never_in_july(year: int) -> None:
    days = [day_of(p) for p in steering(plan(year, date(year - 1, 10, 1), charter=meeting_often(6, 5)))]
    assert [(day.month + 1) // 2 for day in days] == [1, 2, 3, 4, 5, 6]
    assert 7 not in {day.month for day in days} or all(day.isocalendar().week == 26 for day in days if day.month == 7)


def test_five_times_a_year_shares_out_the_days() -> None:
    days = [day_of(p) for p in steering(plan(charter=meeting_often(5, 5)))]
    assert [(day - date(2027, 1, 1)).days // 73 for day in days] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(("weeks", "most"), [(13, 4), (26, 2), (60, 1)])
def test_spacing_comes_before_number_and_as_many_as_fit_are_proposed(weeks: int, most: int) -> None:
    days = [day_of(p) for p in steering(plan(charter=meeting_often(4, weeks)))]
    assert len(days) == most
    assert all((later - earlier).days >= 7 * weeks for earlier, later in pairwise(days))


def test_a_cadence_that_changes_in_july_counts_in_each_half() -> None:
    old = replace(STEERING, validity=Validity(date(2021, 6, 4), date(2027, 7, 1)))
    new = replace(STEERING, per_year=6, min_weeks_between=5, validity=Validity(date(2027, 7, 1)))
    found = steering(plan(charter=replace(DK2020, meetings=(old, new))))
    assert [p.number for p in found] == [1, 2, 3, 4, 5]
    assert [day_of(p).month <= 6 for p in found] == [True, True, False, False, False]


# ------------------------------------------------------------------------------------------- whatever stands

YEARS = st.integers(2024, 2060)
KINDS = st.sampled_from([STEERING_GROUP, "summit", "workshop"])
STATES = st.sampled_from(MEETING_STATES)


Situation = tuple[int, date, tuple[Meeting, ...]]


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    year = draw(YEARS)
    days = st.dates(date(year - 1, 10, 1), date(year + 1, 3, 1))
    rows = draw(st.lists(st.tuples(KINDS, days, STATES), max_size=6))
    meetings = tuple(
        standing(kind, day, n if kind == STEERING_GROUP else 0, state, id=n)
        for n, (kind, day, state) in enumerate(rows, start=1)
    )
    return year, draw(st.dates(date(year - 1, 1, 1), date(year, 12, 31))), meetings


@pytest.mark.slow
@settings(deadline=None, max_examples=15)
@given(situations())
def test_whatever_stands_every_proposal_keeps_the_rules(situation: Situation) -> None:
    year, today, existing = situation
    found = plan(year, today, existing)
    stand = [m for m in existing if m.state != "cancelled"]
    for proposal in found.proposals:
        day = day_of(proposal)
        check_day(CALENDAR, DK2020.avoid, day)  # raises on a day when nobody meets
        assert day.year == year and day >= CALENDAR.after(today, 15)
        assert today < proposal.answer_by <= day
        assert day not in {CALENDAR.day(m.starts_at) for m in stand if m.kind != proposal.kind}
    _spaced(found, stand)
    filled = [m for m in stand if (m.kind, m.year) == (STEERING_GROUP, year)]
    assert len(steering(found)) <= max(4 - len(filled), 0)
    assert len({quarter(day_of(p)) for p in steering(found)}) == len(steering(found))
    numbers = [p.number for p in steering(found)] + [
        m.number for m in existing if (m.kind, m.year) == (STEERING_GROUP, year)
    ]
    assert len(numbers) == len(set(numbers))
    assert found == plan(year, today, tuple(reversed(existing)))


def _spaced(found: YearPlan, stand: list[Meeting]) -> None:
    """Every proposal of the steering group is six weeks from every other meeting of it."""
    proposed = [day_of(p) for p in steering(found)]
    others = [CALENDAR.day(m.starts_at) for m in stand if m.kind == STEERING_GROUP]
    for number, day in enumerate(proposed):
        assert all(abs((day - other).days) >= 42 for other in (*others, *proposed[:number]))


@settings(deadline=None, max_examples=10)
@given(YEARS, st.sampled_from([1, 2, 3, 4, 5, 6]))
def test_a_year_planned_in_good_time_is_planned_whole(year: int, per_year: int) -> None:
    found = plan(year, date(year - 1, 9, 1), charter=meeting_often(per_year, 52 // per_year // 2))
    assert len(steering(found)) == per_year and len(found.proposals) == per_year + 2
    assert {w.key for w in found.warnings} <= {"warned_week", "busy"}
