"""Nobody without the right ever reads a closed word, wherever they look; the steering group reads all of them."""

from __future__ import annotations

import base64
import itertools
from typing import Any

import pytest

from alliance.papers import PaperItem
from bot.commands import COMMANDS
from tests.stories.canaries import FIELDS, MEETING, OTHERS, STEERING, WORD, Stage, found

PLAIN = ("dagsorden", "referat", "møde styregruppe", "omdeling", "bemærk", "dagsorden udsend")
LOOKS = (*(f"{name} {MEETING}" for name in PLAIN), *(f"papir {number}" for number in range(1, 7)))
LOOKS += ("liste", "vis A1", "møde", "mangler", "journal", "hjælp", "punkt #10", "bilag #10", "punkt 10", "forslag 11")
TAKES = ("", MEETING, "1", "2", "8", "10", "11", "12", "A1", f"skriv {MEETING} 10", f"styregruppe {MEETING}")
TAKES += tuple(f"{verb} {MEETING}" for verb in ("udsend", "udkast", "ret", "godkend"))
CHANGING = ("language", "end_term", "calendar")
"""Commands that change who asks, whatever is said after them."""
UNTOLD = {"comment", "unissued_heading"}
"""What only the secretariat has: what is said about the draft, and a heading that was never sent to anybody."""
OWN = {"evidence"}
"""What somebody wrote when they documented an action is their own municipality's to read."""


@pytest.fixture
def stage(talk: Any) -> Stage:
    return Stage(talk)


def every_command() -> list[str]:
    """Every command by its first and last name, with every argument that could lead to a closed item."""
    asked = [command for command in COMMANDS if command.key not in CHANGING]
    names = dict.fromkeys(name for command in asked for name in (command.names[0], command.names[-1]))
    said = [f"{name} {argument}".strip() for name in names for argument in TAKES]
    return [*said, *LOOKS, *(f"for Køge: {words}" for words in LOOKS)]


def nobody_else_finds(stage: Stage, scene: str, commands: list[str], paths: list[str], *of: str) -> None:
    for role, who in OTHERS.items():
        seen = stage.seen(who, commands, paths) if role in of or not of else {}
        leaks = {place: fields - (OWN if role == OWNER else set()) for place, fields in seen.items()}
        assert not {place: fields for place, fields in leaks.items() if fields}, f"{role}, when {scene}"


OWNER = "the coordinator of a seat"


def finds(stage: Stage, role: str) -> set[str]:
    return set().union(*stage.seen(STEERING[role], list(LOOKS), stage.paths()).values())


def test_the_search_finds_a_word_however_it_is_wrapped() -> None:
    word = WORD["case"]
    coded = base64.b64encode(f"ab{word}".encode()).decode()
    for wrapped in (word, word.upper(), coded, word.encode().hex(), f"%71{word[1:]}", "\x00".join(word)):
        assert found(wrapped) == {"case"}, wrapped
    assert found(f"{word[:4]}\r\n {word[4:]}") == found(f"{word[:4]}=\r\n{word[4:]}") == {"case"}


@pytest.mark.slow
def test_a_closed_item_and_a_closed_file_are_read_by_the_steering_group_alone(stage: Stage) -> None:
    looking = (OWNER, "who held a seat until yesterday")  # first: with the scenes first, one more would be played
    for role, scene in zip(looking, stage.scenes(), strict=False):
        nobody_else_finds(stage, scene, list(LOOKS), stage.papers(), role)
    seen = stage.seen(STEERING["a steering mayor"], ["papir 1"], ["/papers/1.pdf"])
    for place in ("say papir 1", "/papers/1.pdf"):
        assert {"heading", "summary", "case", "recommendation", "file_name", "on_open_name"} <= seen[place], place
    assert {"file", "on_open"} <= set().union(*seen.values())


@pytest.mark.slow
def test_as_each_role_every_page_mail_file_and_answer_is_searched_all_along_a_meeting(stage: Stage) -> None:
    for scene in stage.scenes():
        nobody_else_finds(stage, scene, list(LOOKS), [*stage.papers(), *stage.meetings()])
    nobody_else_finds(stage, "all is over", every_command(), stage.paths())
    assert finds(stage, "the secretariat") == set(FIELDS)
    assert finds(stage, "a steering mayor") == set(FIELDS) - UNTOLD
    assert finds(stage, "who acts for one") == set(FIELDS) - UNTOLD - OWN


@pytest.mark.slow
def test_the_search_would_notice_a_copy_that_is_not_open(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PaperItem, "open_copy", lambda item: item)
    scenes = itertools.islice(stage.scenes(), 2)
    with pytest.raises(AssertionError, match="heading"):
        for scene in scenes:
            nobody_else_finds(stage, scene, list(LOOKS), stage.papers(), OWNER)
