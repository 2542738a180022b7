"""A message in plain text: for the command line, the text part of mails and screen readers.

Also the small Markdown that every dress reads: ``**bold**``, ``_italic_``, ``~~struck~~`` and ``[label](url)``.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, assert_never

from alliance.messages import (
    Ask,
    Block,
    Button,
    Buttons,
    Choice,
    Facts,
    File,
    Form,
    Image,
    Invite,
    Link,
    Message,
    Section,
    Table,
    Text,
)

NARROWEST, USUAL = 20, 78
UNWRAPPED = 1_000_000
"""A width at which each paragraph is one line; what stands in columns is still set for ``USUAL``."""
INVITE = "invite.ics"
"""The name under which every channel hands out an invitation."""

# No alternative can start inside its own tail, so hostile text is read in linear time and nests three deep.
MARKDOWN = re.compile(
    r"\*\*(?P<bold>[^\n]+?)\*\*"
    r"|(?<![\w/])_(?P<italic>[^_\n]+)_(?!\w)"
    r"|~~(?P<struck>[^\n]+?)~~"
    r"|\[(?P<link>[^\[\]\n]+)\]\((?P<url>[^()\s]+(?:\([^()\s]*\)[^()\s]*)*)\)"
)
SIGN = re.compile(r"[*_~\[]")
"""What any of it begins with: that a text has none is seen much faster."""
SAFE_URL = re.compile(r"(?:https?://|mailto:)\S+|/(?![/\\])\S*", re.IGNORECASE)
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
SURROGATES = re.compile(r"[\ud800-\udfff]")
POINT = "- "
"""What a line of a list begins with."""
LISTED = re.compile(r"- |\d{1,3}\. ")
NUMBER = re.compile(r"[-+−]?\d[\d.,\s]*%?")


@dataclass(frozen=True)
class Span:
    """A run of text in one style; what stands inside a styled span may be styled again."""

    kind: Literal["plain", "bold", "italic", "struck", "link"]
    text: str
    url: str = ""


def spans(text: str) -> Iterator[Span]:
    """Split a text into its runs of small Markdown; what does not pair up is plain text."""
    end = 0
    for found in MARKDOWN.finditer(text) if SIGN.search(text) else ():
        if found.start() > end:
            yield Span("plain", text[end : found.start()])
        end = found.end()
        if found["bold"] is not None:
            yield Span("bold", found["bold"])
        elif found["italic"] is not None:
            yield Span("italic", found["italic"])
        elif found["struck"] is not None:
            yield Span("struck", found["struck"])
        else:
            yield Span("link", found["link"], found["url"])
    if end < len(text):
        yield Span("plain", text[end:])


def is_safe(url: str) -> bool:
    """Say whether an address may become a link: http(s), mailto or a path on our own site."""
    return SAFE_URL.fullmatch(url) is not None


def clean(text: str) -> str:
    """Drop control characters, which could steer a terminal, and mark halves of characters as unreadable."""
    if text.isprintable():  # nearly always, and seen much faster
        return text
    return CONTROLS.sub("", SURROGATES.sub("\ufffd", text))


def needs_summary(message: Message) -> bool:
    """Say whether nothing but the summary would tell the reader what this is about."""
    return all(isinstance(block, File | Invite) for block in message.blocks)


def opens_with_summary(message: Message) -> bool:
    """Say whether the first thing that stands there is the summary itself."""
    first = message.blocks[0] if message.blocks else None
    return isinstance(first, Text) and _line(_reduced(first.text)) == _line(_reduced(message.summary))


def size(content: bytes) -> str:
    """Say how large a file is, in whole B, kB or MB, rounded up."""
    for factor, unit in ((1_000_000, "MB"), (1_000, "kB")):
        if len(content) >= factor:
            return f"{-(-len(content) // factor)} {unit}"
    return f"{len(content)} B"


def plain(message: Message, width: int = USUAL, say: str = "skriv") -> str:
    """Render a message as text of at most ``width`` characters a line, except where a word is longer.

    ``say`` is the verb before words that can be typed ("skriv", "write").
    """
    width = max(width, NARROWEST)
    parts = ["\n".join(_block(block, width, say)) for block in message.blocks]
    if needs_summary(message):
        parts.insert(0, "\n".join(_wrapped(message.summary, width)))
    return clean("\n\n".join(part for part in parts if part).replace("\r", "")) + "\n"


def _block(block: Block, width: int, say: str) -> list[str]:
    match block:
        case Text():
            return _text(block, width)
        case Facts():
            return _facts(block.pairs, width)
        case Table():
            return _table(block, width)
        case Image():
            return _wrapped(block.alt, width, "[", " ", "]")
        case Buttons():
            return [line for item in block.items for line in _item(item, width, say)]
        case Form():
            return _form(block, width, say)
        case File():
            return _wrapped(f"[{_line(block.name)}, {size(block.content)}]", width)
        case Invite():
            return _wrapped(f"[{INVITE}, {size(block.content)}]", width)
        case _:
            assert_never(block)


def _reduced(text: str) -> str:
    """Take the small Markdown away; a link keeps its address, and the words around what is struck say that it was."""
    return "".join(_span(span) for span in spans(text))


def _span(span: Span) -> str:
    if span.kind == "plain":
        return span.text
    inside = _reduced(span.text)
    return inside if span.kind != "link" or inside == span.url else f"{inside} ({span.url})"


def _line(text: str) -> str:
    return " ".join(text.split())


def _wrapped(text: str, width: int, first: str = "", rest: str | None = None, end: str = "") -> list[str]:
    """Wrap each line of a text; ``first`` opens the first line, ``rest`` indents those that follow it."""
    rest = first if rest is None else rest
    lines: list[str] = []
    for line in (text + end).splitlines() or [""]:
        opening = rest if lines else first
        if len(opening) + len(line) <= width and line.isprintable():  # nearly always: a wrapper takes its time
            lines.append((opening + line).rstrip())
            continue
        wrapped = textwrap.wrap(
            line.replace("kl. ", "kl.\N{NO-BREAK SPACE}"),  # an hour does not part from what says that it is one
            width,
            initial_indent=opening,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        lines.extend([one.replace("kl.\N{NO-BREAK SPACE}", "kl. ") for one in wrapped] or [opening.rstrip()])
    return lines


def _text(block: Text, width: int) -> list[str]:
    text = _reduced(block.text)
    if block.tone == "heading":
        return _heading(text, width)
    if block.tone == "warning":
        return _wrapped(text, width, "! ", "  ")
    return [set_ for line in text.splitlines() or [""] for set_ in _wrapped(line, width, "", _hanging(line))]


def _hanging(line: str) -> str:
    """How far the second line of a point stands in, so that the points can be told from each other."""
    found = LISTED.match(line)
    return " " * found.end() if found else ""


def _heading(text: str, width: int) -> list[str]:
    lines = _wrapped(text, width)
    return [*lines, "-" * min(width, USUAL, max(len(line) for line in lines))]


def _facts(pairs: tuple[tuple[str, str], ...], width: int) -> list[str]:
    labels = [f"{_line(label)}: " for label, _ in pairs]
    column = min(max(map(len, labels), default=0), min(width, USUAL) // 2)
    lines: list[str] = []
    for label, (_, value) in zip(labels, pairs, strict=True):
        if len(label) > column:
            lines.extend(_wrapped(label, width, "", "  "))
            label = ""
        lines.extend(_wrapped(_reduced(value), width, label.ljust(column), " " * column))
    return lines


def _table(table: Table, width: int) -> list[str]:
    """Set a table in columns, or row by row as labels and values where it is too wide."""
    head = [_line(cell) for cell in table.head]
    rows = [[_line(_reduced(cell)) for cell in row] for row in table.rows]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    caption = _wrapped(table.caption, width) if table.caption.strip() else []
    if sum(widths) + 2 * (len(widths) - 1) > min(width, USUAL):
        return caption + _row_by_row(table, width)
    right = [all(map(NUMBER.fullmatch, column)) for column in zip(*rows, strict=True)]
    rules = ["-" * size for size in widths]
    return caption + [_row(cells, widths, right) for cells in (head, rules, *rows) if cells]


def _row(cells: list[str], widths: list[int], right: list[bool]) -> str:
    sides = right or [False] * len(cells)
    set_ = [
        cell.rjust(room) if side else cell.ljust(room) for cell, room, side in zip(cells, widths, sides, strict=True)
    ]
    return "  ".join(set_).rstrip()


def _row_by_row(table: Table, width: int) -> list[str]:
    if not table.rows:
        return _wrapped(", ".join(filter(None, map(_line, table.head))), width)
    lines: list[str] = []
    for row in table.rows:
        lines += ["", *_facts(tuple(zip(table.head, row, strict=True)), width)]
    return lines if table.caption.strip() else lines[1:]


def _item(item: Button | Link, width: int, say: str) -> list[str]:
    label = _line(item.label)
    if isinstance(item, Link):
        return _wrapped(f"{label}: {item.url}", width, "", "  ")
    return _wrapped(f"[{label}] {say}: {_line(item.words)}", width, "", "  ")


def _form(form: Form, width: int, say: str) -> list[str]:
    lines: list[str] = []
    number = 0
    for section in form.sections:
        lines += _section_head(section, width)
        for ask in section.asks:
            number += 1
            lines += [*_ask(ask, f"{number}. ", width), ""]
    return lines + [line for button in form.buttons for line in _item(button, width, say)]


def _section_head(section: Section, width: int) -> list[str]:
    title = [*_heading(section.title, width), ""] if section.title.strip() else []
    note = [*_wrapped(_reduced(section.note), width), ""] if section.note.strip() else []
    return title + note


def _ask(ask: Ask, number: str, width: int) -> list[str]:
    """Set one question: what is asked, how to answer, what stands there and what is wrong with it."""
    indent = " " * len(number)
    unit = f" ({ask.unit})" if ask.unit else ""
    lines = _wrapped(f"{_line(ask.label)}{unit}{' *' if ask.required else ''}", width, number, indent)
    if ask.hint:
        lines += _wrapped(_reduced(ask.hint), width, indent)
    if ask.kind == "check":
        lines.append(f"{indent}[{'x' if ask.value == 'ja' else ' '}]")
    for choice in () if ask.searched else ask.choices:
        lines += _wrapped(choice.label, width, f"{indent}({_mark(choice, ask)}) ", f"{indent}    ")
    if ask.value and ask.kind != "check" and ask.value not in {choice.value for choice in ask.choices}:
        lines += _wrapped(ask.value, width, f"{indent}= ", f"{indent}  ")
    if ask.error:
        lines += _wrapped(ask.error, width, f"{indent}! ", f"{indent}  ")
    return lines


def _mark(choice: Choice, ask: Ask) -> str:
    return "x" if choice.value == ask.value else " "
