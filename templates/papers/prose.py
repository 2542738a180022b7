"""What people typed, as paragraphs and lists: a blank line parts paragraphs, lines that begin with ``- `` are a list.

Nothing else is markup. A letter stays the letter it is; what no reader can see, or what turns a line around, goes.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

BULLET = re.compile(r"^\s*[-–•]\s+")
# What Word's own bullets become when they are pasted; the symbol font they come from is nobody else's.
PASTED_BULLETS = str.maketrans("\uf0b7\uf0a7\uf0d8", "•••")
# Marks that turn the direction of what follows: with them a name can be made to read as another (UAX 9).
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
UNSEEN = ("Cc", "Cs", "Cn", "Co")


@dataclass(frozen=True)
class Passage:
    """A paragraph with its lines, or a list with its points."""

    kind: Literal["paragraph", "list"]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Span:
    """A piece of text; ``gone`` and ``new`` say what a correction took and gave."""

    text: str
    mark: Literal["", "gone", "new"] = ""


def clean(text: str) -> str:
    """The text without control and private characters and turned directions; line breaks as ``\\n``."""
    lines = "\n".join(text.splitlines()).replace("\t", " ").translate(PASTED_BULLETS)
    return "".join(c for c in lines if c == "\n" or not (unicodedata.category(c) in UNSEEN or c in TURNING))


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def passages(text: str) -> tuple[Passage, ...]:
    """The paragraphs and lists of a text, in its order; empty for a text of blanks."""
    found: list[Passage] = []
    for chunk in re.split(r"\n\s*\n", clean(text)):
        _add_passages(found, [line.strip() for line in chunk.split("\n") if line.strip()])
    return tuple(found)


def _add_passages(found: list[Passage], lines: list[str]) -> None:
    gathered: list[str] = []
    kind: Literal["paragraph", "list"] = "paragraph"
    for line in lines:
        this: Literal["paragraph", "list"] = "list" if BULLET.match(line) else "paragraph"
        if gathered and this != kind:
            found.append(Passage(kind, tuple(gathered)))
            gathered = []
        kind = this
        gathered.append(BULLET.sub("", line))
    if gathered:
        found.append(Passage(kind, tuple(gathered)))


def compared(before: str, after: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Both texts with the words marked that the other has not."""
    old, new = (re.findall(r"\S+\s*", clean(text).strip()) for text in (before, after))
    left: list[Span] = []
    right: list[Span] = []
    matcher = difflib.SequenceMatcher(None, [w.strip() for w in old], [w.strip() for w in new], autojunk=False)
    for what, i, j, k, m in matcher.get_opcodes():
        left += _spans(old[i:j], "" if what == "equal" else "gone")
        right += _spans(new[k:m], "" if what == "equal" else "new")
    return tuple(left), tuple(right)


def _spans(words: list[str], mark: Literal["", "gone", "new"]) -> list[Span]:
    """The words as one span, and the blank after it as none of it."""
    text = "".join(words)
    told = text.rstrip()
    return [Span(told, mark), Span(text[len(told) :])] if told else []
