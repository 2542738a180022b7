"""The board, and those who are missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from alliance.accounts import BOARD_STATES, Account, Board, BoardRow
from alliance.charter import Requirement
from alliance.members import Organisation
from alliance.messages import Block, Button, Buttons, Link, Message, Table, Text
from alliance.silence import SilentMember
from templates.makers.forms import button_row, requirement_name
from templates.makers.kinds import maker
from templates.makers.words import command, standing_words
from templates.phrases import Phrases

MOST_ROWS = 40  # a longer table is not read in a chat
MOST_SHOWN = 5


@maker("board")
def board(say: Phrases, *, board: Board, grouping: str, url: str, one_track: tuple[str, ...] = ()) -> Message:
    """How every requirement stands; ``one_track``: the members that reported, and said nothing of adaptation."""
    owing = len({account.organisation.id for account in board.owing()})
    summary = say("board.summary", day=board.day, owing=owing, members=len(board.rows))
    if not board.rows:
        return Message(summary, (Text(summary),))
    required = [requirement_table(say, board)] if board.requirements else []  # an alliance may require nothing
    blocks: list[Block] = [Text(summary), *required, _group_table(say, board, grouping)]
    unreachable = [row.organisation.name for row in board.rows if not row.reachable]
    if unreachable:
        fix = f"{say('words.for')} {unreachable[0]}: {command(say, 'contacts')}"
        blocks.append(Text(say("board.unreachable", names=unreachable, fix=fix), "warning"))
    if one_track:
        blocks.append(Text(say("board.one_track", names=one_track)))
    blocks += button_row(*_group_buttons(say, board, grouping))
    blocks += button_row(*_missing_buttons(say, board), *([Link(say("board.page"), url)] if url else []))
    return Message(summary, tuple(blocks))


def requirement_table(say: Phrases, board: Board) -> Table:
    """How many members stand where with each requirement: each line adds up to the members."""
    counts = {requirement.key: board.counts(requirement) for requirement in board.requirements}
    states = [state for state in BOARD_STATES if any(state in found for found in counts.values())]
    rows = tuple(
        (
            requirement_name(say, requirement),
            *(str(counts[requirement.key].get(state, 0)) for state in states),
            str(sum(counts[requirement.key].values())),
        )
        for requirement in board.requirements
    )
    head = (say("board.requirement"), *(say(f"standing.{state}") for state in states), say("board.in_all"))
    return Table(say("board.requirements"), head, rows)


def _group_table(say: Phrases, board: Board, grouping: str) -> Table:
    groups = board.groups(grouping)
    rows = tuple((name or say("board.no_group"), *_group_counts(found)) for name, found in groups.items())
    head = (say("board.group"), say("board.in_all"), say("board.owing"), say("board.overdue"))
    return Table(say("board.groups", grouping=grouping), head, rows)


def _group_counts(rows: Sequence[BoardRow]) -> tuple[str, str, str]:
    """The members of a group, those who owe something, and those who owe something past its due day."""
    states = [{account.standing.state for account in row.accounts.values()} for row in rows]
    owing = sum(1 for found in states if found & {"open", "overdue"})
    return str(len(rows)), str(owing), str(sum(1 for found in states if "overdue" in found))


def _group_buttons(say: Phrases, board: Board, grouping: str) -> list[Button]:
    names = [name or say("board.no_group") for name in board.groups(grouping)]
    return [Button(say("board.look_into", group=name), command(say, "board", name)) for name in names]


@maker("board_group")
def board_group(say: Phrases, *, day: date, group: str, rows: Sequence[BoardRow]) -> Message:
    """The members of one group, what each is missing, and a button to the list of each."""
    owing = sum(1 for row in rows if _numbers(row, {"open", "overdue"}))
    summary = say("board_group.summary", group=group, day=day, owing=owing, members=len(rows))
    head = tuple(say(f"board_group.head.{column}") for column in ("member", "owing", "overdue"))
    lines = tuple(
        (
            say("board_group.member", name=row.organisation.name, reachable=row.reachable),
            _numbers(row, {"open", "overdue"}) or say("board_group.nothing"),
            _numbers(row, {"overdue"}) or say("board_group.nothing"),
        )
        for row in rows
    )
    members = [Button(row.organisation.name, _list_of(say, row.organisation)) for row in rows]
    whole = Button(say("board_group.whole"), command(say, "board"))
    note = Text(say("board_group.note"), "subtle")
    return Message(summary, (Text(summary), Table(group, head, lines), note, *button_row(*members), Buttons((whole,))))


def _numbers(row: BoardRow, states: Collection[str]) -> str:
    """The numbers of the requirements with which a member stands so."""
    accounts = row.accounts.values()
    return ", ".join(account.requirement.number for account in accounts if account.standing.state in states)


def _list_of(say: Phrases, organisation: Organisation) -> str:
    return f"{say('words.for')} {organisation.name}: {command(say, 'list')}"


def _missing_buttons(say: Phrases, board: Board) -> list[Button]:
    owed = Counter(account.requirement.key for account in board.owing())
    return [
        Button(say("board.missing", number=requirement.number), command(say, "missing", requirement.number))
        for requirement in board.requirements
        if owed[requirement.key]
    ]


@maker("missing")
def missing(
    say: Phrases,
    *,
    board: Board,
    requirement: Requirement | None,
    accounts: tuple[Account, ...],
    required: bool = True,
    several: tuple[Requirement, ...] = (),
) -> Message:
    """Who is missing one requirement, or any of ``several`` that were named, or anything."""
    named = (requirement,) if requirement else several
    facts = {
        "required": required,
        "day": board.day,
        "requirement": say("missing.of", names=[requirement_name(say, one) for one in named]) if named else "",
        "members": len({account.organisation.id for account in accounts}),
        "things": len(accounts),
    }
    if not accounts:
        return Message(say("missing.none", **facts), (Text(say("missing.none", **facts)),))
    summary = say("missing.summary", **facts)
    blocks: list[Block] = [Text(summary), _missing_table(say, accounts[:MOST_ROWS])]
    if len(accounts) > MOST_ROWS:
        more = say("missing.more", count=len(accounts) - MOST_ROWS, word=command(say, "board"))
        blocks.append(Text(more, "subtle"))
    shows = [_show(say, account) for account in accounts[:MOST_SHOWN]]
    board_button = Button(say("missing.board"), command(say, "board"))
    return Message(summary, (*blocks, Buttons((*shows, board_button))))


def _missing_table(say: Phrases, accounts: Iterable[Account]) -> Table:
    rows = tuple(
        (
            account.organisation.name,
            f"{requirement_name(say, account.requirement)}, {account.obligation.period.label}",
            say("missing.due", due=account.obligation.due),
            standing_words(say, account.standing),
        )
        for account in accounts
    )
    head = tuple(say(f"missing.head.{column}") for column in ("member", "requirement", "due", "standing"))
    return Table(say("missing.caption"), head, rows)


def _show(say: Phrases, account: Account) -> Button:
    label = say("missing.show", organisation=account.organisation, number=account.requirement.number)
    return Button(label, command(say, "show", account.obligation.id))


@maker("silent_members")
def silent_members(
    say: Phrases,
    *,
    silent: tuple[SilentMember, ...],
    members: int,
    months: int,
    known_since: date,
    too_early: bool = False,
) -> Message:
    """Who has not been heard of for so many months, longest first, and whom to call."""
    facts = {
        "count": len(silent),
        "members": members,
        "months": months,
        "known_since": known_since,
        "too_early": too_early,
    }
    summary = say("silent_members.summary", **facts)
    if not silent:
        return Message(summary, (Text(summary), Text(say("silent_members.counted", **facts), "subtle")))
    head = tuple(say(f"silent_members.head.{column}") for column in ("member", "group", "heard", "contact"))
    rows = tuple(
        (one.name, one.group, say("silent_members.heard", day=one.heard), one.contact or say("silent_members.nobody"))
        for one in silent[:MOST_ROWS]
    )
    blocks: list[Block] = [Text(summary), Table(say("silent_members.caption"), head, rows)]
    if len(silent) > MOST_ROWS:
        blocks.append(Text(say("silent_members.more", count=len(silent) - MOST_ROWS, words=command(say, "silent"))))
    return Message(summary, (*blocks, Text(say("silent_members.counted", **facts), "subtle")))
