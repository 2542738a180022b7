"""One member asks another for help: told once, answered in words, or handed to the secretariat after two weeks."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import Any

import pytest

KOEGE, MAYOR = "klima@koege.example", "borgmester@koege.example"
RINGSTED, LEJRE = "klima@ringsted.example", "klima@lejre.example"
SECRETARIAT = "sekretariat@frederiksberg.example"
ASKED = "spørg Ringsted: Hvordan fik I udlejerne med?"


def recipients(talk: Any, kind: str) -> list[str]:
    return [record.recipient for record in talk.told(kind)]


def states(talk: Any, kind: str) -> list[str]:
    return [record.state for record in talk.told(kind)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ASKED,
        "bed Ringsted om hjælp: Hvordan fik I udlejerne med?",
        "ask RINGSTED for help: Hvordan fik I udlejerne med?",
        "spoerg ringsted Hvordan fik I udlejerne med?",
    ],
)
def test_the_coordinator_of_the_asked_is_told_once_and_who_asked_hears_the_answer(talk, words):
    assert "Lone Elkjær" in talk.say(KOEGE, words).text
    assert "allerede spurgt" in talk.say(KOEGE, ASKED).text
    talk.played.tick("2027-03-01T09:05")
    assert recipients(talk, "question") == [RINGSTED] and states(talk, "question") == ["sent"]
    mails = [message_from_bytes(letter.content, policy=policy.default) for letter in talk.played.letters(RINGSTED)]
    assert [mail["subject"] for mail in mails].count("Køge Kommune beder om jeres hjælp") == 1
    form = talk.press(RINGSTED, talk.say(RINGSTED, "spørgsmål"), "Svar på nr. 1")
    assert talk.send(RINGSTED, form, answer="Vi begyndte med de store.").done
    assert recipients(talk, "question_answered") == [KOEGE]
    assert "Vi begyndte med de store." in talk.say(MAYOR, "spørgsmål 1").text  # who asked is the municipality
    talk.played.tick("2027-03-15T09:00")
    assert talk.told("question_unanswered") == []


def test_a_place_name_of_several_words_needs_no_colon(talk):
    assert "Høje-Taastrup" in talk.say(KOEGE, "spørg hoeje taastrup hvad gør I ved affald").text
    form = talk.say(KOEGE, "spørg Høje-Taastrup")
    assert talk.send(KOEGE, form, text="").errors() and talk.send(KOEGE, form, text="x" * 1001).errors()
    assert talk.send(KOEGE, form, text="Og ved varme?").done


@pytest.mark.parametrize(
    "words, text",
    [
        ("spørg Ringsted har I set https://klima.example/varme?", "har I set https://klima.example/varme?"),
        ("spørg Ringsted kan vi ringe kl. 10:30 i morgen", "kan vi ringe kl. 10:30 i morgen"),
        ("spørg Ringsted: har I set https://klima.example?", "har I set https://klima.example?"),
        ("spørg Ringsted vi har et spørgsmål: hvem gør det?", "vi har et spørgsmål: hvem gør det?"),
    ],
)
def test_a_colon_in_the_question_is_not_one_after_the_name(talk, words, text):
    assert text in talk.say(KOEGE, words).text


@pytest.mark.slow
@pytest.mark.parametrize(
    "at, told",
    [
        ("2027-03-12T09:00", False),  # the working day before the two weeks are over
        ("2027-03-15T07:59", False),
        ("2027-03-15T08:00", True),
        ("2027-03-16T08:00", True),
    ],
)
def test_after_two_weeks_without_an_answer_the_secretariat_is_told_once(talk, at, told):
    talk.say(KOEGE, ASKED)
    talk.played.tick(at)
    assert recipients(talk, "question_unanswered") == [SECRETARIAT] * told
    for again in ("2027-03-17T08:00", "2027-03-18T08:00", "2027-04-18T08:00"):
        talk.played.tick(again)
    assert recipients(talk, "question_unanswered") == [SECRETARIAT] and len(talk.told("question")) == 1


@pytest.mark.slow
@pytest.mark.parametrize("how", [(RINGSTED, "spørgsmål 1 svar Ja."), (KOEGE, "spørgsmål 1 fortryd")])
def test_what_is_answered_or_taken_back_before_it_left_is_told_nobody(talk, how):
    talk.say(KOEGE, ASKED)
    assert talk.say(*how).done
    talk.played.tick("2027-03-01T09:05")
    assert states(talk, "question") == ["withdrawn"]
    talk.played.tick("2027-03-16T08:00")
    assert talk.told("question_unanswered") == []


@pytest.mark.slow
def test_an_answer_that_comes_while_the_notice_waits_withdraws_it(talk):
    talk.say(KOEGE, ASKED)
    talk.played.plan("2027-03-16T08:00")
    talk.at = "2027-03-16T08:01"
    talk.say(RINGSTED, "spørgsmål 1 svar Ja.")
    talk.played.tick("2027-03-16T08:05")
    assert states(talk, "question_unanswered") == ["withdrawn"]


@pytest.mark.slow
def test_where_nobody_can_be_reached_the_secretariat_hears_at_once(talk):
    talk.surely(SECRETARIAT, f"for Ringsted: fratræd {RINGSTED}")
    assert "Sekretariatet" in talk.say(KOEGE, ASKED).text
    assert recipients(talk, "question_unanswered") == [SECRETARIAT] and not talk.told("question")
    talk.played.tick("2027-03-16T08:00")
    assert len(talk.told("question_unanswered")) == 1
    talk.at = "2027-03-16T08:01"
    assert talk.say(SECRETARIAT, "spørgsmål 1 svar Ring til Lejre.").done
    assert recipients(talk, "question_answered") == [KOEGE]


@pytest.mark.parametrize(
    "who, words, said",
    [
        (LEJRE, "spørgsmål 1", "som du har del i"),
        (LEJRE, "spørgsmål 1 svar Ja", "som du har del i"),
        (LEJRE, "spørgsmål 1 fortryd", "som du har del i"),
        (KOEGE, "spørgsmål 1 svar Ja", "ikke til jer"),
        (RINGSTED, "spørgsmål 1 fortryd", "dem, der stillede det"),
        (KOEGE, "spørg Køge: os selv?", "jer selv"),
        (KOEGE, "spørg Ringstd: hej", "Ringsted"),
        (KOEGE, "spørg", "Hvem vil I spørge"),
        (KOEGE, "spørgsmål 77", "som du har del i"),
    ],
)
def test_it_is_between_the_two_and_whatever_else_is_refused_changes_nothing(talk, who, words, said):
    talk.say(KOEGE, ASKED)
    before = talk.dump("journal", "heard")
    told = talk.say(who, words)
    assert said in told.text and "udlejerne med?" not in told.text.replace("Hvordan fik I udlejerne med?”", "")
    assert talk.dump("journal", "heard") == before


def test_a_second_answer_overwrites_nothing_and_an_answered_question_stays(talk):
    talk.say(KOEGE, ASKED)
    talk.say(RINGSTED, "spørgsmål 1 svar Ja.")
    before = talk.dump("journal")
    for who, words in ((RINGSTED, "spørgsmål 1 svar Nej."), (KOEGE, "spørgsmål 1 fortryd")):
        assert "besvaret af Lone Elkjær" in talk.say(who, words).text
    assert talk.dump("journal") == before


def test_what_the_secretariat_asks_on_behalf_is_answered_to_it_and_to_the_member(talk):
    assert talk.say(SECRETARIAT, f"for Køge: {ASKED}").done
    talk.say(RINGSTED, "spørgsmål 1 svar Ja.")
    assert sorted(recipients(talk, "question_answered")) == sorted([SECRETARIAT, KOEGE])
    assert any(entry.action == "question_asked" and entry.on_behalf for entry in talk.journal())


def test_a_long_list_comes_a_page_at_a_time(talk):
    assert "ikke stillet nogen" in talk.say(KOEGE, "spørgsmål").text
    for number in range(12):
        talk.say(KOEGE, f"spørg Ringsted: Spørgsmål om emne {number}?")
    first = talk.say(KOEGE, "spørgsmål")
    second = talk.press(KOEGE, first, "Ældre")
    assert [row[0] for row in first.rows() + second.rows()] == [str(number) for number in range(12, 0, -1)]
    assert "12 venter på svar" not in first.summary and "de venter alle" in talk.say(RINGSTED, "spørgsmål").summary
