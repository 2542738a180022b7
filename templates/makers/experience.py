"""What the members share: the list, one of them, the form, and who has shared nothing for long."""

from __future__ import annotations

from collections.abc import Mapping

from alliance.charter import Requirement
from alliance.experience import Entry
from alliance.members import Organisation
from alliance.messages import Ask, Block, Button, Buttons, Choice, Link, Message, Table, Text
from alliance.silence import SilentMember
from alliance.standards import Point
from templates import formats
from templates.makers.forms import button_row, fact_pairs, one_form, question
from templates.makers.kinds import maker
from templates.makers.words import command
from templates.phrases import Phrases

ONE_BY_ONE = 5
"""So many of a list are offered as buttons."""
COLUMNS = ("number", "member", "what", "theme", "day", "ask")


@maker("experiences")
def experiences(
    say: Phrases,
    *,
    entries: tuple[Entry, ...],
    total: int,
    of: int,
    asked: str,
    page: int,
    pages: int,
    meant: tuple[str, ...],
    member: str,
    shares: bool,
) -> Message:
    """What was found, newest first, a page at a time; ``meant`` is what else to look for where nothing was."""
    prefix = f"{say('words.for')} {member}: " if member else ""
    facts = {"total": total, "of": of, "asked": asked, "page": page, "pages": pages, "member": member}
    summary = say("experiences.summary", **facts)
    buttons = [Button(one, command(say, "experience", one, prefix=prefix)) for one in meant]
    buttons += [Button(_one(say, entry), command(say, "one_experience", entry.id)) for entry in entries[:ONE_BY_ONE]]
    buttons += _turns(say, asked, page, pages, prefix)
    if asked and of:
        buttons.append(Button(say("experiences.all"), command(say, "experience", prefix=prefix)))
    if shares:
        buttons.append(Button(say("experiences.share"), command(say, "share")))
    blocks: list[Block] = [Text(summary)]
    if meant:
        blocks.append(Text(say("experiences.meant")))
    if entries:
        head = tuple(say(f"experiences.head.{column}") for column in COLUMNS)
        blocks.append(Table(say("experiences.caption"), head, tuple(_row(say, entry) for entry in entries)))
        blocks.append(Text(say("experiences.hint", words=command(say, "one_experience", entries[0].id)), "subtle"))
    return Message(summary, (*blocks, *button_row(*buttons)))


def _one(say: Phrases, entry: Entry) -> str:
    return say("experiences.one", id=entry.id, member=entry.organisation.name)


def _turns(say: Phrases, asked: str, page: int, pages: int, prefix: str) -> list[Button]:
    """The ways to newer and older ones."""
    ways = (("newer", page - 1), ("older", page + 1))
    words = (*([asked] if asked else []), say("words.page"))
    return [
        Button(say(f"experiences.{way}"), command(say, "experience", *words, number, prefix=prefix))
        for way, number in ways
        if 1 <= number <= pages
    ]


def _row(say: Phrases, entry: Entry) -> tuple[str, ...]:
    return (
        str(entry.id),
        entry.organisation.name,
        say("experiences.what", what=entry.what, link=entry.link),
        entry.theme.in_(say.language) if entry.theme else "–",
        formats.short_day(entry.day, say.language),
        entry.contact or say("experience.nobody"),
    )


@maker("experience")
def experience(
    say: Phrases,
    *,
    entry: Entry,
    themes: tuple[Point, ...],
    theirs: bool,
    said: str = "",
    counts: str = "",
    choosing: bool = False,
    may_ask: bool = False,
) -> Message:
    """One with its author, day, theme and whom to ask; ``theirs``: the reader may change what it is about.

    ``counts`` is the number of the requirement that it meets as evidence.
    """
    named = say("experience.summary", id=entry.id, organisation=entry.organisation.official_name)
    summary = say(f"experience.said.{said}", id=entry.id, theme=entry.theme) if said else named
    facts = fact_pairs(
        (say("experience.label.member"), entry.organisation.official_name),
        (say("experience.label.what"), entry.what),
        (say("experience.label.theme"), entry.theme.in_(say.language) if entry.theme else ""),
        (say("experience.label.day"), formats.day(entry.day, say.language)),
        (say("experience.label.ask"), entry.contact or say("experience.nobody")),
    )
    blocks: list[Block] = [Text(summary), facts]
    if counts:
        blocks.append(Text(say("experience.counts", number=counts)))
    items: list[Button | Link] = [Link(say("experience.open"), entry.link)] if entry.link else []
    choosing = choosing or (said == "shared" and entry.theme is None)
    if theirs and themes and choosing:
        blocks.append(Text(say("experience.choose")))
    if may_ask:
        member = entry.organisation.name
        items.append(Button(say("experience.ask", member=member), command(say, "ask", member)))
    mine = _changes(say, entry, themes, choosing=choosing) if theirs else []
    rest = Button(say("experience.rest"), command(say, "experience"))
    return Message(summary, (*blocks, Buttons((*items, *mine, rest))))


def _changes(say: Phrases, entry: Entry, themes: tuple[Point, ...], *, choosing: bool) -> list[Button]:
    """Its theme one by one where it has none yet or another is to be chosen, and taking it back."""
    words, verb = command(say, "one_experience", entry.id), say("words.theme")
    back = Button(say("experience.take_back"), f"{words} {say('words.undo')}")
    if not themes:
        return [back]
    if not choosing:
        return [Button(say("experience.set_theme"), f"{words} {verb}"), back]
    other = [theme.title.in_(say.language) for theme in themes if theme.title != entry.theme]
    return [*(Button(title, f"{words} {verb} {title}") for title in other), back]


@maker("experience_back")
def experience_back(say: Phrases, *, id: int, what: str) -> Message:
    summary = say("experience_back.summary", id=id, what=what)
    rest = Button(say("experience.rest"), command(say, "experience"))
    return Message(summary, (Text(summary), Text(say("withdrawn.note"), "subtle"), Buttons((rest,))))


@maker("share_form")
def share_form(
    say: Phrases,
    *,
    organisation: Organisation,
    themes: tuple[Point, ...],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    requirement: Requirement | None,
    on_behalf: bool,
    prefix: str,
) -> Message:
    """What was learned, where it can be seen, and what it is about."""
    asks = (
        question(say, "share_form.what", typed, errors, required=True),
        question(say, "share_form.link", typed, errors),
        *theme_question(say, themes, typed, errors),
    )
    summary = say("share_form.summary", organisation=organisation.official_name)
    number = requirement.number if requirement else ""
    note = say("share_form.note", number=number, organisation=organisation.official_name, on_behalf=on_behalf)
    return one_form(summary, note, asks, say("share_form.send"), command(say, "share", prefix=prefix))


def theme_question(
    say: Phrases, themes: tuple[Point, ...], typed: Mapping[str, str], errors: Mapping[str, str]
) -> tuple[Ask, ...]:
    """What it is about, where the charter has themes; it may be left open."""
    choices = tuple(Choice(theme.key, theme.title.in_(say.language)) for theme in themes)
    return (question(say, "share_form.theme", typed, errors, "choice", choices=choices),) if choices else ()


@maker("experience_missing")
def experience_missing(say: Phrases, *, lacking: tuple[SilentMember, ...], members: int, months: int) -> Message:
    """Who has shared nothing for so many months, longest first, and whom to ask."""
    summary = say("experience_missing.summary", count=len(lacking), members=members, months=months)
    rest = Buttons((Button(say("experience.rest"), command(say, "experience")),))
    if not lacking:
        return Message(summary, (Text(summary), rest))
    head = tuple(say(f"experience_missing.head.{column}") for column in ("member", "group", "last", "contact"))
    rows = tuple(_lacking(say, one) for one in lacking)
    return Message(summary, (Text(summary), Table(say("experience_missing.caption"), head, rows), rest))


def _lacking(say: Phrases, one: SilentMember) -> tuple[str, ...]:
    last = say("experience_missing.last", day=one.heard)
    return one.name, one.group or "–", last, one.contact or say("experience.nobody")
