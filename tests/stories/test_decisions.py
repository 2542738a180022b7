"""The decisions of every meeting as one list: from approved minutes, in each reader's own copy, searched by words."""

from __future__ import annotations

from tests.stories.test_meeting_page import pages
from tests.stories.test_minutes import (
    COORDINATOR,
    MAYOR,
    MEMBER,
    SECRET,
    SECRETARIAT,
    action,
    approved,
    called,
    circulated,
    confirm,
    held,
    written,
)

__all__ = ["called", "held", "pages"]  # fixtures


def test_what_was_decided_stands_there_once_the_minutes_are_approved(held):
    circulated(held, **action())
    for who in (MAYOR, MEMBER, SECRETARIAT):
        assert "ingen beslutninger, du kan læse, endnu" in held.say(who, "beslutninger").text
    confirm(held, "referat godkend 1/2027")
    shown = held.say(MEMBER, "beslutninger")
    assert shown.summary == "1 beslutning, de nyeste først."
    assert "Styregruppemøde 1/2027, punkt 1: Årets handlinger" in shown.text and "Vedtaget." in shown.text
    assert (
        "Sender notat om biler (Køge Kommune, klimakoordinator, frist den 12. april 2027): ikke udført endnu"
        in shown.text
    )
    assert held.press(MEMBER, shown, "Referat af").done


def test_a_closed_item_is_there_only_for_those_who_read_it(held):
    approved(held)
    for who, sees in ((MAYOR, True), (SECRETARIAT, True), (MEMBER, False), (COORDINATOR, False)):
        for words in ("beslutninger", f"beslutninger {SECRET}"):
            assert (f"Aftalen opsiges {SECRET}" in held.say(who, words).text) is sees, who
    assert "(lukket punkt)" in held.say(MAYOR, "decisions").text


def test_an_action_is_followed_until_it_is_done_or_late(held):
    approved(held, **action())
    held.at = "2027-04-13T09:00"
    assert "ikke udført, over fristen" in held.say(MEMBER, "beslutninger").text
    done = held.say(COORDINATOR, f"dokumenter A{1}")
    assert held.send(COORDINATOR, done, kind="done", what="Sendt").done
    assert "12. april 2027): udført" in held.say(MEMBER, "beslutninger").text


def test_the_same_action_of_two_owners_stands_as_each_of_them_left_it(held):
    both = {"due": "2027-04-12", "what": "Send høringssvar"}
    approved(held, **action(**both), **action("0253:climate_coordinator", slot=2, **both))
    done = held.say(COORDINATOR, "dokumenter A1")
    assert held.send(COORDINATOR, done, kind="done", what="Sendt").done
    shown = held.say(SECRETARIAT, "beslutninger").text
    assert "(Køge Kommune, klimakoordinator, frist den 12. april 2027): udført" in shown
    assert "(Greve Kommune, klimakoordinator, frist den 12. april 2027): ikke udført endnu" in shown


def test_words_find_a_decision_and_a_correction_takes_its_place(held):
    approved(held)
    assert "1 beslutning med ”vedtaget”" in held.say(MEMBER, "beslutninger vedtaget").summary
    none = held.say(MEMBER, "beslutninger solceller")
    assert none.summary == "Ingen beslutninger, du kan læse, indeholder ”solceller”."
    assert "1 beslutning" in held.press(MEMBER, none, "Vis alle").summary
    written(held, 1, "ret", decision="Udsat.")
    reason = held.send(SECRETARIAT, held.say(SECRETARIAT, "referat ret 1/2027"), reason="Forkert")
    assert held.send(SECRETARIAT, reason, "bekræft").done
    shown = held.say(MEMBER, "beslutninger").text
    assert "Udsat." in shown and "Vedtaget." not in shown and "1 beslutning" in shown


def test_the_page_of_meetings_has_them_with_a_search(held, pages):
    pages.talk.at = "2027-03-11T09:00"
    approved(held)
    seen = pages.see(MEMBER, "/meetings")
    assert "1 beslutning, de nyeste først." in seen and "Vedtaget." in seen and SECRET not in seen
    assert f"Aftalen opsiges {SECRET}" in pages.see(MAYOR, "/meetings?year=2028&q=opsiges")
    assert "indeholder ”opsiges”" in pages.see(MEMBER, "/meetings?q=opsiges")
    assert "&lt;b&gt;" in pages.get(MEMBER, "/meetings?q=<b>").text
    assert "1 beslutning" in pages.see(MEMBER, "/meetings?page=99")
