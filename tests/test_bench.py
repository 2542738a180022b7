"""The benches' own rules: what counts as missed, and when the provider's stand-in says no."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent.parent))  # the benches are not installed with the rest

from bench.contenders.slack_commands import commands
from bench.provider import Connection, Counts, Provider
from bench.rounds import missed, verdict


@pytest.mark.parametrize(
    ("ratios", "target", "wanted", "expected"),
    [
        ([1.3, 1.1, 1.0], 1.2, "<=", False),
        ([1.3, 1.3, 1.0], 1.2, "<=", True),
        ([1.2, 1.2, 1.2], 1.2, "<=", False),
        ([9.0, 11.0, 12.0], 10.0, ">=", False),
        ([9.0, 9.9, 12.0], 10.0, ">=", True),
        ([1.3, 1.3, 1.3, 1.0, 1.0], 1.2, "<=", False),
        ([1.3, 1.3, 1.3, 1.3, 1.0], 1.2, "<=", True),
        ([99.0, 99.0, 99.0], None, "<=", False),
    ],
)
def test_a_target_is_missed_only_if_two_rounds_of_three_miss_it(
    ratios: list[float], target: float | None, wanted: str, expected: bool
) -> None:
    assert missed(ratios, target, wanted) is expected


def test_a_ratio_is_of_medians_and_turned_round_where_more_is_wanted() -> None:
    ours, other = [1.0, 2.0, 4.0], [10.0, 10.0, 40.0]
    assert verdict("b", "w", 1, ours, other, None).ratio == 0.2
    assert verdict("b", "w", 1, ours, other, None, ">=").ratio == 5.0


@pytest.mark.parametrize(("later", "accepted"), [(0.0, False), (0.999, False), (1.0, True), (1.5, True)])
def test_the_provider_takes_one_message_a_second_and_channel(later: float, accepted: bool) -> None:
    counts = Counts(gap_s=1.0)
    assert counts.take(b"u1", 100.0) and counts.take(b"u2", 100.0)
    assert counts.take(b"u1", 100.0 + later) is accepted
    assert counts.rejected == (not accepted)


def test_a_refusal_does_not_move_the_moment_at_which_a_channel_opens() -> None:
    counts = Counts(gap_s=1.0)
    assert [counts.take(b"u1", at) for at in (100.0, 100.9, 101.0)] == [True, False, True]


@pytest.mark.parametrize(
    ("method", "body", "expected"),
    [
        ("auth.test", "", b'"team_id": "tbench"'),
        ("conversations.open", "users=u7", b'{"ok":true,"channel":{"id":"u7"}}'),
        ("chat.postMessage", "channel=u7", b'"channel":"u7"'),
        ("views.open", "trigger_id=1", b'"error":"unknown_method"'),
    ],
)
def test_the_provider_counts_every_call_whatever_it_is(method: str, body: str, expected: bytes) -> None:
    provider = Provider()
    head = f"POST /api/{method} HTTP/1.1\r\n".encode()
    assert expected in provider.answer(head, body.encode(), Connection(provider))
    assert provider.counts.calls == 1


def test_200_commands_are_the_real_ones_and_invented_ones_and_the_one_that_is_asked_for_is_last() -> None:
    many, (one,) = commands(200), commands(1)
    names = [name for command in many for name in command.names]
    assert len(many) == 200 and many[-1] is one and len(set(names)) == len(names)
