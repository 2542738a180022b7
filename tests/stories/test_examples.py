"""Whatever the docs, the tour and the help tell people to write is understood, by those they tell it to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.request import Request
from bot.router import foreseen
from storage.engine import writing
from storage.seed_second import plant_second
from templates import write
from tests.conftest import Played, local
from tests.stories.conftest import Conversation
from tests.stories.test_influence import LETTER

ROOT = Path(__file__).parent.parent.parent
COORDINATOR, SECRETARIAT, KL = "klima@koege.example", "sekretariat@frederiksberg.example", "secretariat@kl.example"
SPAN = re.compile(r"`([^`]+)`")
BOLD = re.compile(r"\*\*([^*]+)\*\*")
AT = "2027-03-01T09:00"
LATER = ("for KL: embede", "dagsorden projektgruppe 2/2027")
"""Said where the charter has another body, or another secretariat is to come."""
NO_EXAMPLE = ("joins_with",)
"""A key of the charter."""


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    return text.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def spans(text: str) -> Iterator[str]:
    """The examples of a text; three dots stand for what was said before them."""
    return (span.removesuffix("…").strip() for span in SPAN.findall(text))


def a_played_alliance(talk: Conversation) -> None:
    """The demo with one or a few of everything that an example has the number of."""
    talk.press(SECRETARIAT, talk.say(SECRETARIAT, "årshjul 2027"), "Skriv de 4")
    talk.say(SECRETARIAT, "dagsorden 2/2027")
    for number in range(12):
        assert talk.say(COORDINATOR, f"del Lærestykke {number}").done
    for number in range(3):
        talk.send(COORDINATOR, talk.say(COORDINATOR, f"rammevilkår nyt: Vindmøller {number}"), text="Vi mangler den.")
        talk.send(
            SECRETARIAT, talk.say(SECRETARIAT, "henvendelse ny"), **(LETTER | {"subject": f"Vindmøller {number}"})
        )
        assert talk.say(COORDINATOR, f"spørg Ringsted: Hvordan gjorde I {number}?").done
    for number in range(4):
        assert talk.say(SECRETARIAT, f"opgave ny Ring {number} den 12. marts").done


@pytest.fixture
def planted(talk: Conversation) -> Played:
    talk.at = "2027-03-01T08:00"
    a_played_alliance(talk)
    return talk.played  # type: ignore[no-any-return]


def not_understood(played: Played, who: str, words: str) -> str:
    """What is answered where a command is not known; empty where it is."""
    reply, _ = foreseen(played.engine, Request(who, words, {}, "cli"), local(AT))
    unknown = {
        write("unknown_command", language, typed=words[:80], suggestions=()).summary for language in ("da", "en")
    }
    return reply.message.summary if reply.message.summary in unknown else ""


PAGES = {
    "everybody": ("docs/commands.md", "Everybody", COORDINATOR),
    "secretariat": ("docs/commands.md", "The secretariat", SECRETARIAT),
    "undone": ("docs/commands.md", "What can be undone", SECRETARIAT),
    "secretary": ("docs/secretary.da.md", "", SECRETARIAT),
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "heading", "who"), PAGES.values(), ids=PAGES)
def test_whatever_a_page_tells_people_to_write_is_understood(
    planted: Played, name: str, heading: str, who: str
) -> None:
    text = section(page(name), heading) if heading else page(name)
    said = [words for words in spans(text) if words not in (*LATER, *NO_EXAMPLE)]
    assert len(said) > 20
    assert [words for words in said if not_understood(planted, who, words)] == []


@pytest.mark.slow
@pytest.mark.parametrize("language", ["da", "en"])
def test_whatever_the_tour_and_the_help_tell_people_to_write_is_understood(planted: Played, language: str) -> None:
    catalog = {key: tomllib.loads(page(f"templates/locale/{language}/{key}.toml")) for key in ("pages", "commands")}
    stories = {who: steps for who, steps in catalog["pages"]["page"]["story"].items() if isinstance(steps, dict)}
    steps = [(who, step) for who, story in stories.items() for step in story["step"].values()]
    said = [(COORDINATOR if who == "member" else SECRETARIAT, words) for who, step in steps for words in bold(step)]
    said += [(SECRETARIAT, words) for text in strings(catalog["commands"]) for words in bold(text)]
    assert len(said) > 8
    assert [words for who, words in said if not_understood(planted, who, words)] == []


@pytest.mark.slow
def test_what_is_written_once_another_secretariat_is_to_come_is_understood(planted: Played) -> None:
    talk = Conversation(planted)
    talk.press(SECRETARIAT, talk.say(SECRETARIAT, "vedtægt skift klimaalliancen 01-04-2027"), "bekræft")
    assert talk.say(SECRETARIAT, LATER[0]).is_form


def test_what_is_written_where_there_are_several_bodies_is_understood(demo: Engine) -> None:
    with writing(demo) as connection:
        plant_second(connection)
    said = Conversation(Played(demo)).say(KL, LATER[1])
    assert "projekt" in said.text.lower() and not not_understood(Played(demo), KL, LATER[1])


def test_an_example_that_nobody_understands_is_found(planted: Played) -> None:
    assert not_understood(planted, SECRETARIAT, "statis") and not_understood(planted, COORDINATOR, "0259")


def bold(text: str) -> list[str]:
    """What is to be written; a button begins with a capital letter."""
    return [words for words in BOLD.findall(text) if words[0].islower()]


def strings(found: object) -> Iterator[str]:
    if isinstance(found, dict):
        for one in found.values():
            yield from strings(one)
    elif isinstance(found, str):
        yield found
