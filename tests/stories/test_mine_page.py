"""My list as a page: by urgency, each with what settles it; what is in place; and what comes next."""

from __future__ import annotations

import re

import pytest

from storage.bookmarks import FINDINGS, keep_place
from storage.engine import writing
from storage.outbox import claim, given_up
from tests.conftest import local
from tests.stories.test_meeting_page import COORDINATOR, MAYOR, MEETING, SECRETARY, Pages, called, pages

__all__ = ["pages"]  # the fixture: the pages as somebody sees them


def headings(pages: Pages, who: str) -> list[str]:
    """The second and third headings of somebody's list, in their order."""
    page = pages.get(who, "/mine").text.partition("<main")[2]
    return [re.sub(r"<[^>]+>", "", text) for text in re.findall(r"<h[23][^>]*>(.*?)</h[23]>", page)]


def number(pages: Pages, heading: str, who: str = COORDINATOR) -> str:
    found = re.search(rf"{heading}.{{0,40}}\(?nr\. (\d+)|{heading}[^(]*nr\. (\d+)", pages.see(who, "/mine"))
    assert found
    return found[1] or found[2]


def test_what_is_owed_stands_by_urgency_with_its_number_and_days_left(pages: Pages) -> None:
    pages.talk.played.plan("2027-02-25T08:00")
    seen = pages.see(COORDINATOR, "/mine")
    assert headings(pages, COORDINATOR)[0].startswith("Med frist")
    assert "Frist onsdag den 31. marts 2027 (om 34 dage)" in seen and "åben nr. " in seen
    pages.talk.at = "2027-04-01T09:00"
    late = headings(pages, COORDINATOR)
    assert late[0] == "Over fristen (2)" and late[1].startswith("Klimahandlingsplanen, Køge")
    assert "Årlig indberetning 2027" in late[2]
    assert "(i går)" in pages.see(COORDINATOR, "/mine")


def test_the_number_is_the_one_that_commands_go_by_on_every_channel(pages: Pages) -> None:
    pages.talk.played.plan("2027-02-25T08:00")
    which = number(pages, "Årlig indberetning 2027, Køge Kommune åben")
    assert "Årlig indberetning" in pages.see(COORDINATOR, f"/obligations/{which}")
    chat = pages.talk.say(COORDINATOR, "liste").text
    assert f"Nummer {which}" in chat.replace(":", "") and re.search(r"Køge Kommune \(nr\. \d+\)", chat)


def test_one_press_settles_and_what_is_settled_stands_below(pages: Pages) -> None:
    pages.talk.played.plan("2027-02-25T08:00")
    pages.press(COORDINATOR, "/mine", "Ja, borgmesteren kommer")
    seen = pages.see(COORDINATOR, "/mine")
    assert "Klimatopmødet" in seen.partition("Afventer")[2].partition("På plads i 2027")[0]
    assert "dispensation" not in seen
    pages.talk.say(SECRETARY, "for Køge: dispensation 4", why="En prøve", decided_by="Styregruppen", until="2027-12-31")
    assert "dispensation" in pages.see(COORDINATOR, "/mine").partition("På plads i 2027")[2]


def test_a_plan_that_is_to_be_updated_stands_among_the_rest_with_its_day(pages: Pages) -> None:
    seen = pages.see(COORDINATOR, "/mine")
    assert "Klimahandlingsplanen, Køge Kommune skal opdateres Frist søndag den 14. marts 2027" in seen
    assert "den første frist er den 14. marts 2027" in seen
    pages.press(COORDINATOR, "/mine", "Se planen")


def test_actions_that_nobody_updated_for_a_year_stand_on_the_secretariats_list_with_the_way_to_them(
    pages: Pages,
) -> None:
    action = {"title": "Varmeplan", "track": "reduction", "owner": "Planchefen", "due": "1.6.2029"}
    pages.talk.send(COORDINATOR, pages.talk.say(COORDINATOR, "handling ny"), **action)
    assert "uden nyt i et år" not in pages.see(SECRETARY, "/mine")
    pages.talk.at = "2028-03-01T09:00"
    assert "1 handling i medlemmernes planer uden nyt i et år" in pages.see(SECRETARY, "/mine")
    assert "uden nyt i et år" not in pages.see(COORDINATOR, "/mine")
    pages.press(SECRETARY, "/mine", "Se dem")


@pytest.mark.slow
def test_what_is_handed_over_waits_for_the_colleague_and_can_be_taken_back(pages: Pages) -> None:
    pages.talk.played.plan("2027-02-25T08:00")
    before = pages.see(COORDINATOR, "/mine")
    buttons = pages.get(COORDINATOR, "/mine").text
    assert ">Giv videre<" in buttons and "Tag tilbage" not in buttons
    which = number(pages, "Årlig indberetning 2027, Køge Kommune åben")
    shown = pages.talk.say(COORDINATOR, f"giv vidre {which}", name="Lone Bak", mail="lone@koege.example")
    assert pages.talk.send(COORDINATOR, shown, "Ja, giv videre").done
    seen, after = pages.see(COORDINATOR, "/mine"), headings(pages, COORDINATOR)
    assert "Givet videre til en kollega (1)" in after
    assert "gav det videre til Lone Bak" in seen and ">Tag tilbage<" in pages.get(COORDINATOR, "/mine").text
    waiting = int(before.partition(" opgaver venter")[0].split()[-1])
    assert f"{waiting - 1} opgaver venter" in seen
    pages.press(COORDINATOR, "/mine", "Tag tilbage")
    assert "Givet videre til en kollega" not in pages.see(COORDINATOR, "/mine")


def test_a_seat_that_is_asked_stands_among_the_rest_until_it_has_answered(pages: Pages) -> None:
    called(pages.talk)
    asked = "Kommer I? Styregruppemøde 1/2027, Køge Kommune"
    assert asked in headings(pages, MAYOR)
    pages.press(MAYOR, "/mine", "Ja, jeg kommer")
    assert asked not in headings(pages, MAYOR)


def test_where_nothing_waits_the_list_says_so_and_what_comes_next(pages: Pages) -> None:
    seen = pages.see(SECRETARY, "/mine")
    assert "Der venter ikke noget på dig lige nu" in seen
    assert "Det næste fredag den 30. april 2027: sidste dag for at indkalde til Klimatopmøde 2027" in seen
    assert "torsdag den 27. maj 2027: Klimatopmøde 2027" in seen
    assert 'name="_words"' not in pages.get(SECRETARY, "/mine").text.partition("<main")[2]
    assert "torsdag den 1. april 2027: Bidrag til workshoppen 2027 åbner" in pages.see(COORDINATOR, "/mine")


def test_the_secretariats_own_work_is_its_list(pages: Pages) -> None:
    called(pages.talk)
    assert headings(pages, SECRETARY)[1] == "Styregruppemøde 1/2027"
    seen = pages.see(SECRETARY, "/mine")
    assert "Udsend dagsordenen senest" in seen and "Åbn dagsordenen" in seen
    proposal = {"heading": "Cykelstier", "kind": "discussion", "case": "Kort"}
    assert pages.talk.hand_in(COORDINATOR, f"foreslå {MEETING}", proposal).done
    assert "Et forslag til Styregruppemøde 1/2027 venter på svar" in headings(pages, SECRETARY)
    pages.talk.at = "2027-03-19T09:00"
    assert headings(pages, SECRETARY)[:2] == ["Over fristen (1)", "Styregruppemøde 1/2027"]
    assert "Notér, hvem der kom" in pages.see(SECRETARY, "/mine")


def test_what_reached_nobody_is_said_to_the_secretariat(pages: Pages) -> None:
    pages.talk.played.plan("2027-02-26T08:00")
    pages.talk.at = "2027-02-26T08:05"
    assert "nåede ikke frem" not in pages.see(SECRETARY, "/mine")
    with writing(pages.talk.engine) as connection:
        (lost,) = claim(connection, local(pages.talk.at), ["mail"], at_most=1)
        given_up(connection, lost, "no_address", local(pages.talk.at))
    assert "Én besked nåede ikke frem i de sidste 30 dage" in headings(pages, SECRETARY)
    pages.talk.at = "2027-03-29T08:05"
    assert "nåede ikke frem" not in pages.see(SECRETARY, "/mine")


def test_nobody_has_no_list(pages: Pages) -> None:
    assert pages.client.get("/mine").status_code == 403


@pytest.mark.slow
def test_looking_at_the_pages_changes_nothing(pages: Pages) -> None:
    called(pages.talk)
    before = pages.talk.dump()
    for who in (COORDINATOR, SECRETARY, MAYOR):
        for path in ("/mine", "/meetings", pages.page):
            pages.see(who, path)
    assert pages.talk.changed(before) == set()


def test_what_the_audit_found_stands_on_the_secretariats_list_until_it_finds_it_no_more(pages: Pages) -> None:
    def found(counted: str) -> str:
        with writing(pages.talk.engine) as connection:
            keep_place(connection, 1, FINDINGS, counted, local("2027-03-01T08:00"))
        return pages.see(SECRETARY, "/mine")

    seen = found("backup 1\ngap 3")
    assert "Sikkerhedskopien er udeblevet" in seen and "Har ikke fået besked, selv om det var tid (3)" in seen
    assert "Gennemgangen" not in pages.see(COORDINATOR, "/mine")
    assert "Gennemgangen" not in found("")
