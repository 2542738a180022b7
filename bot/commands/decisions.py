"""``beslutninger``: what was decided across meetings; ``beslutninger biler``: where all of these words stand."""

from __future__ import annotations

from alliance.decisions import with_words
from alliance.messages import Message
from alliance.names import fold
from bot.commands.context import Command, Context, read_number
from storage.queries import decisions

PAGE = ("side", "page")
PER_PAGE = 6


def handle(ctx: Context) -> Message:
    words, number = _asked(ctx.args)
    known = decisions.decisions(ctx.connection, ctx.alliance, ctx.actor, ctx.today)
    found = with_words(known, words)
    pages = max(1, -(-len(found) // PER_PAGE))
    number = min(number, pages)
    return ctx.write(
        "decisions",
        decisions=found[(number - 1) * PER_PAGE : number * PER_PAGE],
        words=words,
        count=len(found),
        number=number,
        pages=pages,
    )


def _asked(args: tuple[str, ...]) -> tuple[str, int]:
    """The words that are looked for, and which page of what is found: ``biler side 2``."""
    if len(args) > 1 and fold(args[-2]) in PAGE and (number := read_number(args[-1])):
        return " ".join(args[:-2]), number
    return " ".join(args), 1


COMMAND = Command("decisions", ("beslutninger", "decisions"), "look", handle)
