"""What was said and answered, per person; kept in memory only, and only the newest."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from alliance.messages import Ask, Block, Form, Message, Section

LONGEST = 30


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

    def kept(self, person_id: int, words: str, answers: Mapping[str, str]) -> None:
        """What was typed into the newest form is kept: whoever comes back to the page finds it there."""
        with self._lock:
            exchanges = self._by_person.get(person_id)
            if exchanges:
                newest = exchanges[-1]
                blocks = tuple(_typed(block, words, answers) for block in newest.message.blocks)
                exchanges[-1] = replace(newest, message=replace(newest.message, blocks=blocks))


def _typed(block: Block, words: str, answers: Mapping[str, str]) -> Block:
    """The form that keeps by these words, with the answers in its fields; any other block as it is."""
    if not isinstance(block, Form) or block.keep != words:
        return block

    def ask(asked: Ask) -> Ask:
        return replace(asked, value=answers.get(asked.key, asked.value))

    def section(old: Section) -> Section:
        return replace(old, asks=tuple(map(ask, old.asks)))

    return replace(block, sections=tuple(map(section, block.sections)))


def pressed(message: Message, words: str) -> str:
    """The label of the form's button that says these words; the words themselves where no form has such a button."""
    forms = (block for block in message.blocks if isinstance(block, Form))
    labels = (button.label for form in forms for button in form.buttons if button.words == words)
    return next(labels, words)


def has_form(message: Message) -> bool:
    return any(isinstance(block, Form) for block in message.blocks)


def without_forms(message: Message) -> Message:
    """An answer of the past: a form that has been overtaken must not be sent in again."""
    return replace(message, blocks=tuple(block for block in message.blocks if not isinstance(block, Form)))
