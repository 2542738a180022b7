"""Story 2: the morning tick, as those who owe and those who do not live through it."""

from __future__ import annotations

import pytest

MAYOR, COORDINATOR = "borgmester@koege.example", "klima@koege.example"
SECRETARIAT = "sekretariat@frederiksberg.example"


def reminders(talk, address):
    return [letter for letter in talk.played.letters(address)]


def test_the_reminder_comes_on_the_day_of_the_rung_and_lists_everything_owed(talk):
    talk.played.tick("2027-03-02T08:00")
    assert reminders(talk, COORDINATOR) == []
    talk.played.tick("2027-03-03T08:00")  # 20 working days before 31 March
    (letter,) = reminders(talk, COORDINATOR)
    told = str(letter)
    for owed in ("indberetning", "topmøde", "deklaration"):
        assert owed in told.lower()
    assert reminders(talk, MAYOR) == []


def test_nobody_is_reminded_after_settling_even_if_the_reminder_was_queued(talk):
    talk.played.plan("2027-03-03T10:00")
    talk.at = "2027-03-03T10:00"
    form = talk.say(COORDINATOR, "indberet")
    assert talk.send(COORDINATOR, form, ghg_total="410250,5").done
    talk.played.tick("2027-03-03T10:01")
    assert reminders(talk, COORDINATOR) == []
    assert [r.state for r in talk.told("reminder") if r.recipient == COORDINATOR] == ["withdrawn"]
    assert reminders(talk, "klima@aalborg.example")


def test_the_reminders_button_settles_what_it_reminds_of(talk):
    talk.played.tick("2027-03-03T08:00")
    talk.at = "2027-03-03T11:00"
    form = talk.say(COORDINATOR, "indberet 2027")
    receipt = talk.send(COORDINATOR, form, ghg_total="410250,5")
    assert "2027-0259-v1" in receipt.text
    talk.played.tick("2027-03-17T08:00")
    assert len(reminders(talk, COORDINATOR)) == 1


def test_the_obligation_tells_how_many_reminders_went_out_and_when_the_next_comes(talk):
    talk.played.tick("2027-03-03T08:00")
    talk.at = "2027-03-03T11:00"
    number = talk.account("Køge", "report").obligation.id
    shown = talk.say(COORDINATOR, f"vis {number}").text
    assert "1 i alt" in shown and "3. mar" in shown and "17. marts 2027" in shown


def test_a_dispensation_stops_the_reminders_while_it_runs_and_withdrawing_it_starts_them_again(talk):
    form = talk.say(SECRETARIAT, "for Køge: dispensation 2")
    receipt = talk.send(SECRETARIAT, form, why="Brand i rådhuset", decided_by="Styregruppen", until="2027-12-31")
    talk.played.tick("2027-03-03T08:00")
    assert reminders(talk, COORDINATOR) == [] or "indberetning" not in str(reminders(talk, COORDINATOR)).lower()
    talk.at = "2027-03-16T09:00"
    talk.press(SECRETARIAT, receipt, "fortryd")
    talk.played.tick("2027-03-17T08:00")
    assert any("indberetning" in str(letter).lower() for letter in reminders(talk, COORDINATOR))


@pytest.mark.parametrize(
    "office_since, asked",
    [("2027-03-02", "ny@koege.example"), ("2027-03-03", "ny@koege.example"), ("2027-03-04", COORDINATOR)],
)
def test_whoever_holds_the_office_on_the_day_is_reminded(talk, office_since, asked):
    form = talk.say(SECRETARIAT, "for Køge: embede")
    receipt = talk.send(
        SECRETARIAT, form, office="climate_coordinator", name="Ny Klima", mail="ny@koege.example", since=office_since
    )
    assert receipt.done
    talk.played.tick("2027-03-03T08:00")
    assert {a for a in (COORDINATOR, "ny@koege.example") if reminders(talk, a)} == {asked}
