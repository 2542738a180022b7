"""Somebody is away: who is asked meanwhile, who hears of it, and what becomes of reminders that lie ready."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from scheduling.audit import check
from scheduling.deliver import deliver_one
from storage.engine import reading
from tests.conftest import local
from tests.storage.small_alliance import Post

COORDINATOR, MAYOR = "klima@koege.example", "borgmester@koege.example"
SECRETARIAT, DAY = "sekretariat@frederiksberg.example", "2027-02-26"  # the first rung of the report


@pytest.fixture(autouse=True)
def the_day_before(talk: Any) -> None:
    talk.played.plan("2027-02-25T09:00")
    talk.at = "2027-02-25T09:00"


def reminded(talk: Any) -> dict[str, str]:
    """Who of Køge a reminder was posted to, and what became of it."""
    return {r.recipient: r.state for r in talk.told("reminder") if r.recipient in (COORDINATOR, MAYOR)}


def test_whoever_is_deputy_is_reminded_and_may_settle_it(talk: Any) -> None:
    said = talk.say(COORDINATOR, f"væk 25.2.2027 til 5.3.2027 {MAYOR}")
    assert "til og med den 5. marts 2027" in said.summary and "Rikke Toft" in said.text
    talk.played.plan(f"{DAY}T08:00")
    assert set(reminded(talk)) == {MAYOR}
    assert "2027-0259-v1" in talk.send(MAYOR, talk.say(MAYOR, "indberet"), ghg_total="410250,5").text
    assert talk.told("nobody_instead") == []


def test_with_nobody_instead_reminders_still_come_and_the_secretariat_hears_of_it_once(talk: Any) -> None:
    for _ in range(2):
        said = talk.say(COORDINATOR, "væk fra 25-02-2027 til 05-03-2027")
        assert "ingen anden at spørge" in said.text
    assert [record.recipient for record in talk.told("nobody_instead")] == [SECRETARIAT]
    talk.played.plan(f"{DAY}T08:00")
    assert set(reminded(talk)) == {COORDINATOR}
    assert len(talk.played.rows("absence")) == 1
    assert send(talk, "nobody_instead") == "sent"


def send(talk: Any, kind: str) -> str:
    (mine,) = talk.told(kind)
    ways = {"mail": Post(can_be_asked=False)}
    outcome: str = asyncio.run(deliver_one(talk.engine, ways, mine.id, lambda: local(f"{DAY}T09:01")))
    return outcome if outcome != "done" else next(r.reason for r in talk.told(kind))


def test_the_secretariat_does_not_hear_of_who_is_back_already(talk: Any) -> None:
    talk.say(COORDINATOR, "væk 25-02-2027 05-03-2027")
    assert "Velkommen tilbage" in talk.say(COORDINATOR, "væk slut").summary
    assert send(talk, "nobody_instead") == "back"
    assert "ikke som væk" in talk.say(COORDINATOR, "væk slut").summary


def test_a_reminder_that_lies_ready_is_withdrawn_and_goes_to_who_is_asked_now(talk: Any) -> None:
    talk.played.plan(f"{DAY}T08:00")
    talk.at = f"{DAY}T08:01"
    talk.say(COORDINATOR, f"væk 26-02-2027 05-03-2027 {MAYOR}")
    talk.played.plan(f"{DAY}T08:02")
    (mine,) = [r for r in talk.told("reminder") if r.recipient == COORDINATOR]
    asyncio.run(deliver_one(talk.engine, {"mail": Post(can_be_asked=False)}, mine.id, lambda: local(f"{DAY}T08:03")))
    assert reminded(talk) == {COORDINATOR: "withdrawn", MAYOR: "queued"}
    why = talk.say(SECRETARIAT, f"hvorfor {COORDINATOR} 2").text
    assert "Personen er væk" in why and "går til Rikke Toft" in why


def test_the_form_offers_colleagues_and_what_is_wrong_stands_at_its_field(talk: Any) -> None:
    asked = talk.press(COORDINATOR, talk.say(COORDINATOR, "indstillinger"), "Jeg er væk en tid")
    assert "Rikke Toft" in [choice.label for choice in asked.ask("deputy").choices]
    wrong = talk.send(COORDINATOR, asked, since="2027-03-05", last="2027-03-01")
    assert set(wrong.errors()) == {"last"} and wrong.ask("since").value == "2027-03-05"
    deputy = next(choice.value for choice in asked.ask("deputy").choices if choice.label == "Rikke Toft")
    assert talk.send(COORDINATOR, wrong, last="2027-03-09", deputy=deputy).done
    settings = talk.say(COORDINATOR, "indstillinger")
    assert "væk fra den 5. marts 2027 til og med den 9. marts 2027" in settings.text
    assert talk.press(COORDINATOR, settings, "Jeg er tilbage").done
    assert [row["valid_until"] for row in talk.played.rows("absence")] == [date(2027, 3, 10)]


REFUSED = (
    ("væk 05-03-2027 01-03-2027", "Byt dem om"),
    ("væk 01-02-2027 05-02-2027", "er forbi"),
    ("væk 01-03-2027 01-06-2028", "mere end et år"),
    ("væk 01-03-2027 05-03-2027 klima@lejre.example", "Ingen af dine kolleger"),
    ("væk snart", "som en dato"),
    ("væk 31.2.2028 til 1.3.2028", "”31.2.2028” som en dato, der findes"),
)


def test_what_cannot_be_is_refused_with_words(talk: Any) -> None:
    for words, part in REFUSED:
        said = talk.say(COORDINATOR, words)
        assert not said.done and part in said.text, words
    assert talk.played.rows("absence") == []


@pytest.mark.slow
def test_an_invitation_goes_to_whoever_holds_the_office_all_the_same(talk: Any) -> None:
    talk.say(MAYOR, "væk 25-02-2027 30-12-2027")
    talk.press(SECRETARIAT, talk.say(SECRETARIAT, "møde indkald topmøde 2027"), "Ja,")
    assert MAYOR in {record.recipient for record in talk.told("invitation")}


def test_the_audit_waits_for_whoever_came_in_today(talk: Any) -> None:
    talk.played.plan(f"{DAY}T08:00")
    talk.at = f"{DAY}T10:00"
    talk.say(COORDINATOR, f"væk 26-02-2027 05-03-2027 {MAYOR}")
    for at in (f"{DAY}T16:00", "2027-02-27T12:00"):
        with reading(talk.engine) as connection:
            found = check(connection, talk.played.alliance, local(at), ("mail",))
        members = {one.facts.get("organisation") for one in found if one.kind == "gap"}
        assert talk.account("Køge", "report").organisation.id not in members
