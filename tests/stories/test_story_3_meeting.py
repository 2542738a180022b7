"""Story 3: the secretariat calls and moves a steering meeting, and every invitee's calendar follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from alliance.deliveries import Parcel, Sender, Undeliverable
from alliance.pacing import UNLIMITED, Rate
from scheduling.deliver import send_due
from storage.changes import register as changes
from storage.queries import meetings
from storage.seed import SECRETARY

CHAIR, KOEGE = "borgmester@frederiksberg.example", "borgmester@koege.example"
MAYORS = {CHAIR, KOEGE, "borgmester@middelfart.example", "borgmester@skanderborg.example"}
MAYORS |= {"borgmester@jammerbugt.example"}
MEETING = "styregruppe 1/2027"
SENDER = Sender("Tovholder", "moeder@klimaalliancen.example")


@dataclass
class Postman:
    """A way out on which an address gives trouble, and everything else is lost on the way."""

    trouble: dict[str, Exception] = field(default_factory=dict)
    taken: list[Parcel] = field(default_factory=list)
    can_be_asked: bool = True
    channel: str = "mail"
    at_once: int = 1
    rate: Rate = UNLIMITED
    sender: Sender = SENDER

    async def send(self, parcel: Parcel) -> str:
        if parcel.to_address in self.trouble:
            raise self.trouble[parcel.to_address]
        self.taken.append(parcel)
        return "taken"

    async def find(self, parcel: Parcel) -> str | None:
        return None

    async def close(self) -> None:
        """Nothing is kept open."""


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
    before = called.dump("journal", "alliance", "bookmark")
    again = called.say(SECRETARY, f"møde indkald {MEETING}")
    called.played.tick("2027-02-25T10:05")
    called.played.tick("2027-02-25T10:06")
    assert not again.done and "allerede indkaldt" in again.text
    assert called.dump("journal", "alliance", "bookmark") == before


def test_a_confirmation_counts_only_for_what_was_shown(planned: Any) -> None:
    button = planned.say(SECRETARY, f"møde indkald {MEETING}").button("Ja,")
    confirm(planned, f"møde flyt {MEETING} 31-03-2027 10-14")
    again = planned.say(SECRETARY, button.words)
    assert not planned.told("invitation")
    assert again.button("Ja,").words != button.words


@pytest.mark.slow
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
    assert talk.enter(SECRETARY, form, **new).done
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
    assert "3 af 5 pladser var repræsenteret" in held.text and "ikke beslutningsdygtig" not in held.text
    assert the_meeting(called).state == "held"


REFUSED = [
    (f"møde flyt {MEETING} 25-12-2027 10-14", "Juledag"),
    (f"møde flyt {MEETING} 17-07-2027 10-14", "weekend"),
    (f"møde flyt {MEETING} 14-07-2027 10-14", "Uge 28"),
    (f"møde flyt {MEETING} 04-01-2027 10-14", "Mandag den 4. januar 2027 er for tidligt"),
    (f"møde flyt {MEETING} 14-04-2027 kvart over ti", "klokkeslæt"),
    (f"møde flyt {MEETING} 14-04-2027 14-10", "ikke efter"),
    (f"møde flyt {MEETING} engang til foråret", "som en dato"),
    (f"møde flyt {MEETING} 24-03-2027 10-14", "intet at ændre"),
    ("møde flyt styregruppe 9/2027", "kender ikke mødet"),
    (f"møde afhold {MEETING}", "begynder først"),
]


def test_what_cannot_be_is_refused_in_words_and_changes_nothing(called: Any) -> None:
    before = called.dump()
    for words, why in REFUSED:
        assert why in called.say(SECRETARY, words).text, words
        assert called.changed(before) == set(), words


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


@pytest.mark.slow
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


def test_a_meeting_that_has_been_is_found_in_the_list_until_others_follow(called: Any) -> None:
    called.at = "2027-03-25T09:00"
    for who in (SECRETARY, KOEGE):
        listed = called.say(who, "møde")
        assert "Møder, der har været" in listed.text
        assert "24. marts" in called.press(who, listed, MEETING).text


@pytest.mark.slow
def test_a_successor_is_asked_anew_and_does_not_inherit_an_answer(called: Any) -> None:
    called.say(KOEGE, f"svar {MEETING} nej")
    successor(called)
    called.played.tick("2027-02-25T10:20")
    event = held_by(called, "ny@koege.example").events[0]
    stats = {str(a): a.params["PARTSTAT"] for a in event["ATTENDEE"]}
    assert stats["mailto:ny@koege.example"] == "NEEDS-ACTION"
    rows = {row[0]: row[2] for row in called.say(SECRETARY, f"møde {MEETING}").rows()}
    assert "mangler svar" in rows["KKR Sjælland"] and "~~kommer ikke~~" in rows["KKR Sjælland"]


def test_who_takes_over_before_the_meeting_answers_and_who_leaves_does_not(called: Any) -> None:
    successor(called)  # from 10 March; the meeting is on the 24th
    called.played.tick("2027-02-25T10:20")
    called.at = "2027-02-25T10:30"
    assert called.say("ny@koege.example", f"svar {MEETING} ja").done
    assert not called.say(KOEGE, f"svar {MEETING} nej").done
    assert "1 af 5" in called.say(SECRETARY, f"møde {MEETING}").text
    assert not called.say("ny@koege.example", "indberet").done  # the office is not theirs yet


def test_a_seat_that_falls_vacant_does_not_count_towards_the_quorum(called: Any) -> None:
    called.say(KOEGE, f"svar {MEETING} ja")
    organisation, person = called.account("Køge", "report").organisation.id, called.person(KOEGE).id

    def vacate(connection: Any, alliance_id: int) -> None:
        changes.end_office_terms(connection, alliance_id, organisation, "mayor", called.day(), person_id=person)

    called.change(vacate)
    assert "0 af 5" in called.say(SECRETARY, f"møde {MEETING}").text


def test_an_address_that_failed_and_is_repaired_gets_the_invitation_after_all(planned: Any) -> None:
    confirm(planned, f"møde indkald {MEETING}")
    refusing = Postman(trouble={KOEGE: Undeliverable(permanent=True, reason="550", address_is_wrong=True)})
    planned.played.tick(planned.at, refusing)
    shown = planned.say(SECRETARY, f"møde {MEETING}").text
    assert "kan ikke nås på mail" in shown
    typed = {"person": str(planned.person(KOEGE).id), "mail": KOEGE}
    planned.hand_in(SECRETARY, "for Køge: adresse", typed)
    planned.played.tick("2027-02-25T10:20")
    planned.played.tick("2027-02-25T10:21")
    assert [recipient for recipient, _ in calendars(planned)] == [KOEGE]


def test_somebody_without_an_address_stands_in_nobodys_calendar(planned: Any) -> None:
    person = planned.person(KOEGE).id

    def lose(connection: Any, alliance_id: int) -> None:
        changes.mark_unreachable(connection, planned.addresses(person)[0].id, "550", datetime.now(UTC))

    planned.change(lose)
    confirm(planned, f"møde indkald {MEETING}")
    planned.played.tick(planned.at)
    assert all(len(c.events[0]["ATTENDEE"]) == 4 for _, c in calendars(planned)) and len(calendars(planned)) == 4


def test_a_meeting_called_late_still_leaves_time_to_answer(planned: Any) -> None:
    planned.at = "2027-03-15T09:30"  # answers were due on the 10th
    preview = planned.say(SECRETARY, f"møde indkald {MEETING}")
    assert "fredag den 19. marts 2027" in preview.text and "(før:" not in preview.text
    confirm(planned, f"møde indkald {MEETING}")
    assert the_meeting(planned).answer_by.isoformat() == "2027-03-19"


@pytest.mark.slow
def test_an_invitation_that_is_late_does_not_leave_after_the_meeting_has_begun(planned: Any) -> None:
    confirm(planned, f"møde indkald {MEETING}")
    planned.played.tick("2027-03-24T10:00")
    assert calendars(planned) == []
    assert {record.reason for record in planned.told("invitation")} == {"meeting_gone"}


def test_a_reason_may_hold_any_word_and_is_never_cut(called: Any) -> None:
    preview = called.say(SECRETARY, f"møde aflys {MEETING} vi kan ikke bekræft lokalet")
    assert "vi kan ikke bekræft lokalet" in preview.text
    long = "x" * 501
    refused = called.say(SECRETARY, f"møde aflys {MEETING}", reason=long)
    assert refused.asks()["reason"].value == long and "501 tegn" in refused.asks()["reason"].error


def test_the_list_and_the_meeting_ask_a_mayor_for_the_answer_until_it_is_given(called: Any) -> None:
    words = f"svar {MEETING} ja"
    for asked in ("liste", f"møde {MEETING}"):
        assert words in called.say(KOEGE, asked).offered()
        assert words not in called.say("klima@koege.example", asked).offered()
    called.say(KOEGE, words)
    assert words not in called.say(KOEGE, "liste").offered()
    assert "kommer. Kommer du?" in called.say(KOEGE, f"møde {MEETING}").text


def test_an_answer_that_is_none_is_asked_about_and_not_taken_for_the_one_before(called: Any) -> None:
    called.say(KOEGE, f"svar {MEETING} nej")
    said = called.say(KOEGE, f"svar {MEETING} tja, hvis toget kører")
    assert not said.done and "intet er noteret" in said.text
    assert called.say(KOEGE, f"svar {MEETING} måske, hvis toget kører").summary.startswith("Noteret")


def test_the_mail_of_a_move_tells_the_old_time_and_only_those_who_answered_of_their_answer(called: Any) -> None:
    called.say(KOEGE, f"svar {MEETING} ja")
    confirm(called, f"møde flyt {MEETING} 14-04-2027 12.30-15")
    called.played.tick("2027-02-25T10:10")
    texts = {}
    for who in (KOEGE, CHAIR):
        mail = message_from_bytes(called.played.letters(who)[0].content, policy=policy.default)
        texts[who] = " ".join(mail.get_body(("plain",)).get_content().split())
        assert "Før: onsdag den 24. marts 2027 kl. 10.00-14.00" in texts[who]
    assert "Dit tidligere svar" in texts[KOEGE] and "Dit tidligere svar" not in texts[CHAIR]


def test_whoever_has_a_chat_gets_one_message_there_beside_the_mail_for_the_calendar(planned: Any) -> None:
    person = planned.person(KOEGE).id
    planned.change(
        lambda c, a: changes.add_address(c, a, person, "slack", "U1.example", datetime.now(UTC), verified=True)
    )
    confirm(planned, f"møde indkald {MEETING}")
    mail, chat = Postman(), Postman(channel="slack")
    for at in (planned.at, "2027-02-25T10:20"):
        send_due(planned.engine, {"mail": mail, "slack": chat}, lambda at=at: moment(at))
    kinds = [[type(block).__name__ for block in parcel.message.blocks] for parcel in chat.taken]
    assert [parcel.to_address for parcel in chat.taken] == ["U1.example"] and len(mail.taken) == 5
    assert "Invite" not in kinds[0] and "Buttons" in kinds[0]
    confirm(planned, f"møde flyt {MEETING} 14-04-2027 10-14")
    send_due(planned.engine, {"mail": mail, "slack": chat}, lambda: moment("2027-02-25T10:30"))
    new, edits = ([parcel for parcel in chat.taken if bool(parcel.edits) is edited] for edited in (False, True))
    assert len(new) == 2 and len(edits) == 1 and len(mail.taken) == 10


def test_a_chat_message_that_never_left_gives_way_to_the_newer_one(planned: Any) -> None:
    person = planned.person(KOEGE).id
    planned.change(
        lambda c, a: changes.add_address(c, a, person, "slack", "U1.example", datetime.now(UTC), verified=True)
    )
    confirm(planned, f"møde indkald {MEETING}")
    confirm(planned, f"møde flyt {MEETING} 14-04-2027 10-14")
    assert sorted(record.state for record in planned.told("invitation_in_chat")) == ["queued", "withdrawn"]


def moment(typed: str) -> datetime:
    return datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo("Europe/Copenhagen"))


@pytest.mark.parametrize("verb", ["indkald", "call", "flyt", "aflys"])
def test_a_verb_without_its_meeting_offers_the_meetings_it_could_be_done_to(planned: Any, verb: str) -> None:
    asked = planned.say(SECRETARY, verb)
    assert asked.offered()[0] == f"møde {verb} {MEETING.removeprefix('styregruppe ')}"
    assert planned.press(SECRETARY, asked, verb).done


@pytest.mark.parametrize("verb", ["hold", "afhold"])
def test_holding_without_a_meeting_offers_those_that_have_begun(called: Any, verb: str) -> None:
    called.at = "2027-04-15T09:00"
    asked = called.say(SECRETARY, verb)
    assert asked.offered() == [f"møde {verb} {MEETING.removeprefix('styregruppe ')}"]
    assert called.press(SECRETARY, asked, verb).is_form
