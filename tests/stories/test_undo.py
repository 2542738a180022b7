"""One press undoes one simple change and brings back what was; nothing that came since is lost by it."""

from __future__ import annotations

from typing import Any

import pytest

COORDINATOR, MAYOR = "klima@koege.example", "borgmester@koege.example"
SECRETARIAT, SUMMIT = "sekretariat@frederiksberg.example", "2027-05-28T10:00"


@pytest.fixture
def reminded(talk: Any) -> Any:
    """The reports can be snoozed."""
    talk.played.plan("2027-03-01T08:00")
    return talk


def quiet(talk: Any) -> str:
    return (talk.person(COORDINATOR).quiet and str(talk.person(COORDINATOR).quiet)) or ""


def hidden(talk: Any) -> list[str]:
    return [str(row["until"]) for row in talk.played.rows("snooze") if row["ended_at"] is None]


def away(talk: Any) -> list[tuple[str, str]]:
    rows = (row for row in talk.played.rows("absence") if row["ended_at"] is None)
    return sorted((str(row["valid_from"]), str(row["valid_until"])) for row in rows)


def response(talk: Any) -> tuple[str, str]:
    answer = talk.account("Køge", "summit").standing.answer
    return (answer.response, answer.attendee) if answer else ("", "")


UNDO = {"a language": "Tilbage til dansk"}
"""What the button says where it does not say Fortryd: it is read by whoever cannot read the new language."""
SIMPLE = {
    "quiet hours begun": (quiet, (), "stille 12-14"),
    "quiet hours changed": (quiet, ("stille 12-14",), "stille 17-8"),
    "quiet hours ended": (quiet, ("stille 7.30-16",), "stille fra"),
    "away": (away, (), "væk 05-04-2027 09-04-2027"),
    "away on other days": (away, ("væk 05-04-2027 09-04-2027",), "væk 01-04-2027 12-04-2027"),
    "an answer changed": (response, ("svar topmøde nej",), "svar topmøde ja borgmester"),
    "a language": (lambda talk: talk.person(COORDINATOR).language, (), "sprog en"),
}


@pytest.mark.parametrize("what", SIMPLE)
def test_undone_it_is_as_it_was(talk: Any, what: str) -> None:
    state, before, change = SIMPLE[what]
    for words in before:
        assert talk.say(COORDINATOR, words).done
    was = state(talk)
    said = talk.say(COORDINATOR, change)
    assert state(talk) != was
    undone = talk.press(COORDINATOR, said, UNDO.get(what, "Fortryd"))
    assert undone.done and state(talk) == was, undone.text


OVERTAKEN = {
    "quiet hours": (quiet, "stille 12-14", "stille 17-8"),
    "away": (away, "væk 05-04-2027 09-04-2027", "væk 01-04-2027 12-04-2027"),
    "an answer": (response, "svar topmøde ja borgmester", "svar topmøde måske borgmester"),
}


@pytest.mark.parametrize("what", OVERTAKEN)
def test_what_came_since_is_not_overwritten(talk: Any, what: str) -> None:
    state, change, newer = OVERTAKEN[what]
    talk.say(COORDINATOR, "svar topmøde nej")
    undo = talk.say(COORDINATOR, change).button("Fortryd").words
    talk.say(COORDINATOR, newer)
    now = state(talk)
    said = talk.say(COORDINATOR, undo)
    assert not said.done and "ændret igen" in said.text and state(talk) == now


def test_the_first_answer_can_be_changed_and_not_be_ungiven(talk: Any) -> None:
    said = talk.say(COORDINATOR, "svar topmøde nej")
    assert not any("fortryd" in words for words in said.offered()) and "svar topmøde" in said.offered()


def test_a_snooze_that_took_anothers_place_gives_it_back(reminded: Any) -> None:
    number = reminded.account("Køge", "report").obligation.id
    first = reminded.say(COORDINATOR, f"udskyd {number} 08-03-2027")
    second = reminded.say(COORDINATOR, f"udskyd {number} 15-03-2027")
    stale = reminded.press(COORDINATOR, first, "Fortryd")
    assert not stale.done and hidden(reminded) == ["2027-03-15"]
    assert reminded.press(COORDINATOR, second, "Fortryd").done and hidden(reminded) == ["2027-03-08"]
    assert reminded.press(COORDINATOR, first, "Fortryd").done and hidden(reminded) == []


def test_attendance_that_was_corrected_by_mistake_is_as_it_was(talk: Any) -> None:
    talk.at = SUMMIT
    words = "for Køge: fremmøde topmøde"
    talk.hand_in(SECRETARIAT, words, {"office": "mayor", "attendee": "Rikke Toft"})
    wrong = talk.hand_in(SECRETARIAT, words, {"office": "none", "attendee": ""})
    assert talk.standing("Køge", "summit") == "unfulfilled"
    undone = talk.press(SECRETARIAT, wrong, "fortryd")
    assert "gælder igen" in undone.text and talk.standing("Køge", "summit") == "fulfilled"
    assert not talk.press(SECRETARIAT, wrong, "fortryd").done
    (stands,) = [fact for fact in talk.settlements("Køge", "summit") if fact.withdrawn_at is None]
    again = talk.say(SECRETARIAT, f"fortryd {stands.id}")
    assert again.done and talk.standing("Køge", "summit") != "fulfilled"


def test_nobody_undoes_anothers(talk: Any) -> None:
    talk.say(COORDINATOR, "svar topmøde nej")
    away_, answered = (talk.say(COORDINATOR, words) for words in ("væk 05-04-2027 09-04-2027", "svar topmøde ja"))
    before = talk.dump("journal")
    assert not talk.say(MAYOR, away_.button("Fortryd").words).done
    assert not talk.say("klima@lejre.example", f"svar topmøde fortryd {12}").done
    assert talk.dump("journal") == before and answered.text
