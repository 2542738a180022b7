"""What the secretariat sets itself to do: written in a line, reminded of with everything else, done in one press."""

from __future__ import annotations

import pytest

from scheduling.audit import check
from storage.engine import reading
from storage.queries import register
from storage.queries.tasks import running
from tests.conftest import local

MAYOR, COORDINATOR = "borgmester@koege.example", "klima@koege.example"
SECRETARIAT = "sekretariat@frederiksberg.example"


def digests(talk, who=SECRETARIAT):
    return [one for one in talk.told("reminder") if one.recipient == who]


def owed(talk):
    """The obligations that tasks became, oldest first."""
    return [one for one in talk.played.rows("obligation") if one["requirement"].startswith("task:")]


def told_of(talk):
    """Of which of them somebody was told, a person and an id for each."""
    ids = {one["id"] for one in owed(talk)}
    lines = talk.played.rows("reminder_line")
    return [(line["person_id"], line["obligation_id"]) for line in lines if line["obligation_id"] in ids]


def morning(talk, at):
    talk.played.plan(at)
    talk.at = at


def test_a_line_is_enough_and_it_stands_on_the_list_in_time(talk):
    said = talk.say(SECRETARIAT, 'opgave ny "Nyhedsbrev" hver måned den 5.')
    assert "Skrevet ned som opgave 1" in said.text and "hver måned den 5." in said.text
    assert talk.say(SECRETARIAT, "opgaver").rows() == [
        ("1", "Nyhedsbrev", "hver måned den 5.", "5. mar. 2027", "sekretariatet")
    ]
    assert "Nyhedsbrev" in talk.say(SECRETARIAT, "liste").text
    assert "Nyhedsbrev" not in talk.say(COORDINATOR, "liste").text
    assert talk.journal()[0].action == "task_added"


def test_it_is_told_in_the_one_digest_of_the_day_and_no_more_once_it_is_done(talk):
    talk.at = "2027-02-25T09:00"  # the report's first reminder is tomorrow, and so is this
    talk.say(SECRETARIAT, "opgave ny Nyhedsbrev hver måned den 5.")
    morning(talk, "2027-02-25T10:00")
    assert digests(talk) == []  # who has just written it knows it
    morning(talk, "2027-02-26T08:00")
    assert len(digests(talk)) == len(told_of(talk)) == 1
    done = talk.press(SECRETARIAT, talk.say(SECRETARIAT, "liste"), "opgave 1 udført")
    assert "er udført" in done.text
    for day in ("2027-03-01", "2027-03-04", "2027-03-05", "2027-03-08", "2027-03-12"):
        morning(talk, f"{day}T08:00")
    assert len(told_of(talk)) == 1


def test_done_is_undone_by_one_press_and_a_second_press_of_done_changes_nothing(talk):
    talk.say(SECRETARIAT, "opgave ny Nyhedsbrev hver måned den 5.")
    done = talk.say(SECRETARIAT, "opgave 1 udført 05-03-2027")
    before = talk.dump()
    assert "i forvejen" in talk.say(SECRETARIAT, "opgave 1 udført 05-03-2027").text
    assert talk.changed(before) == set()
    assert talk.press(SECRETARIAT, done, "Fortryd").done
    assert "Nyhedsbrev" in talk.say(SECRETARIAT, "liste").text and talk.say(SECRETARIAT, "opgave 1 udført").done


def test_what_is_not_open_yet_is_done_ahead_only_by_its_day(talk):
    talk.say(SECRETARIAT, "opgave ny Regnskab 12. november")
    early = talk.say(SECRETARIAT, "opgave 1 udført")
    assert "endnu" in early.text and talk.journal()[0].action == "task_added"
    assert "er udført" in talk.press(SECRETARIAT, early, "Udført allerede").text
    morning(talk, "2027-11-11T08:00")
    assert digests(talk) == [] and "Status: opfyldt" in talk.say(SECRETARIAT, "liste").text


def test_one_time_is_moved_the_others_stay_and_the_way_back_is_one_press(talk):
    talk.say(SECRETARIAT, "opgave ny Nyhedsbrev hver måned den 5.")
    moved = talk.say(SECRETARIAT, "opgave 1 flyt 14. marts")
    assert "mandag den 15. marts" in moved.text or "15. marts 2027" in moved.text
    assert "første arbejdsdag efter" in moved.text  # the 14th is a Sunday
    assert talk.say(SECRETARIAT, "opgaver").rows()[0][3] == "15. mar. 2027"
    assert "5. marts 2027" in talk.press(SECRETARIAT, moved, "Fortryd").text
    assert "ændret igen" in talk.press(SECRETARIAT, moved, "Fortryd").text
    talk.say(SECRETARIAT, "opgave 1 udført")
    assert talk.say(SECRETARIAT, "opgaver").rows()[0][3] == "5. apr. 2027"


def test_an_ended_task_is_owed_no_more_and_can_be_taken_up_again(talk):
    added = talk.say(SECRETARIAT, "opgave ny Nyhedsbrev hver måned den 5.")
    ended = talk.press(SECRETARIAT, added, "Fortryd")
    assert "er slut" in ended.text and talk.say(SECRETARIAT, "opgaver").rows() == []
    morning(talk, "2027-03-04T08:00")
    assert digests(talk) == []
    assert "taget op igen" in talk.press(SECRETARIAT, ended, "Fortryd").text
    assert len(talk.say(SECRETARIAT, "opgaver").rows()) == 1


FOREIGN = ("opgaver", "opgave ny Ring 12. marts", "opgave 1", "opgave 1 slut", "opgave 1 udført")


def test_only_the_secretariat_sees_and_changes_them(talk):
    talk.say(SECRETARIAT, "opgave ny Nyhedsbrev hver måned den 5.")
    for who in (MAYOR, COORDINATOR):
        for words in FOREIGN:
            said = talk.say(who, words)
            assert not said.done and "Nyhedsbrev" not in said.text, words
            assert talk.journal()[0].action == "refused_role", words
    assert "Nyhedsbrev" in talk.say(SECRETARIAT, "opgaver").text


REFUSED = {
    "opgave ny Møde hver anden mandag": "hvornår",
    "opgave ny Nyhedsbrev": "hvornår",
    "opgave ny Brev 1. marts 2026": "forbi",
    "opgave ny Brev 12. marts ukendt@koege.example": "I sekretariatet er",
    "opgave 7 udført": "ingen opgave",
    "opgave 1 danse": "danse",
    "opgave 1 udført 9. maj": "skal ikke gøres",
    "opgave 1 flyt 31. april": "31. april",
    "opgave 1 til Anders And": "I sekretariatet er",
}


def test_what_cannot_be_is_refused_with_what_to_write(talk):
    talk.say(SECRETARIAT, "opgave ny Nyhedsbrev hver måned den 5.")
    before = talk.dump()
    for words, said in REFUSED.items():
        answer = talk.say(SECRETARIAT, words)
        assert not answer.done and said in answer.text, words
    assert talk.changed(before) <= {"unsent"}


def test_the_form_keeps_what_was_typed_and_says_at_the_field_what_is_wrong(talk):
    form = talk.say(SECRETARIAT, "opgave ny")
    wrong = talk.send(SECRETARIAT, form, what="Nyhedsbrev", when="snart")
    assert "Det kan jeg ikke læse" in wrong.errors()["when"] and wrong.ask("what").value == "Nyhedsbrev"
    assert "Skrevet ned" in talk.send(SECRETARIAT, wrong, when="den sidste dag i hver måned").text
    assert talk.say(SECRETARIAT, "opgaver").rows()[0][2:4] == ("den sidste dag i hver måned", "31. mar. 2027")


def test_in_english_it_is_said_in_english(talk):
    talk.say(SECRETARIAT, "sprog en")
    assert "Written down as task 1" in talk.say(SECRETARIAT, "task new Newsletter every month on the 5th").text
    assert talk.say(SECRETARIAT, "tasks").rows()[0][2] == "every month on day 5"
    assert "is done" in talk.say(SECRETARIAT, "task 1 done").text


def test_the_tasks_go_where_the_secretariat_goes(talk):
    talk.say(SECRETARIAT, "for Køge: plads formand 01-07-2027")
    form = talk.say(SECRETARIAT, "for Køge: plads")
    talk.press(SECRETARIAT, talk.send(SECRETARIAT, form, what="chair", since="2027-07-01"), "Notér det")
    office = talk.say(SECRETARIAT, "for Køge: embede")
    filled = {"office": "secretariat", "name": "Kim Sek", "mail": "sek@koege.example", "since": "2027-07-01"}
    talk.enter(SECRETARIAT, office, **{k: v for k, v in filled.items() if k in office.asks()})
    talk.at = "2027-06-28T09:00"
    talk.say(SECRETARIAT, "opgave ny Nyhedsbrev hver måned den 5.")
    morning(talk, "2027-06-29T08:00")
    ((before, duty),) = told_of(talk)
    morning(talk, "2027-07-01T08:00")
    (_, (after, again)) = told_of(talk)
    assert duty == again and before != after and len(owed(talk)) == 1
    assert "Nyhedsbrev" in talk.say("sek@koege.example", "opgaver").text
    assert talk.say(SECRETARIAT, "opgaver").done  # both may act for thirty days, and one is asked
    talk.at = "2027-07-31T09:00"
    assert "Nyhedsbrev" not in talk.say(SECRETARIAT, "opgaver").text


def with_colleague(talk):
    """Ida works for the secretariat, too."""
    form = talk.say(SECRETARIAT, "for Frederiksberg: embede")
    filled = {"office": "secretariat", "name": "Ida Sek", "mail": "ida@frederiksberg.example", "since": "2027-03-01"}
    assert talk.enter(SECRETARIAT, form, **{k: v for k, v in filled.items() if k in form.asks()}).done
    return "ida@frederiksberg.example"


def test_a_colleague_who_was_named_is_asked_and_nobody_else(talk):
    ida = with_colleague(talk)
    assert "Ida Sek" in talk.say(SECRETARIAT, f"opgave ny Nyhedsbrev hver måned den 5. {ida}").text
    morning(talk, "2027-03-04T08:00")
    asked = {person for person, _ in told_of(talk)}
    assert [one["name"] for one in talk.played.rows("person") if one["id"] in asked] == ["Ida Sek"]
    assert "hele sekretariatets" in talk.say(SECRETARIAT, "opgave 1 til ingen").text
    assert "Ida Sek" in talk.say(SECRETARIAT, "opgave 1 til Ida").text
    assert talk.say(ida, "opgave 1 udført").done


def test_the_other_alliance_sees_nothing_of_it(talk):
    talk.say(SECRETARIAT, "opgave ny Nyhedsbrev hver måned den 5.")
    with reading(talk.engine) as connection:
        ids = [alliance.id for alliance in register.alliances(connection)]
        assert [len(running(connection, id)) for id in ids] == [1, *(0 for _ in ids[1:])]


@pytest.mark.slow
def test_the_audit_finds_nothing_wrong_with_it(talk):
    talk.say(SECRETARIAT, "opgave ny Nyhedsbrev hver måned den 5.")
    talk.say(SECRETARIAT, "opgave ny Ring til KL hver mandag")
    for day in ("02", "03", "04", "05", "08", "09", "10"):
        morning(talk, f"2027-03-{day}T08:00")
        with reading(talk.engine) as connection:
            for alliance in register.alliances(connection):
                found = check(connection, alliance, local(f"2027-03-{day}T15:00"))
                assert [one for one in found if one.kind == "gap"] == []
