"""Whatever fails at Slack for a while, the stories end as they do without it, and whoever acts sees what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from tests.conftest import Played
from tests.databases import Databases
from tests.stories import scripts, weather
from tests.stories.test_same_stories import COMPARED, masked
from tests.stories.weather import (
    BOTH,
    FETCHERS,
    FILES,
    FOR_GOOD,
    PASSING,
    SENDERS,
    SHOWERS,
    SOCKETS,
    TIMEOUT,
    Cloud,
    Ended,
    Weather,
    forecast,
    in_weather,
    texts,
    twice,
)

COSTS = {"attempts", "ready_ms", "uncertain_ms", "expires_ms", "reason"}
"""What of a delivery tells how often it was tried."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """We wait less for Slack than we do for the real one."""
    monkeypatch.setattr("bot.slack.app.TIMEOUT", aiohttp.ClientTimeout(total=TIMEOUT))
    monkeypatch.setattr("bot.slack.afterwards.LONGEST_LOOK", 0.05)
    monkeypatch.setattr("bot.slack.afterwards.AGAIN_AFTER", (0.01, 0.02, 0.03))
    monkeypatch.setattr("bot.slack.tiers.LONGEST_SLEEP", 0.05)
    monkeypatch.setattr("bot.slack.socket.FIRST_REST", 0.1)


CHAT_ONLY = ("edit", "invitation_in_chat")
"""What is told in a chat only: the calendar object of an invitation comes by mail anyway."""
SEEDS, QUICK = (*range(20), 36), (13, 14, 36)
"""The weathers that are played, and those of them that `make test` plays; any other number is one, too."""
Play = Callable[[str, str, tuple[Cloud, ...]], Ended]
FINE: dict[tuple[str, str], Ended] = {}


@pytest.fixture
def play(copied: Callable[[str], Any], databases: Databases) -> Play:
    def played(story: str, way: str, clouds: tuple[Cloud, ...]) -> Ended:
        with in_weather(Played(copied(databases.demo())), Weather(clouds), way) as (stage, ended):
            (getattr(weather, story, None) or getattr(scripts, story))(stage)
            return ended()

    return played


def rows(ended: Ended, name: str) -> list[str]:
    drop = COSTS if name == "delivery" else set[str]()
    return [masked(row, *drop) for row in ended.rows[name]]


def same(play: Play, story: str, way: str, clouds: tuple[Cloud, ...]) -> Ended:
    """Play a story in some weather, and insist that what came of it is what comes of it without."""
    kind = "fine", story
    fine = FINE[kind] = FINE.get(kind) or play(story, "http", ())
    ended = play(story, way, clouds)
    assert ended.trouble == ""
    assert twice(ended.messages) == []
    if ended.weather.loses_letters:
        told_somehow(fine, ended)
        return ended
    for name in COMPARED:
        if name != "transition":
            assert rows(ended, name) == rows(fine, name), name
    assert texts(ended.messages) == texts(fine.messages)
    return ended


def told_somehow(fine: Ended, ended: Ended) -> None:
    """What could not be sent to Slack for good came by mail; what people did is the same."""
    told = {"delivery", "address", "notification", "reminder_line", "transition", "journal"}
    for name in set(COMPARED) - told:
        assert rows(ended, name) == rows(fine, name), name
    assert done(fine) == done(ended)
    assert heard(fine) <= heard(ended)


def done(ended: Ended) -> list[tuple[object, ...]]:
    """What people did, by the journal; what we wrote down of accounts is no deed."""
    return [(row["person_id"], row["action"], row["about"]) for row in ended.rows["journal"] if row["person_id"]]


def heard(ended: Ended) -> set[tuple[object, ...]]:
    """Who was told what, on whatever channel."""
    sent = {row["notification_id"] for row in ended.rows["delivery"] if row["state"] == "sent"}
    said = [row for row in ended.rows["notification"] if row["id"] in sent]
    return {
        (row["kind"], row["about"], row["occasion"], row["recipient_id"])
        for row in said
        if row["kind"] not in CHAT_ONLY
    }


@pytest.mark.parametrize("seed", QUICK)
def test_after_some_bad_weather_all_is_as_it_would_have_been(play: Play, seed: int) -> None:
    through(play, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed not in QUICK])
def test_after_any_weather_all_is_as_it_would_have_been(play: Play, seed: int) -> None:
    through(play, seed)


def through(play: Play, seed: int) -> None:
    """Play what a seed stands for; where it fails, this is what it was."""
    told = forecast(seed)
    print(told)
    same(play, told.story, told.way, told.clouds)


def test_every_method_that_the_stories_call_fails_in_some_weather() -> None:
    clouds = [cloud for seed in SEEDS for cloud in forecast(seed).clouds]
    assert {cloud.method for cloud in clouds} == {*SENDERS, *SHOWERS, *FETCHERS, *BOTH, *SOCKETS}
    assert {*PASSING} <= {cloud.fault for cloud in clouds}


# --------------------------------------------------------------------------------- each method with each fault

IN_DOUBT = "drops, and does it"
SQUARES = (
    ("morning", "http", (*BOTH, "conversations.open", "chat.postMessage", "conversations.history", "chat.update")),
    ("papers", "http", (*FILES, *FETCHERS, "conversations.replies")),
    ("on_the_page", "http", ("views.publish", "views.push", "views.update")),
    ("on_the_page", "http", ("views.open",)),  # where it fails there is nothing to change or to lay upon
    ("story_1", "socket", SOCKETS),
)
"""A story, the way in, and the methods that are tried in it, each of them once with every fault that passes."""
FAULTS = tuple(PASSING)
LASTING = tuple(
    (story, method, fault)
    for story, methods in (
        ("on_the_page", ("views.open", "views.push", "views.update")),
        ("story_3", ("auth.test", "conversations.open", "chat.postMessage", "chat.update")),
    )
    for method in methods
    for fault in FOR_GOOD[method]
)
"""What never passes, by itself: where a letter is lost so, the story is one whose answers can be typed."""


def square(story: str, methods: tuple[str, ...], turn: int) -> tuple[Cloud, ...]:
    """Of a Latin square the line ``turn``: every method fails once, each in another way.

    What is only asked after a doubt is asked because enough postings are in doubt besides.
    """
    tried = [Cloud(method, FAULTS[(turn + n) % len(FAULTS)], 1) for n, method in enumerate(methods)]
    doubts = [Cloud("chat.postMessage", IN_DOUBT, 6)] if story in ("morning", "papers") else []
    return *tried, *doubts


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(len(FAULTS)))
@pytest.mark.parametrize(("story", "way", "methods"), SQUARES)
def test_each_method_survives_each_fault_that_passes(
    play: Play, story: str, way: str, methods: tuple[str, ...], turn: int
) -> None:
    clouds = square(story, methods, turn)
    ended = same(play, story, way, clouds)
    assert {cloud.method for cloud in clouds if not ended.weather.befell[cloud.method]} == set(), "it was never called"


@pytest.mark.slow
@pytest.mark.parametrize(("story", "method", "fault"), LASTING)
def test_each_method_that_fails_for_good_costs_nobody_their_answer(
    play: Play, story: str, method: str, fault: str
) -> None:
    ended = same(play, story, "http", (Cloud(method, fault, 2),))
    assert ended.weather.befell[method], "it was never called"


def test_the_squares_hold_every_method_with_every_fault() -> None:
    pairs = {
        (cloud.method, cloud.fault)
        for story, _, tried in SQUARES
        for turn in range(len(FAULTS))
        for cloud in square(story, tried, turn)
    }
    methods = {*SENDERS, *SHOWERS, *FETCHERS, *BOTH, *SOCKETS}
    assert pairs == {(method, fault) for method in methods for fault in PASSING}
    assert {(method, fault) for _, method, fault in LASTING} == {
        (method, fault) for method in FOR_GOOD if method not in (*FETCHERS, *SOCKETS) for fault in FOR_GOOD[method]
    }
