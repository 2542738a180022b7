"""Somebody hands one thing to a colleague: who is asked and told, what the colleague may do, and how it ends."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.commands import COMMANDS
from scheduling.audit import check
from scheduling.deliver import deliver_one
from storage.engine import reading
from tests.conftest import local
from tests.storage.small_alliance import Post

COORDINATOR, MAYOR, NEW = "klima@koege.example", "borgmester@koege.example", "bo@koege.example"
SECRETARIAT, LEJRE, DAY = "sekretariat@frederiksberg.example", "klima@lejre.example", "2027-02-26"


@pytest.fixture(autouse=True)
def the_day_before(talk: Any) -> None:
    talk.at = "2027-02-25T09:00"


def number(talk: Any, requirement: str = "report") -> int:
    return int(talk.account("Køge", requirement).obligation.id)


def give(talk: Any, to: str = NEW, name: str = "Bo Lund", note: str = "", requirement: str = "report") -> Any:
    """Fill in the form, look at what would happen, and confirm."""
    asked = talk.say(COORDINATOR, f"giv videre {number(talk, requirement)}")
    shown = talk.send(COORDINATOR, asked, mail=to, name=name, note=note)
    return talk.send(COORDINATOR, shown)


def reminded(talk: Any) -> set[str]:
    return {r.recipient for r in talk.told("reminder") if r.recipient in (COORDINATOR, MAYOR, NEW)}


def send(talk: Any, kind: str, at: str = "2027-02-25T09:01") -> str:
    """Let the newest of a kind leave; how it ended."""
    record = talk.told(kind)[-1]
    asyncio.run(deliver_one(talk.engine, {"mail": Post(can_be_asked=False)}, record.id, lambda: local(at)))
    newest = talk.told(kind)[-1]
    return newest.reason or newest.state


def test_it_is_shown_first_and_nothing_is_done_before_it_is_confirmed(talk: Any) -> None:
    before = talk.dump("form_draft")
    asked = talk.press(COORDINATOR, talk.say(COORDINATOR, "liste"), f"giv videre {number(talk)}")
    assert "Rikke Toft" in [choice.label for choice in asked.ask("colleague").choices]
    shown = talk.send(COORDINATOR, asked, mail=NEW, name="Bo Lund", note="Du har tallene")
    assert "Bo Lund bliver spurgt om" in shown.summary and "31. marts 2027" in shown.text
    assert talk.dump("form_draft") == before
    changed = talk.send(COORDINATOR, shown, note="Noget andet")  # what was not shown is shown first
    assert "Noget andet" in changed.text and talk.dump("form_draft") == before


def test_the_colleague_is_told_at_once_and_asked_instead_of_the_giver(talk: Any) -> None:
    assert "givet videre til Bo Lund" in give(talk, note="Du har tallene fra forsyningen").summary
    (told,) = talk.told("handed_over")
    assert told.recipient == NEW and send(talk, "handed_over") == "sent"
    talk.played.plan(f"{DAY}T08:00")  # the first rung
    assert reminded(talk) == {NEW}
    assert talk.standing("Køge", "report") == "open"  # the member's as before
    mine = talk.say(COORDINATOR, "liste")
    assert "gav det videre til Bo Lund" in mine.text and f"tag tilbage {number(talk)}" in mine.offered()
    theirs = talk.say(NEW, "liste")
    assert "Du har tallene fra forsyningen" in theirs.text and "Årlig indberetning" in theirs.text
    assert "topmøde" not in theirs.text.lower()
    shown = talk.say(SECRETARIAT, f"vis {number(talk)}").text
    assert "gav det videre til Bo Lund" in shown and "gav det videre til en kollega" in shown
    why = talk.say(SECRETARIAT, f"hvorfor {COORDINATOR} 2").text
    assert "Personen gav det videre til Bo Lund" in why


@pytest.mark.slow
def test_what_was_told_on_handing_over_is_not_told_again_by_the_morning(talk: Any) -> None:
    talk.at = f"{DAY}T07:00"
    give(talk)
    talk.played.plan(f"{DAY}T08:00")
    assert reminded(talk) == set()
    talk.played.plan("2027-03-12T08:00")  # the next rung
    assert reminded(talk) == {NEW}


def test_the_colleague_settles_that_and_nothing_else(talk: Any) -> None:
    give(talk)
    (words,) = [words for words in talk.say(NEW, "liste").offered() if "indberet" in words]
    receipt = talk.send(NEW, talk.say(NEW, words), ghg_total="410250,5")
    assert "2027-0259-v1" in receipt.text and not talk.told("recorded_on_behalf")
    assert [fact.on_behalf for fact in talk.settlements("Køge", "report")] == [False]
    again = talk.say(NEW, words)
    assert "er allerede modtaget" in again.text
    assert "indberet" not in " ".join(talk.say(NEW, "liste").offered())


BEYOND = {
    "evidence": "dokumenter 4",
    "rsvp": "svar topmøde ja borgmester",
    "figures": "tal",
    "end_term": f"fratræd {COORDINATOR}",
}


def test_no_other_command_about_the_member_is_open_to_them(talk: Any) -> None:
    give(talk)
    before = talk.dump("form_draft", "journal")
    closed = [command for command in COMMANDS if command.about_member and not command.of_any]
    about = [command for command in closed if command.key != "report"]
    for words in [word for c in about for word in {c.names[0], BEYOND.get(c.key, c.names[0])}]:
        said = talk.say(NEW, f"for Køge: {words}")
        assert not said.done and not said.is_form, words
    other = number(talk, "declaration")
    looks = ("for Køge: liste", "for Køge: vis 4", "for Køge: giv videre 4", "for Køge: udskyd 4", "for Køge: kalender")
    for words in (*looks, f"vis {other}", f"udskyd {other}", f"giv videre {other}", f"afslå {other}"):
        assert not talk.say(NEW, words).done, words
    assert not talk.say(NEW, "for Lejre: indberet").done
    assert talk.dump("form_draft", "journal") == before


def test_evidence_that_the_colleague_gave_can_be_undone_by_them_and_is_theirs_again(talk: Any) -> None:
    give(talk, requirement="declaration")
    (words,) = [words for words in talk.say(NEW, "liste").offered() if "dokumenter" in words]
    receipt = talk.send(NEW, talk.say(NEW, words), kind="zero_waste", what="Tilsluttet")
    assert talk.standing("Køge", "declaration") == "fulfilled"
    undone = talk.press(NEW, receipt, "fortryd")
    assert undone.done, undone.text
    assert talk.standing("Køge", "declaration") == "open" and words in talk.say(NEW, "liste").offered()


def test_the_giver_takes_it_back_and_the_colleague_hears_of_it_if_they_ever_heard(talk: Any) -> None:
    give(talk)
    over = talk.press(COORDINATOR, talk.say(COORDINATOR, "liste"), "tag tilbage")
    assert "er dit igen" in over.summary
    assert send(talk, "handed_over") == "not_theirs" and send(talk, "taken_back") == "never_sent"
    talk.played.plan(f"{DAY}T08:00")
    assert reminded(talk) == {COORDINATOR}
    assert not talk.say(NEW, "for Køge: indberet").done
    talk.at = f"{DAY}T09:00"
    give(talk)
    assert send(talk, "handed_over", f"{DAY}T09:01") == "sent"
    talk.say(COORDINATOR, f"tag tilbage {number(talk)}")
    assert send(talk, "taken_back", f"{DAY}T09:02") == "sent"


def test_the_colleague_declines_and_the_giver_is_told(talk: Any) -> None:
    give(talk)
    over = talk.press(NEW, talk.say(NEW, "liste"), "afslå")
    assert "er givet tilbage" in over.summary and "Uldum" in over.summary
    (told,) = talk.told("handed_back")
    assert told.recipient == COORDINATOR and send(talk, "handed_back") == "sent"
    talk.played.plan(f"{DAY}T08:00")
    assert reminded(talk) == {COORDINATOR}
    assert not talk.say(NEW, f"afslå {number(talk)}").done


@pytest.mark.slow
def test_given_to_another_the_first_is_told_and_answers_no_more(talk: Any) -> None:
    give(talk)
    send(talk, "handed_over")
    asked = talk.say(COORDINATOR, f"giv videre {number(talk)}")
    rikke = next(choice.value for choice in asked.ask("colleague").choices if choice.label == "Rikke Toft")
    shown = talk.send(COORDINATOR, asked, colleague=rikke)
    assert "Bo Lund" in shown.text
    talk.send(COORDINATOR, shown)
    assert [record.recipient for record in talk.told("taken_back")] == [NEW]
    talk.played.plan(f"{DAY}T08:00")
    assert reminded(talk) == {MAYOR} and not talk.say(NEW, "for Køge: indberet").done


def test_said_twice_it_is_one_handover_and_one_message(talk: Any) -> None:
    asked = talk.say(COORDINATOR, f"giv videre {number(talk)}")
    shown = talk.send(COORDINATOR, asked, mail=NEW, name="Bo Lund")
    for _ in range(2):
        assert talk.send(COORDINATOR, shown).done
    assert len(talk.played.rows("handover")) == len(talk.told("handed_over")) == 1


@pytest.mark.slow
def test_it_ends_when_the_office_changes_hands(talk: Any) -> None:
    give(talk)
    answers = {"office": "climate_coordinator", "name": "Ny Person", "mail": "ny@koege.example", "since": "2027-02-26"}
    talk.sure(SECRETARIAT, talk.hand_in(SECRETARIAT, "for Køge: embede", answers))
    assert talk.say(NEW, "for Køge: indberet").is_form  # the day before
    talk.at = f"{DAY}T09:00"
    assert not talk.say(NEW, "for Køge: indberet").done
    talk.played.plan(f"{DAY}T09:00")
    assert {r.recipient for r in talk.told("reminder") if r.recipient.endswith("koege.example")} == {"ny@koege.example"}


def test_it_ends_when_the_colleague_leaves_the_register_and_the_giver_hears_of_it(talk: Any) -> None:
    give(talk)
    assert "Bo Lund" in talk.surely(SECRETARIAT, f"for Køge: fratræd {NEW}").text
    assert [record.recipient for record in talk.told("handed_back")] == [COORDINATOR]
    assert not talk.say(NEW, "for Køge: indberet").done
    talk.played.plan(f"{DAY}T08:00")
    assert reminded(talk) == {COORDINATOR}


@pytest.mark.slow
def test_while_the_colleague_is_away_or_out_of_reach_the_giver_is_asked_after_all(talk: Any) -> None:
    give(talk)
    talk.say(NEW, "væk 25-02-2027 05-03-2027")
    talk.played.plan(f"{DAY}T08:00")
    assert reminded(talk) == {COORDINATOR}


WRONG = (
    ({"mail": ""}, "colleague"),
    ({"mail": "bo"}, "mail"),
    ({"mail": NEW}, "name"),
    ({"mail": COORDINATOR}, "mail"),
    ({"mail": LEJRE}, "mail"),
    ({"mail": MAYOR, "name": "En Anden"}, "mail"),
    ({"mail": NEW, "name": "Bo", "note": "x" * 501}, "note"),
)


def test_what_is_wrong_stands_at_its_field(talk: Any) -> None:
    asked = talk.say(COORDINATOR, f"giv videre {number(talk)}")
    for typed, field in WRONG:
        assert set(talk.send(COORDINATOR, asked, **typed).errors()) == {field}, typed
    assert talk.played.rows("handover") == []


def test_an_address_of_another_house_is_asked_about(talk: Any) -> None:
    for mail, asked_about in ((NEW, False), ("bo@firma.example", True)):
        asked = talk.say(COORDINATOR, f"giv videre {number(talk)}")
        shown = talk.send(COORDINATOR, asked, mail=mail, name="Bo Lund")
        assert ("hvis du er sikker på adressen" in shown.text) is asked_about, mail


def test_typed_with_an_address_it_is_shown_at_once(talk: Any) -> None:
    for words in ("giv videre {} til {}", "hand over {} to {}", "pass on {} {}"):
        said = talk.say(COORDINATOR, words.format(number(talk), MAYOR))
        assert "Rikke Toft bliver spurgt" in said.summary, words
    assert talk.say(COORDINATOR, "giv videre").offered()


def test_two_peoples_time_is_enough(talk: Any) -> None:
    give(talk)
    again = talk.say(NEW, f"giv videre {number(talk)}")
    assert not again.done and "Højst to skal bruge tid på det" in again.text


REFUSED = (
    (MAYOR, "giv videre {}", "ikke dig, jeg spørger"),
    (MAYOR, "tag tilbage {}", "ikke givet videre"),
    (LEJRE, "giv videre {}", "nogen forpligtelse"),
    (LEJRE, "tag tilbage {}", "nogen forpligtelse"),
)


def test_whose_it_is_not_cannot_hand_it_over_or_take_it_back(talk: Any) -> None:
    give(talk)
    for who, words, part in REFUSED:
        said = talk.say(who, words.format(number(talk)))
        assert not said.done and part in said.text, (who, words, said.text)


@pytest.mark.slow
def test_the_audit_finds_nothing_while_something_is_handed_over(talk: Any) -> None:
    talk.played.plan(f"{DAY}T08:00")
    talk.at = f"{DAY}T10:00"
    give(talk)
    for at in (f"{DAY}T16:00", "2027-02-27T12:00"):
        with reading(talk.engine) as connection:
            found = check(connection, talk.played.alliance, local(at), ("mail",))
        members = {one.facts.get("organisation") for one in found if one.kind == "gap"}
        assert talk.account("Køge", "report").organisation.id not in members
