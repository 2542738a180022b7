"""``udbakke``: how what was told stands, and what could not be delivered lately."""

from __future__ import annotations

from datetime import timedelta

from alliance.messages import Message
from bot.context import Command, Context
from storage.queries import outbox_counts, outbox_looking

LATELY = timedelta(days=30)
MOST_LISTED = 20


def handle(ctx: Context) -> Message:
    numbers = outbox_counts.lost_since(ctx.connection, ctx.alliance.id, ctx.now - LATELY)
    lost = outbox_looking.lost(ctx.connection, ctx.alliance, numbers[:MOST_LISTED], ctx.today)
    counts = outbox_counts.counts(ctx.connection, ctx.alliance.id)
    return ctx.write("outbox", counts=counts, lost=lost[::-1], count=len(numbers), days=LATELY.days, url=ctx.url)


COMMAND = Command("outbox", ("udbakke", "outbox"), "run_secretariat", handle, secretariat=True)
