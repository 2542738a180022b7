"""Nothing typed is lost: whatever form it was typed into, wherever, until it is taken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from alliance.messages import Ask, Button, Buttons, Form, Message, Text
from bot.request import Reply
from storage import unsent
from storage.changes.meetings import plan_meeting
from storage.engine import reading, writing
from tests.conftest import Played, local
from tests.installation import confirming
from tests.workspace import Workspace, link, workspace

NOW, LATER = "2027-03-01T09:30", "2027-03-02T10:05"
COORDINATOR, MAYOR, SECRETARY = "klima@koege.example", "borgmester@koege.example", "sekretariat@frederiksberg.example"
ANNE = "UANNE"


@pytest.fixture
def alliance(played: Played) -> Played:
    """The demo on the first Monday of March, with a meeting of the steering group in a fortnight."""
    played.plan("2027-03-01T08:00")
    with writing(played.engine) as connection:
        planned = plan_meeting(
            connection,
            1,
            kind="steering_group",
            year=2027,
            number=2,
            starts_at=local("2027-03-16T10:00"),
            ends_at=local("2027-03-16T14:00"),
            place="Køge Rådhus",
            answer_by=local(LATER).date(),
        )
        connection.execute(text("UPDATE meeting SET state = 'called' WHERE id = :id"), {"id": planned})
    return played


def form_of(reply: Reply) -> Form:
    return next(block for block in reply.message.blocks if isinstance(block, Form))


def asks(reply: Reply) -> dict[str, Ask]:
    return {ask.key: ask for section in form_of(reply).sections for ask in section.asks}


def typed(reply: Reply) -> dict[str, str]:
    return {key: ask.value for key, ask in asks(reply).items()}


def anew(message: Message) -> str:
    """The words of the button that begins a form anew; empty where nothing lies upon it."""
    buttons = [item for block in message.blocks if isinstance(block, Buttons) for item in block.items]
    return next((b.words for b in buttons if isinstance(b, Button) and b.words.startswith(("forfra", "anew"))), "")


def kept(played: Played) -> int:
    return len(played.rows("form_draft"))


def item_words(played: Played) -> str:
    """The words of the form of an item that stands on the next agenda."""
    reply = played.say(SECRETARY, "punkt 2/2027", NOW, ITEM)
    assert reply.done
    with reading(played.engine) as connection:
        number = connection.execute(text("SELECT max(id) FROM agenda_item WHERE heading = 'Varmeplaner'")).scalar_one()
    return f"punkt #{number}"


ITEM = {"heading": "Varmeplaner", "kind": "information", "case": "", "summary": "", "recommendation": ""}
FORMS = {
    "svar topmøde": (COORDINATOR, {"attendee": "Åse"}),
    "bevis 1": (COORDINATOR, {"what": "En plan på 4 sider"}),
    "foreslå 2/2027": (COORDINATOR, {"heading": "Varme", "case": "Linje 1\nLinje 2"}),
    "besked": (SECRETARY, {"to": "all", "text": "Kære alle"}),
    "møde opret": (SECRETARY, {"place": "Ærø"}),
    "møde flyt 2/2027": (SECRETARY, {"place": "Ærø", "reason": "Vand i kælderen"}),
    "møde aflys 2/2027": (SECRETARY, {"reason": "Is på vejene"}),
    "punkt 2/2027": (SECRETARY, {"heading": "Hemmeligt", "closed": "ja"}),
    "for Køge: dispensation 4": (SECRETARY, {"why": "Brand i arkivet"}),
    "for Køge: kontakter": (SECRETARY, {}),
}


def test_every_form_holds_what_was_typed_until_it_is_sent_in_or_begun_anew(alliance: Played) -> None:
    for words, (who, answers) in FORMS.items():
        before = alliance.say(who, words, NOW)
        if not answers:
            assert not any(isinstance(block, Form) and block.keep for block in before.message.blocks)
            continue
        keep = form_of(before).keep
        assert keep and answers.keys() <= asks(before).keys() and not anew(before.message), words
        for key, value in answers.items():  # one by one, as it is typed
            assert alliance.say(who, keep, NOW, {key: value}).done
        again = alliance.say(who, words, LATER)
        assert {key: typed(again)[key] for key in answers} == answers, words
        assert "1. marts 2027 kl. 09.30" in str(again.message)
        fresh = alliance.say(who, anew(again.message), LATER)
        assert typed(fresh) == typed(before) and not anew(fresh.message), words
    assert kept(alliance) == 0


def test_what_was_typed_is_nobody_elses(alliance: Played) -> None:
    keep = form_of(alliance.say(COORDINATOR, "foreslå 2/2027", NOW)).keep
    alliance.say(COORDINATOR, keep, NOW, {"heading": "Varme"})
    colleague = alliance.say(MAYOR, "foreslå 2/2027", NOW)
    assert typed(colleague)["heading"] == "" and not anew(colleague.message)


def test_a_form_that_is_taken_is_forgotten_and_one_that_comes_back_is_not(alliance: Played) -> None:
    words = "foreslå 2/2027"
    wrong = alliance.say(COORDINATOR, words, NOW, {"heading": "", "kind": "information", "case": "Hele sagen"})
    assert asks(wrong)["heading"].error and kept(alliance) == 1
    again = alliance.say(COORDINATOR, words, LATER)
    assert typed(again)["case"] == "Hele sagen" and not asks(again)["heading"].error
    alliance.say(COORDINATOR, words, LATER, {"heading": "Varme", "kind": "information", "case": "Hele sagen"})
    assert kept(alliance) == 0


def test_what_is_previewed_is_kept_until_it_is_confirmed(alliance: Played) -> None:
    preview = alliance.say(SECRETARY, "besked", NOW, {"to": "all", "text": "Kære alle"})
    confirm = form_of(preview).buttons[0].words
    assert " bekræft " in confirm and typed(alliance.say(SECRETARY, "besked", LATER))["text"] == "Kære alle"
    assert alliance.say(SECRETARY, confirm, NOW, {"to": "all", "text": "Kære alle"}).done
    assert kept(alliance) == 0 and typed(alliance.say(SECRETARY, "besked", LATER))["text"] == ""


def test_what_the_words_say_now_goes_before_what_was_typed_earlier_which_is_one_press_away(alliance: Played) -> None:
    asked = alliance.say(SECRETARY, "møde flyt 2/2027", NOW)
    alliance.say(SECRETARY, form_of(asked).keep, NOW, {**typed(asked), "day": "2027-03-30"})
    said = alliance.say(SECRETARY, "møde flyt 2/2027 6. april kl 9-12", LATER)
    assert typed(said) == {**typed(asked), "day": "2027-04-06", "starts": "09.00", "ends": "12.00"}
    earlier = next(item.words for block in said.message.blocks if isinstance(block, Buttons) for item in block.items)
    assert typed(alliance.say(SECRETARY, earlier, LATER))["day"] == "2027-03-30"
    yes = form_of(said).buttons[0].words
    assert alliance.say(SECRETARY, yes, LATER, typed(said)).done
    assert anew(alliance.say(SECRETARY, "møde flyt 2/2027", LATER).message) == ""


def test_what_a_colleague_wrote_meanwhile_is_not_overwritten_by_what_was_kept(alliance: Played) -> None:
    words = item_words(alliance)
    form = form_of(alliance.say(SECRETARY, words, NOW))
    alliance.say(SECRETARY, form.keep, NOW, {"summary": "Mit resumé"})
    save = form.buttons[0].words
    alliance.say(SECRETARY, save, NOW, {**ITEM, "case": "Kollegans sag"})  # and forgets what was kept
    alliance.say(SECRETARY, form.keep, NOW, {"summary": "Mit resumé"})  # an old window
    again = alliance.say(SECRETARY, words, LATER)
    assert typed(again)["summary"] == "Mit resumé" and form_of(again).buttons[0].words == save
    told = alliance.say(SECRETARY, save, LATER, typed(again))
    assert asks(told)["summary"].value == "Mit resumé" and form_of(told).buttons[0].words != save, "shown again first"


def test_a_refusal_keeps_what_was_typed_where_the_form_can_be_asked_for(alliance: Played) -> None:
    keep = form_of(alliance.say(SECRETARY, "besked", NOW)).keep
    for wrong in ("kladde ", "kladde hjælp", "kladde kladde besked", "kladde foreslå 99/2099", "kladde topmøde"):
        assert not alliance.say(SECRETARY, wrong, NOW, {"text": "Noget"}).done or wrong == "kladde "
    assert kept(alliance) == 0
    assert alliance.say(SECRETARY, keep, NOW, {"text": "Noget", "office": "mayor", "for_x": "y"}).done
    assert [row["answers"] for row in alliance.rows("form_draft")] == [{"text": "Noget"}]


def test_what_was_typed_is_forgotten_after_a_month_and_when_its_writer_stops(alliance: Played) -> None:
    for who in (COORDINATOR, MAYOR):
        alliance.say(who, form_of(alliance.say(who, "svar topmøde", NOW)).keep, NOW, {"attendee": "Åse"})
    assert kept(alliance) == 2
    shown = alliance.say(SECRETARY, f"for Køge: fratræd {COORDINATOR}", NOW)
    assert alliance.say(SECRETARY, confirming(shown), NOW).done
    assert kept(alliance) == 1
    with writing(alliance.engine) as connection:
        assert unsent.forget_old(connection, 1, local(NOW) + unsent.KEPT) == 0
    alliance.plan("2027-04-01T08:00")
    assert kept(alliance) == 0


def test_the_words_of_a_draft_are_in_the_language_of_its_writer(alliance: Played) -> None:
    alliance.say(COORDINATOR, "sprog en", NOW)
    keep = form_of(alliance.say(COORDINATOR, "rsvp summit", NOW)).keep
    assert keep == "draft rsvp summit" and alliance.say(COORDINATOR, keep, NOW, {"attendee": "Åse"}).done
    again = alliance.say(COORDINATOR, "rsvp summit", NOW)
    told = [block.text for block in again.message.blocks if isinstance(block, Text)]
    assert any("Here is what you typed" in said for said in told) and typed(again)["attendee"] == "Åse"


# --------------------------------------------------------------------------------------------------------- Slack


@pytest.fixture
def slack(alliance: Played) -> Iterator[Workspace]:
    link(alliance.engine, COORDINATOR, ANNE, local(NOW))
    with workspace(alliance.engine, lambda: local(NOW)) as made:
        made.slack.add_user(ANNE, COORDINATOR)
        yield made


def opened(slack: Workspace, words: str) -> dict[str, Any]:
    assert slack.command(ANNE, words).status == 200
    return list(slack.slack.views.values())[-1]


def state(action: str = "typed", **answers: str) -> dict[str, Any]:
    return {f"ask:{key}": {action: {"type": "plain_text_input", "value": value}} for key, value in answers.items()}


def test_a_modal_that_is_closed_is_found_again_as_it_was_left(slack: Workspace, alliance: Played) -> None:
    words = "foreslå 2/2027"
    view = opened(slack, words)
    assert view["notify_on_close"]
    slack.press(
        ANNE,
        {"action_id": "typed", "block_id": "ask:heading", "type": "plain_text_input", "value": "Var"},
        {**view, "state": {"values": state(heading="Var")}},
    )
    slack.close(ANNE, view, state(heading="Varme", case=""))
    again = opened(slack, words)
    assert '"initial_value": "Varme"' in json.dumps(again) and "1. marts 2027" in json.dumps(again)
    told = slack.hand_in(ANNE, again, state(heading="Varme", case="")).said
    assert told["response_action"] == "errors" and "ask:case" in told["errors"], "still at its field"


def test_a_form_begun_anew_in_a_modal_has_fields_that_slack_has_not_filled(slack: Workspace, alliance: Played) -> None:
    words = "svar topmøde"
    slack.close(ANNE, opened(slack, words), state(attendee="Åse"))
    view = opened(slack, words)
    begin = next(
        element
        for block in view["blocks"]
        for element in block.get("elements", ())
        if element.get("value", "").startswith("forfra")
    )
    slack.press(ANNE, {**begin, "type": "button"}, {**view, "state": {"values": state(attendee="Åse")}})
    empty = slack.slack.views[view["id"]]
    assert "Åse" not in json.dumps(empty, ensure_ascii=False) and kept(alliance) == 0
    fields = [block["element"]["action_id"] for block in empty["blocks"] if block["type"] == "input"]
    assert fields and set(fields) == {"typed:1"}
    slack.close(ANNE, empty, state("typed:1", attendee="Bo"))
    assert "Bo" in json.dumps(opened(slack, words))
