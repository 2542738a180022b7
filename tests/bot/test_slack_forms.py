"""Forms as they are filled in in Slack, by signed requests: members found by name, errors at fields, files, drafts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.files import NotFetched, fetched
from storage.engine import reading
from storage.queries import register, reports
from tests.bot.conftest import ANNE, NOW, SECRETARY, SISSE
from tests.conftest import Played, local
from tests.slack_server import Fault, Slack, served
from tests.workspace import Workspace


def opened(slack: Workspace, user: str, words: str) -> dict[str, Any]:
    """The modal that opens when somebody says words."""
    assert slack.command(user, words).status == 200
    return list(slack.slack.views.values())[-1]


def typed(**answers: str) -> dict[str, Any]:
    """The state of a modal whose text fields hold this."""
    return {f"ask:{key}": {"typed": {"type": "plain_text_input", "value": value}} for key, value in answers.items()}


def chosen(key: str, value: str) -> dict[str, Any]:
    option = {"text": {"type": "plain_text", "text": value}, "value": f"={value}"}
    return {f"ask:{key}": {"typed": {"type": "external_select", "selected_option": option}}}


def draft(played: Played, member: str = "Køge") -> Mapping[str, str]:
    with reading(played.engine) as connection:
        names = register.member_names(connection, 1)
        code = next(code for code, name in names.items() if name == member)
        found = register.organisation_by_code(connection, 1, code, local(NOW).date())
        assert found is not None
        kept = reports.draft(connection, 1, found.id, 2027)
    return kept.answers if kept else {}


@pytest.mark.slow
def test_what_is_typed_on_and_on_is_kept_letter_by_letter(slack: Workspace, played: Played) -> None:
    view = opened(slack, ANNE, "indberet")
    for value in ("4", "41", "410", "400"):
        state = typed(ghg_total=value)
        keeping = {"action_id": "typed", "block_id": "ask:ghg_total", "type": "plain_text_input", "value": value}
        slack.press(ANNE, keeping, {**view, "state": {"values": state}})
        assert draft(played)["ghg_total"] == value


def test_letters_that_arrive_in_another_order_do_not_bring_the_older_ones_back(
    slack: Workspace, played: Played
) -> None:
    view = opened(slack, ANNE, "indberet")
    for value, at in (("4", "1772355600.000100"), ("4102", "1772355602.000100"), ("41", "1772355601.900000")):
        keeping = {"action_id": "typed", "block_id": "ask:ghg_total", "type": "plain_text_input", "action_ts": at}
        body = {"type": "block_actions", "container": {"type": "view", "view_id": view["id"]}, "actions": [keeping]}
        slack.interact(ANNE, {**body, "view": {**view, "state": {"values": typed(ghg_total=value)}}})
    assert draft(played)["ghg_total"] == "4102"


def refused(slack: Workspace, view: dict[str, Any], *, by_press: bool) -> None:
    """Ask in a form for what is not to be had, by its submit or by a button in it."""
    if by_press:
        slack.press(ANNE, {"type": "button", "action_id": "say:0", "value": "dokumenter 99"}, view)
    else:
        meant = json.dumps({**json.loads(view["private_metadata"]), "words": "dokumenter 99"})
        slack.hand_in(ANNE, {**view, "private_metadata": meant}, typed(ghg_total="410"))


@pytest.mark.slow
@pytest.mark.parametrize("by_press", [True, False])
def test_no_more_than_three_modals_lie_upon_each_other(slack: Workspace, by_press: bool) -> None:
    """A refusal lies upon its form, and a button in it leads to a form again: at the third it stands above the form."""
    opened(slack, ANNE, "indberet")
    for depth in (1, 2, 3):
        form = list(slack.slack.views.values())[-1]
        assert slack.slack.depth.get(form["id"], 1) == depth
        refused(slack, form, by_press=by_press)
        upon = list(slack.slack.views.values())[-1]
        slack.press(ANNE, {"type": "button", "action_id": "say:0", "value": "indberet"}, upon)
    assert len(slack.slack.views) == 3


@pytest.mark.slow
@pytest.mark.parametrize("fault", [Fault(error="expired_trigger_id"), Fault(drop=True)])
def test_a_refusal_that_cannot_lie_upon_its_form_stands_above_it(slack: Workspace, fault: Fault) -> None:
    view = opened(slack, ANNE, "indberet")
    slack.slack.plan("views.push", fault)
    filled = {**view, "state": {"values": typed(ghg_total="410250,5")}}
    slack.press(ANNE, {"type": "button", "action_id": "say:0", "value": "dokumenter 99"}, filled)
    after = slack.slack.views[view["id"]]
    assert "99" in json.dumps(after["blocks"][:2]) and "410250,5" in json.dumps(after) and "submit" in after


def test_what_was_typed_before_a_modal_was_closed_stands_in_the_next(slack: Workspace, played: Played) -> None:
    view = opened(slack, ANNE, "indberet")
    assert view["notify_on_close"]
    assert slack.close(ANNE, view, typed(ghg_total="410250,5")).status == 200
    for told in ({}, {"ask:ghg_total": {"typed": {"type": "plain_text_input", "value": None}}}):
        slack.close(ANNE, view, told)  # what tells nothing of its fields takes nothing back
    again = opened(slack, ANNE, "indberet")
    assert "410250,5" in json.dumps(again) and draft(played)["ghg_total"] == "410250,5"


@pytest.mark.slow
def test_a_modal_that_came_too_late_is_opened_by_a_button_and_holds_what_was_typed(slack: Workspace) -> None:
    view = opened(slack, ANNE, "indberet")
    slack.close(ANNE, view, typed(ghg_total="410250,5"))
    slack.slack.plan("views.open", Fault(error="expired_trigger_id"))
    slack.command(ANNE, "indberet")
    (opening,) = [
        element
        for block in slack.responses[-1]["blocks"]
        for element in block.get("elements", ())
        if element.get("action_id", "").startswith("open:")
    ]
    slack.press(ANNE, opening)
    assert "410250,5" in json.dumps(list(slack.slack.views.values())[-1])


# ------------------------------------------------------------------------------------------------------ members


SPELLED = {
    "": "Albertslund",
    "køg": "Køge",
    "koge": "Køge",
    "AARHUS": "Aarhus",
    "århus kommune": "Aarhus",
    "arhus": "Aarhus",
    "skjern": "Ringkøbing-Skjern",
    "elsinore": "Helsingør",
    "Kjøge": "Køge",
}


def test_the_secretariat_finds_a_member_however_it_is_spelled_and_others_find_nobody(
    slack: Workspace, played: Played
) -> None:
    view = opened(slack, SISSE, "indberet")
    (field,) = [block for block in view["blocks"] if block["type"] == "input"]
    assert field["element"]["type"] == "external_select"
    calls, rows = len(slack.slack.calls), played.dump()
    offered = {typed: slack.type_into(SISSE, view, field["block_id"], typed) for typed in SPELLED}
    assert {typed: found[0] for typed, found in offered.items()} == SPELLED
    assert max(map(len, offered.values())) <= 100
    assert slack.type_into("USTRANGER", view, field["block_id"], "køge") == []
    assert len(slack.slack.calls) == calls  # no call stands between typing and the list
    assert played.dump() == rows


def test_what_was_asked_goes_on_with_the_member_that_was_chosen(slack: Workspace, played: Played) -> None:
    view = opened(slack, SISSE, "indberet")
    shown = slack.hand_in(SISSE, view, chosen("for_member", "Køge")).said["view"]
    assert "Køge" in json.dumps(shown, ensure_ascii=False)
    state = {"values": typed(ghg_total="12,5")}
    slack.press(SISSE, {"action_id": "typed", "type": "plain_text_input"}, {**shown, "id": view["id"], "state": state})
    assert draft(played)["ghg_total"] == "12,5"


def test_a_name_that_nobody_has_is_chosen_from_the_list_instead(slack: Workspace) -> None:
    view = opened(slack, SISSE, "for Kjøge: kontakter")
    shown = json.dumps(view["blocks"], ensure_ascii=False)
    assert "Jeg kender ikke kommunen ”Kjøge”" in shown and "for Køge: kontakter" in shown
    told = slack.hand_in(SISSE, view, chosen("for_member", "Ærø")).said["view"]
    assert "Ærø" in json.dumps(told, ensure_ascii=False)


# ------------------------------------------------------------------------------------------------------- errors


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_recorded(slack: Workspace, played: Played) -> None:
    view = opened(slack, ANNE, "svar topmøde")
    before = played.dump()
    told = slack.hand_in(ANNE, view, chosen("response", "yes")).said
    assert told["response_action"] == "errors" and set(told["errors"]) == {"ask:attendee", "ask:office"}
    assert played.dump() == before
    state = {**chosen("response", "yes"), **chosen("office", "mayor"), **typed(attendee="Ida Holm")}
    assert slack.hand_in(ANNE, view, state).said["response_action"] == "update"
    assert "Ida Holm" in " ".join(played.dump()["answer"])


@pytest.mark.slow
def test_a_report_that_is_wrong_is_told_at_its_field_and_sent_in_when_it_is_right(
    slack: Workspace, played: Played
) -> None:
    view = opened(slack, ANNE, "indberet")
    told = slack.hand_in(ANNE, view, typed(ghg_total="mange")).said
    assert told["response_action"] == "errors" and list(told["errors"]) == ["ask:ghg_total"]
    assert draft(played)["ghg_total"] == "mange"
    told = slack.hand_in(ANNE, view, typed(ghg_total="410250,5")).said
    assert "2027-0259-v1" in json.dumps(told)


@pytest.mark.slow
def test_a_question_that_comes_with_an_error_is_shown_with_it(slack: Workspace) -> None:
    view = opened(slack, ANNE, "indberet")
    told = slack.hand_in(ANNE, view, typed(ghg_total="9.000.000")).said
    assert told["response_action"] == "update"
    shown = json.dumps(told["view"], ensure_ascii=False)
    assert "uventet højt" in shown and "9.000.000" in shown and "ask:ghg_total.note" in shown


def test_what_is_refused_is_shown_upon_the_form_which_stays_as_it_was_typed(slack: Workspace, played: Played) -> None:
    view = opened(slack, ANNE, "svar topmøde")
    other = {**view, "private_metadata": json.dumps({"words": "svar julefrokost"})}
    told = slack.hand_in(ANNE, other, chosen("response", "yes")).said
    assert told["response_action"] == "push" and "julefrokost" in json.dumps(told["view"])
    assert played.dump()["answer"] == []
    assert slack.hand_in(ANNE, other, chosen("response", "yes")).said == told  # it is looked at again, not passed over


def test_a_button_of_a_form_that_is_refused_leaves_the_form_beneath(slack: Workspace) -> None:
    view = opened(slack, ANNE, "svar topmøde")
    slack.press(ANNE, {"action_id": "say:0", "type": "button", "value": "svar julefrokost"}, view)
    shown = list(slack.slack.views.values())
    assert shown[-2] == view and "julefrokost" in json.dumps(shown[-1]) and slack.slack.asked("views.update") == []


def test_a_page_beneath_a_form_shows_what_was_settled_in_it(slack: Workspace) -> None:
    slack.visit(ANNE)
    home = slack.slack.home(ANNE)
    assert home is not None and "kommer (Ida Holm)" not in json.dumps(home, ensure_ascii=False)
    slack.press(ANNE, {"action_id": "say:1", "type": "button", "value": "svar topmøde"}, home)
    view = list(slack.slack.views.values())[-1]
    state = {**chosen("response", "yes"), **chosen("office", "mayor"), **typed(attendee="Ida Holm")}
    slack.hand_in(ANNE, view, state)
    assert "kommer (Ida Holm)" in json.dumps(slack.slack.home(ANNE), ensure_ascii=False)


# -------------------------------------------------------------------------------------------------------- files

ITEM = {"heading": "Budget 2027", "case": "Sagen", "recommendation": "Godkend"}


@pytest.fixture
def adding(slack: Workspace, played: Played) -> dict[str, Any]:
    """The form that adds an item to the agenda of a meeting, as it was filled in, but for its file."""
    typed_meeting = {"kind": "steering_group", "day": "24-03-2027", "starts": "10", "ends": "14", "place": "Rådhuset"}
    assert played.say(SECRETARY, "møde opret", NOW, typed_meeting).done
    assert played.say(SECRETARY, "dagsorden 1/2027", NOW).done
    view = opened(slack, SISSE, "punkt 1/2027")
    return {**view, "state": {"values": {**typed(**ITEM), **chosen("kind", "decision")}}}


def with_file(view: Mapping[str, Any], id_: str) -> dict[str, Any]:
    state: dict[str, Any] = view["state"]["values"]
    return {**state, "ask:file": {"typed": {"type": "file_input", "files": [{"id": id_}]}}}


def attached(played: Played) -> list[str]:
    """What people attached; an agenda has an annex of its own beside."""
    return [row for row in played.dump()["attachment"] if "Status pr. kommune" not in row]


@pytest.mark.slow
def test_a_file_that_is_put_into_a_form_is_fetched_and_kept(
    slack: Workspace, played: Played, adding: dict[str, Any]
) -> None:
    id_ = slack.slack.put("Budget æøå.pdf", b"%PDF-1.7 tal", "application/pdf")
    told = slack.hand_in(SISSE, adding, with_file(adding, id_)).said
    assert told["response_action"] == "update" and "Budget 2027" in json.dumps(told)
    (row,) = attached(played)
    assert "Budget æøå.pdf" in row and "application/pdf" in row
    (download,) = slack.slack.asked("download")
    assert download["token"] == "Bearer xoxb-test"


TROUBLES: dict[str, tuple[dict[str, Any], Fault | None]] = {
    "gone": ({"done": False}, None),
    "too large": ({"size": 20_000_001}, None),
    "cut off": ({"size": 13}, None),
    "nowhere": ({"url_private_download": "https://elsewhere.example/slack.com/F1"}, None),
    "nearly Slack": ({"url_private_download": "https://files.notslack.com/F1"}, None),
    "in clear": ({"url_private_download": "http://files.slack.com/F1"}, None),
    "a page to log in on": ({}, Fault(body="<html>Sign in</html>")),
    "a way elsewhere": ({}, Fault(status=302, body="")),
    "lost": ({}, Fault(drop=True)),
    "broken": ({}, Fault(status=500, body="oh no")),
}


ASKED = {"cut off", "a page to log in on", "a way elsewhere", "lost", "broken"}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_file_is_fetched_whole_and_from_slack_only(trouble: str) -> None:
    about, fault = TROUBLES[trouble]
    stand_in = Slack()

    async def fetching() -> None:
        async with served(stand_in) as url, aiohttp.ClientSession() as session:
            id_ = stand_in.put("Budget.pdf", b"%PDF-1.7 tal", "application/pdf", **about)
            stand_in.plan("download", *([fault, fault] if fault else []))  # a lost line is tried once more
            await fetched(AsyncWebClient("xoxb-1", base_url=url, session=session, retry_handlers=[]), id_)

    with pytest.raises(NotFetched, match="too_large" if trouble == "too large" else "not_there"):
        asyncio.run(fetching())
    assert bool(stand_in.asked("download")) == (trouble in ASKED)  # our token is shown nowhere else


def test_a_file_that_cannot_be_had_is_told_at_its_field_and_nothing_is_lost(
    slack: Workspace, played: Played, adding: dict[str, Any]
) -> None:
    id_ = slack.slack.put("Budget.pdf", b"%PDF-1.7 tal", "application/pdf", done=False)
    before = played.dump()
    told = slack.hand_in(SISSE, adding, with_file(adding, id_)).said
    assert told["response_action"] == "errors" and "intet er gemt" in told["errors"]["ask:file"]
    assert played.dump() == before


@pytest.mark.slow
def test_a_file_that_takes_long_is_shown_to_come_and_then_kept(
    slack: Workspace, played: Played, adding: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.ears.FETCHED_AT_ONCE", 0.05)
    id_ = slack.slack.put("Budget.pdf", b"%PDF-1.7 tal", "application/pdf")
    slack.slack.plan("download", Fault(hang=0.2, body="%PDF-1.7 tal", content_type="application/pdf"))
    told = slack.hand_in(SISSE, adding, with_file(adding, id_)).said
    assert "på vej fra Slack" in json.dumps(told, ensure_ascii=False)
    assert len(attached(played)) == 1
    assert "Budget 2027" in json.dumps(slack.slack.views[adding["id"]])


@pytest.mark.slow
def test_what_came_of_a_slow_file_stands_on_the_page_where_the_modal_was_closed(
    slack: Workspace, played: Played, adding: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.ears.FETCHED_AT_ONCE", 0.05)
    id_ = slack.slack.put("Budget.pdf", b"%PDF-1.7 tal", "application/pdf")
    slack.slack.plan("download", Fault(hang=0.2, body="%PDF-1.7 tal", content_type="application/pdf"))
    slack.slack.plan("views.update", Fault(error="not_found"))
    slack.hand_in(SISSE, adding, with_file(adding, id_))
    page = slack.slack.home(SISSE)
    assert page is not None and "Budget 2027" in json.dumps(page["blocks"][:10], ensure_ascii=False)
    assert len(attached(played)) == 1


@pytest.mark.slow
def test_a_slow_file_that_never_comes_leaves_the_form_as_it_was_typed(
    slack: Workspace, played: Played, adding: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.ears.FETCHED_AT_ONCE", 0.05)
    id_ = slack.slack.put("Budget.pdf", b"%PDF-1.7 tal", "application/pdf")
    slack.slack.plan("download", *[Fault(hang=0.1, drop=True)] * 2)
    before = played.dump()
    slack.hand_in(SISSE, adding, with_file(adding, id_))
    shown = json.dumps(slack.slack.views[adding["id"]], ensure_ascii=False)
    assert all(text in shown for text in ITEM.values()) and "kunne ikke hentes" in shown
    assert played.dump() == before
