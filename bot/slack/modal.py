"""A form as a modal: its questions as fields, what stands there already, what is wrong, and the buttons.

A form of more than a hundred blocks becomes several steps. What was typed in the other steps is not in the view:
whoever shows the next one writes it into the message first (``with_answers``), and keeps it by the form's ``keep``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from alliance.messages import Ask, Block, Button, Buttons, Form, Message, Section, Text
from bot.slack.fields import ACTION, field_blocks
from bot.slack.limits import METADATA, TITLE, VIEW_BLOCKS, VIEW_BYTES, length
from bot.slack.pages import Room, pages
from bot.slack.parts import EMPTY, Look, Part, block_parts, button
from bot.slack.writing import Block as SlackBlock
from bot.slack.writing import cut, heading, line, plain_text, remarks, sections, typed
from templates.phrases import Phrases

FORM = "form"
"""The callback id of every modal of ours."""
PAGE = "page:"
"""How the ids of the buttons begin that turn to a page; their value is its number."""
ROOM = Room(VIEW_BLOCKS - 2, VIEW_BYTES, lambda block: len(json.dumps(block)), text=VIEW_BYTES)
"""One page of a view; two blocks are left to say which it is and to turn it."""

DEEPEST = 3
"""Modals that may lie upon each other: a root and two more (``push_limit_reached``)."""
STAMP = re.compile(r" r\d+$")
"""The stamp of a form at the end of its words: what its reader had seen."""
MOST_TOGETHER = 8
"""Blocks of one question that always stand on one page: none has more, but for an answer of many thousand words."""

View = dict[str, Any]


@dataclass(frozen=True)
class Carried:
    """What a modal carries with it, unseen, and gives back with every press.

    ``words`` are what its submit button says and ``keep`` what keeps the answers. ``again`` are the words that are
    answered with this form: whoever turns the page says them. ``channel`` and ``posted`` name the Slack message to
    update; ``home`` is set where the modal lies on somebody's page. ``page`` counts from 1, and ``anew`` how often the
    form was begun anew in this modal: nothing at first. ``depth`` counts the modals that lie upon each other, from 1.
    """

    words: str = ""
    keep: str = ""
    again: str = ""
    page: int = 1
    pages: int = 1
    channel: str = ""
    posted: str = ""
    home: str = ""
    anew: str = ""
    depth: int = 1

    @property
    def last(self) -> bool:
        """Whether submit says the words; on the other pages it leads to the next."""
        return self.page >= self.pages

    def packed(self) -> str:
        """Write it down; raises ValueError where that takes more than Slack carries."""
        told = {name: value for name, value in asdict(self).items() if value not in ("", 1)}
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        if length(text) > METADATA:
            raise ValueError(f"a modal carries {length(text)} characters, Slack takes {METADATA}: {self.words[:80]!r}…")
        return text


def carried(view: Mapping[str, Any]) -> Carried:
    """Read what a modal of ours carries; nothing where the view is not one."""
    told = json.loads(view.get("private_metadata") or "{}")
    return Carried(**{name: value for name, value in told.items() if name in Carried.__dataclass_fields__})


NOTHING = Carried()


def modal(
    message: Message,
    say: Phrases,
    *,
    base_url: str = "",
    page: int = 1,
    form: int = 0,
    carry: Carried = NOTHING,
) -> View:
    """Dress a message as a modal: its form number ``form`` to fill in, everything else to read.

    ``say`` and ``base_url`` are those of ``dressed``. ``page`` is the step, from 1; for one that is not there the
    nearest. ``carry`` is what the caller wants back (``again``, ``channel``, ``posted``). Raises ValueError where
    a button's words, a choice or a question's key is longer than Slack carries.
    """
    message = replace(message, blocks=tuple(map(_typed_on, message.blocks)))
    shown = form_of(message, form)
    laid = _laid(message, shown, Look(say, base_url, tables=False))
    page = min(max(page, 1), len(laid))
    first, keep = (shown.buttons[0], shown.keep) if shown else (Button("", ""), "")
    unseen = replace(carry, words=first.words, keep=keep, page=page, pages=len(laid))
    blocks = [block for part in laid[page - 1] for block in part.blocks]
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": plain_text(cut(_title(message), TITLE) or EMPTY),
        "close": plain_text(say("slack.close")),
        **({"submit": plain_text(_submit(first, unseen, say))} if shown else {}),
        **({"notify_on_close": True} if keep else {}),
        "private_metadata": unseen.packed(),
        "blocks": [*_emptied(blocks, carry.anew), *turning(say, unseen.page, unseen.pages, on=shown is None)],
    }


def _emptied(blocks: list[SlackBlock], anew: str) -> list[SlackBlock]:
    """Fields under another name: under the old one Slack goes on showing what was typed, whatever we say."""
    return [
        {**block, "element": {**block["element"], "action_id": f"{ACTION}:{anew}"}}
        if anew and block["type"] == "input"
        else block
        for block in blocks
    ]


def form_of(message: Message, number: int = 0) -> Form | None:
    """One of the forms of a message, by its place; None where it has not as many."""
    forms = [block for block in message.blocks if isinstance(block, Form)]
    return forms[number] if number < len(forms) else None


def wrong_pages(message: Message, say: Phrases, *, base_url: str = "", form: int = 0) -> tuple[int, ...]:
    """The steps of a modal on which something is wrong, from 1."""
    laid = _laid(message, form_of(message, form), Look(say, base_url, tables=False))
    return tuple(n for n, page in enumerate(laid, 1) if any(isinstance(part, Question) and part.wrong for part in page))


def with_answers(message: Message, answers: Mapping[str, str]) -> Message:
    """Write answers into the fields of a message's forms, over what stands there."""

    def ask(asked: Ask) -> Ask:
        return replace(asked, value=answers.get(asked.key, asked.value))

    def section(old: Section) -> Section:
        return replace(old, asks=tuple(map(ask, old.asks)))

    def block(old: Block) -> Block:
        return replace(old, sections=tuple(map(section, old.sections))) if isinstance(old, Form) else old

    return replace(message, blocks=tuple(map(block, message.blocks)))


def turning(say: Phrases, page: int, of: int, *, on: bool = True) -> list[SlackBlock]:
    """Which page this is, and the buttons to those beside it; without ``on`` something else leads to the next."""
    if of == 1:
        return []
    ways = [(say("slack.back"), page - 1)] if page > 1 else []
    ways += [(say("slack.next"), page + 1)] if on and page < of else []
    buttons = [button(Button(label, str(to)), f"{PAGE}{to}") for label, to in ways]
    told = remarks(typed(say("slack.page", page=page, pages=of)))
    return [*told, *([{"type": "actions", "elements": buttons}] if buttons else [])]


# -------------------------------------------------------------------------------------------------------- parts


@dataclass(frozen=True)
class Question(Part):
    """The blocks of one question, and whether something is wrong with its answer."""

    wrong: bool = False


def _typed_on(block: Block) -> Block:
    """A form whose keeping moves its stamp says so: the modal stays as it is while its reader types, its stamp too."""
    if not isinstance(block, Form) or not STAMP.search(block.keep):
        return block
    buttons = tuple(replace(button, words=STAMP.sub(r"\g<0>+", button.words)) for button in block.buttons)
    return replace(block, buttons=buttons, keep=STAMP.sub(r"\g<0>+", block.keep))


def _laid(message: Message, shown: Form | None, look: Look) -> list[list[Part]]:
    found = [part for block in message.blocks for part in _block(block, shown, look)]
    if not any(part.blocks for part in found):
        found = _parts(sections(typed(message.summary)) or sections(typed(EMPTY)))
    return pages([*_whole_title(message), *found], ROOM)


def _block(block: Block, shown: Form | None, look: Look) -> list[Part]:
    return _form(block, look) if isinstance(block, Form) and block is shown else block_parts(block, look)


def _parts(blocks: list[SlackBlock]) -> list[Part]:
    return [Part("", (block,)) for block in blocks]


def _title(message: Message) -> str:
    """The message's first heading, else its summary."""
    headings = (block.text for block in message.blocks if isinstance(block, Text) and block.tone == "heading")
    return next(filter(str.strip, headings), message.summary)


def _whole_title(message: Message) -> list[Part]:
    """The title where it was cut and stands nowhere else."""
    title = _title(message)
    stands = any(isinstance(block, Text) and block.text == title for block in message.blocks)
    return _parts(heading(typed(title))) if length(line(title)) > TITLE and not stands else []


def _submit(first: Button, unseen: Carried, say: Phrases) -> str:
    return cut(first.label, TITLE) or say("slack.fill_in") if unseen.last else say("slack.next")


def _form(form: Form, look: Look) -> list[Part]:
    """The questions, the whole label of a submit button that was cut, and the buttons beside it."""
    found = [part for section in form.sections for part in _section(section, bool(form.keep), look)]
    label = line(form.buttons[0].label)
    found += _parts(remarks(typed(label)) if length(label) > TITLE else [])
    return [*found, *block_parts(Buttons(form.buttons[1:]), look)]


def _section(section: Section, keeps: bool, look: Look) -> list[Part]:
    """The questions of a section; its heading stands on the page of the first."""
    head = [*heading(typed(section.title)), *sections(look.runs(section.note))]
    found = [question for ask in section.asks for question in _questions(ask, keeps, look)]
    if not found:
        return _parts(head)
    first = replace(found[0], blocks=(*head[-2:], *found[0].blocks))
    return [*_parts(head[:-2]), first, *found[1:]]


def _questions(ask: Ask, keeps: bool, look: Look) -> list[Question]:
    """A question in one part, or in as many as a very long answer takes."""
    blocks = field_blocks(ask, keeps, look)
    if len(blocks) <= MOST_TOGETHER:
        return [Question("", tuple(blocks), wrong=bool(ask.error))]
    return [Question("", (block,), wrong=bool(ask.error)) for block in blocks]
