"""What an entry of the journal is about, in the reader's words: for the command and for the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.journal import JournalEntry
from alliance.papers import PAPER_LANGUAGE
from storage.queries import accounts, meetings, papers, register
from templates.phrases import Phrases

LABELLED = frozenset(
    (
        "meeting",
        "item",
        "paper",
        "plan",
        "plan_action",
        "accession",
        "experience",
        "question",
        "task",
        "framework_issue",
        "policy_ask",
        "link",
        "workspace",
    )
)
"""What is named by the label that its entry carries."""


def readable(
    connection: Connection, alliance: Alliance, say: Phrases, entries: Iterable[JournalEntry]
) -> tuple[JournalEntry, ...]:
    """The entries with what they are about in words: ``obligation:12`` becomes its requirement and how to see it."""
    found = tuple(entries)
    titles, named = accounts.requirement_keys(connection, alliance.id), _named(connection, alliance, say, found)
    return tuple(
        replace(entry, about=named.get(entry.about) or _about(connection, alliance, say, entry, titles))
        for entry in found
    )


def _named(
    connection: Connection, alliance: Alliance, say: Phrases, entries: tuple[JournalEntry, ...]
) -> dict[str, str]:
    """Meetings and papers as they are called in another language than their labels were written in."""
    if say.language == PAPER_LANGUAGE or not any(e.about.startswith(("meeting:", "paper:")) for e in entries):
        return {}
    titles = {m.id: m.title.in_(say.language) for m in meetings.meetings(connection, alliance)}
    named = {f"meeting:{number}": title for number, title in titles.items()}
    for paper, (kind, number, meeting) in papers.kinds_numbered(connection, alliance.id).items():
        title = say(f"paper.title.{kind}", meeting=titles[meeting], number=number)
        named[f"paper:{paper}"] = f"{title} ({say('words.paper')} {paper})"
    return named


def _about(
    connection: Connection, alliance: Alliance, say: Phrases, entry: JournalEntry, keys: Mapping[int, str]
) -> str:
    kind, _, named = entry.about.partition(":")
    charter = alliance.charter
    match kind:
        case "command":
            words = str(entry.facts.get("words", ""))
            return f"”{words}”" if say.language == "da" else f"“{words}”"
        case "obligation" if named.isdecimal() and int(named) in keys:
            title = accounts.requirement(connection, alliance, keys[int(named)]).title.in_(say.language)
            colleague = entry.facts.get("colleague")  # to or from whom it was handed
            return f"{title} ({say('words.show')} {named}){f', {colleague}' if colleague else ''}"
        case "action" if named.isdecimal():
            return f"A{named}"
        case "office":
            return next((o.title.in_(say.language) for o in charter.offices if o.key == named), named)
        case "charter":
            current = charter.hash.startswith(named)
            return f"{charter.name.in_(say.language)} ({named})" if current else named
        case "person" if named.isdecimal():
            people = register.people(connection, alliance.id, [int(named)])
            return next((person.name for person in people.values()), named)
        case _ if kind in LABELLED and entry.facts.get("label"):
            return str(entry.facts["label"])
        case "audience" if say.has(f"audience.{named}"):
            return say(f"audience.{named}", member="")
    return named or entry.about
