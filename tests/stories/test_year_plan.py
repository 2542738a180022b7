"""A year is planned: the plan is shown with its reasons, and only what was shown and confirmed is written."""

from __future__ import annotations

import pytest

from storage.changes.meetings import plan_meeting
from storage.engine import reading
from storage.queries.meetings import meetings

SECRETARIAT, MAYOR = "sekretariat@frederiksberg.example", "borgmester@koege.example"


@pytest.fixture(autouse=True)
def in_the_autumn_before(talk):
    talk.at = "2026-11-23T09:00"


def steering(talk):
    with reading(talk.engine) as connection:
        return [m for m in meetings(connection, talk.played.alliance) if m.kind == "steering_group"]


def test_the_plan_shows_days_reasons_and_what_stands_and_writes_nothing(talk):
    before = talk.dump()
    shown = talk.say(SECRETARIAT, "årshjul 2027")
    proposed, kept = shown.tables()
    assert [row[0] for row in proposed.rows] == [f"Styregruppemøde {n}/2027" for n in (1, 2, 3, 4)]
    assert [row[0] for row in kept.rows] == ["Klimatopmøde 2027", "Workshop 2027"]
    assert proposed.rows[0][1] == "torsdag den 11. februar 2027 kl. 10.00-14.00, uge 6"
    assert "Uge 7 undgås helst" in proposed.rows[0][-1] and "31. marts 2027" in shown.text
    assert "Intet er skrevet endnu" in shown.text and talk.changed(before) == set()


def test_what_was_shown_is_written_when_it_is_confirmed_and_nobody_is_told(talk):
    shown = talk.say(SECRETARIAT, "årshjul 2027")
    before, outbox = talk.dump(), talk.played.outbox()
    done = talk.press(SECRETARIAT, shown, "Skriv de 4 møder")
    assert "4 møder er skrevet" in done.summary and len(done.rows()) == 4
    assert talk.changed(before) == {"meeting", "journal"} and talk.played.outbox() == outbox
    assert "Styregruppemøde 1/2027" in talk.press(SECRETARIAT, done, "Styregruppemøde 1/2027").text
    written = steering(talk)
    assert [(m.label, m.state, m.place) for m in written] == [(f"{n}/2027", "planned", "") for n in (1, 2, 3, 4)]
    assert [m.starts_at.isoformat()[:16] for m in written][:2] == ["2027-02-11T09:00", "2027-05-13T08:00"]
    entry = talk.journal()[0]
    assert (entry.action, entry.about, entry.facts["meetings"]) == ("year_planned", "year:2027", 4)
    assert "planlagde et år" in talk.say(SECRETARIAT, "journal").text


def test_a_second_confirmation_writes_nothing_more(talk):
    shown = talk.say(SECRETARIAT, "årshjul 2027")
    talk.press(SECRETARIAT, shown, "Skriv")
    before = talk.dump()
    again = talk.press(SECRETARIAT, shown, "Skriv")
    assert "alle 6 møder står der allerede" in again.summary and again.offered() == []
    assert talk.changed(before) == set()


def test_a_plan_that_no_longer_fits_is_shown_anew_and_not_written(talk):
    shown = talk.say(SECRETARIAT, "årshjul 2027")
    first = steering_day(shown)
    talk.change(lambda connection, alliance_id: _extra(talk, connection, alliance_id))
    again = talk.press(SECRETARIAT, shown, "Skriv")
    assert len(again.tables()[0].rows) == 3 and steering_day(again) != first
    assert len(steering(talk)) == 1
    assert "3 møder" in talk.press(SECRETARIAT, again, "Skriv").summary
    assert len(steering(talk)) == 4


def steering_day(shown):
    return shown.tables()[0].rows[0][1]


def _extra(talk, connection, alliance_id):
    """Somebody plans the first meeting meanwhile."""
    charter = talk.played.alliance.charter
    day = charter.calendar.local(talk.played.alliance.demo_now).date().replace(year=2027, month=3, day=3)
    plan_meeting(
        connection,
        alliance_id,
        kind="steering_group",
        year=2027,
        number=1,
        starts_at=charter.calendar.at(day, charter.meetings[0].starts),
        ends_at=charter.calendar.at(day, charter.meetings[0].ends),
        place="Køge Rådhus",
        answer_by=day,
    )


@pytest.mark.parametrize("words", ["årshjul 2027 bekræft", "årshjul 2027 bekræft 00000000", "årshjul 2027 skriv alt"])
def test_a_confirmation_of_something_else_only_shows_the_plan(talk, words):
    before = talk.dump()
    assert "4 møder" in talk.say(SECRETARIAT, words).summary
    assert talk.changed(before) == set()


def test_a_quarter_that_is_over_is_warned_about_and_the_rest_can_be_planned(talk):
    talk.at = "2027-03-30T09:00"
    shown = talk.say(SECRETARIAT, "aarshjul")
    assert [row[0] for row in shown.tables()[0].rows] == [f"Styregruppemøde {n}/2027" for n in (1, 2, 3)]
    assert "Der kan ikke længere nås et møde i styregruppen mellem den 1. januar 2027" in shown.text
    talk.press(SECRETARIAT, shown, "Skriv")
    assert [m.label for m in steering(talk)] == ["1/2027", "2/2027", "3/2027"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("årshjul i år", "”i” som år"),
        ("årshjul 27", "”27” som år"),
        ("årshjul bekræft 1a2b3c4d", "”bekræft” som år"),
        ("årshjul 2025", "2025 er gået"),
        ("årshjul 2030", "til og med 2029"),
        ("årshjul 9999", "til og med 2029"),
    ],
)
def test_a_year_that_cannot_be_planned_is_refused_in_words(talk, words, said):
    before = talk.dump("journal")
    assert said in talk.say(SECRETARIAT, words).text
    assert talk.dump("journal") == before


def test_the_last_year_that_can_be_planned_is_three_ahead(talk):
    assert "6 møder" in talk.say(SECRETARIAT, "årshjul 2029").summary


def test_a_member_cannot_plan_the_alliances_year(talk):
    before = talk.dump("journal")
    said = talk.say(MAYOR, "årshjul 2027")
    assert said.tables() == [] and talk.dump("journal") == before


def test_it_is_said_in_english_too(talk):
    talk.say(SECRETARIAT, "sprog en")
    shown = talk.say(SECRETARIAT, "year 2027")
    done = talk.press(SECRETARIAT, shown, "Enter the 4 meetings")
    assert done.summary == "4 meetings were entered for 2027. Nobody has been invited yet."
