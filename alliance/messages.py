"""What a message is made of, before any platform's dress.

A small closed union of frozen values. A new kind is a decision for every channel at once: the type checker
finds each renderer that lacks it. All text is finished prose in the reader's language; small Markdown only
(``**bold**``, ``_italic_``, ``[link](url)``, line breaks). Reserved: answer keys never start with ``_``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

FOR_MEMBER = "for_member"
"""The key of the answer that says which member a form's words are about."""

Tone = Literal["body", "heading", "subtle", "warning"]
ButtonStyle = Literal["plain", "primary", "danger"]
AskKind = Literal["text", "long", "number", "date", "choice", "check", "file"]


@dataclass(frozen=True)
class Text:
    """A paragraph, or a heading."""

    text: str
    tone: Tone = "body"


@dataclass(frozen=True)
class Facts:
    """Label and value, pair by pair."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """Rows of text under a head; each row as long as the head. ``caption`` is read out before it."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        ragged = [row for row in self.rows if len(row) != len(self.head)]
        if ragged:
            raise ValueError(f"a row has {len(ragged[0])} cells, the head has {len(self.head)}: {ragged[0]}")


@dataclass(frozen=True)
class Image:
    """A picture by its https address, with the words that stand for it."""

    url: str
    alt: str

    def __post_init__(self) -> None:
        if not self.url or not self.alt:
            raise ValueError("an image needs an address and words that stand for it")


@dataclass(frozen=True)
class Button:
    """A press says ``words``, exactly as if the person had typed them."""

    label: str
    words: str
    style: ButtonStyle = "plain"


@dataclass(frozen=True)
class Link:
    """Leads somewhere; changes nothing."""

    label: str
    url: str


@dataclass(frozen=True)
class Buttons:
    """A row of buttons and links."""

    items: tuple[Button | Link, ...]


@dataclass(frozen=True)
class Choice:
    """One possible answer: ``value`` is what we are told, ``label`` what the person reads."""

    value: str
    label: str


@dataclass(frozen=True)
class Ask:
    """One question of a form. The answer is always text, as typed; ``value`` is what stands there already.

    For ``kind="number"``, ``choices`` are answers that are not numbers ("not known", "nothing to report").
    ``searched`` choices are names of a list too long to read: a channel that can finds them as they are typed.
    ``error`` is shown at the field and does not remove what was typed.
    """

    key: str
    label: str
    kind: AskKind = "text"
    value: str = ""
    hint: str = ""
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    required: bool = False
    error: str = ""
    searched: bool = False

    def __post_init__(self) -> None:
        if not self.key or self.key.startswith("_"):
            raise ValueError(f"{self.key!r} is not a key for a question: it is empty or starts with _")


@dataclass(frozen=True)
class Section:
    """Questions that belong together, under a heading."""

    title: str
    asks: tuple[Ask, ...]
    note: str = ""


@dataclass(frozen=True)
class Form:
    """Questions and the buttons that send them. The first button is what Enter does.

    ``keep`` are the words that keep what has been typed so far, without sending it in; a channel that can
    says them after every change. Empty where nothing is kept.
    """

    sections: tuple[Section, ...]
    buttons: tuple[Button, ...]
    keep: str = ""

    def __post_init__(self) -> None:
        keys = [ask.key for section in self.sections for ask in section.asks]
        if len(keys) != len(set(keys)):
            raise ValueError(f"two questions share a key: {sorted(k for k in keys if keys.count(k) > 1)}")
        if not self.buttons:
            raise ValueError("a form needs a button that sends it")


@dataclass(frozen=True)
class File:
    """A finished file that goes with the message."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Invite:
    """An iTIP object for the reader's calendar: a mail carries it as its calendar part, a page as a file.

    ``method`` is that of ``content`` (RFC 6047 2.4: they must be the same).
    """

    method: Literal["REQUEST", "CANCEL"]
    content: bytes = field(repr=False)


Block = Text | Facts | Table | Image | Buttons | Form | File | Invite


@dataclass(frozen=True)
class Message:
    """What we say. ``summary`` is plain, complete and mandatory: subject, notification, screen reader, log."""

    summary: str
    blocks: tuple[Block, ...] = ()

    def __post_init__(self) -> None:
        if not self.summary.strip():
            raise ValueError("a message needs a summary")
