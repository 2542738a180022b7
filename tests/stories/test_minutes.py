"""Minutes, from a held meeting to a correction; and the actions in them, which are owed like any other duty."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select, update

from alliance.agendas import AgendaItem
from alliance.attendance import Presence
from bot.mail.local import LocalMailTransport
from scheduling.deliver import send_due
from storage.changes import agendas as agenda_changes
from storage.changes.meetings import change_meeting, plan_meeting, record_presence
from storage.engine import reading
from storage.queries import meetings, minutes, papers, register
from storage.tables import tables
from tests.conftest import LETTERHEAD, local
from tests.stories.conftest import forget

SECRETARIAT = "sekretariat@frederiksberg.example"
MAYOR, COORDINATOR = "borgmester@koege.example", "klima@koege.example"  # Køge has a seat: the mayor reads closed items
CHAIR, DEPUTY = "borgmester@frederiksberg.example", "borgmestersekretaer@frederiksberg.example"
MEMBER = "klima@aalborg.example"
HELD = datetime(2027, 3, 10, 9, 0, tzinfo=UTC)
SECRET = "hemmeligkontrakt"
CLOSED = ("Opsigelse " + SECRET, "Et lukket punkt")


def planned(connection, alliance_id, number=1, at=HELD, kind="steering_group"):
    return plan_meeting(
        connection,
        alliance_id,
        kind=kind,
        year=2027,
        number=number,
        starts_at=at,
        ends_at=at.replace(hour=11),
        place="Frederiksberg Rådhus",
        answer_by=date(2027, 3, 1),
    )


def items_of(meeting_id):
    def item(position, kind, heading, **more):
        return AgendaItem(0, meeting_id, position, kind, heading, **more)

    return (
        item(1, "decision", "Årets handlinger", recommendation="Sekretariatet indstiller, at de vedtages."),
        item(2, "discussion", "Fremgang"),
        item(3, "decision", CLOSED[0], closed=True, public_heading=CLOSED[1]),
        item(4, "information", "Eventuelt", standing="other_business"),
    )


@pytest.fixture
def called(talk):
    """A steering meeting with four items that nobody has recorded attendance of yet."""

    def plant(connection, alliance_id):
        meeting_id = planned(connection, alliance_id)
        secretary = register.person_at(connection, alliance_id, SECRETARIAT).id
        for item in items_of(meeting_id):
            agenda_changes.add_item(connection, alliance_id, item, secretary, HELD)
        return meeting_id

    talk.at = "2027-03-11T09:00"
    talk.meeting_id = talk.change(plant)
    return talk


@pytest.fixture
def held(called):
    """The same, held with three seats present."""

    def hold(connection, alliance_id):
        alliance = called.played.alliance
        before = meetings.meeting(connection, alliance, called.meeting_id)
        assert change_meeting(connection, alliance_id, before, replace(before, state="held"))
        secretary = register.person_at(connection, alliance_id, SECRETARIAT).id
        seats = {s.organisation_id for s in register.seats(connection, alliance_id) if not s.chair}
        presences = [
            Presence(organisation, "present" if n < 3 else "apologies", "", HELD)
            for n, organisation in enumerate(sorted(seats))
        ]
        record_presence(connection, alliance_id, called.meeting_id, presences, secretary)

    called.change(hold)
    return called


def written(talk, number, verb="skriv", **filled):
    form = talk.say(SECRETARIAT, f"forfra referat {verb} 1/2027 {number}")
    return talk.send(SECRETARIAT, form, **filled)


def write_all(talk, **first):
    """Everything that has to be decided is; ``first`` goes into item 1."""
    assert written(talk, 1, **{"notes": "Der var enighed.", "decision": "Vedtaget."} | first).done
    assert written(talk, 3, decision="Aftalen opsiges " + SECRET).done


def confirm(talk, words):
    preview = talk.say(SECRETARIAT, words)
    step = talk.send if preview.is_form else talk.press
    return step(SECRETARIAT, preview, "bekræft")


def circulated(talk, **first):
    write_all(talk, **first)
    done = confirm(talk, "referat udsend 1/2027")
    assert done.done and "på vej" in done.text
    return done


def approved(talk, **first):
    circulated(talk, **first)
    done = confirm(talk, "referat godkend 1/2027")
    assert done.done and "godkendt og på vej" in done.text
    return done


def copies(talk, paper_id):
    with reading(talk.engine) as connection:
        return minutes.recipients(connection, talk.played.alliance.id, paper_id)


def issued(talk):
    with reading(talk.engine) as connection:
        return papers.papers_of(connection, talk.played.alliance.id, talk.meeting_id, ("minutes",))


def actions(talk):
    with reading(talk.engine) as connection:
        return list(minutes.actions(connection, talk.played.alliance, meeting_id=talk.meeting_id).values())


def action(who="0259:climate_coordinator", what="Sender notat om biler", due="2027-04-12", slot=1):
    return {f"what_{slot}": what, f"owner_{slot}": who, f"due_{slot}": due}


# ------------------------------------------------------------------------------------------------ the whole story


def test_minutes_are_written_circulated_commented_approved_and_corrected(held):
    talk = held
    assert "ikke noget referat" in talk.say(MEMBER, "referat 1/2027").text
    assert not talk.say(SECRETARIAT, "referat godkend 1/2027").done
    circulated(talk, dissents="Anne Holm: ønskede det udsat")
    assert "Der var enighed" in talk.say(MAYOR, "referat 1/2027").text
    assert "ikke noget referat" in talk.say(COORDINATOR, "referat 1/2027").text
    form = talk.press(MAYOR, talk.say(MAYOR, "referat 1/2027"), "bemærk")
    assert talk.send(MAYOR, form, item="1", text="Beløbet mangler").done
    assert "Beløbet mangler" in talk.say(SECRETARIAT, "referat 1/2027").text
    assert "Beløbet mangler" in talk.say(SECRETARIAT, "referat skriv 1/2027 1").text
    written(talk, 1, decision="Vedtaget med 5 mio. kr.")
    preview = talk.say(SECRETARIAT, "referat godkend 1/2027")
    assert "Vedtaget med 5 mio. kr." in preview.text  # what changed since the draft
    assert confirm(talk, "referat godkend 1/2027").done
    assert "Vedtaget med 5 mio. kr." in talk.say(MEMBER, "referat 1/2027").text
    written(talk, 1, "ret", decision="Vedtaget med 6 mio. kr.")
    assert "5 mio." in talk.say(MEMBER, "referat 1/2027").text  # until the correction is sent out
    without_reason = talk.say(SECRETARIAT, "referat ret 1/2027")
    assert not [words for words in without_reason.offered() if "bekræft" in words]
    preview = talk.send(SECRETARIAT, without_reason, reason="Forkert beløb")
    assert talk.send(SECRETARIAT, preview, "bekræft").done
    corrected = talk.say(MEMBER, "referat 1/2027").text
    assert "Forkert beløb" in corrected and "6 mio." in corrected and "5 mio." in corrected
    assert [(one.paper.status, one.paper.number) for one in issued(talk)] == [
        ("circulated", 1),
        ("approved", 1),
        ("corrected", 2),
    ]


def test_each_reader_gets_the_minutes_in_their_own_copy(held):
    approved(held)
    assert SECRET in held.say(MAYOR, "referat 1/2027").text
    assert SECRET in held.say(DEPUTY, "referat 1/2027").text
    for reader in (MEMBER, COORDINATOR):
        text = held.say(reader, "referat 1/2027").text
        assert SECRET not in text and CLOSED[1] in text and "Vedtaget." in text


@pytest.mark.slow
def test_the_mail_brings_the_minutes_as_a_file_in_the_readers_own_copy(held):
    approved(held)
    held.played.plan("2027-03-11T09:30")
    only_to(held, MEMBER)
    held.played.tick("2027-03-11T09:30")
    (letter,) = [one for one in held.played.letters(MEMBER) if b"application/pdf" in one.content]
    (file,) = message_from_bytes(letter.content, policy=policy.default).iter_attachments()
    with reading(held.engine) as connection:
        kept = papers.paper_file(connection, held.played.alliance.id, issued(held)[-1].id, "open")
    assert file.get_content() == kept.content and kept.name == file.get_filename()
    assert SECRET not in in_plain_words(letter) and CLOSED[1] in in_plain_words(letter)


def test_the_draft_goes_to_those_who_read_everything_and_nobody_else(held):
    circulated(held)
    sent = copies(held, issued(held)[0].id)
    assert set(sent.values()) == {"all"} and len(sent) == 6  # five mayors and one who acts for one
    assert held.person(MAYOR).id in sent and held.person(COORDINATOR).id not in sent


def test_attendance_and_quorum_are_printed(held):
    circulated(held)
    paper = issued(held)[0].paper
    assert (paper.present, paper.quorum, len(paper.attendees)) == (3, 3, 5)
    assert [one.presence for one in paper.attendees].count("apologies") == 2


def test_a_second_press_sends_nothing_twice(held):
    write_all(held)
    for words in ("referat udsend 1/2027", "referat godkend 1/2027"):
        preview = held.say(SECRETARIAT, words)
        again = preview.button("bekræft").words
        answers = held.filled(preview) if preview.is_form else {}
        assert held.hand_in(SECRETARIAT, again, answers).done
        before = held.dump()
        assert held.hand_in(SECRETARIAT, again, answers).done
        assert held.changed(before) == set()


def test_a_confirmation_counts_for_what_was_shown_and_nothing_else(held):
    write_all(held)
    preview = held.say(SECRETARIAT, "referat udsend 1/2027")
    written(held, 1, decision="Noget andet")
    shown_again = held.press(SECRETARIAT, preview, "bekræft")
    assert issued(held) == () and "Noget er ændret" in shown_again.text


def test_the_draft_can_be_sent_round_again(held):
    circulated(held)
    written(held, 1, decision="Vedtaget enstemmigt.")
    preview = held.say(SECRETARIAT, "referat udsend 1/2027")
    assert "2. gang" in preview.text and "Vedtaget enstemmigt." in preview.text
    assert held.press(SECRETARIAT, preview, "bekræft").done
    assert [one.paper.number for one in issued(held)] == [1, 2]


def test_a_draft_that_is_not_sent_yet_is_not_sent_any_more_once_the_minutes_are_approved(held):
    circulated(held)
    held.send(SECRETARIAT, held.say(SECRETARIAT, "referat godkend 1/2027"), "bekræft")
    delivery, notification = tables["delivery"], tables["notification"]
    others = select(notification.c.id).where(notification.c.recipient_id != held.person(MAYOR).id)
    held.change(lambda c, _: forget(c, delivery.c.notification_id.in_(others)))
    now = local(held.at)
    send_due(held.engine, {"mail": LocalMailTransport(held.engine, LETTERHEAD)}, lambda: now)
    states = {(record.about, record.state, record.reason) for record in held.told("paper") if record.recipient == MAYOR}
    assert states == {("paper:1", "withdrawn", "replaced"), ("paper:2", "sent", "")}


def test_approval_names_the_next_meeting_of_the_body_or_says_in_writing(held):
    circulated(held)
    asked = held.say(SECRETARIAT, "referat godkend 1/2027")
    assert asked.ask("approved_at").value == "written" and asked.ask("approved_on").value == "2027-03-11"
    later = held.change(lambda c, a: planned(c, a, 2, datetime(2027, 6, 2, 8, 0, tzinfo=UTC)))
    held.at = "2027-06-03T09:00"
    asked = held.say(SECRETARIAT, "referat godkend 1/2027")
    assert (asked.ask("approved_at").value, asked.ask("approved_on").value) == (str(later), "2027-06-02")
    assert held.send(SECRETARIAT, asked, "bekræft").done
    paper = issued(held)[-1].paper
    assert (paper.approved_on, paper.approved_at) == (date(2027, 6, 2), "Styregruppemøde 2/2027")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2027-03-28", "Søndag den 28. marts 2027 er "),
        ("2027-04-03", "Lørdag den 3. april 2027 ligger i en weekend"),
        ("2027-03-31", ""),
    ],
)
def test_an_approval_on_a_day_off_is_warned_about_and_possible(held, typed, said):
    circulated(held)
    held.at = "2027-04-05T09:00"
    asked = held.say(SECRETARIAT, "referat godkend 1/2027")
    shown = (
        held.send(SECRETARIAT, asked, "Vis", approved_on=typed) if asked.ask("approved_on").value != typed else asked
    )
    assert said in shown.text and ("Er det ikke dagen" in shown.text) is bool(said)
    assert held.send(SECRETARIAT, shown, "bekræft").done


def test_what_is_not_approved_waits_for_the_next_meeting(held):
    def waiting():
        with reading(held.engine) as connection:
            found = minutes.awaiting_approval(connection, held.played.alliance, "steering_group")
        return [meeting.label for meeting in found]

    held.change(lambda c, a: planned(c, a, 2, datetime(2027, 6, 2, 8, 0, tzinfo=UTC)))  # not held: nothing to approve
    assert waiting() == ["1/2027"]
    assert "referat fra Styregruppemøde 1/2027" in held.say(SECRETARIAT, "dagsorden 2/2027").text
    approved(held)
    assert waiting() == []


# ------------------------------------------------------------------------------------------------ what is refused


def test_nothing_is_written_before_attendance_is_recorded(called):
    before = called.dump()
    for verb, why in (("skriv", "deltog"), ("udsend", "deltog"), ("godkend", "deltog"), ("ret", "ikke godkendt")):
        refused = called.say(SECRETARIAT, f"referat {verb} 1/2027")
        assert not refused.done and why in refused.text
    assert called.changed(before) == set()


def test_a_decision_or_that_there_was_none_is_written_for_every_item_for_decision(held):
    refused = held.say(SECRETARIAT, "referat udsend 1/2027")
    assert "1, 3" in refused.text and refused.offered() == ["referat skriv 1/2027 1", "referat skriv 1/2027 3"]
    written(held, 1, decision="Ingen beslutning")
    assert "Punkt 3" in held.say(SECRETARIAT, "referat udsend 1/2027").text
    written(held, 3, decision="Vedtaget")
    assert "klar til høring" in held.say(SECRETARIAT, "referat udsend 1/2027").text


def test_who_sends_minutes_out_is_told_which_items_say_nothing(held):
    written(held, 1, decision="Ingen beslutning")
    written(held, 3, decision="Vedtaget")
    shown = held.say(SECRETARIAT, "referat udsend 1/2027").text
    assert "Der står intet i referatet under punkterne 2, 4" in shown
    assert confirm(held, "referat udsend 1/2027").done
    approving = held.say(SECRETARIAT, "referat godkend 1/2027")  # nothing is approved before this was shown
    assert "Der står intet i referatet under punkterne 2, 4" in approving.text
    for number in (2, 4):
        written(held, number, notes="Taget til efterretning")
    assert "Der står intet i referatet" not in held.say(SECRETARIAT, "referat udsend 1/2027").text


def test_only_what_was_circulated_is_approved(held):
    write_all(held)
    refused = held.say(SECRETARIAT, "referat godkend 1/2027")
    assert not refused.done and "ikke været i høring" in refused.text and "referat udsend 1/2027" in refused.text


def test_after_approval_only_a_correction_changes_the_text(held):
    approved(held)
    refused = held.say(SECRETARIAT, "referat skriv 1/2027 1", notes="Noget helt andet")
    assert not refused.done and "referat ret 1/2027" in refused.text
    assert not held.say(SECRETARIAT, "referat ret 1/2027").done  # nothing is corrected yet


def test_after_approval_attendance_changes_only_as_a_correction(held):
    form = held.say(SECRETARIAT, "møde afhold 1/2027")
    approved(held)
    before = held.dump()
    for refused in (held.say(SECRETARIAT, "møde afhold 1/2027"), held.send(SECRETARIAT, form)):
        assert not refused.done and "referat ret 1/2027 fremmøde" in refused.text
    assert held.changed(before) == set()
    form = held.press(SECRETARIAT, held.say(SECRETARIAT, "referat 1/2027"), "fremmøde")
    seat = next(key for key, ask in form.asks().items() if ask.value == "apologies")
    kept = held.send(SECRETARIAT, form, **{seat: "present"})
    assert issued(held)[-1].paper.present == 3 and "ikke udsendt" in kept.text
    asked = held.send(SECRETARIAT, held.press(SECRETARIAT, kept, "udsend"), reason="En var med")
    assert held.send(SECRETARIAT, asked, "bekræft").done
    assert issued(held)[-1].paper.present == 4


def test_minutes_are_approved_between_the_meeting_and_today(held):
    circulated(held)
    for typed in ("2027-03-09", "2027-03-12", "i går", "31-02-2027"):
        preview = held.send(SECRETARIAT, held.say(SECRETARIAT, "referat godkend 1/2027"), approved_on=typed)
        assert preview.ask("approved_on").error and preview.ask("approved_on").value == typed
        assert not [words for words in preview.offered() if "bekræft" in words]


def test_only_the_secretariat_writes_and_sends_out_and_who_tries_is_written_down(held):
    tried = [(who, verb) for who in (MAYOR, COORDINATOR, MEMBER) for verb in ("skriv", "udsend", "godkend", "ret")]
    for who, verb in tried:
        assert not held.say(who, f"referat {verb} 1/2027").done
    assert [entry.action for entry in held.journal()[: len(tried)]] == ["refused_role"] * len(tried)


def test_whoever_may_not_read_the_draft_may_not_comment_on_it_either(held):
    circulated(held)
    before = held.dump()
    for who in (MEMBER, COORDINATOR):
        assert not held.say(who, "bemærk 1/2027", item="0", text="Hvad står der?").done
    assert held.changed(before) == {"journal"}


def test_nobody_comments_on_what_is_not_out_for_comments(held):
    assert not held.say(MAYOR, "bemærk 1/2027").done
    approved(held)
    assert not held.say(MAYOR, "bemærk 1/2027").done


WRONG = [
    (1, "dissents", "ønsker det udsat", {}),
    (1, "notes", "x" * 20_001, {}),
    (1, "what_1", "", {"owner_1": "0259:climate_coordinator", "due_1": "2027-05-01"}),
    (1, "owner_1", "", {"what_1": "Sender notat", "due_1": "2027-05-01"}),
    (1, "owner_1", "0259:konge", {"what_1": "Sender notat", "due_1": "2027-05-01"}),
    (1, "due_1", "", {"what_1": "Sender notat", "owner_1": "0259:climate_coordinator"}),
    (1, "due_1", "2027-03-10", {"what_1": "Sender notat", "owner_1": "0259:climate_coordinator"}),
    (1, "due_1", "snart", {"what_1": "Sender notat", "owner_1": "0259:climate_coordinator"}),
    (3, "owner_1", "0259:climate_coordinator", {"what_1": "Sender notat", "due_1": "2027-05-01"}),  # cannot read it
]


def test_what_is_wrong_is_named_at_its_field_and_nothing_typed_is_lost(held):
    for number, field, value, others in WRONG:
        typed = {"notes": "En lang drøftelse", "decision": "Vedtaget"} | others | {field: value}
        again = written(held, number, **typed)
        assert set(again.errors()) == {field}, (field, value)
        assert {key: again.ask(key).value for key in typed} == typed
    assert "0 af 4" in held.say(SECRETARIAT, "referat 1/2027").text


def test_nothing_is_decided_under_other_business(held):
    form = held.say(SECRETARIAT, "referat skriv 1/2027 4")
    assert "decision" not in form.asks()
    forced = held.say(SECRETARIAT, "referat skriv 1/2027 4", notes="Tak", decision="Alt er vedtaget")
    assert "ikke besluttes" in forced.text or not forced.done
    assert held.send(SECRETARIAT, form, notes="Formanden takkede").done


def test_an_item_that_is_not_there_is_named(held):
    refused = held.say(SECRETARIAT, "referat skriv 1/2027 9")
    assert not refused.done and "punkt 1 til 4" in refused.text


# ------------------------------------------------------------------------------------------------- two writers


def test_two_write_at_once_and_neither_loses_anything(held):
    mine, theirs = (held.say(SECRETARIAT, "referat skriv 1/2027 1") for _ in range(2))
    assert held.send(SECRETARIAT, theirs, decision="Vedtaget med ændringer").done
    again = held.send(SECRETARIAT, mine, notes="En lang drøftelse", decision="Forkastet")
    assert set(again.errors()) == {"decision"} and "Vedtaget med ændringer" in again.ask("decision").error
    assert again.ask("decision").value == "Forkastet" and again.ask("notes").value == "En lang drøftelse"
    assert held.say(SECRETARIAT, "referat skriv 1/2027 1").ask("decision").value == "Forkastet"  # what I typed
    assert held.say(SECRETARIAT, "forfra referat skriv 1/2027 1").ask("decision").value == "Vedtaget med ændringer"
    assert held.send(SECRETARIAT, again).done  # seen, and meant
    assert held.say(SECRETARIAT, "referat skriv 1/2027 1").ask("decision").value == "Forkastet"


def test_two_who_write_in_different_fields_are_both_kept(held):
    mine, theirs = (held.say(SECRETARIAT, "referat skriv 1/2027 1") for _ in range(2))
    held.send(SECRETARIAT, theirs, decision="Vedtaget")
    assert held.send(SECRETARIAT, mine, notes="En lang drøftelse").done
    form = held.say(SECRETARIAT, "referat skriv 1/2027 1")
    assert (form.ask("notes").value, form.ask("decision").value) == ("En lang drøftelse", "Vedtaget")


def test_writing_goes_on_from_item_to_item(held):
    first = held.say(SECRETARIAT, "referat skriv 1/2027")
    second = held.send(SECRETARIAT, first, "næste", decision="Vedtaget")
    assert "punkt 2" in second.summary
    back = held.send(SECRETARIAT, second, "forrige", notes="God fremgang")
    assert "punkt 1" in back.summary and back.ask("decision").value == "Vedtaget"
    assert "punkt 3" in held.say(SECRETARIAT, "referat skriv 1/2027").summary  # the first that is not written


# ------------------------------------------------------------------------------------------------- actions


def test_an_action_is_owed_from_the_day_the_draft_goes_round(held):
    write_all(held, **action())
    assert "Sender notat" not in held.say(COORDINATOR, "liste").text
    circulated(held, **action())
    listed = held.say(COORDINATOR, "liste")
    (agreed,) = actions(held)
    assert "Sender notat om biler" in listed.text
    assert "udkast til referat af Styregruppemøde 1/2027, punkt 1, endnu ikke godkendt" in listed.text
    form = held.press(COORDINATOR, listed, f"dokumenter A{agreed.id}")
    assert "punkt 1" in form.text and "Styregruppemøde 1/2027" in form.text
    assert held.send(COORDINATOR, form, kind="done", what="Sendt").done
    assert held.standing("Køge", f"action:{agreed.id}") == "fulfilled"


def test_an_action_is_reminded_of_by_the_ladder_until_it_is_done(held):
    circulated(held, **action(due="2027-03-19"), **action(what="Inviterer naboerne", due="2027-03-19", slot=2))
    done, left = actions(held)
    held.played.plan("2027-03-12T09:00")
    only_to(held, COORDINATOR)
    held.played.tick("2027-03-12T09:00")
    (letter,) = held.played.letters(COORDINATOR)
    assert "Sender notat om biler" in in_plain_words(letter) and "Inviterer naboerne" in in_plain_words(letter)
    assert in_plain_words(letter).count("udkast til referat af Styregruppemøde 1/2027") == 2
    held.at = "2027-03-12T12:00"
    form = held.say(COORDINATOR, f"dokumenter A{done.id}")
    assert held.send(COORDINATOR, form, kind="done", what="Sendt").done
    held.played.plan("2027-03-18T09:00")  # the rung of the day before
    assert rungs(held, done) == ["-5"] and rungs(held, left) == ["-5", "-1"]


def rungs(talk, agreed):
    """Which rungs an action was listed with in reminders."""
    number = obligation(talk, agreed)
    return [str(line["rung"]) for line in talk.played.rows("reminder_line") if line["obligation_id"] == number]


def only_to(talk, address):
    """Nobody else's mail leaves: a hundred of them take their time."""
    deliveries, notifications = tables["delivery"], tables["notification"]
    theirs = select(notifications.c.id).where(notifications.c.recipient_id == talk.person(address).id)
    others = update(deliveries).where(deliveries.c.notification_id.not_in(theirs)).values(state="withdrawn")
    talk.change(lambda connection, alliance_id: connection.execute(others))


def in_plain_words(letter):
    body = message_from_bytes(letter.content, policy=policy.default).get_body(("plain",))
    return " ".join(body.get_content().split())


def obligation(talk, agreed):
    return talk.account("Køge", agreed.key).obligation.id


def test_the_board_and_the_lists_of_those_who_owe_take_actions_in(held):
    circulated(held, **action())
    (agreed,) = actions(held)
    assert "Sender notat" in held.say(SECRETARIAT, f"mangler A{agreed.id}").text
    assert held.say(SECRETARIAT, "status").done and held.say(SECRETARIAT, "mangler").done
    assert held.say(SECRETARIAT, "besked").done
    assert held.say(SECRETARIAT, f"for Køge: dispensation A{agreed.id}").is_form
    story = held.say(COORDINATOR, f"vis {obligation(held, agreed)}")
    assert "satte en opgave" in held.say(SECRETARIAT, "journal").text and "opgave A" in story.text


def test_evidence_for_an_action_is_taken_back(held):
    circulated(held, **action())
    (agreed,) = actions(held)
    held.send(COORDINATOR, held.say(COORDINATOR, f"dokumenter A{agreed.id}"), kind="partly", what="Halvdelen")
    (fact,) = held.settlements("Køge", agreed.key)
    assert fact.result == "partial"
    assert held.say(COORDINATOR, f"fortryd {fact.id}").done
    assert held.standing("Køge", agreed.key) == "open"


def test_an_action_is_there_only_for_those_who_may_act_for_its_owner(held):
    circulated(held, **action())
    (agreed,) = actions(held)
    for who, theirs in ((MEMBER, False), (MAYOR, True)):
        found = held.say(who, f"dokumenter A{agreed.id}")
        assert found.done == theirs and ("Sender notat" in found.text) == theirs


def test_the_secretariat_has_its_own_tasks_and_tells_nobody_when_they_are_done(held):
    circulated(held, **action("0147:secretariat", "Sender referatet videre", "2027-03-25"))
    (agreed,) = actions(held)
    listed = held.say(SECRETARIAT, "liste")
    assert "Sender referatet videre" in listed.text
    assert "Sender referatet videre" not in held.say(CHAIR, "liste").text  # the mayor of the same municipality
    held.played.plan("2027-03-12T09:00")
    assert held.person(SECRETARIAT).name in {record.person for record in held.told("reminder")}
    form = held.press(SECRETARIAT, listed, f"dokumenter A{agreed.id}")
    assert held.send(SECRETARIAT, form, kind="done", what="Sendt").done
    assert held.standing("Frederiksberg", agreed.key) == "fulfilled"
    assert held.told("recorded_on_behalf") == []
    assert not held.settlements("Frederiksberg", agreed.key)[0].on_behalf


@pytest.mark.slow
def test_what_a_closed_action_says_stands_in_the_closed_copy_only(held):
    write_all(held)
    written(held, 3, **action("0259:mayor", "Ringer om " + SECRET, "2027-03-19"))
    confirm(held, "referat udsend 1/2027")
    confirm(held, "referat godkend 1/2027")
    (agreed,) = actions(held)
    number = obligation(held, agreed)
    for who in (MAYOR, COORDINATOR, SECRETARIAT):
        for words in ("liste", f"vis {number}", f"for Køge: dokumenter A{agreed.id}", "journal", "mangler"):
            assert SECRET not in held.say(who, words).text, (who, words)
    assert "Opfølgning på punkt 3 (lukket), Styregruppemøde 1/2027" in held.say(MAYOR, "liste").text
    assert SECRET in held.say(MAYOR, "referat 1/2027").text
    held.played.plan("2027-03-12T09:00")
    dumped = held.dump()
    for table in ("obligation", "notification", "reminder_line", "journal", "settlement"):
        assert SECRET not in "".join(dumped[table]), table


def test_an_action_says_no_more_once_its_item_is_closed(held):
    circulated(held, **action(what="Ringer om " + SECRET))
    (agreed,) = actions(held)
    assert SECRET in held.say(COORDINATOR, "liste").text
    items = tables["agenda_item"]
    closing = update(items).where(items.c.id == agreed.item_id).values(closed=True, public_heading="Et lukket punkt")
    held.change(lambda connection, alliance_id: connection.execute(closing))
    listed = held.say(COORDINATOR, "liste").text
    assert SECRET not in listed and "Opfølgning på punkt 1 (lukket)" in listed


@pytest.mark.slow
def test_a_correction_changes_moves_and_withdraws_actions(held):
    approved(held, **action(), **action("0147:secretariat", "Kvitterer", "2027-04-20", slot=2))
    first, second = actions(held)
    written(held, 1, "ret", due_1="2027-05-10", what_2="", owner_2="", due_2="")
    assert held.account("Køge", first.key).obligation.due == date(2027, 4, 12)  # until it is sent out
    asked = held.send(SECRETARIAT, held.say(SECRETARIAT, "referat ret 1/2027"), reason="Ny frist")
    assert held.send(SECRETARIAT, asked, "bekræft").done
    assert held.account("Køge", first.key).obligation.due == date(2027, 5, 10)
    assert "Kvitterer" not in held.say(SECRETARIAT, "liste").text
    assert [(a.id, a.withdrawn) for a in actions(held)] == [(first.id, False), (second.id, True)]


@pytest.mark.slow
def test_an_action_is_its_words_and_its_owner_not_the_row_it_stands_in(held):
    circulated(held, **action(), **action(what="Inviterer naboerne", slot=2))
    first, second = actions(held)
    form = held.say(COORDINATOR, f"dokumenter A{first.id}")
    assert held.send(COORDINATOR, form, kind="done", what="Sendt").done
    gone = {"what_2": "", "owner_2": "", "due_2": ""}
    written(held, 1, what_1="Inviterer naboerne", **gone)  # row 1 is cleared, and row 2 moves up
    confirm(held, "referat udsend 1/2027")
    assert [(a.id, a.what, a.withdrawn) for a in actions(held)] == [(1, first.what, True), (2, second.what, False)]
    assert held.standing("Køge", second.key) == "open"
    assert held.send(COORDINATOR, held.say(COORDINATOR, f"dokumenter A{second.id}"), kind="done", what="Gjort").done
    written(held, 1, what_1="Inviterer alle naboerne")  # what is done cannot come to say more
    confirm(held, "referat udsend 1/2027")
    assert held.standing("Køge", actions(held)[2].key) == "open"
    confirm(held, "referat godkend 1/2027")
    listed = held.say(COORDINATOR, "liste").text
    assert "Inviterer alle naboerne" in listed and "udkast til referat" not in listed


def test_an_action_given_to_somebody_else_is_a_new_one(held):
    circulated(held, **action())
    written(held, 1, **action("0461:climate_coordinator"))
    confirm(held, "referat udsend 1/2027")
    old, new = actions(held)
    assert old.withdrawn and not new.withdrawn
    assert "Sender notat" not in held.say(COORDINATOR, "liste").text
    assert "Sender notat" in held.say("klima@odense.example", "liste").text


# ------------------------------------------------------------------------------------------------ corrections


def test_a_correction_goes_to_exactly_those_who_had_the_version_before(held):
    approved(held)
    before = copies(held, issued(held)[-1].id)

    def replaced(connection, alliance_id):
        """A new climate coordinator, who never had the first version."""
        from storage.changes import register as changes

        person = changes.add_person(connection, alliance_id, "Ny Person", "da")
        changes.add_address(connection, alliance_id, person, "mail", "ny@koege.example", HELD, verified=True)
        koege = register.organisation_by_code(connection, alliance_id, "0259", date(2027, 3, 11)).id
        changes.add_office_term(
            connection, alliance_id, koege, "climate_coordinator", person, date(2027, 3, 11), None, HELD, acting=True
        )

    held.change(replaced)
    written(held, 3, "ret", decision="Aftalen fortsætter")
    asked = held.send(SECRETARIAT, held.say(SECRETARIAT, "referat ret 1/2027"), reason="Skrivefejl")
    assert f"{len(before)}" in asked.summary
    assert held.send(SECRETARIAT, asked, "bekræft").done
    assert copies(held, issued(held)[-1].id) == before
    assert "Aftalen fortsætter" in held.say(MAYOR, "referat 1/2027").text
    assert "Aftalen fortsætter" not in held.say(MEMBER, "referat 1/2027").text
