"""``om``: what each alliance says of itself, on every channel, and nothing of another one."""

from __future__ import annotations

import pytest

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


def test_the_members_are_listed_with_since_when_each_is_one(talk):
    said = talk.say(SECRETARIAT, "om medlemmer")
    rows = said.rows()
    assert len(rows) == 98 and rows[-1][0] == "Aarhus"
    assert all(row[2] for row in rows)
    wrong = talk.say(SECRETARIAT, "om vejret")
    assert not wrong.done and "om medlemmer" in wrong.text
