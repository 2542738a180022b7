"""What the bot answers when it is asked for help, or cannot do what it was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from alliance.members import Organisation
from alliance.messages import FOR_MEMBER, Ask, Block, Button, Buttons, Choice, Form, Message, Section, Table, Text
from templates.makers.kinds import maker
from templates.makers.ways_on import ways_on
from templates.makers.words import command
from templates.phrases import Phrases

MOST_OFFERED = 10
FIRST = 4
# Words that say nothing alone: they need a number, an event, a language or a member to be named.
NEEDS_MORE = frozenset(
    (
        "help",
        "rsvp",
        "evidence",
        "show",
        "language",
        "attendance",
        "exemption",
        "withdraw",
        "contacts",
        "office",
        "proxy",
        "address",
        "end_term",
        "minutes",
        "comment",
        "why",
        "code",
    )
)


@maker("help")
def help_(
    say: Phrases,
    *,
    names: tuple[str, ...],
    person: str,
    roles: tuple[str, ...],
    examples: Mapping[str, str],
    reference: str = "",
) -> Message:
    """What can be asked; ``examples`` name a member ("": one's own), meeting, event and need that there are.

    ``reference`` is the international goal that all of it is about.
    """
    summary = say("help_page.summary", person=person)
    blocks: list[Block] = [Text(summary), Text(say("help_page.roles", roles=roles), "subtle")]
    if names:
        head = (say("help_page.word"), say("help_page.what"))
        prefix = f"{say('words.for')} {examples['member']}: " if examples["member"] else ""
        rows = tuple((command(say, name), say(f"help.{name}", **examples, prefix=prefix)) for name in names)
        blocks.append(Table(say("help_page.caption"), head, rows))
    blocks.append(Text(say("help_page.note", word=_word(say)), "subtle"))
    if reference:
        blocks.append(Text(say("help_page.reference", reference=reference), "subtle"))
    alone = [command(say, name) for name in names if name not in NEEDS_MORE]
    return Message(summary, (*blocks, *_offers(alone[:FIRST])))


@maker("member_help")
def member_help(say: Phrases, *, organisation: Organisation, names: tuple[str, ...]) -> Message:
    """What there is to see of the member that was named, one press away each."""
    summary, prefix = say("member_help.summary", organisation=organisation), f"{say('words.for')} {organisation.name}: "
    buttons = tuple(Button(say(f"member_help.{name}"), command(say, name, prefix=prefix)) for name in names)
    return Message(summary, (Text(summary), Buttons(buttons)))


@maker("refused")
def refused(say: Phrases, *, reason: str, facts: Mapping[str, object]) -> Message:
    key = f"refused.{reason}"
    text = say(key if say.has(key) else "refused.otherwise", **{**facts, "word": _word(say)})
    options, words = facts.get("options"), facts.get("words")
    if isinstance(options, tuple) and isinstance(words, str) and words:
        return Message(text, (Text(text), *_offers(_for_each(say, options, words))))
    return Message(text, (Text(text), *_offers(ways_on(say, reason, facts))))


@maker("unknown_command")
def unknown_command(say: Phrases, *, typed: str, suggestions: tuple[str, ...]) -> Message:
    summary = say("unknown_command.summary", typed=typed)
    then = say("unknown_command.then", suggestions=suggestions, word=_word(say))
    return Message(summary, (Text(summary), Text(then), *_offers((*suggestions, command(say, "help")))))


@maker("not_allowed")
def not_allowed(say: Phrases, *, words: str, organisation: str) -> Message:
    summary = say("not_allowed.summary", words=words, organisation=organisation)
    return Message(summary, (Text(summary), Text(say("not_allowed.then", organisation=organisation))))


@maker("unknown_person")
def unknown_person(say: Phrases, *, address: str) -> Message:
    summary = say("unknown_person.summary", address=address)
    return Message(summary, (Text(summary), Text(say("unknown_person.then"))))


@maker("already_heard")
def already_heard(say: Phrases) -> Message:
    """What a form shows that was handed in twice by itself: the answer stood in the first."""
    summary = say("already_heard.summary")
    return Message(summary, (Text(summary), Text(say("already_heard.then"), "subtle")))


@maker("sorry")
def sorry(say: Phrases, *, reference: str) -> Message:
    summary = say("sorry.summary", reference=reference)
    return Message(summary, (Text(summary), Text(say("sorry.then", reference=reference))))


@maker("choose_member")
def choose_member(
    say: Phrases, *, names: tuple[str, ...], words: str, members: tuple[str, ...] = (), got: str = ""
) -> Message:
    """Which member the words are about: a button for each of ``names``, a list for ``members``.

    ``got`` is the name that was typed, where it is nobody's or several's.
    """
    summary = say("choose_member.summary", words=words, names=names, members=members, got=got)
    then = say("choose_member.then", words=words, names=names, members=members, word=_word(say))
    offers = _offers(_for_each(say, names, words))
    return Message(summary, (Text(summary), Text(then, "subtle"), *offers, *_list_of_members(say, members, words)))


def _list_of_members(say: Phrases, members: tuple[str, ...], words: str) -> list[Block]:
    if not members:
        return []
    choices = tuple(Choice(name, name) for name in members)
    ask = Ask(FOR_MEMBER, say("choose_member.ask"), "choice", choices=choices, required=True, searched=True)
    return [Form((Section("", (ask,)),), (Button(say("choose_member.go"), words, "primary"),))]


@maker("thanked")
def thanked(say: Phrases) -> Message:
    summary = say("thanked.summary")
    return Message(summary, (Text(summary),))


@maker("language_set")
def language_set(say: Phrases, *, before: str = "") -> Message:
    """``before`` is the language they read until now, if it was another: it undoes it in that one's words."""
    summary = say("language_set.summary")
    then = say("language_set.then", word=_word(say))
    back = (Button(Phrases(before)("language_set.back"), command(say, "language", before)),) if before else ()
    words = command(say, "help")
    return Message(summary, (Text(summary), Text(then, "subtle"), Buttons((*back, Button(words, words)))))


def _word(say: Phrases) -> Any:
    """What a text of the catalog calls to name a command: ``{{ word("list") }}``."""
    return lambda name: command(say, name)


def _for_each(say: Phrases, names: Iterable[object], words: str) -> list[str]:
    return [f"{say('words.for')} {name}: {words}" for name in names]


def _offers(offers: Iterable[str]) -> list[Block]:
    """A row of buttons, each labelled with the very words that it says."""
    buttons = tuple(Button(words, words) for words in tuple(offers)[:MOST_OFFERED])
    return [Buttons(buttons)] if buttons else []
