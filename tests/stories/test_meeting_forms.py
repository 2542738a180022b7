"""The forms that plan a meeting by hand and record who came: sent twice, filled in by two, and at the wrong time."""

from __future__ import annotations

from typing import Any

import pytest

from storage.seed import SECRETARY

MEETING = "styregruppe 1/2027"
TYPED = {"kind": "steering_group", "day": "24-03-2027", "starts": "10", "ends": "14", "place": "Rådhuset"}


@pytest.fixture
def begun(talk: Any) -> Any:
    """A steering meeting that was planned, never called, and has begun."""
    talk.at = "2027-02-25T09:30"
    assert talk.hand_in(SECRETARY, "møde opret", TYPED).done
    talk.at = "2027-03-24T10:05"
    return talk


def presences(said: Any) -> list[str]:
    return [key for key in said.asks() if key.startswith("presence_")]


def recorded(talk: Any) -> list[str]:
    """What the form shows as recorded, in the order of the seats, without what was typed and not sent in."""
    form = talk.say(SECRETARY, f"forfra møde afhold {MEETING}")
    return [form.ask(key).value for key in presences(form)]


def test_a_meeting_that_was_never_called_can_still_have_been_held(begun: Any) -> None:
    shown = begun.say(SECRETARY, f"møde {MEETING}")
    form = begun.press(SECRETARY, shown, "afhold")
    assert begun.send(SECRETARY, form, **{key: "present" for key in presences(form)}).done
    assert "afholdt" in begun.say(SECRETARY, f"møde {MEETING}").text
    assert begun.told("invitation") == []


def test_two_record_who_came_and_neither_loses_anything(begun: Any) -> None:
    mine, theirs = (begun.say(SECRETARY, f"møde afhold {MEETING}") for _ in range(2))
    first, *others = presences(mine)
    assert begun.send(SECRETARY, theirs, **{first: "absent"} | {key: "present" for key in others}).done
    attendee = first.replace("presence", "attendee")
    typed = {first: "present", attendee: "Ny Stedfortræder"}
    before = begun.dump()
    again = begun.send(SECRETARY, mine, **typed)
    assert set(again.errors()) == {first, attendee} and "fraværende" in again.ask(first).error
    assert {key: again.ask(key).value for key in typed} == typed
    assert [again.ask(key).value for key in others] == ["present"] * 4  # what I left empty is taken over
    assert begun.changed(before) == set() and recorded(begun)[0] == "absent"
    assert begun.send(SECRETARY, again).done  # seen, and meant
    assert recorded(begun) == ["present"] * 5


def test_the_same_attendance_sent_twice_is_recorded_once(begun: Any) -> None:
    form = begun.say(SECRETARY, f"møde afhold {MEETING}")
    all_came = {key: "present" for key in presences(form)}
    assert begun.send(SECRETARY, form, **all_came).done
    before = begun.dump()
    assert begun.send(SECRETARY, form, **all_came).done
    assert begun.changed(before) == set()


def test_one_form_plans_one_meeting_and_says_what_is_odd_about_it(talk: Any) -> None:
    talk.at = "2027-02-25T09:30"
    first = talk.hand_in(SECRETARY, "møde opret", TYPED)
    before = talk.dump()
    again = talk.hand_in(SECRETARY, "møde opret", TYPED)
    assert first.done and again.done and "står allerede i kalenderen" in again.text
    assert any(MEETING in words for words in again.offered())
    late = talk.hand_in(SECRETARY, "møde opret", TYPED | {"day": "08-01-2031"})
    assert "2030" in late.ask("day").error and late.ask("place").value == "Rådhuset"
    assert talk.changed(before) == set()
    close = talk.hand_in(SECRETARY, "møde opret", TYPED | {"day": "04-05-2027"})  # a day less than six weeks
    far = talk.hand_in(SECRETARY, "møde opret", TYPED | {"day": "15-06-2027"})  # six weeks to the day
    assert close.done and "mindst 6 uger" in close.text and "1/2027" in close.text
    assert far.done and "uger" not in far.text


@pytest.mark.parametrize(
    "name",
    [
        "styregruppe",
        "styregruppen",
        "Styregruppemøde",
        "Den politiske styregruppe",
        "the steering group",
        "steering group",
    ],
)
def test_a_meeting_is_found_by_every_name_it_goes_by(begun: Any, name: str) -> None:
    assert begun.say(SECRETARY, f"møde {name} 1/2027").done


@pytest.mark.parametrize(
    ("words", "filled"),
    [
        ("styregruppe 3. maj kl 9-12", ("steering_group", "2027-05-03", "09.00", "12.00")),
        ("styregruppe 3/5", ("steering_group", "2027-05-03", "", "")),
        ("styregruppen", ("steering_group", "", "", "")),
        ("3. maj", ("", "2027-05-03", "", "")),
        ("en gang", ("", "", "", "")),
    ],
)
def test_the_words_fill_in_the_form_as_far_as_they_can_be_read(talk: Any, words: str, filled: tuple[str, ...]) -> None:
    form = talk.say(SECRETARY, f"møde opret {words}")
    assert tuple(form.ask(key).value for key in ("kind", "day", "starts", "ends")) == filled


def test_without_a_name_it_asks_which_meeting_and_offers_those_ahead(begun: Any) -> None:
    asked = begun.say(SECRETARY, "møde indkald")
    assert not asked.done and "hvilket møde" in asked.text and "””" not in asked.text


def test_an_end_before_the_start_is_named_by_the_clock_however_it_was_typed(talk: Any) -> None:
    typed = {"kind": "steering_group", "day": "24-03-2027", "starts": "kl 9", "ends": "kl. 8.30"}
    told = talk.hand_in(SECRETARY, "møde opret", typed)
    assert "slutter kl. 08.30, og det er ikke efter kl. 09.00" in told.text
