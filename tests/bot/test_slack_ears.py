"""What people type, press and hand in in Slack, by signed requests to the app itself."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from alliance.messages import Message
from bot.slack.blocks import Posting, dressed
from bot.slack.limits import ANSWERS
from storage.engine import reading
from storage.queries import register
from templates.phrases import Phrases
from tests.bot.conftest import ANNE, NOW, SISSE
from tests.conftest import Played, local
from tests.slack_server import Fault, Slack, too_many
from tests.workspace import FORM_TYPE, JSON_TYPE, Workspace, workspace

STRANGE = {"x-slack-request-timestamp": str(int(time.time())), "x-slack-signature": b"v0=\xe6"}
"""A signature that no comparison takes."""


def elements(blocks: Any) -> list[dict[str, Any]]:
    found = []
    for block in blocks:
        found += block.get("elements", []) if block["type"] == "actions" else []
        found += [block["accessory"]] if "accessory" in block else []
    return found


def button(blocks: Any, part: str) -> dict[str, Any]:
    found = [e for e in elements(blocks) if e["type"] == "button" and part in e.get("value", "") + e["text"]["text"]]
    assert found, [(e["text"]["text"], e.get("value")) for e in elements(blocks) if e["type"] == "button"]
    return found[0]


def test_a_command_is_answered_to_whoever_asked_and_nobody_else(slack: Workspace) -> None:
    answered = slack.command(ANNE, "liste")
    assert answered.status == 200 and answered.said["response_type"] == "ephemeral"
    assert "Køge" in answered.text or "indberetning" in answered.text.lower()
    assert slack.slack.calls == [] or {call.method for call in slack.slack.calls} == {"auth.test"}


def test_no_call_to_slack_stands_between_a_command_and_its_answer(slack: Workspace) -> None:
    slack.command(ANNE, "liste")
    before = len(slack.slack.calls)
    slack.command(ANNE, "hjælp")
    assert len(slack.slack.calls) == before


def test_a_form_opens_and_what_is_handed_in_is_recorded(slack: Workspace, played: Played) -> None:
    slack.command(ANNE, "indberet")
    (opened,) = slack.slack.asked("views.open")
    view = next(iter(slack.slack.views.values()))
    assert opened["view"]["type"] == "modal"
    total = {"ask:ghg_total": {"typed": {"type": "plain_text_input", "value": "410250,5"}}}
    answered = slack.hand_in(ANNE, {**view, "type": "modal"}, total)
    assert answered.status == 200 and answered.said["response_action"] == "update"
    assert "2027-0259-v1" in answered.text


def test_a_home_that_is_opened_shows_what_is_owed(slack: Workspace) -> None:
    assert slack.visit(ANNE).status == 200
    shown = slack.slack.home(ANNE)
    assert shown is not None and "ndberetning" in json.dumps(shown, ensure_ascii=False)


def test_a_colleague_is_known_by_the_address_of_their_profile(slack: Workspace, played: Played) -> None:
    slack.slack.add_user("UNEW", "klima@lejre.example")
    assert slack.command("UNEW", "liste").text == ""
    assert "ejre" in json.dumps(slack.responses, ensure_ascii=False)
    with reading(played.engine) as connection:
        assert register.person_at(connection, 1, "T1/UNEW") == register.person_at(connection, 1, "klima@lejre.example")


@pytest.mark.parametrize(
    ("profile", "part"),
    [
        ({"email": "nobody@else.example"}, "nobody@else.example"),
        ({"email": "klima@lejre.example", "is_restricted": True}, "gæst"),
        ({"email": "klima@lejre.example", "is_stranger": True}, "arbejdsområde"),
        ({"email": "klima@lejre.example", "team_id": "T2"}, "arbejdsområde"),
        ({"email": "klima@lejre.example", "is_email_confirmed": False}, "bekræftet"),
        ({"email": "klima@lejre.example", "is_email_confirmed": None}, "bekræftet"),
        ({"email": ""}, "bekræftet"),
        ({"email": "klima@lejre.example", "is_bot": True}, "programmer"),
    ],
)
def test_whom_we_cannot_know_is_told_why_and_changes_nothing(
    slack: Workspace, played: Played, profile: dict[str, Any], part: str
) -> None:
    slack.slack.add_user("UNEW", **profile)
    before = played.dump()
    slack.command("UNEW", "liste")
    assert part in json.dumps(slack.responses, ensure_ascii=False)
    assert played.dump() == before


def shown(slack: Workspace, user: str) -> str:
    return json.dumps(slack.slack.home(user), ensure_ascii=False)


def test_a_colleague_who_opens_our_page_first_is_known_there_too(slack: Workspace, played: Played) -> None:
    slack.slack.add_user("UNEW", "klima@lejre.example")
    slack.visit("UNEW")
    assert "Lejre" in shown(slack, "UNEW") and "kender dig ikke" not in shown(slack, "UNEW")
    with reading(played.engine) as connection:
        assert register.person_at(connection, 1, "T1/UNEW") == register.person_at(connection, 1, "klima@lejre.example")


def test_whom_we_cannot_know_finds_the_reason_on_our_page(slack: Workspace, played: Played) -> None:
    slack.slack.add_user("UNEW", "klima@lejre.example", is_restricted=True)
    before = played.dump()
    slack.visit("UNEW")
    assert "gæst" in shown(slack, "UNEW") and played.dump() == before


@pytest.mark.parametrize(("locale", "english"), [("da-DK", False), ("en-US", True), ("de-DE", True), (None, True)])
def test_whom_we_do_not_know_is_told_in_danish_and_in_english_unless_they_read_slack_in_danish(
    slack: Workspace, locale: str | None, english: bool
) -> None:
    slack.slack.add_user("UNEW", "nobody@else.example", locale=locale)
    slack.visit("UNEW")
    slack.command("UNEW", "liste")
    slack.command("UNEW", "tilknyt ABCD-EFGH")
    for said in (shown(slack, "UNEW"), *(json.dumps(each, ensure_ascii=False) for each in slack.responses)):
        assert "Intet er ændret" in said and ("Nothing has been changed" in said) == english
    assert all(str(args.get("include_locale")) in ("1", "True", "true") for args in slack.slack.asked("users.info"))


# --------------------------------------------------------------------------- what cannot be shown where it was asked

AWAY = [Fault(error="expired_trigger_id"), Fault(drop=True), Fault(status=503, body="away")]


@pytest.mark.slow
@pytest.mark.parametrize("fault", AWAY)
def test_a_form_that_does_not_open_is_said_with_a_button_that_opens_it(slack: Workspace, fault: Fault) -> None:
    slack.slack.plan("views.open", fault)
    assert slack.command(ANNE, "indberet").status == 200
    assert button(slack.responses[-1]["blocks"], "indberet")


@pytest.mark.slow
@pytest.mark.parametrize("fault", AWAY)
def test_a_press_on_our_page_that_opens_nothing_is_answered_on_the_page(slack: Workspace, fault: Fault) -> None:
    slack.visit(ANNE)
    before = slack.slack.home(ANNE)
    assert before is not None
    for words, told in (("svar topmøde ja borgmester", "kommer"), ("svar topmøde", "svar topmøde")):
        slack.slack.plan("views.open", fault)
        slack.press(ANNE, {"type": "button", "action_id": "say:0", "value": words}, before)
        after = slack.slack.home(ANNE)
        assert after is not None and after["blocks"][0] != before["blocks"][0]
        assert told in json.dumps(after["blocks"][:8], ensure_ascii=False)
    assert button(after["blocks"], "svar topmøde")["action_id"].startswith("open:")


@pytest.mark.slow
def test_a_page_that_slack_has_no_room_for_is_published_when_it_has(slack: Workspace, played: Played) -> None:
    slack.slack.plan("views.publish", too_many("1"))
    before = time.monotonic()
    slack.visit(ANNE)
    assert slack.slack.home(ANNE) and time.monotonic() - before >= 1
    assert "slack:T1:views.publish" in {row["name"] for row in played.rows("bucket")}


def test_a_method_that_slack_wants_left_alone_is_left_alone(slack: Workspace, played: Played) -> None:
    slack.slack.add_user("UNEW", "klima@lejre.example")
    slack.slack.plan("users.info", too_many("30"))
    for _ in range(2):
        slack.command("UNEW", "liste")
        assert "Prøv igen" in slack.responses[-1]["text"]
    assert len(slack.slack.asked("users.info")) == 1


@pytest.mark.parametrize("fault", [Fault(error="internal_error"), Fault(drop=True), Fault(status=503, body="away")])
def test_somebody_of_whom_slack_tells_nothing_is_asked_to_try_again(slack: Workspace, fault: Fault) -> None:
    slack.slack.add_user("UNEW", "klima@lejre.example")
    slack.slack.plan("users.info", *[fault] * 4)  # a question is asked once more where a line that stood is cut
    slack.command("UNEW", "liste")
    assert "Prøv igen" in slack.responses[-1]["text"] and "Try again" in slack.responses[-1]["text"]
    slack.visit("UNEW")
    assert "Prøv igen" in shown(slack, "UNEW")


def test_what_a_response_url_does_not_take_stands_on_the_page(slack: Workspace) -> None:
    slack.answers_fail.append(Fault(error="expired_url", status=404))
    slack.press(ANNE, {"type": "button", "action_id": "say:0", "value": "svar topmøde ja borgmester"})
    assert slack.responses == [] and "kommer" in json.dumps(slack.slack.home(ANNE)["blocks"][:3])  # type: ignore[index]


@pytest.mark.slow
def test_an_answer_of_more_messages_than_a_response_url_takes_stands_on_the_page(
    slack: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dressed_apart(message: Message, say: Phrases, **more: str) -> tuple[Posting, ...]:
        return dressed(message, say, **more) * count

    monkeypatch.setattr("bot.slack.screen.dressed", dressed_apart)
    for count in (ANSWERS, ANSWERS + 1):
        slack.responses.clear()
        slack.press(ANNE, {"type": "button", "action_id": "say:0", "value": "hjælp"})
        assert len(slack.responses) == (ANSWERS if count == ANSWERS else 0)
        assert (slack.slack.home(ANNE) is None) == (count == ANSWERS)
    count = ANSWERS + 2
    slack.slack.homes.clear()
    slack.command(ANNE, "hjælp")
    assert slack.responses == [] and slack.slack.home(ANNE)


def in_a_modal(slack: Workspace) -> dict[str, Any]:
    slack.command(ANNE, "indberet")
    return next(iter(slack.slack.views.values()))


def test_of_two_presses_in_one_modal_the_later_is_what_it_shows(slack: Workspace) -> None:
    """The view that the second was pressed in has changed by the first; that is no reason to show nothing of it."""
    view = in_a_modal(slack)
    for words in ("hjælp", "møder"):
        slack.press(ANNE, {"type": "button", "action_id": "say:0", "value": words}, view)
    after = json.dumps(slack.slack.views[view["id"]], ensure_ascii=False)
    slack.press(ANNE, {"type": "button", "action_id": "say:0", "value": "møder"}, slack.slack.views[view["id"]])
    assert after.count("møde") and [view["id"]] == [*slack.slack.views]
    assert len(slack.slack.asked("views.update")) == 4, "the one that conflicted is asked for again"


def test_an_answer_whose_modal_was_closed_stands_on_the_page(slack: Workspace) -> None:
    view = in_a_modal(slack)
    slack.slack.plan("views.update", Fault(error="not_found"))
    slack.press(ANNE, {"type": "button", "action_id": "say:0", "value": "svar topmøde ja borgmester"}, view)
    assert "kommer" in json.dumps(slack.slack.home(ANNE)["blocks"][:3])  # type: ignore[index]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("internal_error", 500),
        Fault(status=503, body="<html>away</html>"),
        Fault(drop=True, done=True),
        Fault("fatal_error", done=True),
    ],
)
def test_a_modal_that_slack_could_not_change_for_a_moment_is_changed_all_the_same(
    slack: Workspace, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.afterwards.AGAIN_AFTER", (0.01, 0.01))
    view = in_a_modal(slack)
    slack.slack.plan("views.update", fault, fault)
    slack.press(ANNE, {"type": "button", "action_id": "say:0", "value": "svar topmøde ja borgmester"}, view)
    assert "kommer" in json.dumps(slack.slack.views[view["id"]]["blocks"])
    assert slack.slack.home(ANNE) is None, "where it was asked, and nowhere else"


def test_a_page_that_slack_could_not_show_for_a_moment_is_shown_all_the_same(
    slack: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.afterwards.AGAIN_AFTER", (0.01, 0.01))
    slack.slack.plan("views.publish", Fault("internal_error", 500), Fault(drop=True))
    slack.visit(ANNE)
    assert slack.slack.home(ANNE) and len(slack.slack.asked("views.publish")) == 3
    slack.slack.plan("views.publish", Fault("missing_scope"))
    slack.visit(ANNE)
    assert len(slack.slack.asked("views.publish")) == 4, "what cannot be is not tried again"


def test_what_is_said_at_a_response_url_shares_a_connection(slack: Workspace) -> None:
    action = {"type": "button", "action_id": "say:0", "value": "sprog en"}
    body = {"type": "block_actions", "container": {"type": "message", "channel_id": "D1"}}
    for press in ("1.1", "1.2", "1.3"):
        slack.interact(ANNE, {**body, "actions": [{**action, "action_ts": press}]}, respond=True)
    said = [(each["response_type"], each["replace_original"], bool(each["blocks"])) for each in slack.responses]
    assert said == [("ephemeral", False, True)] * 3
    assert len(slack.lines) == 1


def test_an_answer_of_which_nobody_knows_whether_it_arrived_is_not_said_again(slack: Workspace) -> None:
    slack.answers_fail.append(Fault(drop=True))
    assert slack.press(ANNE, {"type": "button", "action_id": "say:0", "value": "liste"}).status == 200
    assert len(slack.responses) == 1


def test_an_answer_that_slack_does_not_take_is_noted_and_its_rest_is_not_said(
    slack: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    slack.answers_fail += [Fault(error="used_url", status=404), Fault(error="used_url", status=404)]
    assert slack.press(ANNE, {"type": "button", "action_id": "say:0", "value": "liste"}).status == 200
    assert slack.responses == [] and "http 404 used_url" in caplog.text
    assert slack.command(ANNE, "liste", team_id="T2").status == 403, "and whoever is turned away still is"


# ------------------------------------------------------------------------------------------------ the door


@pytest.mark.parametrize(
    ("send", "status"),
    [
        ({"body": b"\xff\xfe", "headers": FORM_TYPE}, 400),
        ({"body": "x" * 1_000_001, "headers": FORM_TYPE}, 413),
        ({"body": "text=liste", "headers": FORM_TYPE, "secret": "another"}, 401),
        ({"body": "text=liste", "headers": FORM_TYPE, "after": -302}, 401),
        ({"body": "text=liste", "headers": FORM_TYPE, "after": 305}, 401),
        ({"body": "text=liste", "headers": FORM_TYPE, "signed": {}}, 401),
        ({"body": "text=x", "headers": FORM_TYPE, "signed": {"x-slack-request-timestamp": "now"}}, 401),
        ({"body": "text=x", "headers": FORM_TYPE, "signed": {"x-slack-request-timestamp": "9" * 5_000}}, 401),
        ({"body": "text=x", "headers": FORM_TYPE, "signed": {"x-slack-request-timestamp": "9" * 12}}, 401),
        ({"body": "text=x", "headers": FORM_TYPE, "signed": STRANGE}, 401),
        ({"body": '{"event":' * 3_000, "headers": JSON_TYPE, "signed": STRANGE}, 400),
        ({"body": "payload=" + "[" * 200_000, "headers": FORM_TYPE, "signed": STRANGE}, 400),
        ({"body": "payload=%7B", "headers": FORM_TYPE}, 400),
        ({"body": "payload=[]", "headers": FORM_TYPE}, 400),
        ({"body": "{", "headers": JSON_TYPE}, 400),
        ({"body": "[1]", "headers": JSON_TYPE}, 400),
        ({"body": "", "headers": FORM_TYPE}, 404),
        ({"body": urlencode({"command": "/tovholder", "team_id": "T2", "user_id": ANNE}), "headers": FORM_TYPE}, 403),
    ],
)
def test_what_is_not_slacks_is_turned_away_and_changes_nothing(
    slack: Workspace, played: Played, send: dict[str, Any], status: int
) -> None:
    before = played.dump()
    assert slack.send(**send).status == status
    assert played.dump() == before


def test_the_address_is_verified_as_slack_does_it_when_it_is_entered(slack: Workspace) -> None:
    asked = json.dumps({"token": "x", "type": "url_verification", "challenge": "3eZbrw1aBm2rZgRNFdxV"})
    answered = slack.send(asked, JSON_TYPE)
    assert answered.status == 200 and "3eZbrw1aBm2rZgRNFdxV" in answered.text
    assert slack.send(asked, JSON_TYPE, secret="another").status == 401


def eventually(true: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not true() and time.monotonic() < until:
        time.sleep(0.01)
    return true()


def test_who_we_are_is_asked_at_the_start_and_no_request_waits_for_it(played: Played) -> None:
    with workspace(played.engine, lambda: local(NOW)) as made:
        assert eventually(lambda: len(made.slack.asked("auth.test")) == 1)
        assert made.command(ANNE, "liste", team_id="T2").status == 403
        assert {call.method for call in made.slack.calls} == {"auth.test"} and len(made.slack.calls) == 1


def test_a_slack_that_is_away_at_the_start_keeps_nothing_from_starting(played: Played) -> None:
    away = Slack(open_house=False)
    away.plan("auth.test", Fault(status=503, body="away"))
    before = time.monotonic()
    with workspace(played.engine, lambda: local(NOW), away) as made:
        assert eventually(lambda: len(made.slack.asked("auth.test")) == 1)
        assert made.command(ANNE, "liste", team_id="T2").status == 403
    away.plan("auth.test", Fault(hang=30))
    with workspace(played.engine, lambda: local(NOW), away):
        pass
    assert time.monotonic() - before < 10


def test_who_is_known_and_acts_from_another_workspace_is_told_why_it_does_not_count(
    slack: Workspace, played: Played
) -> None:
    before = played.dump()
    words = "svar topmøde ja borgmester"
    assert slack.command(ANNE, words, team_id="T2").status == 403
    assert "andet Slack-arbejdsområde" in slack.responses[-1]["text"]
    action = {"type": "button", "action_id": "say:0", "value": words, "action_ts": "1.2"}
    place = {"team": {"id": "T2"}, "user": {"id": ANNE, "team_id": "T2"}}
    pressed = {"type": "block_actions", "container": {"type": "message", "channel_id": "C1"}, "actions": [action]}
    assert slack.interact(ANNE, {**pressed, **place}, respond=True).status == 403
    assert "andet Slack-arbejdsområde" in slack.responses[-1]["text"] and len(slack.responses) == 2
    assert slack.interact("UELSE", {**pressed, **place, "user": {"id": "UELSE", "team_id": "T2"}}).status == 403
    assert len(slack.responses) == 2 and played.dump() == before


def test_a_slack_that_fails_after_we_heard_leaves_what_was_done(slack: Workspace) -> None:
    slack.command(ANNE, "liste")
    slack.slack.plan("views.open", Fault(error="expired_trigger_id"))
    assert slack.command(ANNE, "indberet").status == 200
    assert button(slack.responses[-1]["blocks"], "indberet")


@pytest.mark.slow
def test_the_secretariat_goes_from_its_page_to_a_region_and_a_members_list(slack: Workspace) -> None:
    slack.visit(SISSE)
    shown = slack.slack.home(SISSE)
    assert shown is not None
    slack.press(SISSE, button(pages_of(slack, SISSE), "status Region Syddanmark"), shown)
    region = list(slack.slack.views.values())[-1]
    assert region["type"] == "modal"
    slack.press(SISSE, button(region["blocks"], "for Odense: liste"), region)
    assert "Odense Kommune" in json.dumps(slack.slack.views[region["id"]], ensure_ascii=False)


def pages_of(slack: Workspace, user: str) -> list[dict[str, Any]]:
    """The blocks of every page of somebody's home, turned one after another."""
    found: list[dict[str, Any]] = []
    while True:
        shown = slack.slack.home(user)
        assert shown is not None
        found += shown["blocks"]
        onward = [e for e in elements(shown["blocks"]) if e["action_id"].startswith("page:")]
        if len(onward) == 0 or (len(onward) == 1 and found != shown["blocks"]):
            return found
        slack.press(user, onward[-1], shown)


@pytest.mark.slow
def test_a_page_says_how_one_is_written_to_and_turns_to_the_language_that_is_chosen(slack: Workspace) -> None:
    slack.visit(ANNE)
    shown = slack.slack.home(ANNE)
    assert shown is not None and "kommende møder" in json.dumps(shown, ensure_ascii=False)
    slack.press(ANNE, button(pages_of(slack, ANNE), "sprog en"), shown)
    assert "I write to you in English, first in Slack" in json.dumps(pages_of(slack, ANNE))
