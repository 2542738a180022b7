"""Story 1: a municipality clicks "Yes, the mayor comes"."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

MAYOR, COORDINATOR = "borgmester@koege.example", "klima@koege.example"
SECRETARIAT = "sekretariat@frederiksberg.example"


def answers(talk):
    return talk.played.rows("answer")


def test_the_list_offers_one_press_that_says_the_mayor_comes(talk):
    listed = talk.say(MAYOR, "liste")
    receipt = talk.press(MAYOR, listed, "Ja, borgmesteren kommer")
    assert receipt.done and "Rikke Toft" in receipt.text
    assert "krav 3a opfyldt" in receipt.text
    assert talk.standing("Køge", "summit") == "awaiting"
    assert len(answers(talk)) == 1


def test_an_answer_ends_the_duty_to_answer_but_only_coming_meets_the_requirement(talk):
    talk.say(MAYOR, "svar topmøde ja borgmester")
    account = talk.account("Køge", "summit")
    assert account.standing.state == "awaiting" and not account.standing.owes
    talk.at = "2027-05-28T09:00"
    assert talk.standing("Køge", "summit") == "awaiting"


@pytest.mark.parametrize(
    "response, office, meets, stored",
    [
        ("yes", "mayor", True, "yes"),
        ("yes", "committee_chair", True, "yes"),
        ("yes", "deputy_mayor", True, "yes"),
        ("yes", "councillor", True, "yes"),
        ("yes", "climate_coordinator", False, "yes"),
        ("yes", "official", False, "yes"),
        ("no", "", False, "no"),
        ("tentative", "mayor", False, "tentative"),
    ],
)
def test_an_answer_is_graded_by_the_office_that_comes_and_kept_even_if_it_falls_short(
    talk, response, office, meets, stored
):
    form = talk.say(COORDINATOR, "svar topmøde")
    receipt = talk.send(COORDINATOR, form, response=response, office=office, attendee="Ida Holm" if office else "")
    assert receipt.done and not receipt.is_form
    assert ("Bliver det sådan, er krav 3a opfyldt" in receipt.text) is meets
    answer = talk.account("Køge", "summit").standing.answer
    assert (answer.response, answer.office) == (stored, office)
    assert talk.account("Køge", "summit").standing.by is None


def test_an_answer_that_falls_short_is_shown_in_the_members_list_and_in_the_obligation(talk):
    form = talk.say(COORDINATOR, "svar topmøde")
    talk.send(COORDINATOR, form, response="yes", office="official", attendee="Ida Holm")
    listed = talk.say(MAYOR, "liste")
    (row,) = [row for row in listed.rows() if "topmøde" in row[1].lower()]
    assert "Ida Holm" in row[3]
    shown = talk.say(MAYOR, f"vis {row[0]}")
    assert "Ida Holm" in shown.text


@pytest.mark.parametrize(
    "typed, office, response",
    [
        ("svar topmøde ja borgmester", "mayor", "yes"),
        ("svar topmoede ja borgmester", "mayor", "yes"),
        ("SVAR TOPMØDE JA BORGMESTER", "mayor", "yes"),
        ("answer summit yes mayor", "mayor", "yes"),
        ("rsvp summit yes mayor", "mayor", "yes"),
        ("/tovholder svar topmøde ja borgmester", "mayor", "yes"),
        ("svar topmøde nej", "", "no"),
        ("svar topmøde måske", "", "tentative"),
        ("svar topmøde maaske", "", "tentative"),
        ("answer summit maybe", "", "tentative"),
    ],
)
def test_the_same_answer_in_danish_ascii_and_english_words(talk, typed, office, response):
    assert talk.say(COORDINATOR, typed).done
    answer = talk.account("Køge", "summit").standing.answer
    assert (answer.response, answer.office) == (response, office)


def test_the_mayor_who_comes_is_who_holds_the_office_on_the_day_of_the_meeting(talk):
    form = talk.say(SECRETARIAT, "for Køge: embede")
    talk.enter(SECRETARIAT, form, office="mayor", name="Ny Mayer", mail="ny@koege.example", since="2027-05-27")
    talk.say(COORDINATOR, "svar topmøde ja borgmester")
    assert talk.account("Køge", "summit").standing.answer.attendee == "Ny Mayer"


@pytest.mark.parametrize(
    ("words", "unkept"),
    [
        ("svar topmøde nej vi er på ferie", "”vi er på ferie” er ikke gemt"),
        ("svar topmøde nej tak", ""),
        ("svar topmøde nej", ""),
    ],
)
def test_words_beside_a_no_are_said_not_to_be_kept(talk, words, unkept):
    receipt = talk.say(COORDINATOR, words)
    assert receipt.done and ("ikke gemt" in receipt.text) is bool(unkept) and unkept in receipt.text


@pytest.mark.parametrize(
    "filled, wrong",
    [
        ({"response": "yes", "attendee": "", "office": ""}, {"attendee", "office"}),
        ({"response": "yes", "attendee": "Ida", "office": ""}, {"office"}),
        ({"response": "yes", "attendee": "Ida", "office": "paven"}, {"office"}),
        ({"response": "yes", "attendee": "Ida", "office": "borgmester"}, {"office"}),
        ({"response": "tentative", "attendee": "Ida", "office": "paven"}, {"office"}),
        ({"response": "", "attendee": "Ida", "office": "mayor"}, {"response"}),
        ({"response": "jo", "attendee": "Ida", "office": "mayor"}, {"response"}),
    ],
)
def test_what_is_missing_is_named_at_its_field_and_what_was_typed_stays(talk, filled, wrong):
    again = talk.send(COORDINATOR, talk.say(COORDINATOR, "svar topmøde"), **filled)
    assert set(again.errors()) == wrong
    assert {key: again.ask(key).value for key in filled} == filled
    assert answers(talk) == []


def test_a_name_said_in_words_is_not_lost_when_the_office_is_missing(talk):
    form = talk.say(COORDINATOR, "svar topmøde ja Rikke Toft")
    assert form.ask("attendee").value == "Rikke Toft" and form.ask("response").value == "yes"
    assert set(form.errors()) == {"office"}
    assert talk.say(COORDINATOR, "svar topmøde Rikke Toft").ask("attendee").value == "Rikke Toft"


def test_a_stale_button_answers_already_received_and_changes_nothing(talk):
    listed = talk.say(MAYOR, "liste")
    talk.press(MAYOR, listed, "Ja, borgmesteren kommer")
    before = talk.dump()
    again = talk.press(MAYOR, listed, "Ja, borgmesteren kommer")
    assert "allerede modtaget" in again.text and "Køge Kommune" in again.text
    assert talk.changed(before) == set()


def test_eleven_copies_of_one_press_at_once_change_the_state_once(talk):
    with ThreadPoolExecutor(11) as crowd:
        replies = list(crowd.map(lambda _: talk.say(MAYOR, "svar topmøde ja borgmester"), range(11)))
    assert sum("Noteret" in reply.summary for reply in replies) == 1
    assert sum("allerede modtaget" in reply.summary for reply in replies) == 10
    assert len(answers(talk)) == 1
    assert len([entry for entry in talk.journal() if entry.action == "answered"]) == 1


def test_a_changed_mind_is_a_new_answer_and_the_old_one_stays(talk):
    receipt = talk.say(MAYOR, "svar topmøde ja borgmester")
    talk.at = "2027-03-02T09:00"
    form = talk.press(MAYOR, receipt, "Ret svaret")
    assert form.ask("response").value == "yes" and form.ask("attendee").value == "Rikke Toft"
    talk.send(MAYOR, form, response="no")
    assert talk.account("Køge", "summit").standing.answer.response == "no"
    assert len(answers(talk)) == 2


@pytest.mark.parametrize(
    "at, answered",
    [
        ("2027-04-30T23:59", True),
        ("2027-05-01T00:01", True),
        ("2027-05-27T09:59", True),
        ("2027-05-27T10:00", False),
        ("2027-05-28T09:00", False),
    ],
)
def test_answers_are_taken_until_the_meeting_begins(talk, at, answered):
    talk.at = at
    reply = talk.say(MAYOR, "svar topmøde ja borgmester")
    assert reply.done is answered
    assert bool(answers(talk)) is answered
    if not answered:
        assert "den 27. maj 2027" in reply.text


def test_an_event_nobody_knows_is_refused_with_the_ones_there_are(talk):
    reply = talk.say(MAYOR, "svar julefrokost ja")
    assert not reply.done and "julefrokost" in reply.text and "topmøde" in reply.text


def test_the_mayors_secretary_answers_for_the_mayor(talk):
    reply = talk.say("borgmestersekretaer@frederiksberg.example", "svar topmøde ja borgmester")
    assert reply.done
    assert talk.standing("Frederiksberg", "summit") == "awaiting"


# ------------------------------------------------------------------------- recorded attendance


@pytest.mark.parametrize(
    "office, state",
    [
        ("mayor", "fulfilled"),
        ("committee_chair", "fulfilled"),
        ("deputy_mayor", "noted"),
        ("councillor", "noted"),
        ("climate_coordinator", "partial"),
        ("official", "partial"),
        ("none", "unfulfilled"),
    ],
)
def test_recorded_attendance_is_what_meets_the_requirement(talk, office, state):
    talk.say(MAYOR, "svar topmøde nej")
    talk.at = "2027-05-27T16:00"
    form = talk.say(SECRETARIAT, "for Køge: fremmøde topmøde")
    receipt = talk.send(SECRETARIAT, form, office=office, attendee="" if office == "none" else "Ida Holm")
    assert receipt.done
    assert talk.standing("Køge", "summit") == state
    assert ("Bemærk: " in receipt.text) is (state in ("noted", "partial"))  # who notes it reads why it is not met


def test_what_was_answered_stands_in_the_attendance_form(talk):
    talk.say(MAYOR, "svar topmøde ja borgmester")
    talk.at = "2027-05-27T16:00"
    form = talk.say(SECRETARIAT, "for Køge: fremmøde topmøde")
    assert form.ask("office").value == "mayor" and form.ask("attendee").value == "Rikke Toft"


@pytest.mark.parametrize("at, open_", [("2027-05-26T23:59", False), ("2027-05-27T00:01", True)])
def test_attendance_is_recorded_from_the_day_of_the_meeting(talk, at, open_):
    talk.at = at
    reply = talk.say(SECRETARIAT, "for Køge: fremmøde topmøde")
    assert reply.done is open_


def test_attendance_recorded_again_is_the_same_and_corrected_replaces_it(talk):
    talk.at = "2027-05-27T16:00"
    form = talk.say(SECRETARIAT, "for Køge: fremmøde topmøde")
    talk.send(SECRETARIAT, form, office="mayor", attendee="Rikke Toft")
    before = talk.dump()
    for _ in range(11):
        assert talk.send(SECRETARIAT, form, office="mayor", attendee="Rikke Toft").done
    assert talk.changed(before) == set()
    talk.send(SECRETARIAT, form, office="none")
    assert talk.standing("Køge", "summit") == "unfulfilled"
    first, second = talk.settlements("Køge", "summit")
    assert first.withdrawn_at and not second.withdrawn_at


def test_an_answer_to_nothing_named_offers_what_there_is_to_answer(talk):
    said = talk.say(COORDINATOR, "svar")
    assert said.done and said.offered() == ["svar topmøde"] and "”" not in said.summary
    assert talk.press(COORDINATOR, said, "topmøde").is_form


def test_evidence_for_nothing_named_offers_what_it_can_be_given_for(talk):
    said = talk.say(COORDINATOR, "dokumenter")
    assert said.done and "dokumenter 4" in said.offered() and "”" not in said.summary
    assert talk.press(COORDINATOR, said, "dokumenter 4").is_form
