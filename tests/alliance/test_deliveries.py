"""When a delivery that surely failed is tried again, and when it is given up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.deliveries import GIVE_UP_AFTER, Uncertain, Undeliverable, may_go_again, retry_at

POSTED = datetime(2027, 3, 12, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 240), (6, 240), (50, 240)])
def test_each_failure_waits_longer_up_to_four_hours(attempts: int, minutes: int) -> None:
    assert retry_at(POSTED, attempts, POSTED, None) == POSTED + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [(None, 60), (0, 60), (59, 60), (60, 60), (61, 61), (0.5, 60), (90.5, 90.5), (3600, 3600)],
)
def test_the_wait_a_provider_asks_for_is_honoured_if_it_is_longer(asked: float | None, seconds: float) -> None:
    assert retry_at(POSTED, 1, POSTED, asked) == POSTED + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("after", "again"),
    [
        (timedelta(hours=47, minutes=58), True),
        (timedelta(hours=47, minutes=59), True),  # tried again on the last minute of the 48 hours
        (timedelta(hours=47, minutes=59, seconds=1), False),
        (timedelta(hours=48), False),
        (timedelta(days=30), False),
    ],
)
def test_it_is_given_up_48_hours_after_it_was_posted(after: timedelta, again: bool) -> None:
    found = retry_at(POSTED + after, 1, POSTED, None)
    assert found == (POSTED + after + timedelta(minutes=1) if again else None)


def test_a_wait_beyond_the_48_hours_gives_up_at_once() -> None:
    hours_48 = GIVE_UP_AFTER.total_seconds()
    assert retry_at(POSTED, 1, POSTED, hours_48) == POSTED + GIVE_UP_AFTER
    assert retry_at(POSTED, 1, POSTED, hours_48 + 1) is None


@pytest.mark.parametrize("change", ["2027-03-28T00:30", "2027-10-31T00:30"])
def test_waits_are_real_hours_across_a_clock_change(change: str) -> None:
    now = datetime.fromisoformat(change).replace(tzinfo=UTC)
    again = retry_at(now, 5, now, None)
    assert again and again - now == timedelta(hours=4)


@settings(deadline=None)
@given(st.integers(1, 20), st.integers(0, 60 * 60 * 60), st.none() | st.floats(0, 10**6))
def test_a_retry_is_always_later_and_never_past_the_48_hours(attempts: int, seconds: int, asked: float | None) -> None:
    now = POSTED + timedelta(seconds=seconds)
    again = retry_at(now, attempts, POSTED, asked)
    assert again is None or now < again <= POSTED + GIVE_UP_AFTER


def test_tried_and_tried_again_it_ends() -> None:
    now: datetime | None = POSTED
    tries = 0
    while now:
        tries += 1
        now = retry_at(now, tries, POSTED, None)
    assert tries == 1 + 4 + 11  # at once, four quick ones, then every four hours to the end of the second day


def test_a_failure_says_whether_it_is_worth_trying_again() -> None:
    assert str(Undeliverable(True, "550 no such user")) == "never deliverable: 550 no such user"
    later = Undeliverable(False, "429", retry_after=30.0)
    assert (str(later), later.permanent, later.retry_after) == ("not yet deliverable: 429", False, 30.0)
    assert Uncertain("timed out").reason == "timed out"


@pytest.mark.parametrize(
    ("rounds", "hours", "new_address", "again"),
    [
        (1, 0, False, False),
        (1, 23.99, False, False),
        (1, 24, False, True),
        (1, 0, True, True),
        (2, 24, False, True),
        (2, 0, True, True),
        (3, 24, False, False),
        (3, 240, True, False),
    ],
)
def test_what_is_harmless_twice_goes_again_to_a_new_address_at_once_else_a_day_later_and_twice_at_most(
    rounds: int, hours: float, new_address: bool, again: bool
) -> None:
    now = POSTED + timedelta(hours=hours)
    assert may_go_again(rounds, POSTED, now, new_address=new_address) is again
