"""The page on political influence: everybody sees both registers, and each what they may do."""

from __future__ import annotations

import html
import re

from tests.stories.test_influence import GREVE, KOEGE, SECRETARIAT, WIND, asked, decided, raised
from tests.stories.test_meeting_page import Pages, pages  # noqa: F401  (its fixture)


def buttons(pages, who):  # noqa: F811
    page = pages.get(who, "/influence").text.partition("<main")[2]
    return [html.unescape(words) for words in re.findall(r'name="_words" value="([^"]+)"', page)]


def test_the_page_says_that_there_is_nothing_yet_and_how_it_is_begun(pages):  # noqa: F811
    seen = pages.see(KOEGE, "/influence")
    assert "Ingen rammevilkår venter" in seen and "ikke registreret nogen henvendelser" in seen
    assert buttons(pages, KOEGE) == ["rammevilkår nyt"]
    assert buttons(pages, SECRETARIAT) == ["rammevilkår nyt", "henvendelse ny"]


def test_each_reader_sees_both_registers_and_what_they_can_do(pages):  # noqa: F811
    talk = pages.talk
    raised(talk)
    asked(talk, issue="1")
    for who in (KOEGE, GREVE, SECRETARIAT):
        seen = pages.see(who, "/influence")
        assert WIND in seen and "Klima-, energi- og forsyningsministeren" in seen and "afventer svar" in seen
    assert "rammevilkår 1 støt" in buttons(pages, GREVE) and "rammevilkår 1 støt" not in buttons(pages, KOEGE)
    pages.press(GREVE, "/influence", "Støt det")
    assert "Støttes af Greve" in pages.see(KOEGE, "/influence")
    assert "henvendelse 1 svar" in buttons(pages, SECRETARIAT) and "henvendelse 1 svar" not in buttons(pages, GREVE)
    decided(talk, "declined", "Loven ændres i forvejen.")
    assert "ikke taget op" in (seen := pages.see(KOEGE, "/influence")) and "Loven ændres i forvejen." in seen


def test_what_is_typed_is_shown_as_it_is_and_runs_nothing(pages):  # noqa: F811
    raised(pages.talk, heading="<script>alert(1)</script> **fed**")
    page = pages.get(KOEGE, "/influence").text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_an_unanswered_ask_is_a_task_on_the_secretariats_page(pages):  # noqa: F811
    asked(pages.talk, hoped_by="20.2.2027")
    seen = pages.see(SECRETARIAT, "/mine")
    assert "Henvendelse 1 til Klima-, energi- og forsyningsministeren: notér svaret" in seen
    assert "Henvendelse 1" not in pages.see(KOEGE, "/mine")
