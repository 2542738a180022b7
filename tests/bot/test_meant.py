"""What people say in a conversation, and the command that is meant by it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.meant import meant
from tests.conftest import Played

NAMES = {"0259": "Køge", "0269": "Solrød", "0825": "Læsø", "0550": "Tønder", "0573": "Varde", "0480": "Nordfyns"}
COORDINATOR, SECRETARIAT, AT = "klima@koege.example", "sekretariat@frederiksberg.example", "2027-03-01T09:00"


def names() -> dict[str, str]:
    return NAMES


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("Køge: liste", "for Køge: liste"),
        ("koege liste", "for Køge: liste"),
        ("Koge", "for Køge:"),
        ("Køge Kommune: kontakter", "for Køge: kontakter"),
        ("kontakter Laesø", "for Læsø: kontakter"),
        ("dispensation Læsø 4", "for Læsø: dispensation 4"),
        ("status Køge", "for Køge: liste"),
        ("mangler Køge?", "for Køge: liste"),
        ("besked Køge husk tallene", "for Køge: besked husk tallene"),
        ("Hvem mangler?", "mangler"),
        ("Hvem mangler krav 3a?", "mangler 3a"),
        ("who is missing requirement 2", "missing 2"),
        ("Journal?", "Journal"),
        ("status.", "status"),
        ("flyt styregruppe 1/2027 24. marts", "møde flyt styregruppe 1/2027 24. marts"),
        ("aflys mødet 4/2027", "møde aflys 4/2027"),
        ("indkald styregruppen", "møde indkald styregruppen"),
        ("godkend referat 1/2027", "referat godkend 1/2027"),
        ("skriv referat", "referat skriv"),
        ("udsend dagsorden 2/2027", "dagsorden udsend 2/2027"),
        ("move meeting 2/2027", "meeting move 2/2027"),
    ],
)
def test_what_is_said_in_a_conversation_is_understood(said: str, command: str) -> None:
    assert meant(said, names) == command


@pytest.mark.parametrize(
    "said",
    [
        "",
        "?",
        "for Køge: liste",
        "status",
        "status Sjælland",
        "mangler 2",
        "dokumenter 5a vindmøller i Køge",
        "svar topmøde ja",
        "møde flyt 2/2027",
        "Køge er en by",
        "0259",
        "liste 259",
        "vrøvl",
        "besked bekræft 0a1b2c3d",
        "del Køge har sat solceller på taget",
        "foreslå Køge som vært",
        "spørg Køge om affald",
        "adresse Køge 5",
        "ret mail Køge",
    ],
)
def test_what_is_a_command_already_or_not_certain_stays_as_it_was_said(said: str) -> None:
    assert meant(said, names) == said


@given(st.text(max_size=60))
def test_whatever_is_said_is_meant_twice_as_it_is_meant_once(said: str) -> None:
    once = meant(said, names)
    assert meant(once, names) == once


def test_a_members_name_alone_offers_what_there_is_to_see_of_it(played: Played) -> None:
    everything = played.say(SECRETARIAT, "Køge", AT)
    assert everything.done and "Hvad vil du se om Køge?" in everything.message.summary
    assert played.say(SECRETARIAT, "status Køge", AT) == played.say(SECRETARIAT, "for Køge: liste", AT)
    assert played.say(COORDINATOR, "Solrød", AT).done
    assert not played.say(COORDINATOR, "Solrød: kontakter", AT).done
