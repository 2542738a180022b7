"""Who sits where: shown to all, written down by the secretariat after it has seen what it changes, told in time."""

from __future__ import annotations

from datetime import date

import pytest

pytestmark = pytest.mark.usefixtures("sound_register")
MAYOR, COORDINATOR = "borgmester@koege.example", "klima@koege.example"
SECRETARIAT = "sekretariat@frederiksberg.example"
GREVE = "borgmester@greve.example"
SJ = "KKR Sjælland"


def given(talk, member, what, since="2027-07-01"):
    preview = talk.send(SECRETARIAT, talk.say(SECRETARIAT, f"for {member}: plads"), what=what, since=since)
    assert not preview.is_form, preview.text
    return preview, talk.press(SECRETARIAT, preview, "Notér det")


def row(talk, constituency):
    return next(row for row in talk.say(COORDINATOR, "pladser").rows() if row[0] == constituency)


def test_everybody_sees_who_sits_until_when_and_who_leads(talk):
    shown = talk.say(COORDINATOR, "pladser")
    assert shown.done and "Formænd" in shown.text and "(formand)" in shown.text
    assert len(shown.tables()[0].rows) == 5
    assert row(talk, SJ)[1:3] == ("Rikke Toft", "Køge")
    assert "plads" not in " ".join(shown.offered()) and "for " not in shown.text.split("Formænd")[1]
    assert "for Albertslund: plads" in talk.say(SECRETARIAT, "pladser").text


def test_nothing_is_written_before_it_is_confirmed_and_a_second_press_writes_nothing(talk):
    form = talk.say(SECRETARIAT, "for Greve: plads")
    before = talk.dump()
    preview = talk.send(SECRETARIAT, form, what="steering_group", since="2027-07-01")
    assert "Køge har ikke længere pladsen" in preview.text and talk.changed(before) <= {"unsent"}
    assert "Noteret: Greve" in talk.press(SECRETARIAT, preview, "Notér det").text
    before = talk.dump()
    assert "Noteret: Greve" in talk.press(SECRETARIAT, preview, "Notér det").text
    assert talk.changed(before) == set()
    assert talk.journal()[0].action == "seat_given"


def test_the_seat_passes_on_its_day_with_papers_and_invitations(talk):
    given(talk, "Greve", "steering_group")
    assert row(talk, SJ)[2] == "Køge" and "30. juni 2027" in row(talk, SJ)[3]
    talk.at = "2027-07-01T09:00"
    assert row(talk, SJ)[2] == "Greve"


def test_the_chair_takes_the_secretariat_along_and_that_is_said_first(talk):
    preview, done = given(talk, "Køge", "chair")
    assert "30. juni 2029" in preview.text and "Frederiksberg er ikke længere formand" in preview.text
    assert "ingen sekretariatsmedarbejder noteret i Køge" in preview.text and done.done
    form = talk.say(SECRETARIAT, "for Køge: embede")  # its people can be entered before the day
    assert "secretariat" in {choice.value for choice in form.ask("office").choices}
    talk.at = "2027-06-30T09:00"
    assert talk.say(SECRETARIAT, "status").done
    talk.at = "2027-07-30T09:00"  # the last of thirty days on which both may act
    assert talk.say(SECRETARIAT, "status").done
    talk.at = "2027-07-31T09:00"
    assert not talk.say(SECRETARIAT, "status").done


def test_who_led_before_stands_beside_who_leads_each_with_their_days(talk):
    given(talk, "Køge", "chair")
    assert [r[0] for r in talk.say(COORDINATOR, "pladser").tables()[1].rows] == ["Køge", "Frederiksberg"]
    for talk.at in ("2027-06-30T09:00", "2027-07-01T09:00"):
        chairs = {r[0]: r[2] for r in talk.say(COORDINATOR, "pladser").tables()[1].rows}
        assert chairs == {
            "Frederiksberg": "1. feb. 2026 til 30. juni 2027",
            "Køge": "1. juli 2027 til 30. juni 2029",
        }


@pytest.mark.parametrize(
    ("member", "what", "since", "said"),
    [
        ("Køge", "steering_group", "2027-07-01", "har den plads allerede"),
        ("Greve", "chair", "2027-07-01", "Formanden vælges blandt dem, der har en plads"),
        ("Greve", "steering_group", "i overmorgen", "i overmorgen"),
        ("Greve", "", "2027-07-01", "Vælg den på listen"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_keeps_what_was_typed(talk, member, what, since, said):
    form = talk.say(SECRETARIAT, f"for {member}: plads")
    again = talk.hand_in(SECRETARIAT, f"for {member}: plads", {"what": what, "since": since})
    assert form.is_form and again.is_form and said in " ".join(again.errors().values())
    assert (again.ask("what").value, again.ask("since").value) == (what, since)


def test_it_can_be_typed_in_one_line_in_both_languages(talk):
    assert "Greve får pladsen" in talk.say(SECRETARIAT, "for Greve: plads styregruppe 01-07-2027").text
    assert "Køge bliver formand" in talk.say(SECRETARIAT, "for Køge: plads formand 1. juli 2027").text
    talk.say(SECRETARIAT, "sprog en")
    assert "Køge chairs" in talk.say(SECRETARIAT, "for Køge: seat chair 01-07-2027").text


@pytest.mark.parametrize("who", [MAYOR, COORDINATOR])
def test_only_the_secretariat_gives_seats(talk, who):
    assert not talk.say(who, "for Greve: plads styregruppe 01-07-2027").done
    assert talk.journal()[0].action == "refused_role"


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2027-07-30T09:00", 0),
        ("2027-08-01T09:00", 0),  # a Sunday
        ("2027-08-02T07:59", 0),
        ("2027-08-02T08:00", 1),
        ("2027-12-20T09:00", 1),  # after downtime one, of the rung that is reached
    ],
)
def test_the_secretariat_hears_that_the_chairs_term_ends_once_a_rung(talk, at, told):
    talk.at = at
    for _ in range(2):
        talk.played.plan(at)
    found = talk.told("term_ends")
    assert len(found) == told
    assert {one.recipient for one in found} <= {SECRETARIAT}


def test_an_empty_seat_is_told_and_not_again_once_it_is_filled(talk):
    def closed(connection, alliance_id):
        from storage.changes.register import end_seat_terms
        from storage.queries import register

        mine = [s for s in register.seats(connection, alliance_id) if s.constituency == SJ]
        end_seat_terms(connection, alliance_id, mine, date(2027, 3, 1))

    talk.change(closed)
    assert "ledig fra 1. mar. 2027, skal besættes senest" in row(talk, SJ)[3]
    talk.played.plan("2027-03-01T09:00")
    assert len(talk.told("seat_empty")) == 1
    given(talk, "Greve", "steering_group", "2027-03-02")
    talk.played.plan("2027-06-15T09:00")
    assert len(talk.told("seat_empty")) == 1


# ------------------------------------------------------------------------------------ a member leaves the alliance

LEAVES = date(2027, 7, 1)
MEETING = "styregruppe 1/2027"


def left(talk, until=LEAVES):
    def leaves(connection, alliance_id):
        from storage.changes.register import end_membership
        from storage.queries import register

        koege = register.organisation_by_code(connection, alliance_id, "0259", until)
        assert koege and end_membership(connection, alliance_id, koege.id, until)

    talk.change(leaves)


def rejoined(talk, since):
    def joins(connection, alliance_id):
        from storage.changes.register import add_membership
        from storage.queries import register
        from tests.conftest import local

        koege = register.organisation_by_code(connection, alliance_id, "0259", since)
        add_membership(connection, alliance_id, koege.id, "member", since, None, local("2027-08-01T09:00"))

    talk.change(joins)


def called(talk, day):
    typed = {"kind": "steering_group", "day": day, "starts": "10", "ends": "14", "place": "Rådhuset"}
    talk.hand_in(SECRETARIAT, "møde opret", typed)
    talk.press(SECRETARIAT, talk.say(SECRETARIAT, f"møde indkald {MEETING}"), "Ja,")


@pytest.mark.parametrize(("at", "held"), [("2027-06-30T09:00", True), ("2027-07-01T09:00", False)])
def test_a_member_that_leaves_leaves_its_seat_that_day(talk, at, held):
    left(talk)
    talk.at = at
    assert (row(talk, SJ)[2] == "Køge") == held
    assert ("ledig fra 1. juli 2027" in row(talk, SJ)[3]) != held
    talk.played.plan("2027-06-30T09:00" if held else "2027-07-01T09:00")
    assert len(talk.told("seat_empty")) == (not held)


@pytest.mark.parametrize(("leaves", "invited"), [(date(2027, 5, 26), True), (date(2027, 5, 25), False)])
def test_who_has_left_by_the_day_of_a_meeting_is_not_invited_and_answers_nothing(talk, leaves, invited):
    left(talk, leaves)
    talk.at = "2027-03-01T09:00"
    called(talk, "25-05-2027")
    talk.played.plan("2027-03-01T09:05")
    assert (MAYOR in {one.recipient for one in talk.told("invitation")}) == invited
    assert talk.say(MAYOR, f"svar {MEETING} ja").done == invited


def test_who_leaves_after_being_invited_is_told_that_they_are_not_any_more(talk):
    talk.at = "2027-03-01T09:00"
    called(talk, "25-05-2027")
    talk.played.plan("2027-03-01T09:05")
    left(talk, date(2027, 5, 1))
    talk.played.plan("2027-03-01T09:10")
    assert [row["method"] for row in talk.played.rows("invitation") if row["address"] == MAYOR] == ["CANCEL"]


@pytest.mark.parametrize(("day", "reads"), [(date(2027, 6, 30), True), (LEAVES, False)])
def test_who_has_left_reads_nothing_closed_any_more(talk, day, reads):
    from storage.engine import reading
    from storage.queries.recipients import readers

    left(talk)
    with reading(talk.engine) as connection:
        found = readers(connection, talk.played.alliance, "steering_group", day)
    assert (talk.person(MAYOR).id in found.all_items) == reads


def test_a_seat_does_not_come_back_with_a_membership_that_is_taken_up_again(talk):
    left(talk)
    rejoined(talk, date(2027, 9, 1))
    talk.at = "2027-09-01T09:00"
    assert "ledig" in row(talk, SJ)[3]
    given(talk, "Køge", "steering_group", "2027-10-01")
    talk.at = "2027-10-01T09:00"
    assert row(talk, SJ)[2] == "Køge"
