"""What may be snoozed, until when, and what that hides: the day before, the day, the day after."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.errors import Refused
from alliance.snoozing import Snooze, hidden_until, last_day, offered, read_until, snoozed, told_anew_from
from storage.charters import charter

CHARTER = charter("dk2020")
CALENDAR, LADDER = CHARTER.calendar, CHARTER.ladder_on(date(2027, 3, 1))
DUE = date(2027, 3, 31)  # a Wednesday; twenty working days before is Friday 26 February (Easter is 25 to 29 March)
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


def day(typed: str) -> date:
    return date.fromisoformat(f"2027-{typed}")


@pytest.mark.parametrize(
    ("today", "wanted", "until"),
    [
        ("03-01", "03-02", "03-02"),
        ("03-01", "03-06", "03-08"),  # a Saturday: the Monday after it
        ("03-01", "03-25", "03-30"),  # Maundy Thursday: the Tuesday after Easter
        ("03-01", "03-30", "03-30"),
        ("03-01", "03-31", "03-30"),  # the due day itself is too late
        ("03-01", "12-31", "03-30"),
        ("03-24", "03-30", "03-30"),
        ("02-20", "03-01", "03-01"),  # before the first rung, until after it
    ],
)
def test_it_is_hidden_until_a_working_day_before_the_deadline(today: str, wanted: str, until: str) -> None:
    assert snoozed(LADDER, CALENDAR, DUE, day(wanted), day(today)) == day(until)


@pytest.mark.parametrize(
    ("due", "today", "wanted", "reason"),
    [
        (None, "03-01", "03-08", "snooze_standing"),
        (DUE, "03-30", "03-31", "snooze_too_late"),
        (DUE, "03-31", "04-05", "snooze_too_late"),
        (DUE, "04-01", "04-05", "snooze_too_late"),
        (DUE, "03-01", "03-01", "snooze_past"),
        (DUE, "03-01", "02-28", "snooze_past"),
        (DUE, "02-20", "02-26", "snooze_not_needed"),
    ],
)
def test_what_cannot_be_hidden_is_refused_with_the_reason(
    due: date | None, today: str, wanted: str, reason: str
) -> None:
    with pytest.raises(Refused) as refused:
        snoozed(LADDER, CALENDAR, due, day(wanted), day(today))
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("today", "hidden", "anew"),
    [("03-07", "03-08", None), ("03-08", None, "03-08"), ("03-09", None, "03-08")],
)
def test_it_hides_until_the_morning_of_its_day_and_counts_anew_from_then(
    today: str, hidden: str | None, anew: str | None
) -> None:
    snooze = Snooze(1, 2, day("03-08"), NOW)
    assert hidden_until(snooze, CALENDAR, DUE, day(today)) == (day(hidden) if hidden else None)
    assert told_anew_from(snooze, CALENDAR, DUE, day(today)) == (day(anew) if anew else None)


def test_a_deadline_that_moves_nearer_takes_the_end_along() -> None:
    snooze = Snooze(1, 2, day("03-22"), NOW)
    assert snooze.ends(CALENDAR, DUE) == day("03-22")
    assert snooze.ends(CALENDAR, day("03-19")) == day("03-18")
    assert hidden_until(None, CALENDAR, DUE, day("03-01")) is told_anew_from(None, CALENDAR, DUE, day("03-01")) is None


@given(st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.integers(-10, 60), st.integers(-5, 400))
def test_whatever_is_asked_for_it_ends_on_a_working_day_after_today_and_before_the_deadline(
    today: date, due_in: int, wanted_in: int
) -> None:
    due, wanted = today + timedelta(days=due_in), today + timedelta(days=wanted_in)
    try:
        until = snoozed(LADDER, CALENDAR, due, wanted, today)
    except Refused:
        return
    assert today < until < due and CALENDAR.is_working_day(until)
    assert until == CALENDAR.before(due, 1) or until >= wanted
    if (last := last_day(LADDER, CALENDAR, due, today)) is not None:
        days = offered(CALENDAR, last, today)
        assert days[-1] == last and list(days) == sorted(set(days)) and days[0] > today


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("1 dag", "03-02"),
        ("om 3 dage", "03-04"),
        ("en uge", "03-08"),
        ("2 uger", "03-15"),
        ("in 2 weeks", "03-15"),
        ("a week", "03-08"),
        ("2 mdr.", "05-01"),
        ("en måned", "04-01"),
        ("in 3 months", "06-01"),
        ("i morgen", "03-02"),
        ("Tomorrow", "03-02"),
        ("24-03-2027", "03-24"),
        ("24. marts 2027", "03-24"),
        ("onsdag den 24. marts 2027", "03-24"),
    ],
)
def test_a_day_is_read_however_it_is_said(typed: str, until: str) -> None:
    assert read_until(typed, day("03-01")) == day(until)


def test_a_month_on_from_its_last_day_is_the_last_of_the_next() -> None:
    assert read_until("1 måned", day("01-31")) == day("02-28")
    assert read_until("1 år", date(2028, 2, 29)) == date(2029, 2, 28)


@pytest.mark.parametrize(
    "typed", ["", "snart", "0 dage", "0 måneder", "9999 uger", "11 år", "3 fredage", "24-03", "-1 dag"]
)
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="unknown_day"):
        read_until(typed, day("03-01"))
