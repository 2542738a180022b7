"""What the members have shared, as a page to search: the same that a command says, for whoever takes part."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Connection

from storage.changes import experience as changes
from storage.engine import writing
from storage.queries import experience as queries
from storage.seed_second import plant_second
from tests.stories.test_meeting_page import COORDINATOR, MAYOR, MEMBER, SECRETARY, Pages, pages

__all__ = ["pages"]  # the fixture: the pages as somebody sees them


def shared(pages: Pages) -> None:
    pages.talk.say(COORDINATOR, "del Fælles indkøb af varmepumper https://koege.example/varmepumper")
    pages.talk.say(COORDINATOR, "erfaring 1 tema energi")
    pages.talk.say(MEMBER, "del <b>Cykelstier</b> & broer")


@pytest.mark.slow
@pytest.mark.parametrize("who", [COORDINATOR, MAYOR, MEMBER, SECRETARY])
def test_who_takes_part_searches_and_finds_what_is_shared(pages: Pages, who: str) -> None:
    assert "Ingen har delt en erfaring endnu" in pages.see(who, "/experience")
    shared(pages)
    page = pages.get(who, "/experience").text
    assert 'href="/experience" aria-current="page"' in page and "&lt;b&gt;Cykelstier&lt;/b&gt; &amp; broer" in page
    seen = pages.see(who, "/experience?q=varmepumpe+koege")
    assert "1 erfaring passer" in seen and "Søren Uldum" in seen and "Energi og varme" in seen
    assert "Cykelstier" not in seen
    assert 'href="https://koege.example/varmepumper"' in pages.get(who, "/experience?q=energi").text


def test_a_word_that_nothing_has_leads_to_one_that_finds_something(pages: Pages) -> None:
    shared(pages)
    page = pages.get(MEMBER, "/experience?q=varmpumper").text
    assert "Mente du" in page and 'href="/experience?q=varmepumper"' in page
    assert 'value="varmpumper"' in page


@pytest.mark.parametrize("query", ["%22%3E%3Cscript%3E", "%25", "%00", "q" * 3000, "+++"])
def test_whatever_is_looked_for_is_shown_as_it_was_typed_and_harms_nothing(pages: Pages, query: str) -> None:
    shared(pages)
    answer = pages.get(MEMBER, f"/experience?q={query}")
    assert answer.status_code == 200 and "<script>" not in answer.text.partition("<main")[2]


def test_a_long_list_has_pages_and_keeps_what_was_looked_for(pages: Pages) -> None:
    pages.talk.say(COORDINATOR, "del Emne 0, prøvet af")

    def share_more(connection: Connection, alliance_id: int) -> None:
        (one,) = queries.shared(connection, alliance_id)
        for number in range(1, 27):
            changes.add_experience(connection, alliance_id, replace(one, what=f"Emne {number}, prøvet af"))

    pages.talk.change(share_more)
    first = pages.get(MEMBER, "/experience?q=emne").text
    assert "Emne 26," in first and "Emne 1," not in first and "/experience?page=2&amp;q=emne" in first
    assert "Emne 1," in pages.see(MEMBER, "/experience?page=2&q=emne")
    assert "Emne 1," in pages.see(MEMBER, "/experience?page=99&q=emne")


@pytest.mark.slow
def test_nobody_of_the_other_alliance_finds_it_and_nobody_who_left(pages: Pages) -> None:
    shared(pages)
    with writing(pages.talk.engine) as connection:
        plant_second(connection)
    assert "Ingen har delt" in pages.see("klimaalliance@koege.example", "/experience?q=varmepumper")
    pages.talk.surely(SECRETARY, f"for Solrød: fratræd {MEMBER}")
    answer = pages.get(MEMBER, "/experience")
    assert answer.status_code == 403 and "varmepumper" not in answer.text
