"""What a person sees on our page in Slack: their list, what is coming, whatever messages are handed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from alliance.messages import Message
from bot.slack.modal import ROOM, View, turning
from bot.slack.pages import pages
from bot.slack.parts import Look, Part, parts
from bot.slack.writing import sections, typed
from templates.phrases import Phrases

LINE = Part("", ({"type": "divider"},))


def home(
    messages: Iterable[Message],
    say: Phrases,
    *,
    page: int = 1,
    base_url: str = "",
    above: Message | None = None,
    fill_in: str = "",
) -> View:
    """Dress messages as a page of the App Home, one under the other; ``page`` from 1, else the nearest that is.

    ``say`` and ``base_url`` are those of ``dressed``. The buttons ``page:N`` turn to page N. ``above`` is what could
    not be shown where it was asked: it stands first, its form as a button that says ``fill_in``.
    """
    look = Look(say, base_url)
    first = [*parts(above, replace(look, fill_in=fill_in)), LINE] if above else []
    found = [*first, *_lined(messages, look)] or [Part("", tuple(sections(typed(say("slack.nothing_here")))))]
    laid = pages(found, ROOM)
    page = min(max(page, 1), len(laid))
    blocks = [block for part in laid[page - 1] for block in part.blocks]
    return {"type": "home", "blocks": [*blocks, *turning(say, page, len(laid))]}


def _lined(messages: Iterable[Message], look: Look) -> Iterator[Part]:
    for n, message in enumerate(messages):
        if n:
            yield LINE
        yield from parts(message, look)
