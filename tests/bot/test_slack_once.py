"""What Slack says again is carried out once and answered once, whatever ids of its own it uses for the repetition."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from sqlalchemy import text

from alliance.messages import Form
from bot.request import Request
from bot.router import handle
from bot.slack.heard import commanded, handed_in, pressed, shut
from storage.engine import reading, writing
from storage.hearing import KEPT, first_time, forget_old
from storage.tables import tables
from tests.conftest import Played, local
from tests.workspace import FORM_TYPE, Answered, Workspace, link, workspace

NOW = "2027-03-01T09:30"
COORDINATOR, ANNE = "klima@koege.example", "UANNE"
YES = "svar topmøde ja borgmester"
ELEVEN = 11


@dataclass
class Desk:
    """Somebody whom Slack repeats: the same press or form, with other ids of Slack's each time."""

    played: Played
    slack: Workspace

    def say_again(self, body: Mapping[str, Any]) -> Answered:
        """One copy of an interaction, as Slack would send it once more."""
        means = {"trigger_id": self.slack.slack.trigger(), "api_app_id": "A1", "envelope_id": str(uuid4())}
        if body["type"] == "block_actions":
            means["response_url"] = f"{self.slack.response_url}?copy={uuid4()}"
        who = {"team": {"id": "T1"}, "user": {"id": ANNE, "team_id": "T1"}}
        headers = {**FORM_TYPE, "x-slack-retry-num": str(len(self.slack.responses)), "x-slack-retry-reason": "timeout"}
        return self.slack.send(urlencode({"payload": json.dumps({**who, **means, **body})}), headers)

    @property
    def answers(self) -> int:
        with reading(self.played.engine) as connection:
            rows = connection.execute(tables["journal"].select()).all()
        return sum(row.action == "answered" for row in rows)

    @property
    def replies(self) -> int:
        return len(self.slack.responses)


def press(words: str, at: str = "1772355600.000100") -> dict[str, Any]:
    """A press on a button of a message of ours."""
    action = {"type": "button", "action_id": "say:0", "block_id": "b", "value": words, "action_ts": at}
    place = {"type": "message", "channel_id": "D1", "message_ts": "1772351000.000200"}
    return {"type": "block_actions", "container": place, "actions": [action]}


@pytest.fixture
def desk(played: Played) -> Iterator[Desk]:
    played.plan("2027-03-01T08:00")
    link(played.engine, COORDINATOR, ANNE, local(NOW))
    with workspace(played.engine, lambda: local(NOW)) as made:
        made.slack.add_user(ANNE, COORDINATOR)
        yield Desk(played, made)


def test_eleven_copies_at_once_are_carried_out_once_and_answered_once(desk: Desk) -> None:
    with ThreadPoolExecutor(ELEVEN) as several:
        answered = list(several.map(desk.say_again, [press(YES)] * ELEVEN))
    assert [each.status for each in answered] == [200] * ELEVEN
    assert (desk.answers, desk.replies) == (1, 1)


def test_eleven_copies_one_after_another_too_and_after_a_restart(desk: Desk) -> None:
    for _ in range(ELEVEN):
        desk.say_again(press(YES))
    with workspace(desk.played.engine, lambda: local(NOW)) as another:
        assert Desk(desk.played, another).say_again(press(YES)).status == 200
        assert another.responses == []
    assert (desk.answers, desk.replies) == (1, 1)


def test_a_later_press_on_the_same_button_is_a_new_one_and_is_told_what_stands(desk: Desk) -> None:
    desk.say_again(press(YES))
    desk.say_again(press(YES, at="1772355660.000100"))
    assert (desk.answers, desk.replies) == (1, 2)
    assert "allerede modtaget" in json.dumps(desk.slack.responses[1], ensure_ascii=False)


def test_a_refusal_is_said_once(desk: Desk) -> None:
    for _ in range(3):
        desk.say_again(press("dokumenter 99"))
    assert desk.replies == 1


def test_a_refusal_of_eleven_copies_at_once_is_said_once_too(desk: Desk) -> None:
    """Each is undone and noted afterwards: whoever notes it first has answered it."""
    before = desk.played.rows("journal")
    with ThreadPoolExecutor(ELEVEN) as several:
        list(several.map(desk.say_again, [press("dokumenter 99")] * ELEVEN))
    assert desk.replies == 1 and desk.played.rows("journal") == before
    assert len(desk.played.rows("heard")) == 1


def test_what_failed_on_our_side_may_come_again(desk: Desk) -> None:
    with writing(desk.played.engine) as connection:
        connection.execute(text("ALTER TABLE answer RENAME TO answer_away"))
    desk.say_again(press(YES))
    with writing(desk.played.engine) as connection:
        connection.execute(text("ALTER TABLE answer_away RENAME TO answer"))
    assert "Beklager" in json.dumps(desk.slack.responses[0], ensure_ascii=False)
    desk.say_again(press(YES))
    assert (desk.answers, desk.replies) == (1, 2)


def form(desk: Desk) -> dict[str, Any]:
    """The modal in which one says who comes, opened."""
    desk.say_again(press("svar topmøde"))
    return next(iter(desk.slack.slack.views.values()))


def filled(view: Mapping[str, Any], **typed: str) -> dict[str, Any]:
    """A modal handed in with these answers, by the key of each question."""
    fields = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    state = {}
    for key, value in typed.items():
        element = fields[f"ask:{key}"]
        told: dict[str, Any] = {"value": value}
        if "options" in element:
            told = {"selected_option": next(one for one in element["options"] if one["value"] == f"={value}")}
        state[f"ask:{key}"] = {element["action_id"]: {"type": element["type"], **told}}
    return {"type": "view_submission", "view": {**view, "state": {"values": state}}}


def test_a_form_handed_in_eleven_times_is_taken_once_and_its_modal_says_so(desk: Desk) -> None:
    handed = filled(form(desk), response="yes", attendee="Marie Dam", office="mayor")
    with ThreadPoolExecutor(ELEVEN) as several:
        answered = list(several.map(desk.say_again, [handed] * ELEVEN))
    said = [json.dumps(each.said["view"], ensure_ascii=False) for each in answered]
    assert desk.answers == 1
    assert sum("allerede modtaget" in each for each in said) == ELEVEN - 1
    assert {each.said["response_action"] for each in answered} == {"update"}


def test_a_form_that_was_wrong_is_looked_at_again_also_unchanged(desk: Desk) -> None:
    view = form(desk)
    wrong = filled(view, response="yes")
    for _ in range(2):
        assert "allerede" not in desk.say_again(wrong).text
    desk.say_again(filled(view, response="yes", attendee="Marie Dam", office="mayor"))
    assert desk.answers == 1


def test_a_form_that_leads_to_the_next_was_taken(played: Played) -> None:
    """Minutes are written item by item: each form handed in is answered with the form of the next."""
    played.plan("2027-03-01T08:00")
    asked = Request(COORDINATOR, "indberet", {"anything": "typed"}, "slack", key="form UANNE V1 1.hash")
    first, again = (handle(played.engine, asked, local(NOW)) for _ in range(2))
    assert any(isinstance(block, Form) for block in first.message.blocks)
    assert (first.repeated, again.repeated) == (False, True)


def test_a_command_that_is_delivered_twice_is_answered_once_and_typed_twice_twice(desk: Desk) -> None:
    asked = {"command": "/tovholder", "text": "liste", "team_id": "T1", "user_id": ANNE}
    said = [desk.slack.send(urlencode({**asked, "trigger_id": id_}), FORM_TYPE).text for id_ in ("1.a", "1.a", "2.b")]
    assert [bool(each) for each in said] == [True, False, True]


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"trigger_id": "9.9", "response_url": "https://else.example", "envelope_id": "e2"}, True),
        ({"actions": [press(YES, at="2.2")["actions"][0]]}, False),
        ({"user": {"id": "UELSE"}}, False),
        ({"container": {"channel_id": "D1", "message_ts": "1.1"}}, False),
        ({"container": {"channel_id": "D2", "message_ts": "1772351000.000200"}}, False),
    ],
)
def test_what_makes_a_press_another_one(change: dict[str, Any], same: bool) -> None:
    one, other = pressed({"user": {"id": ANNE}, **press(YES)}), pressed({"user": {"id": ANNE}, **press(YES), **change})
    assert one and other and one.key and (one.key == other.key) is same


def test_what_does_not_say_when_it_was_done_has_no_key() -> None:
    bare = press(YES)
    del bare["actions"][0]["action_ts"]
    heard = pressed({"user": {"id": ANNE}, **bare})
    assert heard and heard.key == "" and commanded({"text": "liste", "user_id": ANNE}).key == ""


def test_a_form_that_is_closed_is_not_the_form_that_is_handed_in() -> None:
    typed = {"b": {"ask:what": {"type": "plain_text_input", "value": "x"}}}
    view = {
        "type": "modal",
        "id": "V1",
        "hash": "1.h",
        "state": {"values": typed},
        "private_metadata": '{"keep":"gem"}',
    }
    body = {"user": {"id": ANNE}, "view": view}
    closed = shut(body)
    assert closed is None or closed.key != handed_in(body).key


def test_what_was_heard_is_forgotten_after_some_days(played: Played) -> None:
    now = local(NOW)
    with writing(played.engine) as connection:
        assert first_time(connection, 1, "old", now - KEPT - timedelta(minutes=1))
        assert first_time(connection, 1, "new", now - KEPT + timedelta(minutes=1))
        assert not first_time(connection, 1, "new", now)
    played.plan(NOW)
    with writing(played.engine) as connection:
        assert first_time(connection, 1, "old", now) and not first_time(connection, 1, "new", now)
        assert forget_old(connection, 1, now) == 0
