"""Who did what, when and on whose behalf."""

from __future__ import annotations

from collections.abc import Iterable

from alliance.journal import JournalEntry
from alliance.messages import Message, Table, Text
from templates.makers.kinds import maker
from templates.phrases import Phrases


@maker("journal")
def journal(say: Phrases, *, entries: tuple[JournalEntry, ...], total: int) -> Message:
    summary = say("journal.summary", count=len(entries), total=total)
    if not entries:
        return Message(summary, (Text(summary),))
    return Message(summary, (Text(summary), journal_table(say, entries, say("journal.caption"))))


def journal_table(say: Phrases, entries: Iterable[JournalEntry], caption: str) -> Table:
    head = tuple(say(f"journal.head.{column}") for column in ("at", "who", "action", "about"))
    return Table(caption, head, tuple(_journal_row(say, entry) for entry in entries))


def _journal_row(say: Phrases, entry: JournalEntry) -> tuple[str, ...]:
    at, who = say("journal.at", at=entry.at), say("journal.who", entry=entry)
    return at, who, _action(say, entry.action), entry.about


def _action(say: Phrases, action: str) -> str:
    key = f"journal.action.{action}"
    return say(key) if say.has(key) else action
