"""How fast lanes and accounts may be written to: never faster than agreed, never slower than needed."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.pacing import UNLIMITED, Candidate, Rate, a_minute, account_of, admit

NOW = 1_800_000_000_000
RATE = Rate(lane_gap_ms=1_000, account_gap_ms=100, account_burst_ms=500)


def some(*lanes: str) -> list[Candidate]:
    return [Candidate(number, lane, "account") for number, lane in enumerate(lanes, start=1)]


def test_without_limits_everybody_goes_and_nothing_is_charged() -> None:
    found = admit(some("a", "a", "b"), {}, UNLIMITED, NOW, 10)
    assert (found.taken, found.waiting, found.charged) == ((1, 2, 3), {}, {})


def test_of_one_lane_one_goes_and_the_others_wait_their_turn() -> None:
    found = admit(some("a", "a", "b", "a"), {}, Rate(lane_gap_ms=1_000), NOW, 10)
    assert found.taken == (1, 3)
    assert found.waiting == {2: NOW + 1_000, 4: NOW + 2_000}
    assert found.charged == {"a": NOW + 1_000, "b": NOW + 1_000}


@pytest.mark.parametrize(("opens", "goes"), [(NOW - 1, True), (NOW, True), (NOW + 1, False)])
@pytest.mark.parametrize("name", ["a", "account"])
def test_what_is_shut_lets_nobody_through_before_it_opens(name: str, opens: int, goes: bool) -> None:
    for rate in (UNLIMITED, RATE):
        found = admit(some("a"), {name: opens}, rate, NOW, 10)
        assert bool(found.taken) is goes
        assert found.waiting == ({} if goes else {1: opens})


def test_an_account_that_was_idle_may_catch_up_by_its_burst() -> None:
    found = admit(some(*"abcdefghij"), {}, RATE, NOW, 10)
    assert len(found.taken) == 6  # five that it saved up, and one


def test_no_more_are_taken_than_there_is_room_for_and_the_rest_is_left_alone() -> None:
    found = admit(some("a", "b", "c"), {}, RATE, NOW, 2)
    assert found.taken == (1, 2) and not found.waiting and "c" not in found.charged


@pytest.mark.parametrize(
    ("channel", "address", "account"),
    [("slack", "T1/U042", "slack:T1"), ("slack", "U042", "slack"), ("mail", "klima@by.example", "mail")],
)
def test_an_address_says_whose_limit_it_is_under(channel: str, address: str, account: str) -> None:
    assert account_of(channel, address) == account


@given(
    st.lists(st.sampled_from("abc"), max_size=40),
    st.lists(st.integers(0, 400), min_size=1, max_size=60),
)
def test_however_often_it_is_asked_no_lane_and_no_account_is_written_to_too_fast(
    lanes: list[str], waits: list[int]
) -> None:
    """Who waits comes back when told to; nobody is lost, and in any second an account has ten and its burst."""
    ready = {number: NOW for number in range(1, len(lanes) + 1)}
    opens: dict[str, int] = {}
    sent: dict[str, list[int]] = defaultdict(list)
    everything, now = some(*lanes), NOW
    for wait in [*waits, *([1_000] * (len(lanes) + 5))]:
        now += wait
        due = [each for each in everything if ready.get(each.id, now + 1) <= now]
        found = admit(sorted(due, key=lambda each: ready[each.id]), opens, RATE, now, 10)
        opens |= found.charged
        ready |= found.waiting
        for number in found.taken:
            del ready[number]
            sent[everything[number - 1].lane].append(now)
            sent["account"].append(now)
    assert not ready
    for lane in set(lanes):
        assert all(
            after - before >= RATE.lane_gap_ms for before, after in zip(sent[lane], sent[lane][1:], strict=False)
        )
    for start in sent["account"]:
        assert sum(start <= moment < start + 1_000 for moment in sent["account"]) <= 10 + 5 + 1


@pytest.mark.parametrize(("count", "gap"), [(1, 60_000), (30, 2_000), (7, 8_572), (60_000, 1)])
def test_so_many_a_minute_are_never_one_more_in_any_minute(count: int, gap: int) -> None:
    assert a_minute(count) == Rate(account_gap_ms=gap) and gap * count >= 60_000
    assert a_minute(0) == UNLIMITED
