"""How the alliance is doing, for those who govern it: in figures, without the names of those who owe."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from storage.changes.register import end_seat_terms
from storage.engine import reading
from storage.queries import accounts, register
from tests.stories.conftest import Conversation
from tests.stories.test_meeting_page import COORDINATOR, MAYOR, Pages, pages
from tests.stories.test_second_alliance import (
    ADVISER,
    DK2020_MAYOR,
    KL,
    OBSERVER,
    POLITICIAN,
    Second,
    both,
    both_once,
)
from tests.stories.test_second_alliance import SECRETARIAT as SECOND_SECRETARIAT

__all__ = ["both", "both_once", "pages"]  # fixtures

SECRETARIAT, OTHER_MAYOR = "sekretariat@frederiksberg.example", "borgmester@greve.example"


@pytest.fixture
def second(both: Any) -> Conversation:
    return Conversation(Second(both))


def test_those_with_a_seat_and_the_secretariat_see_it_and_nobody_else(talk: Conversation) -> None:
    for who, sees in ((MAYOR, True), (SECRETARIAT, True), (COORDINATOR, False), (OTHER_MAYOR, False)):
        shown = talk.say(who, "overblik")
        assert shown.done is sees, who
        assert ("overblik" in talk.say(who, "hjælp").offered()) is sees, who
    assert "øverste organ" in shown.text
    assert talk.journal()[0].action == "refused_role"


@pytest.mark.slow
def test_in_the_second_alliance_it_is_the_business_committees(second: Conversation) -> None:
    expected = {POLITICIAN: True, SECOND_SECRETARIAT: True, KL: False, ADVISER: False, OBSERVER: False}
    assert {who: second.say(who, "overblik").done for who in expected} == expected
    shown = second.say(POLITICIAN, "overview").text
    assert "Vedtægten stiller ingen krav" in shown and "22-30 uger imellem" in shown
    assert "Indberetninger" not in shown and "Styregruppemøde" not in shown
    assert "Den politiske styregruppe" in second.say(DK2020_MAYOR, "overblik").text


def test_the_counts_of_every_requirement_add_up_and_nobody_is_named(talk: Conversation) -> None:
    talk.played.plan("2027-02-25T08:00")
    talk.at = "2027-04-01T09:00"
    shown = talk.say(MAYOR, "overblik")
    required = shown.tables()[0]
    assert [row[-1] for row in required.rows] == ["98"] * 7
    assert all(sum(map(int, row[1:-1])) == 98 for row in required.rows)
    late = re.search(
        r"Årlig indberetning 2027: (\d+) af 98 medlemmer har ikke indberettet. Fristen var den 31. marts", shown.text
    )
    assert late
    with reading(talk.engine) as connection:
        board = accounts.board(connection, talk.played.alliance, talk.day())
    behind = {
        a.organisation.name for a in board.owing() if a.standing.state == "overdue" and a.requirement.key == "report"
    }
    assert len(behind) == int(late[1]) > 1
    assert not {name for name in behind if re.search(rf"\b{name}\b", shown.text)}


def test_the_years_meetings_stand_against_the_rule_they_are_measured_by(talk: Conversation) -> None:
    body, *events = talk.say(MAYOR, "overblik").tables()[1].rows
    assert body[:2] == ("Den politiske styregruppe", "4 møder om året, mindst 6 uger imellem")
    assert [event[0] for event in events] == ["Klimatopmøde", "Workshop"]
    before = [int(cell) for cell in body[2:]]
    assert sum(before[:4]) == 4
    talk.at = "2027-12-30T09:00"
    shown = talk.say(MAYOR, "overblik")
    assert "efter vedtægten skulle 3 være afholdt nu" in shown.text


def test_an_open_seat_is_shown_with_the_day_since_and_until_it_is_filled(talk: Conversation) -> None:
    assert "Alle pladser er besat" in talk.say(MAYOR, "overblik").text

    def closed(connection: Any, alliance_id: int) -> None:
        mine = [seat for seat in register.seats(connection, alliance_id) if seat.constituency == "KKR Nordjylland"]
        end_seat_terms(connection, alliance_id, mine, date(2027, 3, 1))

    talk.change(closed)
    shown = talk.say(MAYOR, "overblik").text
    assert re.search(r"KKR Nordjylland[^.]* (ledig|tom)", shown) and "Alle pladser er besat" not in shown


def test_the_page_is_theirs_alone_and_says_the_same(pages: Pages) -> None:
    seen, said = pages.see(MAYOR, "/overview"), pages.talk.say(MAYOR, "overblik")
    assert said.summary in seen and "Møder i år, målt efter vedtægten" in seen
    assert 'href="/overview"' in pages.get(MAYOR, "/mine").text
    assert 'href="/overview"' not in pages.get(COORDINATOR, "/mine").text
    refused = pages.get(COORDINATOR, "/overview")
    assert refused.status_code == 403 and "øverste organ" in refused.text
