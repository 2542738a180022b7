"""``om``: what each alliance says of itself, on every channel, and nothing of another one."""

from __future__ import annotations

from datetime import date

import pytest

from storage.changes.register import end_membership
from storage.queries import register

COORDINATOR, SECRETARIAT = "klima@koege.example", "sekretariat@frederiksberg.example"


def test_the_alliance_says_when_it_was_founded_what_it_looks_up_to_and_with_whom(talk):
    said = talk.say(COORDINATOR, "om")
    for words in (
        "blev stiftet den 4. juni 2021 og har 98 medlemmer",
        "Stiftet: den 4. juni 2021, for 5 år og 8 måneder siden",
        "Første formandsperiode: fra stiftelsen til juni 2023",
        "Søsternetværk: C40: alliancen er en national pendant til det internationale C40-netværk",
        "begrænse den globale temperaturstigning til 1,5 grader",
        "70 % lavere udledning af drivhusgasser i 2030 end i 1990",
        "klimaloven, lov nr. 965 af 26. juni 2020, § 1",
        "Kontakt: C40’s kontor i Bloxhub i København.",
        "https://resourcecentre.c40.org/",
    ):
        assert words in said.text, words
    assert "Køge Kommune: medlem i" in said.text
    assert "1,5 grader" in talk.say(COORDINATOR, "hjælp").text


@pytest.mark.parametrize("words", ["for Glostrup: om", "for Glostrup: about"])
def test_anybody_can_ask_how_long_another_has_been_a_member(talk, words):
    said = talk.say(COORDINATOR, words)
    assert said.done and "Glostrup Kommune: medlem i" in said.text and "Køge Kommune" not in said.text


def test_who_is_no_member_is_named_area_by_area_and_members_are_counted_year_by_year(talk):
    def leaves(connection, alliance_id):
        koege = register.organisation_by_code(connection, alliance_id, "0259", date(2026, 7, 1))
        assert end_membership(connection, alliance_id, koege.id, date(2026, 7, 1))

    whole, years, _ = talk.say(SECRETARIAT, "om medlemmer").tables()
    assert [row[0] for row in whole.rows] == [
        f"KKR {area}" for area in ("Hovedstaden", "Midtjylland", "Nordjylland", "Sjælland", "Syddanmark")
    ]
    assert [row[1:] for row in whole.rows] == [(f"{n} / {n}", "–") for n in (29, 19, 11, 17, 22)]
    before = dict(years.rows)
    assert before["2026"] == before["2027"] == "98" and min(before) == "2021"
    talk.change(leaves)
    whole, years, _ = talk.say(SECRETARIAT, "om medlemmer").tables()
    assert whole.rows[3] == ("KKR Sjælland", "16 / 17", "Køge")
    assert dict(years.rows) == before | {"2026": "97", "2027": "97"}


def test_the_members_are_listed_with_since_when_each_is_one(talk):
    said = talk.say(SECRETARIAT, "om medlemmer")
    rows = said.tables()[-1].rows
    assert len(rows) == 98 and rows[-1][0] == "Aarhus"
    assert all(row[2] for row in rows)
    wrong = talk.say(SECRETARIAT, "om vejret")
    assert not wrong.done and "om medlemmer" in wrong.text
