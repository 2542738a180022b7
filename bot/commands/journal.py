"""``journal``: who did what, when and on whose behalf."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from alliance.messages import Message
from bot.commands.context import Command, Context
from storage.queries import accounts, journal


def handle(ctx: Context) -> Message:
    member = ctx.member.id if ctx.member else None
    entries = journal.entries(ctx.connection, ctx.alliance.id, organisation_id=member)
    titles = accounts.requirement_keys(ctx.connection, ctx.alliance.id)
    return ctx.write(
        "journal",
        entries=tuple(replace(entry, about=_about(ctx, entry.about, titles)) for entry in entries),
        total=journal.count(ctx.connection, ctx.alliance.id),
    )


def _about(ctx: Context, about: str, keys: Mapping[int, str]) -> str:
    """What an entry is about in the reader's words: ``obligation:12`` becomes its requirement and how to see it."""
    kind, _, number = about.partition(":")
    if kind == "obligation" and number.isdecimal() and int(number) in keys:
        title = ctx.alliance.charter.requirement(keys[int(number)]).title.in_(ctx.language)
        return f"{title} ({ctx.say('words.show')} {number})"
    if kind == "office":
        return ctx.alliance.charter.office(number).title.in_(ctx.language)
    return number or about


COMMAND = Command("journal", ("journal", "log"), "run_secretariat", handle, secretariat=True)
