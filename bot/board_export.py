"""The board as a file for a spreadsheet or a program: one line for every member and requirement.

A CSV has a semicolon between its cells and a byte order mark in front, as a Danish spreadsheet expects it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alliance.accounts import Account, Board, BoardRow
from alliance.charter import Requirement
from templates.makers.words import standing_words
from templates.phrases import Phrases
from templates.spreadsheets import spreadsheet

MEMBER = ("code", "member")
"""Then comes a column for each grouping of the alliance's charter."""
STANDING = (
    "requirement_number",
    "requirement",
    "requirement_title",
    "period",
    "due",
    "state",
    "state_words",
    "since",
    "by",
    "reminders",
)


def as_csv(board: Board, groupings: Sequence[str], language: str, reminders: Mapping[int, int] | None = None) -> str:
    """The board with a head in the language; ``groupings`` are the charter's, ``reminders`` counts by obligation id."""
    say = Phrases(language)
    lines = _lines(board, groupings, say, reminders or {})
    columns = (*MEMBER, *groupings, *STANDING)
    rows = ([line[column] for column in columns] for line in lines)
    return spreadsheet([_heading(say, column) for column in columns], rows)


def as_json(
    board: Board, groupings: Sequence[str], language: str = "da", reminders: Mapping[int, int] | None = None
) -> list[dict[str, object]]:
    """The same lines for a program; days as ISO texts, None where there is nothing to say."""
    return _lines(board, groupings, Phrases(language), reminders or {})


def _heading(say: Phrases, column: str) -> str:
    """What a column is called; a grouping that only its charter knows is called as it is there."""
    key = f"page.export.{column}"
    return say(key) if say.has(key) else column


def _lines(
    board: Board, groupings: Sequence[str], say: Phrases, reminders: Mapping[int, int]
) -> list[dict[str, object]]:
    return [
        {
            **_member(row, groupings),
            **_requirement(requirement, say),
            **_standing(board, row, requirement, say, reminders),
        }
        for row in board.rows
        for requirement in board.requirements
    ]


def _member(row: BoardRow, groupings: Sequence[str]) -> dict[str, object]:
    organisation = row.organisation
    groups = {grouping: organisation.group(grouping) for grouping in groupings}
    return {"code": organisation.code, "member": organisation.name, **groups}


def _requirement(requirement: Requirement, say: Phrases) -> dict[str, object]:
    return {
        "requirement_number": requirement.number,
        "requirement": requirement.key,
        "requirement_title": requirement.title.in_(say.language),
    }


def _standing(
    board: Board, row: BoardRow, requirement: Requirement, say: Phrases, reminders: Mapping[int, int]
) -> dict[str, object]:
    account = row.accounts.get(requirement.key)
    if account is None:
        nothing = dict.fromkeys(("obligation", "period", "due", "since", "by"))
        state = board.state(row, requirement)
        return {**nothing, "state": state, "state_words": say(f"standing.{state}"), "reminders": 0}
    obligation, by = account.obligation, account.standing.by
    return {
        "obligation": obligation.id,
        "period": obligation.period.label,
        "due": obligation.due.isoformat() if obligation.due else None,
        "state": account.standing.state,
        "state_words": standing_words(say, account.standing),
        "since": by.recorded_at.isoformat(timespec="seconds") if by else None,
        "by": _by(account),
        "reminders": reminders.get(obligation.id, 0),
    }


def _by(account: Account) -> str | None:
    fact, answer = account.standing.by, account.standing.answer
    if fact:
        return fact.recorded_by_name or None
    return answer.attendee or None if answer else None
