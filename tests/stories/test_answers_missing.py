"""A seat that has not answered is reminded by the ladder; whoever has answered hears nothing more."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bot.web.letters import letter
from scheduling.audit import check
from storage.changes.looks import look_again
from storage.engine import reading, writing
from storage.seed import SECRETARY
from storage.tables import tables
from tests.conftest import local

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


@pytest.mark.slow
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


@pytest.mark.slow
def test_each_rung_is_told_once_and_after_silence_only_the_highest(called: Any) -> None:
    assert count(called, "2027-03-03T08:00") == 5
    called.played.tick("2027-03-03T08:01")
    assert [count(called, at) for at in ("2027-03-03T09:00", "2027-03-04T09:00")] == [0, 0]
    assert count(called, "2027-03-12T09:00") == 5  # one before and one after have passed: one reminder
    called.played.tick("2027-03-12T09:01")
    assert count(called, "2027-03-15T09:00") == 0


def test_a_reminder_that_did_not_leave_in_its_hours_is_told_the_next_working_day(called: Any) -> None:
    times = ("2027-03-03T08:00", "2027-03-03T15:59", "2027-03-03T16:00", "2027-03-04T08:00", "2027-03-04T09:00")
    assert [count(called, at) for at in times] == [5, 0, 0, 5, 0]


SECOND = "styregruppe 2/2027"


@pytest.fixture
def called_twice(called: Any) -> Any:
    """Another meeting on the afternoon of that day; both answers are due on 10 March."""
    typed = {"kind": "steering_group", "day": "24-03-2027", "starts": "15", "ends": "17", "place": "Køge"}
    called.hand_in(SECRETARY, "møde opret", typed)
    called.press(SECRETARY, called.say(SECRETARY, f"møde indkald {SECOND}"), "Ja,")
    return called


@pytest.mark.slow
def test_answers_due_on_one_day_are_one_reminder_that_lists_them_all(called_twice: Any) -> None:
    assert count(called_twice, "2027-03-03T08:00") == 5
    called_twice.played.tick("2027-03-03T08:01")
    words = _letter(called_twice)
    assert "Vi mangler dit svar til 2 møder" in words and "svar på 2 indkaldelser" in words
    assert "Styregruppemøde 1/2027, Køge Kommune" in words and "Styregruppemøde 2/2027, Køge Kommune" in words
    assert count(called_twice, "2027-03-04T08:00") == 0


@pytest.mark.slow
def test_what_was_answered_meanwhile_is_left_out_and_the_rest_is_told(called_twice: Any) -> None:
    assert count(called_twice, "2027-03-03T08:00") == 5
    called_twice.at = "2027-03-03T08:00"
    called_twice.say(KOEGE, f"svar {MEETING} ja")
    called_twice.played.tick("2027-03-03T08:01")
    words = _letter(called_twice)
    assert "Vi mangler dit svar til Styregruppemøde 2/2027" in words
    assert "Styregruppemøde 1/2027" not in words


@pytest.mark.slow
def test_a_reminder_from_before_there_was_one_a_day_is_still_understood(called: Any) -> None:
    """It was queued by the version before, when ours took over."""
    assert count(called, "2027-03-03T08:00") == 5
    table = tables["notification"]
    with writing(called.engine) as connection:
        for row in connection.execute(select(table).where(table.c.kind == "answer_reminder")).all():
            ((meeting, revision, organisation, rung),) = row.facts["missing"]
            old = {"about": f"meeting:{meeting}", "occasion": f"{organisation}:{revision}:{rung}"}
            facts = {"meeting": meeting, "organisation": organisation, "thread": f"meeting:{meeting}"}
            connection.execute(table.update().where(table.c.id == row.id).values(**old, facts=facts))
    called.played.tick("2027-03-03T08:01")
    assert "Vi mangler dit svar til Styregruppemøde 1/2027" in _letter(called)
    assert count(called, "2027-03-04T08:00") == 0


def _letter(talk: Any) -> str:
    """The newest mail to Køge's mayor, subject and all."""
    shown = letter(talk.played.letters(KOEGE)[0])
    return " ".join(f"{shown.subject} {shown.html}".split())


@pytest.mark.slow
def test_a_digest_waits_for_the_next_working_day_where_an_answer_was_asked_for_today(called: Any) -> None:
    """On 6 April Køge's mayor has answered for the summit and is reminded of the seat; then that answer is gone."""
    preview = called.say(SECRETARY, f"møde flyt {MEETING} 21-05-2027 10-14")
    called.send(SECRETARY, preview)
    called.say(KOEGE, "svar topmøde ja borgmester")
    called.played.tick("2027-04-06T09:00")
    with writing(called.engine) as connection:
        connection.execute(tables["answer"].delete())
        look_again(connection, 1, [called.account("Køge", "summit").organisation.id])
    for at, digests in (("2027-04-06T10:00", 0), ("2027-04-07T08:00", 1)):
        called.played.tick(at)
        assert [r.recipient for r in called.told("reminder")].count(KOEGE) == digests, at
    with reading(called.engine) as connection:
        found = check(connection, called.played.alliance, local("2027-04-07T09:00"))
    assert "twice_a_day" not in {finding.kind for finding in found}


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
