"""Story 3: the secretariat calls and moves a steering meeting, and every invitee's calendar follows."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import Any

import pytest
from icalendar import Calendar

from storage.changes import register as changes
from storage.queries import meetings
from storage.seed import SECRETARY

CHAIR, KOEGE = "borgmester@frederiksberg.example", "borgmester@koege.example"
MAYORS = {CHAIR, KOEGE, "borgmester@middelfart.example", "borgmester@skanderborg.example"}
MAYORS |= {"borgmester@jammerbugt.example"}
MEETING = "styregruppe 1/2027"


@pytest.fixture
def planned(talk: Any) -> Any:
    """A steering meeting on 24 March 2027, 10 to 14, planned and not called."""
    talk.at = "2027-02-25T09:30"
    form = talk.say(SECRETARY, "møde opret")
    typed = {"kind": "steering_group", "day": "24-03-2027", "starts": "10", "ends": "14", "place": "Rådhuset"}
    talk.hand_in(SECRETARY, form.form.buttons[0].words, typed)
    return talk


@pytest.fixture
def called(planned: Any) -> Any:
    """The same meeting, called and delivered."""
    confirm(planned, f"møde indkald {MEETING}")
    planned.played.tick(planned.at)
    return planned


def confirm(talk: Any, words: str, part: str = "Ja,", **answers: str) -> Any:
    preview = talk.say(SECRETARY, words, **answers)
    button = preview.button(part)
    return talk.hand_in(SECRETARY, button.words, talk.filled(preview) if has_form(preview) else {})


def has_form(said: Any) -> bool:
    return any(type(block).__name__ == "Form" for block in said.message.blocks)


def the_meeting(talk: Any) -> Any:
    with talk.engine.connect() as connection:
        return meetings.meeting_of_year(connection, talk.played.alliance, "steering_group", 2027)


def calendars(talk: Any, recipient: str | None = None) -> list[tuple[str, Any]]:
    """Every calendar part delivered, oldest first, with its recipient: method and event."""
    found = []
    for letter in reversed(talk.played.letters(recipient)):
        mail = message_from_bytes(letter.content, policy=policy.default)
        for part in mail.walk():
            if part.get_content_type() == "text/calendar":
                found.append((letter.recipient, Calendar.from_ical(part.get_payload(decode=True))))
    return found


def held_by(talk: Any, recipient: str) -> Any:
    return calendars(talk, recipient)[-1][1]


def test_a_call_is_shown_first_and_writes_nothing_before_it_is_confirmed(planned: Any) -> None:
    before = planned.dump()
    preview = planned.say(SECRETARY, f"møde indkald {MEETING}")
    assert "Intet er sendt" in preview.text
    assert planned.changed(before) == set()
    assert not planned.told("invitation")


def test_every_seat_gets_one_mail_its_calendar_understands(called: Any) -> None:
    found = calendars(called)
    assert {recipient for recipient, _ in found} == MAYORS and len(found) == 5
    for recipient, calendar in found:
        event = calendar.events[0]
        assert calendar["METHOD"] == "REQUEST" and event["SEQUENCE"] == 0
        assert {str(a).lower() for a in event["ATTENDEE"]} == {f"mailto:{mayor}" for mayor in MAYORS}
        assert event.start.isoformat() == "2027-03-24T10:00:00+01:00", recipient
        roles = {str(a): a.params["ROLE"] for a in event["ATTENDEE"]}
        assert [a for a, role in roles.items() if role == "CHAIR"] == [f"mailto:{CHAIR}"]


def test_calling_twice_and_ticking_twice_tells_nobody_again(called: Any) -> None:
    before = called.dump("journal", "alliance")
    again = called.say(SECRETARY, f"møde indkald {MEETING}")
    called.played.tick("2027-02-25T10:05")
    called.played.tick("2027-02-25T10:06")
    assert not again.done and "allerede indkaldt" in again.text
    assert {name for name, rows in called.dump("journal", "alliance").items() if rows != before[name]} == set()


def test_a_confirmation_counts_only_for_what_was_shown(planned: Any) -> None:
    button = planned.say(SECRETARY, f"møde indkald {MEETING}").button("Ja,")
    confirm(planned, f"møde flyt {MEETING} 31-03-2027 10-14")
    again = planned.say(SECRETARY, button.words)
    assert not planned.told("invitation")
    assert again.button("Ja,").words != button.words


def test_a_move_in_time_asks_everyone_again_and_strikes_the_old_answers_through(called: Any) -> None:
    called.say(KOEGE, f"svar {MEETING} ja")
    confirm(called, f"møde flyt {MEETING} 14-04-2027 12.30-15")
    called.played.tick("2027-02-25T10:10")
    calendar = held_by(called, KOEGE)
    event = calendar.events[0]
    assert (calendar["METHOD"], event["SEQUENCE"]) == ("REQUEST", 1)
    assert event.start.isoformat() == "2027-04-14T12:30:00+02:00"
    assert {a.params["PARTSTAT"] for a in event["ATTENDEE"]} == {"NEEDS-ACTION"}
    shown = called.say(SECRETARY, f"møde {MEETING}")
    rows = {row[0]: row[2] for row in shown.rows()}
    assert "~~kommer~~" in rows["KKR Sjælland"] and "mangler svar" in rows["KKR Sjælland"]
    assert "0 af 5" in shown.text


def test_a_move_of_the_place_tells_everyone_and_keeps_their_answers(called: Any) -> None:
    called.say(KOEGE, f"svar {MEETING} ja")
    form = called.say(SECRETARY, f"møde flyt {MEETING}")
    preview = called.send(SECRETARY, form, place="Køge Rådhus")
    called.send(SECRETARY, preview)
    called.played.tick("2027-02-25T10:10")
    event = held_by(called, CHAIR).events[0]
    assert (event["SEQUENCE"], str(event["LOCATION"])) == (1, "Køge Rådhus")
    stats = {str(a): a.params["PARTSTAT"] for a in event["ATTENDEE"]}
    assert stats[f"mailto:{KOEGE}"] == "ACCEPTED"
    assert the_meeting(called).revision == 0


def test_a_cancellation_reaches_every_calendar_once_and_the_meeting_is_not_answered_any_more(called: Any) -> None:
    confirm(called, f"møde aflys {MEETING} Formanden er syg")
    called.played.tick("2027-02-25T10:10")
    called.played.tick("2027-02-25T10:11")
    cancels = [(r, c) for r, c in calendars(called) if c["METHOD"] == "CANCEL"]
    assert sorted(r for r, _ in cancels) == sorted(MAYORS)
    assert {(c.events[0]["SEQUENCE"], str(c.events[0]["STATUS"])) for _, c in cancels} == {(1, "CANCELLED")}
    assert not called.say(KOEGE, f"svar {MEETING} ja").done


def test_what_was_not_yet_sent_is_withdrawn_when_the_meeting_moves(planned: Any) -> None:
    confirm(planned, f"møde indkald {MEETING}")
    confirm(planned, f"møde flyt {MEETING} 14-04-2027 10-14")
    planned.played.tick(planned.at)
    found = calendars(planned)
    assert len(found) == 5 and {c.events[0].start.isoformat() for _, c in found} == {"2027-04-14T10:00:00+02:00"}
    states = sorted(record.state for record in planned.told("invitation"))
    assert states == ["sent"] * 5 + ["withdrawn"] * 5


def test_a_meeting_cancelled_before_anything_left_says_nothing_to_anybody(planned: Any) -> None:
    confirm(planned, f"møde indkald {MEETING}")
    confirm(planned, f"møde aflys {MEETING} For tidligt")
    planned.played.tick(planned.at)
    assert calendars(planned) == []


def successor(talk: Any, since: str = "2027-03-10") -> None:
    form = talk.say(SECRETARY, "for Køge: embede")
    new = {"office": "mayor", "name": "Ny Borgmester", "mail": "ny@koege.example", "since": since}
    assert talk.send(SECRETARY, form, **new).done
    assert any(a.value == "ny@koege.example" for a in talk.addresses(talk.person("ny@koege.example").id))


def test_when_an_office_changes_hands_one_is_uninvited_one_invited_and_nobody_else_hears(called: Any) -> None:
    successor(called)
    called.played.tick("2027-02-25T10:20")
    called.played.tick("2027-02-25T10:21")
    new = [(r, c) for r, c in calendars(called)][5:]
    assert sorted((r, str(c["METHOD"])) for r, c in new) == [(KOEGE, "CANCEL"), ("ny@koege.example", "REQUEST")]
    cancel = next(c for r, c in new if r == KOEGE).events[0]
    assert "STATUS" not in cancel  # the meeting takes place (RFC 5546 3.2.5)
    attendees = {str(a) for a in next(c for r, c in new if r != KOEGE).events[0]["ATTENDEE"]}
    assert "mailto:ny@koege.example" in attendees and f"mailto:{KOEGE}" not in attendees


def test_an_empty_seat_is_shown_and_not_invited(planned: Any) -> None:
    ended = planned.person(KOEGE).id

    def vacate(connection: Any, alliance_id: int) -> None:
        organisation = planned.account("Køge", "report").organisation.id
        day = planned.day()
        changes.end_office_terms(connection, alliance_id, organisation, "mayor", day, person_id=ended)

    planned.change(vacate)
    preview = planned.say(SECRETARY, f"møde indkald {MEETING}")
    assert "Ingen kan indkaldes for: KKR Sjælland" in preview.text
    confirm(planned, f"møde indkald {MEETING}")
    planned.played.tick(planned.at)
    assert {r for r, _ in calendars(planned)} == MAYORS - {KOEGE}
    assert "ledig plads" in planned.say(SECRETARY, f"møde {MEETING}").text


def test_a_corrected_address_gets_the_meeting_and_the_others_hear_nothing(called: Any) -> None:
    typed = {"person": str(called.person(KOEGE).id), "mail": "borgmesteren@koege.example"}
    assert called.hand_in(SECRETARY, "for Køge: adresse", typed).done
    called.played.tick("2027-02-25T10:20")
    assert [(r, str(c["METHOD"])) for r, c in calendars(called)][5:] == [("borgmesteren@koege.example", "REQUEST")]


def test_only_the_mayor_a_proxy_and_the_secretariat_answer_for_a_seat(called: Any) -> None:
    assert called.say(KOEGE, f"svar {MEETING} ja").done
    assert not called.say("klima@koege.example", f"svar {MEETING} nej").done
    assert not called.say("borgmester@ishoej.example", f"svar {MEETING} ja").done
    assert called.say("borgmestersekretaer@frederiksberg.example", f"svar {MEETING} nej").done
    assert called.say(SECRETARY, f"for Middelfart: svar {MEETING} ja").done
    rows = {row[0]: row[2] for row in called.say(SECRETARY, f"møde {MEETING}").rows()}
    assert rows["KKR Sjælland"] == "kommer" and rows["KKR Hovedstaden (formand)"].startswith("kommer ikke")
    assert "noteret af sekretariatet" in rows["KKR Syddanmark"]


def test_attendance_is_prefilled_from_the_answers_and_gives_the_quorum(called: Any) -> None:
    for who in (KOEGE, CHAIR):
        called.say(who, f"svar {MEETING} ja")
    called.say("borgmester@middelfart.example", f"svar {MEETING} nej")
    early = called.say(SECRETARY, f"møde afhold {MEETING}")
    assert not early.done and "begynder først" in early.text
    called.at = "2027-03-24T10:05"
    form = called.say(SECRETARY, f"møde afhold {MEETING}")
    standing = [ask.value for key, ask in form.asks().items() if key.startswith("presence")]
    assert sorted(standing) == ["", "", "apologies", "present", "present"]
    refused = called.send(SECRETARY, form)
    assert any(ask.error for ask in refused.asks().values())
    keys = [key for key, ask in form.asks().items() if key.startswith("presence") and not ask.value]
    held = called.send(SECRETARY, form, **{keys[0]: "present", keys[1]: "absent"})
    assert "3 af 5 pladser var til stede" in held.text and "ikke beslutningsdygtig" not in held.text
    assert the_meeting(called).state == "held"


REFUSED = [
    (f"møde flyt {MEETING} 25-12-2027 10-14", "Juledag"),
    (f"møde flyt {MEETING} 17-07-2027 10-14", "weekend"),
    (f"møde flyt {MEETING} 14-07-2027 10-14", "Uge 28"),
    (f"møde flyt {MEETING} 04-01-2027 10-14", "ikke en dag, der kommer"),
    (f"møde flyt {MEETING} 14-04-2027 kvart over ti", "klokkeslæt"),
    (f"møde flyt {MEETING} 14-04-2027 14-10", "ikke efter"),
    (f"møde flyt {MEETING} engang til foråret", "som en dato"),
    (f"møde flyt {MEETING} 24-03-2027 10-14", "intet at ændre"),
    ("møde flyt styregruppe 9/2027", "kender ikke mødet"),
    (f"møde afhold {MEETING}", "begynder først"),
]


@pytest.mark.parametrize(("words", "why"), REFUSED)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(called: Any, words: str, why: str) -> None:
    before = called.dump()
    said = called.say(SECRETARY, words)
    assert why in said.text
    assert called.changed(before) == set()


def test_what_was_typed_stands_in_the_form_beside_what_is_wrong(called: Any) -> None:
    said = called.say(SECRETARY, f"møde flyt {MEETING} 25-12-2027 10.30-14")
    asks = said.asks()
    assert asks["day"].value == "25-12-2027" and "Juledag" in asks["day"].error
    assert (asks["starts"].value, asks["ends"].value) == ("10.30", "14.00")


def test_a_held_meeting_is_neither_moved_nor_cancelled(called: Any) -> None:
    called.at = "2027-03-24T15:00"
    form = called.say(SECRETARY, f"møde afhold {MEETING}")
    called.send(SECRETARY, form, **{key: "present" for key in form.asks() if key.startswith("presence")})
    for words in (f"møde flyt {MEETING} 14-04-2027 10-14", f"møde aflys {MEETING} fejl"):
        said = called.say(SECRETARY, words)
        assert not said.done and "noteret som afholdt" in said.text


def test_members_see_the_meeting_but_only_the_secretariat_changes_it(called: Any) -> None:
    seen = called.say("klima@ishoej.example", f"møde {MEETING}")
    assert "24. marts 2027" in seen.text and all(len(row) == 2 for row in seen.rows())
    for words in (f"møde flyt {MEETING} 14-04-2027", f"møde aflys {MEETING} x", "møde opret"):
        assert not called.say("klima@ishoej.example", words).done


def test_the_summit_tells_each_person_alone_and_a_moved_one_moves_the_deadline(planned: Any) -> None:
    preview = planned.say(SECRETARY, "møde indkald topmøde")
    assert "personer får en kalenderindkaldelse" in preview.text
    confirm(planned, "møde indkald topmøde")
    told = planned.told("invitation")
    assert 190 <= len(told) <= 200 and len({record.recipient for record in told}) == len(told)
    confirm(planned, "møde flyt topmøde 03-06-2027 10-15")
    planned.played.plan("2027-02-25T11:00")
    assert planned.account("Køge", "summit").obligation.event_day.isoformat() == "2027-06-03"


def test_a_cancelled_summit_is_owed_by_nobody(planned: Any) -> None:
    planned.played.plan("2027-02-25T09:30")
    assert planned.account("Køge", "summit")
    confirm(planned, "møde aflys topmøde Aflyst i år")
    with pytest.raises(ValueError):
        planned.account("Køge", "summit")
