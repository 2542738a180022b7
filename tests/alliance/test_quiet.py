"""Quiet hours: what waits, until when, and what does not wait because it would come too late."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.errors import Refused
from alliance.quiet import CAN_WAIT, MARGIN, QuietHours, read_quiet, waits_until
from storage.charters import charter
from tests.conftest import local

CALENDAR = charter("dk2020").calendar
LUNCH, NIGHT = QuietHours(time(12), time(14)), QuietHours(time(17), time(8))


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (LUNCH, "03-01T11:59", None),
        (LUNCH, "03-01T12:00", "03-01T14:00"),
        (LUNCH, "03-01T13:59", "03-01T14:00"),
        (LUNCH, "03-01T14:00", None),
        (NIGHT, "03-01T16:59", None),
        (NIGHT, "03-01T17:00", "03-02T08:00"),
        (NIGHT, "03-02T07:59", "03-02T08:00"),
        (NIGHT, "03-02T08:00", None),
        (NIGHT, "03-27T23:00", "03-28T08:00"),  # the night of 27 March is an hour shorter
        (QuietHours(time(1), time(2, 30)), "03-28T01:30", "03-28T03:00"),  # half past two does not exist
        (QuietHours(time(2), time(3)), "10-31T02:30", "10-31T03:00"),
    ],
)
def test_what_can_wait_waits_until_they_are_over(quiet: QuietHours, now: str, until: str | None) -> None:
    found = waits_until(quiet, "paper", CALENDAR, local(f"2027-{now}"), None)
    assert found == (local(f"2027-{until}") if until else None)


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (QuietHours(time(7), time(10)), "08:00", "10:00"),
        (QuietHours(time(7), time(15, 30)), "08:00", "15:30"),
        (QuietHours(time(7), time(15, 31)), "08:00", None),
        (QuietHours(time(7), time(16)), "08:00", None),
        (QuietHours(time(14), time(20)), "14:30", None),
        (QuietHours(time(14), time(7)), "14:30", None),
    ],
)
def test_a_reminder_waits_only_within_its_day(quiet: QuietHours, now: str, until: str | None) -> None:
    expires = local("2027-03-01T16:00")
    found = waits_until(quiet, "reminder", CALENDAR, local(f"2027-03-01T{now}"), expires)
    assert found == (local(f"2027-03-01T{until}") if until else None)


@pytest.mark.parametrize("kind", ["invitation", "invitation_in_chat", "edit", "alert", "undelivered", "runaway"])
def test_what_is_urgent_never_waits(kind: str) -> None:
    assert kind not in CAN_WAIT
    assert waits_until(LUNCH, kind, CALENDAR, local("2027-03-01T12:30"), None) is None
    assert waits_until(None, "paper", CALENDAR, local("2027-03-01T12:30"), None) is None


TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@given(TIMES, TIMES, st.dates(date(2027, 1, 1), date(2027, 12, 31)), TIMES, st.integers(0, 12 * 60))
def test_it_leaves_outside_them_or_at_once_and_always_in_time(
    start: time, end: time, day: date, at: time, minutes: int
) -> None:
    if start == end:
        return
    quiet, moment = QuietHours(start, end), datetime.combine(day, at, UTC)
    expires = moment + timedelta(minutes=minutes)
    until = waits_until(quiet, "reminder", CALENDAR, moment, expires)
    if until is not None:
        assert moment < until <= expires - MARGIN and quiet.over(CALENDAR, until) is None
        assert quiet.covers(CALENDAR.local(moment).time())
    at_last = waits_until(quiet, "paper", CALENDAR, moment, None)
    assert at_last is None or (quiet.over(CALENDAR, at_last) is None and at_last - moment < timedelta(hours=25))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("12-14", "12:00-14:00"),
        ("kl. 12.00-14.00", "12:00-14:00"),
        ("17 til 8", "17:00-08:00"),
        ("20:30–24", "20:30-00:00"),
        ("0-8", "00:00-08:00"),
    ],
)
def test_they_are_read_however_they_are_written(typed: str, kept: str) -> None:
    quiet = read_quiet(typed)
    assert str(quiet) == kept and QuietHours.of(kept) == quiet
    assert QuietHours.of(None) is None is QuietHours.of("")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("12-12", "quiet_too_long"), ("8-7", "quiet_too_long"), ("snart", "unknown_time"), ("12-25", "unknown_time")],
)
def test_what_cannot_be_is_refused(typed: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read_quiet(typed)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("hours", "all_day"),
    [("7-16", True), ("8-15.45", True), ("8-15.30", False), ("14-6", False), ("17-9", False), ("8.30-16", False)],
)
def test_who_has_no_hour_left_in_working_hours_is_told_so(hours: str, all_day: bool) -> None:
    assert read_quiet(hours).covers_all(time(8), time(16)) is all_day
