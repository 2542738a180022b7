"""Story 2: the morning tick, as those who owe and those who do not live through it."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import default

import pytest

MAYOR, COORDINATOR = "borgmester@koege.example", "klima@koege.example"
SECRETARIAT = "sekretariat@frederiksberg.example"


@pytest.fixture(autouse=True)
def day_before(talk):
    talk.at = "2027-02-25T09:00"


def reminders(talk, address):
    """The text of every letter that lies in a mailbox, newest first."""
    texts = []
    for letter in talk.played.letters(address):
        mail = email.message_from_bytes(letter.content, policy=default)
        assert isinstance(mail, EmailMessage)
        body = mail.get_body(("plain",))
        assert body is not None
        texts.append(f"{mail['Subject']} {body.get_content()}".lower())
    return texts


def test_the_reminder_comes_on_the_day_of_the_rung_and_lists_everything_owed(talk):
    talk.played.tick("2027-02-25T08:00")
    assert reminders(talk, COORDINATOR) == []
    talk.played.tick("2027-02-26T07:59")
    assert reminders(talk, COORDINATOR) == []
    talk.played.tick("2027-02-26T08:00")
    (told,) = reminders(talk, COORDINATOR)
    for owed in ("indberetning", "topmøde", "deklaration"):
        assert owed in told
    assert reminders(talk, MAYOR) == []  # only the coordinator is asked for the report


@pytest.mark.slow
def test_at_most_one_reminder_a_day_however_often_the_clock_rings(talk):
    for at in ("08:00", "08:01", "12:00", "15:59"):
        talk.played.tick(f"2027-02-26T{at}")
    assert len(reminders(talk, COORDINATOR)) == 1


@pytest.mark.slow
def test_after_two_weeks_of_silence_there_is_one_reminder_the_highest_rung(talk):
    talk.played.tick("2027-03-19T08:00")
    assert len(reminders(talk, COORDINATOR)) == 1
    talk.played.tick("2027-03-22T08:00")
    assert len(reminders(talk, COORDINATOR)) == 1


def test_nobody_is_reminded_after_settling_even_if_the_reminder_was_queued(talk):
    talk.played.plan("2027-02-26T10:00")
    talk.at = "2027-02-26T10:00"
    assert talk.send(COORDINATOR, talk.say(COORDINATOR, "indberet"), ghg_total="410250,5").done
    talk.played.tick("2027-02-26T10:01")
    assert reminders(talk, COORDINATOR) == []
    assert [r.state for r in talk.told("reminder") if r.recipient == COORDINATOR] == ["withdrawn"]
    assert reminders(talk, "klima@aalborg.example")


@pytest.mark.slow
def test_the_reminders_button_settles_what_it_reminds_of(talk):
    talk.played.tick("2027-02-26T08:00")
    (told,) = reminders(talk, COORDINATOR)
    assert "indberet 2027" in told or "indberet%202027" in told or "indberet+2027" in told
    talk.at = "2027-02-26T11:00"
    receipt = talk.send(COORDINATOR, talk.say(COORDINATOR, "indberet 2027"), ghg_total="410250,5")
    assert "2027-0259-v1" in receipt.text
    talk.played.tick("2027-03-12T08:00")
    assert len(reminders(talk, COORDINATOR)) == 1


@pytest.mark.slow
def test_the_obligation_tells_how_many_reminders_went_out_and_when_the_next_comes(talk):
    talk.played.tick("2027-02-26T08:00")
    talk.at = "2027-02-26T11:00"
    number = talk.account("Køge", "report").obligation.id
    shown = talk.say(COORDINATOR, f"vis {number}").text
    assert "26. feb. 2027 kl. 08.00" in shown
    assert "12. marts 2027" in shown and "15. april 2027" in shown


@pytest.mark.slow
def test_a_dispensation_stops_the_reminders_and_withdrawing_it_starts_them_again(talk):
    form = talk.say(SECRETARIAT, "for Køge: dispensation 2")
    receipt = talk.send(SECRETARIAT, form, why="Brand i rådhuset", decided_by="Styregruppen", until="2027-12-31")
    talk.played.tick("2027-02-26T08:00")
    assert [r for r in talk.told("reminder") if r.recipient == COORDINATOR] == []
    talk.at = "2027-03-11T09:00"
    talk.press(SECRETARIAT, receipt, "fortryd")
    talk.played.tick("2027-03-12T08:00")
    assert [r.state for r in talk.told("reminder") if r.recipient == COORDINATOR] == ["sent"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "office_since, asked",
    [
        ("2027-02-25", "ny@koege.example"),
        ("2027-02-26", "ny@koege.example"),
        ("2027-02-27", COORDINATOR),
    ],
)
def test_whoever_holds_the_office_on_the_day_is_reminded(talk, office_since, asked):
    form = talk.say(SECRETARIAT, "for Køge: embede")
    filled = {"name": "Ny Klima", "mail": "ny@koege.example", "since": office_since}
    assert talk.enter(SECRETARIAT, form, office="climate_coordinator", **filled).done
    talk.played.tick("2027-02-26T08:00")
    assert {a for a in (COORDINATOR, "ny@koege.example") if reminders(talk, a)} == {asked}
