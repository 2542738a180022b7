"""A message as Slack messages: as many as it takes, each within every limit, and nothing lost between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from alliance.messages import File, Invite, Message
from bot.plain import UNWRAPPED, plain
from bot.slack.limits import MESSAGE_BLOCKS, MESSAGE_WEIGHT, TOP_TEXT, length
from bot.slack.pages import Room, pages
from bot.slack.parts import EMPTY, Look, Part, parts
from bot.slack.writing import Block, cut, escaped, line
from templates.phrases import Phrases

LONGEST_SUMMARY = 1_000
"""Characters of the summary at the beginning of the text, where the text does not say it itself."""
MOST_KEPT = 64
"""Messages whose dress is kept: those of a broadcast and of a busy minute."""
ROOM = Room(MESSAGE_BLOCKS, MESSAGE_WEIGHT, text=TOP_TEXT - 5 * LONGEST_SUMMARY)


@dataclass(frozen=True)
class Posting:
    """One Slack message. ``text`` is escaped and says all that its blocks show: screen readers read only it.

    Whoever wants other blocks makes new ones: these may be said to somebody else, too.
    """

    text: str
    blocks: tuple[Block, ...]
    files: tuple[File | Invite, ...] = ()


def dressed(message: Message, say: Phrases, *, base_url: str = "", fill_in: str = "") -> tuple[Posting, ...]:
    """Dress a message as one or more Slack messages; those after the first belong in the thread of the first.

    ``say`` is the catalog of the reader's language. ``base_url`` is where our pages stand, empty where there are
    none. ``fill_in`` are the words that are answered with the message's form; with them the form becomes one button
    ``open:N``, without them its first button. Raises ValueError for a button that says more than 2,000 characters.
    """
    if any(isinstance(block, (File, Invite)) for block in message.blocks):  # nothing that large is kept in memory
        return _dressed(message, say, base_url, fill_in)
    return _kept(message, say.language, say.zone, base_url, fill_in)


@lru_cache(maxsize=MOST_KEPT)
def _kept(message: Message, language: str, zone: str, base_url: str, fill_in: str) -> tuple[Posting, ...]:
    """The same words are dressed once: a broadcast says them to a hundred people, and most answers are one of a few."""
    return _dressed(message, Phrases(language, zone), base_url, fill_in)


def _dressed(message: Message, say: Phrases, base_url: str, fill_in: str) -> tuple[Posting, ...]:
    laid = pages(parts(message, Look(say, base_url, fill_in)), ROOM)
    whole = _whole(message, say) if len(laid) == 1 else ""
    first, *others = [whole or _spoken(page) for page in laid]
    texts = [_introduced(message, first), *(text or EMPTY for text in others)]
    return tuple(_posting(text, page) for text, page in zip(texts, laid, strict=True))


def _posting(text: str, page: Sequence[Part]) -> Posting:
    blocks = tuple(block for part in page for block in part.blocks)
    return Posting(escaped(text), blocks, tuple(file for part in page for file in part.files))


def _whole(message: Message, say: Phrases) -> str:
    """The message as plain text, where it is short enough for one."""
    text = plain(message, UNWRAPPED, say("slack.write")).strip()
    return text if length(escaped(text)) <= ROOM.text else ""


def _spoken(page: Sequence[Part]) -> str:
    return "\n\n".join(part.said for part in page if part.said.strip())


def _introduced(message: Message, text: str) -> str:
    """Begin with the summary, which a notification shows, unless the text does so itself."""
    summary = line(message.summary)
    if line(text).startswith(summary):
        return text or EMPTY
    return f"{cut(summary, LONGEST_SUMMARY)}\n\n{text}"
