"""``overblik``: how the alliance is doing, for those who govern it. Figures, and nobody who owes by name."""

from __future__ import annotations

from alliance.messages import Message
from bot.context import Command, Context, NotTheirs
from storage.queries import oversight


def handle(ctx: Context) -> Message:
    if not oversight.sees(ctx.connection, ctx.alliance, ctx.actor, ctx.today):
        raise NotTheirs("governing_only")
    return ctx.write(
        "overview",
        overview=oversight.overview(ctx.connection, ctx.alliance, ctx.now),
        secretariat=ctx.actor.secretariat,
        url=ctx.url,
    )


COMMAND = Command("overview", ("overblik", "overview"), "look", handle)
