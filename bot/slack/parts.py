"""A message in parts, each small enough for one Slack message, so that any of them may be the last on its page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import assert_never

from alliance.messages import (
    Ask,
    Button,
    Buttons,
    Facts,
    File,
    Form,
    Image,
    Invite,
    Link,
    Message,
    Table,
    Text,
)
from alliance.messages import Block as Said
from bot.plain import INVITE, NUMBER, SURROGATES, needs_summary, plain, size
from bot.slack.limits import (
    ACTIONS,
    ALT,
    BLOCK_WEIGHT,
    BUTTON,
    FIELDS,
    TABLE_COLUMNS,
    TABLE_ROWS,
    TABLE_TEXT,
    TEXT,
    TOP_TEXT,
    VALUE,
    length,
)
from bot.slack.writing import (
    Block,
    Run,
    bold,
    button_label,
    cost,
    cut,
    escaped,
    fits_a_field,
    heading,
    line,
    on_the_web,
    plain_text,
    reduced,
    remarks,
    rich_text,
    runs,
    sections,
    split,
    text_object,
    tidy,
    typed,
)
from templates.phrases import Phrases

SAY, OPEN, LINK = "say:", "open:", "link:"
"""How the ids of our buttons begin: says its words, says words that a form answers, only leads somewhere."""
WARNING = "⚠ "
EMPTY = "–"
"""What stands in a table's cell that has no text: Slack refuses an empty one."""
CHECKED = "ja"
ROW_WEIGHT = 5_000
"""Characters of one row of buttons or facts, so that any row fits into a message, even where JSON doubles them."""


@dataclass(frozen=True)
class Look:
    """What all parts of one message share. ``fill_in`` are the words that are answered with the form."""

    say: Phrases
    base_url: str = ""
    fill_in: str = ""
    tables: bool = True
    numbers: Iterator[int] = field(default_factory=count)

    def runs(self, text: str) -> tuple[Run, ...]:
        return runs(text, self.base_url)


@dataclass(frozen=True)
class Part:
    """Blocks that stay together, and what they say to somebody who cannot see them."""

    said: str
    blocks: tuple[Block, ...] = ()
    files: tuple[File | Invite, ...] = ()

    @property
    def tables(self) -> int:
        return sum(block["type"] == "table" for block in self.blocks)


def parts(message: Message, look: Look) -> list[Part]:
    """Dress a message; one with nothing to show shows its summary."""
    found = [part for block in message.blocks for part in block_parts(block, look)]
    if needs_summary(message) or not any(part.blocks for part in found):
        return [*(_written(typed(message.summary)) or _written(typed(EMPTY))), *found]
    return found


def block_parts(block: Said, look: Look) -> list[Part]:
    """Dress one block of a message."""
    match block:
        case Text():
            return _text(block, look)
        case Facts():
            return _facts(block.pairs, look)
        case Table():
            return _table(block, look) if look.tables else _row_by_row(block, look)
        case Image():
            return _image(block, look)
        case Buttons():
            return _buttons(block.items, look)
        case Form():
            return _form(block, look)
        case File():
            return [Part(f"[{line(block.name)}, {size(block.content)}]", files=(block,))]
        case Invite():
            return [Part(f"[{INVITE}, {size(block.content)}]", files=(block,))]
        case _:
            assert_never(block)


# --------------------------------------------------------------------------------------------------------- text


def _written(words: Sequence[Run], dress: Callable[[Sequence[Run]], list[Block]] = sections) -> list[Part]:
    return [Part(reduced(piece), tuple(dress(piece))) for piece in split(words, TEXT)]


def _text(block: Text, look: Look) -> list[Part]:
    words = look.runs(block.text)
    match block.tone:
        case "heading":
            return _written(words, heading)
        case "subtle":
            return _written(words, remarks)
        case "warning":  # a sign before it, because a colour alone says nothing to a screen reader
            return _written((Run(WARNING), *words))
        case "body":
            return _written(words)


def _facts(pairs: Iterable[tuple[str, str]], look: Look) -> list[Part]:
    """Set label and value side by side, ten at a time; what is too long for that stands by itself."""
    found: list[Part] = []
    row: list[tuple[Run, ...]] = []
    for words in (_pair(label, look.runs(value)) for label, value in pairs):
        if row and (len(row) == FIELDS or not fits_a_field(words) or sum(map(cost, (*row, words))) > ROW_WEIGHT):
            found.append(_fields(row))
            row = []
        if fits_a_field(words):
            row += [words] if reduced(words).strip() else []
        else:
            found += _written(words)
    return [*found, _fields(row)] if row else found


def _pair(label: str, value: tuple[Run, ...]) -> tuple[Run, ...]:
    name = bold(label)
    return (*name, Run("\n"), *value) if name and value else name or value


def _fields(row: Sequence[tuple[Run, ...]]) -> Part:
    return Part("\n".join(map(reduced, row)), ({"type": "section", "fields": [text_object(words) for words in row]},))


def _image(block: Image, look: Look) -> list[Part]:
    url, alt = on_the_web(block.url, look.base_url), line(block.alt)
    if not url or not alt:
        return _written(typed(f"[{alt or block.url}]"))
    picture: Block = {"type": "image", "image_url": url, "alt_text": cut(alt, ALT)}
    if length(alt) > ALT:
        return [Part("", (picture,)), *_written(typed(f"[{alt}]"))]
    return [Part(f"[{alt}]", (picture,))]


# ------------------------------------------------------------------------------------------------------- tables


def _table(table: Table, look: Look) -> list[Part]:
    """Set a table, or as many as it takes: no more columns, rows and characters each than Slack takes."""
    found = _written(bold(table.caption))
    for narrow in _narrowed(table):
        for piece in _chunks(narrow, look):
            found += [_grid(piece, look)] if _fits(piece, look) else _row_by_row(piece, look)
    return found


def _narrowed(table: Table) -> Iterator[Table]:
    """The table, or side by side tables that all begin with its first column."""
    if len(table.head) <= TABLE_COLUMNS:
        if table.head:
            yield table
        return
    step = TABLE_COLUMNS - 1
    for start in range(1, len(table.head), step):
        yield Table(
            table.caption,
            (table.head[0], *table.head[start : start + step]),
            tuple((row[0], *row[start : start + step]) for row in table.rows),
        )


def _chunks(table: Table, look: Look) -> Iterator[Table]:
    """The table in pieces that each fit; a single row that does not is a piece of its own."""
    if len(table.rows) <= 1 or _fits(table, look):
        yield table
        return
    middle = TABLE_ROWS - 1 if len(table.rows) >= TABLE_ROWS else len(table.rows) // 2
    for rows in (table.rows[:middle], table.rows[middle:]):
        yield from _chunks(replace(table, rows=rows), look)


def _fits(table: Table, look: Look) -> bool:
    cells = [cell for row in (table.head, *table.rows) for cell in row]
    room = sum(max(length(tidy(cell)), len(EMPTY)) for cell in cells)
    few = len(table.rows) < TABLE_ROWS and room <= TABLE_TEXT
    return few and length(escaped(_spoken(table, look))) <= TOP_TEXT // 2


def _spoken(table: Table, look: Look) -> str:
    return plain(Message(EMPTY, (replace(table, caption=""),)), say=look.say("slack.write")).rstrip("\n")


def _grid(table: Table, look: Look) -> Part:
    rows = [[_cell(typed(cell)) for cell in table.head]]
    rows += [[_cell(look.runs(cell)) for cell in row] for row in table.rows]
    settings = [_column(column) for column in zip(*table.rows, strict=True)]
    grid: Block = {"type": "table", "rows": rows, **({"column_settings": settings} if settings else {})}
    return Part(_spoken(table, look), (grid,))


def _column(cells: Sequence[str]) -> Block:
    """Wrap what is long; set numbers to the right."""
    right = {"align": "right"} if all(NUMBER.fullmatch(cell.strip()) for cell in cells) else {}
    return {"is_wrapped": True, **right}


def _cell(words: Sequence[Run]) -> Block:
    text = reduced(words)
    if not text.strip():
        return {"type": "raw_text", "text": EMPTY}
    return rich_text(words) if any(run.styled for run in words) else {"type": "raw_text", "text": text}


def _row_by_row(table: Table, look: Look) -> list[Part]:
    """Set a table as labels and values, row by row: where no table may stand."""
    found: list[Run] = []
    for row in table.rows:
        for n, (label, cell) in enumerate(zip(table.head, row, strict=True)):
            before = "\n\n" if found and not n else "\n" if found else ""
            found += [Run(before + (f"{line(label)}: " if label.strip() else "")), *(look.runs(cell) or typed(EMPTY))]
    words = found or typed(" · ".join(filter(str.strip, table.head)))
    return [*(() if look.tables else _written(bold(table.caption))), *_written(words)]


# ------------------------------------------------------------------------------------------------------ buttons


def _buttons(items: Sequence[Button | Link], look: Look) -> list[Part]:
    """Set buttons in rows; what cannot be a button stands as text before those that follow it."""
    found: list[Part] = []
    row: list[Button | Link] = []
    for item in items:
        text = _beside(item, look)
        if row and (text or len(row) == ACTIONS or sum(map(_heft, (*row, item))) > ROW_WEIGHT):
            found.append(_row(row, look))
            row = []
        found += _written(text)
        row += [item] if isinstance(item, Button) or on_the_web(item.url, look.base_url) else []
    return [*found, _row(row, look)] if row else found


def _heft(item: Button | Link) -> int:
    """Count what an item adds to the JSON of its row, its label included."""
    return length(json.dumps(item.words if isinstance(item, Button) else item.url)) + 2 * BLOCK_WEIGHT


def _beside(item: Button | Link, look: Look) -> tuple[Run, ...]:
    """What must stand as text: a label too long for a button, a link that no button takes."""
    if isinstance(item, Link) and not on_the_web(item.url, look.base_url):
        return typed(f"{line(item.label)}: {item.url}")
    return typed(line(item.label)) if length(line(item.label)) > BUTTON else ()


def _row(items: Sequence[Button | Link], look: Look) -> Part:
    said = "\n".join(_spoken_item(item, look) for item in items)
    return Part(said, ({"type": "actions", "elements": [_element(item, look) for item in items]},))


def _spoken_item(item: Button | Link, look: Look) -> str:
    if isinstance(item, Link):
        return f"{cut(item.label, BUTTON)}: {on_the_web(item.url, look.base_url)}"
    return f"[{cut(item.label, BUTTON)}] {look.say('slack.write')}: {line(item.words)}"


def _element(item: Button | Link, look: Look) -> Block:
    if isinstance(item, Button):
        return button(item, f"{SAY}{next(look.numbers)}")
    url = on_the_web(item.url, look.base_url)
    label = plain_text(button_label(item.label) or cut(url, BUTTON))
    return {"type": "button", "text": label, "url": url, "action_id": f"{LINK}{next(look.numbers)}"}


def button(item: Button, action_id: str) -> Block:
    """A button that carries its words; raises ValueError for words longer than anybody may say."""
    words = SURROGATES.sub("\ufffd", item.words)
    if length(words) > VALUE:
        raise ValueError(f"a button says {length(words)} characters, and Slack carries {VALUE}: {words[:80]!r}…")
    style = {"style": item.style} if item.style != "plain" else {}
    value = {"value": words} if words else {}
    label = button_label(item.label) or button_label(words) or EMPTY
    return {"type": "button", "text": plain_text(label), "action_id": action_id, **value, **style}


# -------------------------------------------------------------------------------------------------------- forms


def _form(form: Form, look: Look) -> list[Part]:
    """A form as far as a message carries it: its questions to read, and a button that leads to the form itself."""
    found: list[Part] = []
    for section in form.sections:
        found += _written(bold(section.title)) + _written(look.runs(section.note), remarks)
        found += [part for ask in section.asks for part in _written(_question(ask, look))]
    return [*found, *_way_in(form, look)]


def _question(ask: Ask, look: Look) -> tuple[Run, ...]:
    """What is asked, how to answer, what stands there and what is wrong with it."""
    words = [*bold(ask.label), *typed(f" ({line(ask.unit)})" if ask.unit.strip() else "")]
    words += [Run(f" ({look.say('page.form.required')})")] if ask.required else []
    for part in (look.runs(ask.hint), typed(_answers(ask, look)), typed(ask.error and WARNING + ask.error)):
        words += [Run("\n"), *part] if part else []
    return tuple(words)


def _answers(ask: Ask, look: Look) -> str:
    """The choices, and what stands there: marked where it is a choice, else by itself."""
    if ask.kind == "check":
        return ("☑ " if ask.value == CHECKED else "☐ ") + look.say("slack.yes")
    listed = () if ask.searched else ask.choices
    lines = [f"{'●' if choice.value == ask.value else '○'} {line(choice.label)}" for choice in listed]
    known = {choice.value for choice in ask.choices}
    return "\n".join([*lines, *([f"= {ask.value}"] if ask.value and ask.value not in known else [])])


def _way_in(form: Form, look: Look) -> list[Part]:
    """The button that is answered with the form: said anew where we know how, else what the form's first one says."""
    if look.fill_in:
        way = Button(look.say("slack.fill_in"), look.fill_in, "primary")
        opening = button(way, f"{OPEN}{next(look.numbers)}")
        return [Part(_spoken_item(way, look), ({"type": "actions", "elements": [opening]},))]
    others = "\n".join(f"[{line(item.label)}] {look.say('slack.write')}: {item.words}" for item in form.buttons[1:])
    return [*_buttons(form.buttons[:1], look), *_written(typed(others), remarks)]
