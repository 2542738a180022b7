"""``journal``: who did what, when and on whose behalf."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from alliance.journal import JournalEntry
from alliance.messages import Message
from bot.commands.context import Command, Context
from storage.queries import accounts, journal, register

NEWEST = 50
ALL = 1_000_000


def handle(ctx: Context) -> Message:
    if ctx.member is None:
        entries = journal.entries(ctx.connection, ctx.alliance.id, limit=NEWEST)
        total = journal.count(ctx.connection, ctx.alliance.id)
    else:
        entries = journal.entries(ctx.connection, ctx.alliance.id, limit=ALL, organisation_id=ctx.member.id)
        total = len(entries)
    return ctx.write("journal", entries=readable(ctx, entries[:NEWEST]), total=total)


def readable(ctx: Context, entries: Iterable[JournalEntry]) -> tuple[JournalEntry, ...]:
    """The entries with what they are about in the reader's words."""
    titles = accounts.requirement_keys(ctx.connection, ctx.alliance.id)
    return tuple(replace(entry, about=_about(ctx, entry, titles)) for entry in entries)


def _about(ctx: Context, entry: JournalEntry, keys: Mapping[int, str]) -> str:
    """``obligation:12`` becomes its requirement and how to see it, ``command`` the words that were typed."""
    kind, _, named = entry.about.partition(":")
    match kind:
        case "command":
            return _quoted(ctx, str(entry.facts.get("words", "")))
        case "obligation" if named.isdecimal() and int(named) in keys:
            title = ctx.alliance.charter.requirement(keys[int(named)]).title.in_(ctx.language)
            return f"{title} ({ctx.say('words.show')} {named})"
        case "office":
            return next((o.title.in_(ctx.language) for o in ctx.alliance.charter.offices if o.key == named), named)
        case "charter":
            current = ctx.alliance.charter.hash.startswith(named)
            return f"{ctx.alliance.charter.name.in_(ctx.language)} ({named})" if current else named
        case "person" if named.isdecimal():
            people = register.people(ctx.connection, ctx.alliance.id, [int(named)])
            return next((person.name for person in people.values()), named)
        case "audience" if ctx.knows(f"audience.{named}"):
            return ctx.say(f"audience.{named}")
    return named or entry.about


def _quoted(ctx: Context, words: str) -> str:
    return f"”{words}”" if ctx.language == "da" else f"“{words}”"


COMMAND = Command("journal", ("journal", "log"), "run_secretariat", handle, secretariat=True)
