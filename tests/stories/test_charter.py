"""One charter follows another from a day: what it changes is seen first, and history keeps the rules of its time."""

from __future__ import annotations

from datetime import date

import pytest

from storage.engine import reading
from storage.queries import accounts, register
from tests.stories.conftest import Conversation

SECRETARIAT, COORDINATOR = "sekretariat@frederiksberg.example", "klima@koege.example"
WORDS = "vedtægt skift klimaalliancen 1. april 2027"


@pytest.fixture
def talk(played):
    return Conversation(played)


def changed(talk):
    return talk.press(SECRETARIAT, talk.say(SECRETARIAT, WORDS), "bekræft")


def members(talk):
    """Who is a member from when until when."""
    with reading(talk.engine) as connection:
        found = register.memberships(connection, talk.played.alliance.id)
    return [one for one in found if one.role == "member"]


def test_anybody_sees_the_rules_of_today_and_of_a_day(talk):
    now = talk.say(COORDINATOR, "vedtægt").text
    assert "Den politiske styregruppe" in now and "31. marts" in now and "4 møder om året" in now
    assert "krav 2" not in now and "Årlig indberetning" in now
    then = talk.say(COORDINATOR, "vedtægt 1. maj 2022").text
    assert "den 1. maj 2022" in then and "C40-sektordeklaration" in then
    before = talk.say(COORDINATOR, "vedtægt 3. juni 2021").text
    assert "ingen vedtægt den 3. juni 2021" in before


def test_a_change_is_shown_before_it_is_made_and_a_look_changes_nothing(talk):
    talk.played.plan("2027-03-01T09:00")
    before = talk.dump()
    shown = talk.say(SECRETARIAT, WORDS)
    for said in (
        "Den politiske styregruppe ophører.",
        "Forretningsudvalget kommer til (pladser: 2",
        "Styregruppemøde ophører.",
        "Møde i projektstyregruppen kommer til (om året: 6",
        "Årlig indberetning ophører.",
        "Sekretariatet flytter: fra formandens kommune → KL.",
        "KL har ingen registreret i sekretariatet endnu",
        "”for KL: embede”",
        "KL kommer til",
        "Årlig indberetning: 98 medlemmer skylder det nu.",
    ):
        assert said in shown.text, said
    assert talk.changed(before) == set()


@pytest.mark.parametrize("end", ["bekræft", "bekræft 00000000"])
def test_only_what_was_shown_is_confirmed(talk, end):
    before = talk.dump()
    shown = talk.say(SECRETARIAT, f"vedtægt skift klimaalliancen 2027-04-01 {end}")
    assert "Forretningsudvalget kommer til" in shown.text
    assert talk.changed(before) == set()


def test_the_same_button_again_changes_nothing_and_says_what_is_planned(talk):
    words = talk.say(SECRETARIAT, WORDS).button("bekræft").words
    first = talk.say(SECRETARIAT, words)
    before = talk.dump()
    again = talk.say(SECRETARIAT, words)
    assert first.done and again.done and again.summary == first.summary
    assert talk.changed(before) == set()


def test_only_the_secretariat_changes_the_charter(talk):
    before = talk.dump()
    assert not talk.say(COORDINATOR, WORDS).done
    assert not talk.say(COORDINATOR, f"{WORDS} bekræft").done
    assert not talk.say(COORDINATOR, "vedtægt fortryd").done
    assert talk.changed(before) <= {"journal"}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("vedtægt skift", ""),
        ("vedtægt skift dk2020 1. april 2027", "ingen anden vedtægt"),
        ("vedtægt skift klimaalliancen", "Jeg kan ikke læse"),
        ("vedtægt skift klimaalliancen 1. marts 2027", "tidligst gælde fra i morgen"),
        ("vedtægt skift klimaalliancen 31. juni 2027", "Jeg kan ikke læse"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(talk, words, why):
    said = talk.say(SECRETARIAT, words)
    assert said.is_form
    errors = " ".join(said.errors().values())
    assert (why.lower() in errors.lower() or "kender ikke" in errors.lower()) if why else not errors
    typed = words.split()[2:]
    assert not typed or said.ask("charter").value == typed[0]


def test_until_its_day_all_is_as_it_was_and_it_can_be_undone(talk):
    before = talk.dump()
    assert changed(talk).done
    assert talk.changed(before) - {"journal"} == {"alliance", "organisation", "membership", "grouping", "seat_term"}
    talk.played.plan("2027-03-31T09:00")
    assert talk.standing("Køge", "report") == "open"
    assert "Vedtægten afløses af Klimaalliancen den 1. april 2027" in talk.say(COORDINATOR, "vedtægt").text
    again = talk.say(SECRETARIAT, "vedtægt skift klimaalliancen 1. maj 2027")
    assert again.is_form and again.errors()
    undone(talk)
    assert talk.played.alliance.adopted == ()
    assert not talk.say(SECRETARIAT, "vedtægt fortryd").done


def undone(talk):
    """Take the change back, after a look at what then does not happen."""
    there = talk.dump()
    asked = talk.say(SECRETARIAT, "vedtægt fortryd")
    assert "Det her sker så ikke" in asked.text and talk.dump() == there
    assert talk.press(SECRETARIAT, asked, "bekræft").done


def test_taking_it_back_is_confirmed_for_the_change_that_was_shown_and_no_other(talk):
    changed(talk)
    shown = talk.say(SECRETARIAT, "vedtægt fortryd").button("bekræft").words
    undone(talk)
    assert talk.press(SECRETARIAT, talk.say(SECRETARIAT, "vedtægt skift klimaalliancen 1. maj 2027"), "bekræft").done
    before = talk.dump()
    for words in (shown, "vedtægt fortryd bekræft", "vedtægt fortryd bekræft 00000000"):
        assert "1. maj 2027" in talk.say(SECRETARIAT, words).summary
    assert talk.dump() == before and not talk.say(COORDINATOR, shown).done


def test_from_its_day_nothing_lapsed_is_owed_or_chased_and_what_was_stays_readable(talk):
    assert talk.say(COORDINATOR, "svar topmøde ja").done
    joined = members(talk)
    changed(talk)
    for day in ("2027-03-30", "2027-03-31"):
        talk.at = f"{day}T09:00"
        assert talk.played.plan(talk.at).posted or day == "2027-03-31"
    for day in ("2027-04-01", "2027-04-02", "2027-04-30"):
        talk.at = f"{day}T09:00"
        assert talk.played.plan(talk.at).posted == 0
    alliance = talk.played.alliance
    assert (alliance.charter.key, alliance.charter.requirements_on(date(2027, 4, 1))) == ("klimaalliancen", ())
    with reading(talk.engine) as connection:
        assert [a for a in accounts.accounts(connection, alliance, date(2027, 4, 1)) if a.standing.owes] == []
        owed = [a for a in accounts.accounts(connection, alliance, date(2027, 3, 31)) if a.standing.owes]
        assert {a.requirement.key for a in owed} >= {"report", "declaration"}
        kl = register.organisation_by_code(connection, alliance.id, "KL", date(2027, 4, 1))
        assert kl is not None
    assert len(joined) == 98 and members(talk) == joined
    assert "Klimatopmøde" in talk.say(COORDINATOR, "møde").text
    assert talk.say(COORDINATOR, "liste").done
    assert "Forretningsudvalget" in talk.say(COORDINATOR, "vedtægt").text
    assert "Den politiske styregruppe" in talk.say(COORDINATOR, "vedtægt 31. marts 2027").text


def test_a_paper_that_was_sent_under_the_rules_of_its_time_can_be_opened_under_the_next(talk):
    form = talk.say(SECRETARIAT, "møde opret")
    assert talk.send(SECRETARIAT, form, kind="steering_group", day="2027-03-24", starts="10:00", ends="14:00").done
    for words in ("møde indkald styregruppe", "dagsorden udsend"):
        assert talk.press(SECRETARIAT, talk.say(SECRETARIAT, words), "bekræft").done
    readers = [who for who in ("borgmester@koege.example", COORDINATOR, SECRETARIAT) if talk.say(who, "papir 1").done]
    changed(talk)
    talk.at = "2027-04-02T09:00"
    talk.played.plan(talk.at)
    assert len(readers) == 3 and [who for who in readers if talk.say(who, "papir 1").done] == readers


def test_a_tick_that_comes_late_puts_it_in_force_all_the_same_and_once(talk):
    changed(talk)
    talk.played.plan("2027-04-20T09:00")
    assert talk.played.alliance.charter.key == "klimaalliancen"
    before = talk.dump()
    talk.played.plan("2027-04-20T09:05")
    assert talk.changed(before) <= {"alliance", "bookmark"}


def test_the_new_secretariat_is_entered_before_the_day_and_serves_from_it(talk):
    new = "ida@kl.example"
    changed(talk)
    form = talk.say(SECRETARIAT, "for KL: embede")
    filled = {"office": "secretariat", "name": "Ida Holm", "mail": new, "since": "2027-03-15"}
    assert not talk.enter(SECRETARIAT, form, **filled).is_form
    talk.at = "2027-03-31T12:00"
    assert not talk.say(new, "journal").done
    talk.at = "2027-04-01T09:00"
    talk.played.plan(talk.at)
    assert talk.say(new, "journal").done
    assert not talk.say(SECRETARIAT, "journal").done


def taking_part(talk):
    """Every term, group and seat there is, by day: of the members and of the parties beside them."""
    names = ("membership", "grouping", "seat_term")
    return {name: [row | {"id": 0, "recorded_at": 0} for row in talk.played.rows(name)] for name in names}


def test_a_change_that_is_undone_leaves_nobody_who_would_have_taken_part_and_can_be_planned_again(talk):
    before = taking_part(talk)
    changed(talk)
    planned = taking_part(talk)
    assert planned != before
    undone(talk)
    assert taking_part(talk) == before
    earlier = talk.say(SECRETARIAT, "vedtægt skift klimaalliancen 15. marts 2027")
    assert talk.press(SECRETARIAT, earlier, "bekræft").done
    moved = str(planned).replace("2027-04-01", "2027-03-15").replace("2027, 4, 1", "2027, 3, 15")
    assert str(taking_part(talk)) == moved


# What was owed on an earlier day


def test_what_was_owed_on_a_day_before_tovholder_is_what_the_rules_of_that_day_asked(talk):
    text = talk.say("klima@soenderborg.example", "liste 1. maj 2022").text
    assert "Den 1. maj 2022" in text and "krav 2 (Årlig indberetning), 2022" in text and "31. marts 2022" in text
    assert "over fristen" in text and "Tovholder har ført regnskab siden den 1. januar 2027" in text
    joined_later = talk.say("klima@odense.example", "liste 1. maj 2022").text
    assert "ikke noget at skylde" in joined_later  # a member since 1 January 2023
    assert "ikke noget at skylde" in talk.say("klima@soenderborg.example", "liste 3. juni 2021").text


def test_what_was_owed_on_a_day_since_is_shown_as_it_stood_then_with_what_came_later(talk):
    talk.played.plan("2027-03-01T09:00")
    talk.at = "2027-03-10T09:00"
    talk.send(COORDINATOR, talk.say(COORDINATOR, "dokumenter 5a"), kind="knowledge", what="Et oplæg om tang")
    before, after = (talk.say(COORDINATOR, f"liste {day}").rows() for day in ("1. marts 2027", "10. marts 2027"))
    was, is_now = (next(row for row in rows if row[0].startswith("krav 5a")) for rows in (before, after))
    assert was[2] == "åben" and is_now[2] != "åben"
    assert "10. marts 2027" in was[3] or "10. mar. 2027" in was[3]


def stood(talk, day, requirement):
    """How a requirement stood in Køge's list of a day; nothing where it is not there."""
    found = [row[2] for row in talk.say(COORDINATOR, f"liste {day}").rows() if row[0].startswith(requirement)]
    return found[0] if found else ""


def test_what_came_in_by_a_day_counts_on_it_also_when_more_came_or_it_was_taken_back_later(talk):
    talk.played.plan("2027-04-01T09:00")
    for day, kind in (("02", "attendance_only"), ("10", "talk")):
        talk.at = f"2027-04-{day}T09:00"
        assert talk.send(COORDINATOR, talk.say(COORDINATOR, "dokumenter 3b"), kind=kind, what="Vi var der").done
    talk.at = "2027-04-12T09:00"
    better = talk.settlements("Køge", "workshop")[-1]
    assert talk.say(COORDINATOR, f"fortryd {better.id}").done
    told = [stood(talk, f"{day}. april 2027", "krav 3b") for day in (1, 2, 9, 10, 11, 12)]
    assert told == ["åben", "delvist opfyldt", "delvist opfyldt", "opfyldt", "opfyldt", "delvist opfyldt"]


def test_what_was_late_on_a_day_stands_so_in_its_list_also_when_it_came_at_last(talk):
    talk.played.plan("2028-01-16T09:00")
    talk.at = "2028-02-01T09:00"
    form = talk.say(COORDINATOR, "indberet 2027")
    assert talk.send(COORDINATOR, form, ghg_total="410250,5").done
    assert stood(talk, "15. januar 2028", "krav 2 (Årlig indberetning), 2027").startswith("over fristen")
    assert stood(talk, "1. februar 2028", "krav 2 (Årlig indberetning), 2027") == ""  # of a year that is over, and met


@pytest.mark.parametrize(
    ("who", "words", "why"),
    [
        (COORDINATOR, "liste 1. maj 2030", "ikke kommet endnu"),
        (COORDINATOR, "liste 31. april 2022", "Jeg kan ikke læse"),
        (SECRETARIAT, "liste 1. maj 2022", "Skriv, hvem det handler om"),
    ],
)
def test_a_list_of_a_day_that_cannot_be_says_what_to_do(talk, who, words, why):
    said = talk.say(who, words)
    assert not said.done and why in said.text
    assert "Den 1. maj 2022" in talk.say(SECRETARIAT, "for Køge: liste 1. maj 2022").text
