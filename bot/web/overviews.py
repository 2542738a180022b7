"""What only the secretariat sees: the board and the journal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup, escape
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from alliance.accounts import BOARD_STATES, Account, Board
from alliance.charter import Requirement
from alliance.journal import JournalEntry
from alliance.names import danish_key
from bot.board_export import as_csv, as_json
from bot.commands.secretariat.board import seen_by, with_one_track
from bot.journal_words import readable
from bot.web.site import Reader, Site, page_number
from storage.engine import reading
from storage.queries import accounts, meetings, stories
from storage.queries import journal as entries
from templates.makers.words import standing_key
from templates.phrases import Phrases

PAGE_SIZE = 100
OWING = {"owing": ("open", "overdue"), "overdue": ("overdue",)}
ABOUT_OBLIGATION = re.compile(r"obligation:(\d+)")


class Line(NamedTuple):
    """A member with how it stands with each requirement that is shown, and the cells of the table that say so.

    The cells are put together here: a template looks at each of a thousand pieces again, which took half of its time.
    """

    name: str
    group: str
    reachable: bool
    states: tuple[str, ...]
    cells: Markup


@dataclass(frozen=True)
class Group:
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Choices:
    """What the board's reader asked to see; an unknown wish is none."""

    grouping: str
    requirement: str
    state: str


@dataclass(frozen=True)
class Count:
    """How many of all members stand so, by requirement; with every other count it adds up to the members."""

    state: str
    numbers: tuple[int, ...]


def board(site: Site, request: Request) -> Response:
    """``/board``: members by requirements, grouped; the counts are always those of all members."""
    with reading(site.engine) as connection:
        reader, found = _board(site, connection, request)
        ahead = meetings.ahead(connection, reader.known.alliance, reader.today)
        one_track = with_one_track(connection, reader.known.alliance, found)
    choices = _choices(request, reader, found)
    shown = tuple(r for r in found.requirements if choices.requirement in ("", r.key))
    marks = StateMarks(reader.say)
    lines = _lines(found, shown, choices.grouping, marks)
    return site.page(
        request,
        reader,
        "board",
        board=found,
        choices=choices,
        groupings=reader.known.alliance.charter.groupings,
        titles=[(requirement.number, requirement.title.in_(reader.language)) for requirement in shown],
        groups=_groups(lines, choices.state),
        counts=_counts(lines, len(shown)),
        members=len(found.rows),
        marks=marks,
        next_meeting=ahead[0] if ahead else None,
        one_track=one_track,
    )


class StateMarks(dict[tuple[str, str], Markup]):
    """How a state is shown on the board, by itself and what it is called: made once a page, and not in every cell."""

    def __init__(self, say: Phrases) -> None:
        self.say = say

    def __missing__(self, shown: tuple[str, str]) -> Markup:
        state, key = shown
        page = f"page.state.{key}"
        words = self.say(page if self.say.has(page) else f"standing.{key}")
        self[shown] = Markup('<span class="state {}">{}</span>').format(state, words)
        return self[shown]


def _board(site: Site, connection: Connection, request: Request) -> tuple[Reader, Board]:
    reader = site.reader(connection, request)
    visitor = reader.overseer
    found = accounts.board(connection, visitor.alliance, visitor.alliance.charter.calendar.day(reader.now))
    return reader, seen_by(visitor.actor, found)


def _choices(request: Request, reader: Reader, found: Board) -> Choices:
    asked = request.query_params
    groupings = reader.known.alliance.charter.groupings
    grouping, requirement, state = (asked.get(name, "") for name in ("group", "requirement", "state"))
    return Choices(
        grouping if grouping in groupings else groupings[0],
        requirement if requirement in {r.key for r in found.requirements} else "",
        state if state in OWING else "",
    )


def _lines(found: Board, shown: tuple[Requirement, ...], grouping: str, marks: StateMarks) -> list[Line]:
    """The whole board, line by line in Danish order."""
    # What only who hears the link alone is told: whose it is and what.
    columns = [
        (one.key, f'<span class="visually-hidden"> {escape(one.title.in_(marks.say.language))}, ', found.unowed(one))
        for one in shown
    ]

    def cells(name: str, owed: Mapping[str, Account]) -> Iterator[tuple[str, str]]:
        for key, about, unowed in columns:
            account = owed.get(key)
            if account is None:
                yield unowed, f"<td>{marks[unowed, unowed]}</td>"
            else:
                stood, number = account.standing, account.obligation.id
                mark = marks[stood.state, standing_key(stood)]
                yield stood.state, f'<td><a href="/obligations/{number}">{mark}{about}{name}</span></a></td>'

    lines = []
    for row in found.rows:
        one, theirs = row.organisation, list(cells(str(escape(row.organisation.name)), row.accounts))
        said = Markup("".join(cell for _, cell in theirs))  # each piece is escaped above
        lines.append(Line(one.name, one.group(grouping), row.reachable, tuple(state for state, _ in theirs), said))
    return lines


def _groups(lines: Iterable[Line], wanted: str) -> tuple[Group, ...]:
    """The lines that were asked for, under their group's name, in Danish order."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        if not wanted or any(state in OWING[wanted] for state in line.states):
            groups.setdefault(line.group, []).append(line)
    return tuple(Group(name, tuple(groups[name])) for name in sorted(groups, key=danish_key))


def _counts(lines: Sequence[Line], columns: int) -> tuple[Count, ...]:
    counts = [Counter(line.states[column] for line in lines) for column in range(columns)]
    states = [state for state in BOARD_STATES if any(count[state] for count in counts)]
    return tuple(Count(state, tuple(count[state] for count in counts)) for state in states)


def board_csv(site: Site, request: Request) -> Response:
    """``/board.csv``: the board for a spreadsheet."""
    with reading(site.engine) as connection:
        reader, found = _board(site, connection, request)
        reminders = stories.reminders_sent(connection, reader.known.alliance.id)
    headers = {"Content-Disposition": f'attachment; filename="status-{found.day.isoformat()}.csv"'}
    content = as_csv(found, reader.known.alliance.charter.groupings, reader.language, reminders)
    return Response(content.encode(), headers=headers, media_type="text/csv; charset=utf-8")


def board_json(site: Site, request: Request) -> Response:
    """``/board.json``: the board for a program."""
    with reading(site.engine) as connection:
        reader, found = _board(site, connection, request)
        reminders = stories.reminders_sent(connection, reader.known.alliance.id)
    groupings = reader.known.alliance.charter.groupings
    headers = {"Content-Disposition": f'attachment; filename="status-{found.day.isoformat()}.json"'}
    return JSONResponse(as_json(found, groupings, reader.language, reminders), headers=headers)


@dataclass(frozen=True)
class Noted:
    """A line of the journal as it is read out."""

    at: str
    who: str
    action: str
    about: str
    obligation: int | None


def journal(site: Site, request: Request) -> Response:
    """``/journal``: who did what, when and on whose behalf, newest first."""
    number = page_number(request)
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
        found = entries.entries(connection, reader.secretary.alliance.id, limit=PAGE_SIZE * number + 1)
        shown = found[PAGE_SIZE * (number - 1) : PAGE_SIZE * number]
        worded = readable(connection, reader.secretary.alliance, reader.say, shown)
    lines = [_noted(reader.say, entry, about.about) for entry, about in zip(shown, worded, strict=True)]
    more = len(found) > PAGE_SIZE * number
    return site.page(request, reader, "journal", lines=lines, number=number, more=more)


def _noted(say: Phrases, entry: JournalEntry, worded: str) -> Noted:
    key = f"journal.action.{entry.action}"
    about = ABOUT_OBLIGATION.fullmatch(entry.about)
    return Noted(
        say("journal.at", at=entry.at),
        say("journal.who", entry=entry),
        say(key) if say.has(key) else entry.action,
        worded,
        int(about[1]) if about else None,
    )
