"""``spørg rådgiver``: a member asks whoever advises it; where nobody does, the secretariat."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stories.conftest import Conversation
from tests.stories.test_second_alliance import ADVISER, KOEGE, ODENSE, SECRETARIAT, Second, both, both_once

__all__ = ["both", "both_once"]  # fixtures
COORDINATOR, FIRST_SECRETARIAT = "klima@koege.example", "sekretariat@frederiksberg.example"
ASKED = "Hvordan opgør vi landbruget?"


@pytest.fixture
def second(both: Any) -> Conversation:
    return Conversation(Second(both))


def heard(talk: Conversation, kind: str) -> list[str]:
    return sorted(one.recipient for one in talk.told(kind))


@pytest.mark.slow
def test_those_of_its_kkr_are_asked_and_nobody_else(second: Conversation) -> None:
    said = second.say(ODENSE, f"spørg rådgiver: {ASKED}")
    assert said.done and "KKR Syddanmark" in said.text and second.person(ADVISER).name in said.summary
    assert heard(second, "question") == [ADVISER]
    assert ASKED in second.say(ADVISER, "spørgsmål").text
    assert not second.say(KOEGE, "spørgsmål 1").done  # another part of the country
    second.played.tick("2027-03-01T09:05")
    assert [mail.recipient for mail in second.played.letters(ADVISER)] == [ADVISER]


def test_the_answer_is_told_and_says_how_long_it_took(second: Conversation) -> None:
    second.say(ODENSE, f"spørg rådgiver: {ASKED}")
    second.at = "2027-03-04T10:00"
    assert second.say(ADVISER, "spørgsmål 1 svar Efter GPC, med tabellerne fra klimaregnskabet.").done
    assert heard(second, "question_answered") == [ODENSE]
    assert "efter 3 dage" in second.say(ODENSE, "spørgsmål 1").text
    assert "Det ene svar, der er givet, kom inden for 3 dage." in second.say(SECRETARIAT, "spørgsmål").text


def test_where_nobody_advises_there_the_secretariat_is_asked(second: Conversation) -> None:
    second.surely(SECRETARIAT, f"for KKR Syddanmark: fratræd {ADVISER}")
    said = second.say(ODENSE, f"spørg rådgiver: {ASKED}")
    assert said.done and heard(second, "question") == [SECRETARIAT]


def test_where_the_charter_knows_no_advisers_the_secretariat_is_asked_and_answers(talk: Conversation) -> None:
    said = talk.say(COORDINATOR, f"spørg rådgiver: {ASKED}")
    assert said.done and "Bo Hede" in said.summary
    assert heard(talk, "question") == [FIRST_SECRETARIAT]
    assert talk.say(FIRST_SECRETARIAT, "spørgsmål 1 svar Ring til KL.").done
    assert heard(talk, "question_answered") == [COORDINATOR]


def test_alone_it_asks_in_a_form_that_sends_the_same_words(second: Conversation) -> None:
    form = second.say(ODENSE, "spørg rådgiver")
    assert form.form.buttons[0].words == "spørg rådgiver" and "rådgiver" in form.text
    assert second.send(ODENSE, form, text=ASKED).done and heard(second, "question") == [ADVISER]
    again = second.send(ODENSE, form, text=ASKED)
    assert again.done and heard(second, "question") == [ADVISER]
    second.say(ODENSE, "sprog en")
    assert second.say(ODENSE, "ask adviser: Something else?").done


@pytest.mark.slow
def test_after_two_weeks_without_an_answer_the_secretariat_hears_of_it(second: Conversation) -> None:
    second.say(ODENSE, f"spørg rådgiver: {ASKED}")
    second.played.tick("2027-03-12T08:00")
    assert heard(second, "question_unanswered") == []
    second.played.tick("2027-03-15T08:00")
    assert heard(second, "question_unanswered") == [SECRETARIAT]
