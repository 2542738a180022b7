"""The same scripts on the page and in Slack, over HTTP and over Socket Mode: the same comes of them."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.mail.local import LocalMailTransport
from bot.slack.blocks import dressed
from bot.slack.transport import SlackTransport
from bot.web.app import Demo, demo_app
from scheduling import ticks
from storage.changes import register as changes
from storage.engine import writing
from storage.queries import register
from templates.phrases import Phrases
from tests.conftest import LETTERHEAD, Played, local
from tests.databases import Databases
from tests.slack_server import Slack
from tests.stories import scripts
from tests.stories.channels import InSlack, Page
from tests.stories.scripts import COORDINATOR, MAYOR, SECRETARIAT, Stage
from tests.workspace import TOKEN, workspace

with warnings.catch_warnings():  # the test client would rather have httpx2, which we do not need for anything else
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HERE = "http://127.0.0.1:8000"
USERS = {COORDINATOR: "UANNE", MAYOR: "UMAYOR", SECRETARIAT: "USISSE"}
COMPARED = (
    *("journal", "notification", "delivery", "reminder_line"),
    *("person", "address", "office_term", "obligation", "settlement", "handover", "report", "figure", "report_draft"),
    *("meeting", "invitation", "presence", "answer"),
    *("agenda_item", "attachment", "paper", "minutes", "minute", "action", "comment"),
    "transition",
)
RANDOM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
UNORDERED = {"transition"}
"""Written by a sender that does several things at once, in any order."""
MASKED = {
    *("source", "uid", "receipt", "token", "claimed_ms", "sent_at", "ready_ms", "at_ms", "account"),
    *("stamp",),
}
"""What may differ: the channel somebody used, random names, and the clock of the sender, which is the real one."""


@contextmanager
def on_stage(played: Played, way: str) -> Iterator[Stage]:
    """The demo with three people who are reached in Slack; they act on the page, in Slack, or there by Socket Mode."""
    clock = {"at": "2027-02-25T09:00"}
    with writing(played.engine) as connection:
        for mail, user in USERS.items():
            person = register.person_at(connection, 1, mail)
            assert person
            changes.add_address(connection, 1, person.id, "slack", f"T1/{user}", local(clock["at"]), verified=True)
    slack = Slack(open_house=False)
    for mail, user in USERS.items():
        slack.add_user(user, mail)
    with workspace(played.engine, lambda: local(clock["at"]), slack, by_socket=way == "socket") as made:

        def tick(at: str) -> None:
            clock["at"] = at
            chat = SlackTransport(
                TOKEN, LETTERHEAD.sender, lambda p: dressed(p.message, Phrases(p.language)), api_url=slack.url
            )
            ways = {"slack": chat, "mail": LocalMailTransport(played.engine, LETTERHEAD)}
            ticks.tick(played.engine, ways, lambda: local(at), move_clock=True)

        def sent(mail: str) -> list[dict[str, Any]]:
            return slack.posted(USERS[mail])

        if way != "page":
            yield Stage(played, InSlack(made, USERS), tick, sent)
            return
        demo = Demo(played.engine, lambda: local(clock["at"]), lambda to: None, lambda: None)
        with TestClient(demo_app(demo), base_url=HERE, follow_redirects=False) as client:
            yield Stage(played, Page(client), tick, sent)


def outcome(played: Played) -> dict[str, list[str]]:
    """Every row that a story leaves, but for what may differ."""
    rows = {name: [masked(row) for row in played.rows(name)] for name in COMPARED if name not in UNORDERED}
    return rows | {name: sorted(masked(row, "id") for row in played.rows(name)) for name in UNORDERED}


def masked(row: dict[str, Any], *more: str) -> str:
    kept = {key: str(value) for key, value in row.items() if key not in MASKED and key not in more}
    return RANDOM.sub("", json.dumps(kept, ensure_ascii=False))


@pytest.fixture
def both(copied: Callable[[str], Any], databases: Databases) -> Callable[[], Played]:
    return lambda: Played(copied(databases.demo()))


def compare(script: Callable[[Stage], None], both: Callable[[], Played], ways: tuple[str, ...]) -> None:
    outcomes = []
    for way in ways:
        played = both()
        with on_stage(played, way) as stage:
            script(stage)
        outcomes.append(outcome(played))
    first, *others = outcomes
    for other in others:
        for name in COMPARED:
            assert other[name] == first[name], name
    assert len(first["journal"]) > 0


@pytest.mark.slow
@pytest.mark.parametrize("story", ["story_1", "story_2", "story_3", "story_4", "handing_over"])
def test_every_story_is_the_same_on_the_page_in_slack_and_by_socket_mode(
    both: Callable[[], Played], story: str
) -> None:
    compare(getattr(scripts, story), both, ("page", "http", "socket"))
