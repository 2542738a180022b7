"""Everything a reader is to see of a message, in whatever dress."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from alliance.messages import Ask, Block, Buttons, Facts, Form, Image, Link, Message, Section, Table, Text
from bot.plain import clean, spans
from tests.slack_checks.reading import bare


def visible(message: Message) -> set[str]:
    """The words of a message, run by run of one style, without whitespace."""
    return {bare(clean(text)) for block in message.blocks for text in _texts(block)} - {""}


def asked(message: Message) -> list[Ask]:
    """The questions of a message's first form."""
    forms = [block for block in message.blocks if isinstance(block, Form)][:1]
    return [ask for form in forms for section in form.sections for ask in section.asks]


def unanswered(message: Message) -> Message:
    """A message whose forms nobody has filled in."""

    def section(old: Section) -> Section:
        return replace(old, asks=tuple(replace(ask, value="") for ask in old.asks))

    def block(old: Block) -> Block:
        return replace(old, sections=tuple(map(section, old.sections))) if isinstance(old, Form) else old

    return replace(message, blocks=tuple(map(block, message.blocks)))


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Text():
            yield from _runs(block.text)
        case Facts():
            for label, value in block.pairs:
                yield from (label, *_runs(value))
        case Table():
            yield from (block.caption, *block.head)
            yield from (text for row in block.rows for cell in row for text in _runs(cell))
        case Image():
            yield block.alt
        case Buttons():
            for item in block.items:
                yield from (item.label, item.url) if isinstance(item, Link) else (item.label,)
        case Form():
            yield from (button.label for button in block.buttons)
            for section in block.sections:
                yield from (section.title, *_runs(section.note))
                yield from (text for ask in section.asks for text in _ask(ask))


def _ask(ask: Ask) -> Iterator[str]:
    yield from (ask.label, ask.unit, ask.error, *_runs(ask.hint))
    yield from () if ask.searched else (choice.label for choice in ask.choices)
    if ask.kind not in ("check", "file") and ask.value not in {choice.value for choice in ask.choices}:
        yield ask.value


def _runs(text: str) -> Iterator[str]:
    for span in spans(clean(text)):
        if span.kind == "plain":
            yield span.text
        else:
            yield from _runs(span.text)
