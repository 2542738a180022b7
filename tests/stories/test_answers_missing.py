"""A seat that has not answered is reminded by the ladder; whoever has answered hears nothing more."""

from __future__ import annotations

from typing import Any

import pytest

from storage.seed import SECRETARY

KOEGE, CHAIR, DEPUTY = "borgmester@koege.example", "borgmester@frederiksberg.example", "borgmestersekretaer"
MEETING = "styregruppe 1/2027"


@pytest.fixture
def called(talk: Any) -> Any:
    """Called on 25 February for 24 March; answers are due on 10 March."""
    talk.at = "2027-02-25T09:30"
    typed = {"kind": "steering_group", "day": "24-03-2027", "starts": "10", "ends": "14", "place": "Rådhuset"}
    talk.hand_in(SECRETARY, "møde opret", typed)
    talk.press(SECRETARY, talk.say(SECRETARY, f"møde indkald {MEETING}"), "Ja,")
    return talk


def reminded(talk: Any, at: str) -> set[str]:
    """Whom the tick at a time newly reminds of their answer."""
    before = len(talk.told("answer_reminder"))
    talk.played.plan(at)
    return {
        record.recipient.partition("@")[0] + record.recipient[-12:] for record in talk.told("answer_reminder")[before:]
    }


def count(talk: Any, at: str) -> int:
    return len(reminded(talk, at))


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2027-02-26T09:00", 0),  # the rung twenty and ten days before were over when it was called
        ("2027-03-02T09:00", 0),
        ("2027-03-03T07:59", 0),
        ("2027-03-03T08:00", 5),  # five working days before
        ("2027-03-03T16:00", 0),
        ("2027-03-06T09:00", 0),  # a Saturday
        ("2027-03-08T09:00", 5),
        ("2027-03-24T08:00", 0),  # the day of the meeting
    ],
)
def test_the_rungs_after_the_invitation_and_before_the_meeting_are_told(called: Any, at: str, told: int) -> None:
    assert count(called, at) == told


def test_each_rung_is_told_once_and_after_silence_only_the_highest(called: Any) -> None:
    assert [count(called, at) for at in ("2027-03-03T08:00", "2027-03-03T09:00", "2027-03-04T09:00")] == [5, 0, 0]
    assert count(called, "2027-03-12T09:00") == 5  # one before and one after have passed: one reminder
    assert count(called, "2027-03-15T09:00") == 0


@pytest.mark.slow
def test_who_has_answered_is_not_reminded_even_if_it_was_queued(called: Any) -> None:
    called.say(KOEGE, f"svar {MEETING} nej")
    assert count(called, "2027-03-03T08:00") == 4
    called.at = "2027-03-03T08:01"
    called.say(CHAIR, f"svar {MEETING} ja")
    called.played.tick("2027-03-03T08:02")
    states = {record.recipient: (record.state, record.reason) for record in called.told("answer_reminder")}
    assert states.pop(f"{DEPUTY}@frederiksberg.example") == ("withdrawn", "settled")
    assert set(states.values()) == {("sent", "")} and len(states) == 3


def test_a_deputy_is_reminded_in_place_of_the_mayor(called: Any) -> None:
    called.played.plan("2027-03-03T08:00")
    recipients = {record.recipient for record in called.told("answer_reminder")}
    assert f"{DEPUTY}@frederiksberg.example" in recipients and CHAIR not in recipients


def test_a_moved_meeting_asks_and_reminds_anew(called: Any) -> None:
    called.say(KOEGE, f"svar {MEETING} ja")
    preview = called.say(SECRETARY, f"møde flyt {MEETING} 14-04-2027 10-14")
    called.send(SECRETARY, preview)
    assert count(called, "2027-02-25T11:00") == 0
    assert count(called, "2027-02-26T09:00") == 5  # twenty working days before 31 March, and Køge is asked anew


def test_nobody_gets_two_reminders_on_one_day(called: Any) -> None:
    """On 6 April both the summit's answer and the seat's are to be reminded of: the digest goes first."""
    preview = called.say(SECRETARY, f"møde flyt {MEETING} 21-05-2027 10-14")
    called.send(SECRETARY, preview)
    called.say(KOEGE, "svar topmøde ja borgmester")
    called.played.plan("2027-04-06T09:00")
    digests = {record.recipient for record in called.told("reminder")}
    assert {record.recipient for record in called.told("answer_reminder")} == {KOEGE}
    assert KOEGE not in digests and "borgmester@middelfart.example" in digests
