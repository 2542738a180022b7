"""Days and times as people type them."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.errors import Refused
from alliance.moments import EARLIEST, LATEST, read_day, read_span, read_time

DAY = date(2027, 3, 24)


@pytest.mark.parametrize(
    "typed",
    [
        "24-03-2027",
        "24/3/2027",
        "24.3.2027",
        "24. 3. 2027",
        "2027-03-24",
        "24. marts 2027",
        "24 marts 2027",
        "24 March 2027",
        "onsdag den 24. marts 2027",
        "den 24. mar. 2027",
        "  24-03-2027 ",
        "24/3-27",
        "24/3 27",
        "24.3.27",
        "24/3  2027",
    ],
)
def test_a_day_is_read_however_it_is_written(typed: str) -> None:
    assert read_day(typed) == DAY


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("24/3", date(2027, 3, 24)),
        ("24.3.", date(2027, 3, 24)),
        ("24. 3.", date(2027, 3, 24)),
        ("24. marts", date(2027, 3, 24)),
        ("onsdag den 24. mar.", date(2027, 3, 24)),
        ("1. marts", date(2027, 3, 1)),  # today
        ("28. februar", date(2028, 2, 28)),  # over for this year
        ("29/2", date(2028, 2, 29)),
        ("i dag", date(2027, 3, 1)),
        ("I morgen", date(2027, 3, 2)),
        ("i overmorgen", date(2027, 3, 3)),
        ("tirsdag", date(2027, 3, 2)),
        ("på fredag", date(2027, 3, 5)),
        ("mandag", date(2027, 3, 8)),  # today is one
        ("on Sunday", date(2027, 3, 7)),
        ("24-03-2026", date(2026, 3, 24)),  # whoever writes a year means it
    ],
)
def test_who_looks_ahead_may_leave_out_the_year(typed: str, meant: date) -> None:
    assert read_day(typed, date(2027, 3, 1)) == meant


def test_a_next_tuesday_is_two_days() -> None:
    with pytest.raises(Refused) as refusal:
        read_day("næste tirsdag", date(2027, 3, 1))
    assert refusal.value.facts == {"got": "næste tirsdag", "first": date(2027, 3, 2), "second": date(2027, 3, 9)}


@pytest.mark.parametrize(
    "typed", ["24-03", "9-12", "9.30", "10.12", "31/2", "24. martz", "24-03-27", "snart", "3 dage", "uge 12"]
)
def test_a_time_of_day_and_what_is_no_day_stay_refused_without_a_year(typed: str) -> None:
    with pytest.raises(Refused, match="unknown_day"):
        read_day(typed, date(2027, 3, 1))


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "24-03",
        "24/3",
        "i morgen",
        "31-02-2027",
        "29-02-2027",
        "24-13-2027",
        "24. martz 2027",
        "24-03-27",
        "0-3-2027",
        "31-12-1899",
        "31.12.9999",
        "0001-01-01",
        "1-1-3000",
    ],
)
def test_what_is_no_day_or_leaves_the_year_out_is_refused_with_what_was_typed(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_day(typed)
    assert (refusal.value.reason, refusal.value.facts) == ("unknown_day", {"got": typed})


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [("10", 10, 0), ("10.30", 10, 30), ("10:30", 10, 30), ("kl. 9", 9, 0), ("kl 9.05", 9, 5), ("0.00", 0, 0)],
)
def test_a_time_of_day_is_read_however_it_is_written(typed: str, hour: int, minute: int) -> None:
    assert read_time(typed) == time(hour, minute)


@pytest.mark.parametrize("typed", ["", "24", "10.60", "kvart over ti", "10.3", "-1", "1030", "10.30.00", "¹0"])
def test_what_is_no_time_of_day_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_time(typed)
    assert refusal.value.reason == "unknown_time"


@pytest.mark.parametrize("typed", ["10-14", "10.00-14.00", "kl. 10.00-14.00", "10:00 til 14:00", "10 – 14", "10 to 14"])
def test_a_span_is_read_however_it_is_written(typed: str) -> None:
    assert read_span(typed) == (time(10), time(14))


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    for read in (read_day, read_time, read_span):
        try:
            read(typed)  # type: ignore[operator]
        except Refused:
            continue


@given(st.dates(EARLIEST, LATEST))
def test_every_day_that_we_write_can_be_read_again(day: date) -> None:
    assert read_day(f"{day.day:02}-{day.month:02}-{day.year:04}") == day
