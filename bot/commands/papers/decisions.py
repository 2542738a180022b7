"""``beslutninger``: what was decided across meetings; ``beslutninger biler``: where all of these words stand."""

from __future__ import annotations

from alliance.decisions import with_words
from alliance.messages import Message
from bot.context import Command, Context
from bot.paging import asked_page, page_of
from storage.queries import decisions

PER_PAGE = 6


def handle(ctx: Context) -> Message:
    asked, number = asked_page(ctx.args)
    words = " ".join(asked)
    known = decisions.decisions(ctx.connection, ctx.alliance, ctx.actor, ctx.today)
    found = with_words(known, words)
    page = page_of(found, number, PER_PAGE)
    return ctx.write(
        "decisions",
        decisions=page.rows,
        words=words,
        count=len(found),
        number=page.number,
        pages=page.pages,
    )


COMMAND = Command("decisions", ("beslutninger", "decisions"), "look", handle)
