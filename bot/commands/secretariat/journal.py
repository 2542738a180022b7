"""``journal``: who did what, when and on whose behalf."""

from __future__ import annotations

from alliance.messages import Message
from bot.context import Command, Context
from bot.journal_words import readable
from storage.queries import journal

NEWEST = 50
ALL = 1_000_000


def handle(ctx: Context) -> Message:
    if ctx.member is None:
        entries = journal.entries(ctx.connection, ctx.alliance.id, limit=NEWEST)
        total = journal.count(ctx.connection, ctx.alliance.id)
    else:
        entries = journal.entries(ctx.connection, ctx.alliance.id, limit=ALL, organisation_id=ctx.member.id)
        total = len(entries)
    return ctx.write(
        "journal", entries=readable(ctx.connection, ctx.alliance, ctx.phrases, entries[:NEWEST]), total=total
    )


COMMAND = Command("journal", ("journal", "log"), "run_secretariat", handle, secretariat=True)
