"""How each member stands, as a file beside an agenda's item: a table for each area, set like the papers themselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import TypeVar

from alliance.accounts import Account, Board, BoardRow
from alliance.calendar import WorkingCalendar
from alliance.charter import Requirement
from alliance.meetings import Meeting
from alliance.participation import News, behind_since, news_since
from alliance.plans import PlanRecord, groups_of
from alliance.words import Words
from templates import formats
from templates.makers.plans import record_words, standard_name
from templates.papers.printing import TEMPLATE, compiled
from templates.papers.prose import Span, one_line
from templates.papers.sheet import Cell, Fact, Grid, Part, Section, Sheet
from templates.phrases import Phrases

OF_REQUIREMENTS, OF_PLANS = ("member", "met", "missing", "news"), ("member", "plan", "state", "due")
SHARES = (5, 4, 8, 5)
PLAIN = ("fulfilled", "noted")
R = TypeVar("R")


def annex_name(say: Phrases) -> str:
    """What the file is called, whenever it is made: a newer one takes its place."""
    return f"{say('annex.name')}.pdf"


def annex_pdf(sheet: Sheet) -> bytes:
    """Print it as a tagged PDF; on one day the same words are the same bytes. Raises PaperFault."""
    return compiled(TEMPLATE, json.dumps(asdict(sheet), ensure_ascii=False))


def of_requirements(
    say: Phrases,
    board: Board,
    grouping: str,
    *,
    alliance: Words,
    meeting: Meeting,
    before: Meeting | None,
    calendar: WorkingCalendar,
) -> Sheet:
    """What is in place with each member, what is missing and since when, and what is new since the meeting before."""

    def row(one: BoardRow) -> tuple[str, ...]:
        news = news_since(one, board.requirements, before.starts_at, calendar) if before else News()
        return one.organisation.name, _met(say, board, one), _missing(say, board, one), _new(say, news)

    key = tuple(_key(say, requirement) for requirement in board.requirements)
    facts = [Fact(say("annex.key"), key)]
    if before:
        facts.append(Fact(say("annex.new"), (say("annex.since", meeting=before),)))
    groups = board.groups(grouping)
    return _sheet(say, alliance, meeting, board.day, facts, OF_REQUIREMENTS, groups, row)


def of_plans(
    say: Phrases, records: Iterable[PlanRecord], grouping: str, day: date, *, alliance: Words, meeting: Meeting
) -> Sheet:
    """How each member's climate action plan stands, and when it is to be updated."""

    def row(one: PlanRecord) -> tuple[str, ...]:
        plan, due = one.in_force(day) or one.newest, one.update_due(day)
        named = say("plan_list.version", version=plan.version.version, standard=standard_name(plan)) if plan else "–"
        when = say("plan_list.due", due=due, late=one.is_overdue(day)) if due else "–"
        return one.organisation.name, named, record_words(say, one, day), when

    return _sheet(say, alliance, meeting, day, (), OF_PLANS, groups_of(records, grouping), row)


def _sheet(
    say: Phrases,
    alliance: Words,
    meeting: Meeting,
    day: date,
    facts: Iterable[Fact],
    columns: Sequence[str],
    groups: Mapping[str, Sequence[R]],
    row: Callable[[R], tuple[str, ...]],
) -> Sheet:
    head = tuple(say(f"annex.head.{column}") for column in columns)

    def section(number: int, name: str, members: Sequence[R]) -> Section:
        grid = Grid(name, head, SHARES, tuple(tuple(map(_cell, row(one))) for one in members))
        return Section(f"group-{number}", one_line(name) or say("board.no_group"), parts=(Part("", grid=grid),))

    title = say("annex.title", day=day)
    return Sheet(
        lang=say.language,
        alliance=one_line(alliance.in_(say.language)),
        body=one_line(meeting.title.in_(say.language)),
        title=title,
        status=say("annex.of"),
        edition=say("annex.edition"),
        description=title,
        issued=(day.year, day.month, day.day, 0, 0, 0),
        page=say("paper.page_of", page="{page}", pages="{pages}"),
        contents="",
        facts=tuple(facts),
        sections=tuple(section(number, name, found) for number, (name, found) in enumerate(groups.items(), 1)),
        note="" if groups else say("annex.nobody"),
    )


def _cell(text: str) -> Cell:
    return (Span(text),)


def _key(say: Phrases, requirement: Requirement) -> str:
    return say("annex.requirement", number=requirement.number, title=requirement.title)


def _met(say: Phrases, board: Board, row: BoardRow) -> str:
    """The numbers of what is settled, with what there is to be said of it."""
    said = [
        account.requirement.number
        if account.standing.state in PLAIN
        else say("annex.other", number=account.requirement.number, state=say(f"standing.{account.standing.state}"))
        for account in _accounts(board, row)
        if not account.standing.owes and account.standing.state != "unfulfilled"
    ]
    return ", ".join(said) or "–"


def _missing(say: Phrases, board: Board, row: BoardRow) -> str:
    """The numbers of what is owed, with the day since when it is late."""
    owed = [a for a in _accounts(board, row) if a.standing.owes or a.standing.state == "unfulfilled"]
    return ", ".join(_owed(say, account) for account in owed) or "–"


def _owed(say: Phrases, account: Account) -> str:
    since = behind_since(account) if account.standing.state != "open" else None
    if since is None:
        return account.requirement.number
    return say("annex.late", number=account.requirement.number, since=formats.short_day(since, say.language))


def _new(say: Phrases, news: News) -> str:
    parts = [("came", news.came), ("late", news.late)]
    return "; ".join(say(f"annex.news.{key}", numbers=", ".join(found)) for key, found in parts if found) or "–"


def _accounts(board: Board, row: BoardRow) -> Iterable[Account]:
    return (row.accounts[need.key] for need in board.requirements if need.key in row.accounts)
