"""What was said and answered, per person; kept in memory only, and only the newest."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from alliance.messages import Ask, Block, Button, Buttons, Form, Message, Section

LONGEST = 30
STAMP = re.compile(r" r\d+$")
SEAL = re.compile(r" [0-9a-f]{8}$| (?:hvis|if) \S+$")
"""What a confirmation ends in, or what undoes: it counts for exactly what was shown."""


@dataclass(frozen=True)
class Exchange:
    """One thing said and its answer. ``words`` are as the person saw them; ``at`` is the demo's clock, aware UTC."""

    number: int
    words: str
    message: Message
    at: datetime
    done: bool = True


class Conversations:
    """Every person's conversation since the page was started, the oldest dropped first."""

    def __init__(self) -> None:
        self._numbers: Iterator[int] = count(1)
        self._by_person: dict[int, deque[Exchange]] = {}
        self._lock = threading.Lock()

    def number(self) -> int:
        """A number that no exchange of this page has, for ids that must differ."""
        with self._lock:
            return next(self._numbers)

    def add(self, person_id: int, exchange: Exchange) -> None:
        with self._lock:
            self._by_person.setdefault(person_id, deque(maxlen=LONGEST)).append(exchange)

    def of(self, person_id: int) -> tuple[Exchange, ...]:
        """The person's exchanges, oldest first."""
        with self._lock:
            return tuple(self._by_person.get(person_id, ()))

    def kept(self, person_id: int, words: str, answers: Mapping[str, str], seen: str) -> None:
        """What was typed into the newest form is kept: whoever comes back to the page finds it there.

        ``seen`` is the stamp of what is kept now (``r3``); the form's own words say so from now on, where it has one.
        """
        with self._lock:
            exchanges = self._by_person.get(person_id)
            if exchanges:
                newest = exchanges[-1]
                blocks = tuple(_typed(block, words, answers, seen) for block in newest.message.blocks)
                exchanges[-1] = replace(newest, message=replace(newest.message, blocks=blocks))


def _typed(block: Block, words: str, answers: Mapping[str, str], seen: str) -> Block:
    """The form that keeps by these words, with the answers in its fields; any other block as it is."""
    if not isinstance(block, Form) or without_stamp(block.keep) != without_stamp(words):
        return block

    def ask(asked: Ask) -> Ask:
        return replace(asked, value=answers.get(asked.key, asked.value))

    def section(old: Section) -> Section:
        return replace(old, asks=tuple(map(ask, old.asks)))

    typed = replace(block, sections=tuple(map(section, block.sections)))
    if not seen:
        return typed
    buttons = tuple(replace(button, words=STAMP.sub(f" {seen}", button.words)) for button in block.buttons)
    return replace(typed, buttons=buttons, keep=STAMP.sub(f" {seen}", block.keep))


def without_stamp(words: str) -> str:
    """A button's words without the stamp of the form it stands in."""
    return STAMP.sub("", words)


def stamp_of(message: Message) -> str:
    """The stamp that a message's buttons carry (``r3``), or nothing."""
    rows = (block for block in message.blocks if isinstance(block, Buttons))
    words = (item.words for row in rows for item in row.items if isinstance(item, Button))
    found = (STAMP.search(said) for said in words)
    return next((match[0].strip() for match in found if match), "")


def pressed(message: Message, words: str) -> str:
    """The label of the button that says these words, where they are not for people (a form's, or a confirmation).

    Words that somebody could have typed are shown as they are: so they are learned.
    """
    forms = (block for block in message.blocks if isinstance(block, Form))
    rows = (block for block in message.blocks if isinstance(block, Buttons))
    sealed = (item for row in rows for item in row.items if isinstance(item, Button) and SEAL.search(item.words))
    buttons = (*(button for form in forms for button in form.buttons), *sealed)
    labels = (button.label for button in buttons if without_stamp(button.words) == without_stamp(words))
    return next(labels, words)


def has_form(message: Message) -> bool:
    return any(isinstance(block, Form) for block in message.blocks)


def without_forms(message: Message) -> Message:
    """An answer of the past: a form that has been overtaken must not be sent in again."""
    return replace(message, blocks=tuple(block for block in message.blocks if not isinstance(block, Form)))
