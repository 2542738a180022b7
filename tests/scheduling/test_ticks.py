"""Rings of the clock, one or many: when they fall, and that a rehearsal leaves no trace."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mail.local import LocalMailTransport
from scheduling.ticks import mornings, play, rehearse, set_demo_clock
from storage.charters import charter
from tests.conftest import LETTERHEAD, Played, local

CALENDAR = charter("dk2020").calendar
FIRST_RUNG = "2027-02-26T08:00"
INSTANTS = st.integers(0, 60 * 24 * 1000).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@pytest.mark.parametrize(
    ("start", "end", "rings"),
    [
        ("2027-03-01T09:00", "2027-03-01T15:00", ["2027-03-01T15:00"]),
        ("2027-03-01T09:00", "2027-03-02T08:00", ["2027-03-02T08:00"]),
        ("2027-03-01T09:00", "2027-03-02T07:59", ["2027-03-02T07:59"]),
        ("2027-03-01T09:00", "2027-03-02T08:01", ["2027-03-02T08:00", "2027-03-02T08:01"]),
        ("2027-03-27T08:00", "2027-03-29T08:00", ["2027-03-28T08:00", "2027-03-29T08:00"]),
        ("2027-10-30T08:00", "2027-11-01T08:00", ["2027-10-31T08:00", "2027-11-01T08:00"]),
        ("2027-12-31T23:59", "2028-01-01T08:00", ["2028-01-01T08:00"]),
    ],
)
def test_every_morning_on_the_way_rings_at_eight_and_then_the_end(start: str, end: str, rings: list[str]) -> None:
    assert list(mornings(CALENDAR, local(start), local(end))) == [local(ring) for ring in rings]


@settings(max_examples=100, deadline=None)
@given(INSTANTS, st.integers(1, 60 * 24 * 40))
def test_no_morning_between_is_left_out_or_rung_twice(start: datetime, minutes: int) -> None:
    end = start + timedelta(minutes=minutes)
    rings = list(mornings(CALENDAR, start, end))
    assert rings == sorted(set(rings)) and rings[-1] == end and all(start < ring <= end for ring in rings)
    danish = [ring.astimezone(ZoneInfo("Europe/Copenhagen")) for ring in rings[:-1]]
    assert all((d.hour, d.minute) == (8, 0) for d in danish)
    first, last = (moment.astimezone(ZoneInfo("Europe/Copenhagen")).date() for moment in (start, end))
    days = {first + timedelta(days=n) for n in range(1, (last - first).days)}
    assert days <= {d.date() for d in danish}


def test_a_rehearsal_changes_nothing_and_tells_what_a_tick_would_do(played: Played) -> None:
    before = played.dump()
    rehearsed = rehearse(played.engine, local("2027-04-02T08:00"))
    assert played.dump() == before
    done = played.plan("2027-04-02T08:00")
    assert rehearsed.opened == done.opened == 98
    assert rehearsed.posted == done.posted and done.posted > 98
    assert rehearsed.deliveries == {} and rehearsed.told["reminder"] == done.posted


def test_a_rehearsal_tells_of_all_that_a_tick_would_post_by_kind(played: Played) -> None:
    played.plan("2027-07-30T08:00")
    before = {row["id"] for row in played.rows("notification")}
    told = rehearse(played.engine, local("2027-08-02T08:00")).told
    played.plan("2027-08-02T08:00")
    posted = Counter(row["kind"] for row in played.rows("notification") if row["id"] not in before)
    assert told == posted and posted["term_ends"]


@pytest.mark.parametrize(
    ("to", "stands"),
    [
        ("2027-02-25T08:59", "2027-02-25T09:00"),
        ("2027-02-25T09:00", "2027-02-25T09:00"),
        ("2027-02-25T09:01", "2027-02-25T09:01"),
    ],
)
def test_a_demos_clock_never_goes_back(played: Played, to: str, stands: str) -> None:
    set_demo_clock(played.engine, local(to))
    played.plan(to)
    assert played.alliance.demo_now == local(stands)


@pytest.mark.slow
def test_playing_many_days_is_ringing_on_each_of_them(played: Played) -> None:
    moments = list(mornings(CALENDAR, local("2027-02-25T09:00"), local("2027-03-01T09:00")))
    steps: list[tuple[int, int]] = []
    ways = {"mail": LocalMailTransport(played.engine, LETTERHEAD)}
    outcomes = play(played.engine, ways, moments, lambda done, of: steps.append((done, of)))
    assert outcomes == {"sent": 98}  # twenty working days before the report is due
    assert {record.occasion for record in played.outbox()} == {"2027-02-26"}
    assert steps[-1] == (len(moments), len(moments)) and len(steps) == 5
    assert played.alliance.demo_now == local("2027-03-01T09:00")
