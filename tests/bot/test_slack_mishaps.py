"""The database is away: whoever asks in Slack is told so, nothing is half done, and the next try is as good as new."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.bot.conftest import ANNE
from tests.bot.test_slack_ears import button
from tests.conftest import Played
from tests.workspace import Workspace


@contextmanager
def away(played: Played) -> Iterator[None]:
    """While the block runs the database answers nobody."""

    def refuse(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("the database is away"))

    event.listen(played.engine, "begin", refuse)
    try:
        yield
    finally:
        event.remove(played.engine, "begin", refuse)


def test_a_command_is_answered_with_an_apology_and_then_as_ever(slack: Workspace, played: Played) -> None:
    before = played.dump()
    with away(played):
        answered = slack.command(ANNE, "liste")
    assert answered.status == 200 and answered.said["response_type"] == "ephemeral"
    assert "Beklager" in answered.said["text"] and "Intet er ændret" in answered.said["text"]
    assert played.dump() == before
    assert "Beklager" not in slack.command(ANNE, "liste").text


def test_a_press_is_answered_beneath_the_message(slack: Workspace, played: Played) -> None:
    shown = slack.command(ANNE, "liste").said["blocks"]
    with away(played):
        pressed = slack.press(ANNE, button(shown, "svar"))
    assert pressed.status == 200
    assert "Beklager" in slack.responses[-1]["text"]


def test_a_form_stays_where_it_is_beneath_the_apology(slack: Workspace, played: Played) -> None:
    slack.command(ANNE, "indberet")
    view = [*slack.slack.views.values()][-1]
    with away(played):
        answered = slack.hand_in(ANNE, view, {})
    assert answered.status == 200 and answered.said["response_action"] == "push"
    assert "Beklager" in answered.text


def test_where_no_more_lies_upon_a_form_the_apology_stands_at_its_first_field(slack: Workspace, played: Played) -> None:
    slack.command(ANNE, "indberet")
    view = [*slack.slack.views.values()][-1]
    third = {**view, "private_metadata": json.dumps({**json.loads(view["private_metadata"]), "depth": 3})}
    with away(played):
        told = slack.hand_in(ANNE, third, {}).said
    assert told["response_action"] == "errors" and "Beklager" in next(iter(told["errors"].values()))


def test_an_event_is_sent_again_by_slack(slack: Workspace, played: Played) -> None:
    with away(played):
        told = slack.event(type="user_change", user={"id": ANNE, "deleted": True})
    assert told.status == 503


@pytest.mark.slow
@pytest.mark.parametrize("typed", ["", "k", "Køge"])
def test_a_list_that_cannot_be_searched_is_empty(slack: Workspace, played: Played, typed: str) -> None:
    with away(played):
        asked = {"type": "block_suggestion", "action_id": "typed", "block_id": "ask:x", "value": typed, "view": {}}
        answered = slack.interact(ANNE, asked)
    assert answered.status == 200 and answered.said == {"options": []}
