"""Working days and civil time, against the holidays package and along the edges of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.calendar import HolidayRule, WorkingCalendar, easter

FRIDAY_AFTER_ASCENSION = 40
RULES = (
    HolidayRule("Nytårsdag", 1, 1),
    HolidayRule("Skærtorsdag", easter=-3),
    HolidayRule("Langfredag", easter=-2),
    HolidayRule("Påskedag", easter=0),
    HolidayRule("Anden påskedag", easter=1),
    HolidayRule("Store bededag", easter=26, valid_until=date(2024, 1, 1)),
    HolidayRule("Kristi himmelfartsdag", easter=39),
    HolidayRule("Dagen efter Kristi himmelfart", easter=FRIDAY_AFTER_ASCENSION),
    HolidayRule("Pinsedag", easter=49),
    HolidayRule("Anden pinsedag", easter=50),
    HolidayRule("Første maj", 5, 1),
    HolidayRule("Grundlovsdag", 6, 5),
    HolidayRule("Juleaftensdag", 12, 24),
    HolidayRule("Juledag", 12, 25),
    HolidayRule("Anden juledag", 12, 26),
    HolidayRule("Nytårsaftensdag", 12, 31),
)
DENMARK = WorkingCalendar("Europe/Copenhagen", RULES)
PUBLIC_ONLY = WorkingCalendar(
    "Europe/Copenhagen",
    tuple(rule for rule in RULES if rule.easter != 40 and (rule.month, rule.day) not in {(12, 24), (12, 31)}),
)

some_days = st.dates(date(2007, 1, 1), date(2060, 12, 31))
working_days = some_days.filter(DENMARK.is_working_day)
counts = st.integers(1, 400)


def clock(text: str) -> time:
    return time.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# Which days are holidays


@pytest.mark.parametrize("year", range(2007, 2061))
def test_the_holidays_of_a_year_are_those_of_the_holidays_package_and_the_friday_after_ascension(
    year: int,
) -> None:
    expected = set(holidays.country_holidays("DK", years=year, categories=("public", "optional")))
    expected.add(easter(year) + timedelta(days=FRIDAY_AFTER_ASCENSION))
    first = date(year, 1, 1)
    whole_year = [first + timedelta(days=n) for n in range(366) if (first + timedelta(days=n)).year == year]
    assert {day for day in whole_year if DENMARK.holiday(day)} == expected


@pytest.mark.parametrize(
    ("year", "sunday"),
    [
        (1583, date(1583, 4, 10)),
        (1818, date(1818, 3, 22)),  # the earliest there is
        (2038, date(2038, 4, 25)),  # the latest there is
        (1954, date(1954, 4, 18)),  # the two exceptions of the rule
        (2076, date(2076, 4, 19)),
        (2027, date(2027, 3, 28)),
    ],
)
def test_easter_sunday_is_the_churchs(year: int, sunday: date) -> None:
    assert easter(year) == sunday


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2023, 5, 5), "Store bededag"),  # the last one
        (date(2024, 4, 26), None),
        (date(2027, 5, 6), "Kristi himmelfartsdag"),
        (date(2027, 5, 7), "Dagen efter Kristi himmelfart"),
        (date(2027, 5, 8), None),
        (date(2008, 5, 1), "Kristi himmelfartsdag"),  # and 1 May: the first rule names the day
    ],
)
def test_a_holiday_is_named_by_the_first_rule_that_holds_that_day(day: date, name: str | None) -> None:
    assert DENMARK.holiday(day) == name


@pytest.mark.parametrize(
    ("year", "day"),
    [(2023, None), (2024, date(2024, 6, 5)), (2025, date(2025, 6, 5)), (2026, None)],
)
def test_a_rule_holds_from_its_first_day_and_until_not_including_its_last(year: int, day: date | None) -> None:
    rule = HolidayRule("X", 6, 5, valid_from=date(2024, 6, 5), valid_until=date(2026, 6, 5))
    assert rule.in_year(year) == day


def test_a_holiday_on_29_february_is_kept_in_leap_years_only() -> None:
    rule = HolidayRule("Skuddag", 2, 29)
    assert [rule.in_year(year) for year in (2027, 2028, 2100)] == [None, date(2028, 2, 29), None]


@pytest.mark.parametrize(
    ("month", "day", "after_easter"),
    [(None, None, None), (6, 5, 1), (6, None, None), (None, 5, None), (6, None, 1), (2, 30, None)],
)
def test_a_rule_gives_a_month_and_day_some_year_has_or_days_after_easter(
    month: int | None, day: int | None, after_easter: int | None
) -> None:
    with pytest.raises(ValueError, match=r"wanted month and day|day is out of range"):
        HolidayRule("X", month, day, after_easter)


# Working days


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2027, 3, 19), True),  # Friday
        (date(2027, 3, 20), False),
        (date(2027, 3, 21), False),
        (date(2027, 3, 22), True),
        (date(2027, 3, 24), True),
        (date(2027, 3, 25), False),  # Maundy Thursday
        (date(2027, 3, 29), False),  # Easter Monday
        (date(2027, 3, 30), True),
    ],
)
def test_a_working_day_is_monday_to_friday_and_no_holiday(day: date, working: bool) -> None:
    assert DENMARK.is_working_day(day) is working


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2027, 1, 6), 5, date(2026, 12, 28)),
        (date(2027, 1, 6), 2, date(2027, 1, 4)),
        (date(2027, 1, 6), 3, date(2026, 12, 30)),  # over New Year's Day and 31 December
        (date(2027, 3, 31), 1, date(2027, 3, 30)),
        (date(2027, 3, 31), 2, date(2027, 3, 24)),  # over Easter
        (date(2027, 3, 31), 10, date(2027, 3, 12)),
        (date(2027, 3, 31), 20, date(2027, 2, 26)),
        (date(2027, 3, 28), 1, date(2027, 3, 24)),  # from Easter Sunday itself
    ],
)
def test_so_many_working_days_before_a_day(day: date, n: int, expected: date) -> None:
    assert DENMARK.before(day, n) == expected


def test_a_calendar_without_the_extra_days_has_another_answer_at_new_year() -> None:
    assert PUBLIC_ONLY.before(date(2027, 1, 6), 5) == date(2026, 12, 29)


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 12, 23), 1, date(2026, 12, 28)),
        (date(2026, 12, 30), 1, date(2027, 1, 4)),
        (date(2027, 3, 27), 1, date(2027, 3, 30)),  # from the Saturday in Easter
        (date(2027, 5, 5), 1, date(2027, 5, 10)),  # over Ascension and the Friday after
    ],
)
def test_so_many_working_days_after_a_day(day: date, n: int, expected: date) -> None:
    assert DENMARK.after(day, n) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 3, 24), date(2027, 3, 24)),
        (date(2027, 3, 25), date(2027, 3, 30)),
        (date(2026, 12, 31), date(2027, 1, 4)),
    ],
)
def test_the_next_working_day_is_the_day_itself_where_it_is_one(day: date, expected: date) -> None:
    assert DENMARK.next_working_day(day) == expected


@pytest.mark.parametrize("n", [0, -1])
def test_fewer_than_one_working_day_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match=f"got {n} working days"):
        DENMARK.before(date(2027, 1, 6), n)
    with pytest.raises(ValueError, match=f"got {n} working days"):
        DENMARK.after(date(2027, 1, 6), n)


@given(working_days, counts)
def test_going_back_and_forth_from_a_working_day_ends_where_it_began(day: date, n: int) -> None:
    assert DENMARK.after(DENMARK.before(day, n), n) == day
    assert DENMARK.before(DENMARK.after(day, n), n) == day


@given(some_days, st.integers(1, 60))
def test_before_counts_each_working_day_between_once(day: date, n: int) -> None:
    found = DENMARK.before(day, n)
    between = [found + timedelta(days=k) for k in range((day - found).days)]
    assert DENMARK.is_working_day(found)
    assert sum(map(DENMARK.is_working_day, between)) == n


@given(some_days, st.integers(1, 60))
def test_after_counts_each_working_day_between_once(day: date, n: int) -> None:
    found = DENMARK.after(day, n)
    between = [found - timedelta(days=k) for k in range((found - day).days)]
    assert DENMARK.is_working_day(found)
    assert sum(map(DENMARK.is_working_day, between)) == n


@given(some_days, counts)
def test_one_more_working_day_is_the_working_day_next_to_it(day: date, n: int) -> None:
    assert DENMARK.before(day, n + 1) == DENMARK.before(DENMARK.before(day, n), 1)
    assert DENMARK.after(day, n + 1) == DENMARK.after(DENMARK.after(day, n), 1)


# Civil time


@pytest.mark.parametrize(
    ("now", "local", "day"),
    [
        ("2027-03-28T00:59", "2027-03-28T01:59:00+01:00", date(2027, 3, 28)),
        ("2027-03-28T01:00", "2027-03-28T03:00:00+02:00", date(2027, 3, 28)),
        ("2027-10-31T00:59", "2027-10-31T02:59:00+02:00", date(2027, 10, 31)),
        ("2027-10-31T01:00", "2027-10-31T02:00:00+01:00", date(2027, 10, 31)),
        ("2027-06-30T21:59", "2027-06-30T23:59:00+02:00", date(2027, 6, 30)),
        ("2027-06-30T22:00", "2027-07-01T00:00:00+02:00", date(2027, 7, 1)),
        ("2027-01-31T22:59", "2027-01-31T23:59:00+01:00", date(2027, 1, 31)),
        ("2027-01-31T23:00", "2027-02-01T00:00:00+01:00", date(2027, 2, 1)),
    ],
)
def test_local_time_and_day_are_the_zones_not_utcs(now: str, local: str, day: date) -> None:
    assert DENMARK.local(utc(now)).isoformat() == local
    assert DENMARK.day(utc(now)) == day


@pytest.mark.parametrize(
    ("day", "at", "instant"),
    [
        (date(2027, 3, 27), "08:00", "2027-03-27T07:00"),
        (date(2027, 3, 29), "08:00", "2027-03-29T06:00"),
        (date(2027, 10, 30), "08:00", "2027-10-30T06:00"),
        (date(2027, 11, 1), "08:00", "2027-11-01T07:00"),
        (date(2027, 3, 28), "01:59:59", "2027-03-28T00:59:59"),
        (date(2027, 3, 28), "02:00", "2027-03-28T01:00"),  # skipped: all become 03:00 local
        (date(2027, 3, 28), "02:30", "2027-03-28T01:00"),
        (date(2027, 3, 28), "02:59:59.5", "2027-03-28T01:00"),
        (date(2027, 3, 28), "03:00", "2027-03-28T01:00"),
        (date(2027, 3, 28), "03:01", "2027-03-28T01:01"),
        (date(2027, 10, 31), "01:59", "2027-10-30T23:59"),
        (date(2027, 10, 31), "02:00", "2027-10-31T00:00"),  # comes twice: the first
        (date(2027, 10, 31), "02:59", "2027-10-31T00:59"),
        (date(2027, 10, 31), "03:00", "2027-10-31T02:00"),
    ],
)
def test_a_civil_time_is_its_first_instant_and_a_skipped_one_the_first_that_exists(
    day: date, at: str, instant: str
) -> None:
    found = DENMARK.at(day, clock(at))
    assert found == utc(instant)
    assert found.tzinfo is UTC


def test_the_first_of_two_instants_is_taken_even_of_a_time_that_says_the_second() -> None:
    assert DENMARK.at(date(2027, 10, 31), time(2, 30, fold=1)) == utc("2027-10-31T00:30")


@given(some_days, st.times())
def test_an_instant_reads_back_as_the_civil_time_or_a_later_one_that_day(day: date, at: time) -> None:
    local = DENMARK.local(DENMARK.at(day, at))
    assert local.date() == day
    assert local.time() == at or (at < local.time() == time(3) and at.hour == 2)


WORKING_DAYS_ROUND_THE_CLOCK_CHANGES = [
    (date(2027, 3, 24), 1),  # 25 to 29 March are Easter
    (date(2027, 3, 30), 2),
    (date(2027, 10, 29), 2),
    (date(2027, 11, 1), 1),
]


@pytest.mark.parametrize(("day", "ahead_of_utc"), WORKING_DAYS_ROUND_THE_CLOCK_CHANGES)
@pytest.mark.parametrize(("local", "inside"), [("07:59", False), ("08:00", True), ("15:59", True), ("16:00", False)])
def test_hours_are_local_on_both_sides_of_a_clock_change(
    day: date, ahead_of_utc: int, local: str, inside: bool
) -> None:
    now = datetime.combine(day, clock(local), UTC) - timedelta(hours=ahead_of_utc)
    assert DENMARK.in_hours(now, time(8), time(16)) is inside


@pytest.mark.parametrize("day", ["2027-03-27", "2027-03-28", "2027-03-29", "2027-05-07", "2027-10-31"])
def test_no_hour_of_a_day_off_is_in_hours(day: str) -> None:
    assert not DENMARK.in_hours(utc(f"{day}T10:00"), time(8), time(16))


def test_a_naive_datetime_is_refused_with_what_we_got_and_wanted() -> None:
    naive = datetime(2027, 3, 28, 12)  # noqa: DTZ001
    message = "naive datetime 2027-03-28T12:00:00, wanted an aware one"
    for ask in (DENMARK.local, DENMARK.day, lambda now: DENMARK.in_hours(now, time(8), time(16))):
        with pytest.raises(ValueError, match=message):
            ask(naive)


def test_a_time_of_day_with_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="with a zone, wanted one without"):
        DENMARK.at(date(2027, 3, 28), time(12, tzinfo=UTC))
