"""An obligation told as a story: what is owed, what came in, who was asked and what happens next.

Values only; storage fills them, templates read them out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from alliance.charter import Requirement
from alliance.meetings import Meeting
from alliance.members import Organisation
from alliance.names import danish_key
from alliance.obligations import STATES, Obligation, Settlement, Standing
from alliance.reminders import Rung
from alliance.reports import Report

BOARD_STATES = (*STATES, "upcoming", "not_owed")


class Account(NamedTuple):
    """One member, one requirement, one period, and how it stands on a day.

    A tuple, like the obligation in it: a board is made of thousands, and a tuple is made in a quarter of the time.
    """

    organisation: Organisation
    obligation: Obligation
    requirement: Requirement
    standing: Standing


@dataclass(frozen=True)
class DraftSoFar:
    """How far a report has come: so many of so many figures, and who saved it last (aware UTC)."""

    answered: int
    asked: int
    saved_at: datetime
    saved_by: str


@dataclass(frozen=True)
class Contact:
    """Somebody who is asked on behalf of a member; ``reachable`` is False when no address of theirs works."""

    person_id: int
    name: str
    office: str
    reachable: bool


@dataclass(frozen=True)
class HandedOver:
    """Who handed an obligation to which colleague, when (aware UTC), and what they wrote."""

    giver_id: int
    giver: str
    colleague_id: int
    colleague: str
    note: str
    at: datetime


@dataclass(frozen=True)
class Story:
    """All that explains one obligation to a person. Days are local, instants aware UTC.

    ``reminders`` counts those sent so far for it, to anybody; ``last_contact`` is the newest of them. ``hidden`` says
    by person until which morning they hide it from their reminders, ``may_hide_until`` the last they may name.
    ``handed`` is who handed it to whom, as long as it is to be answered.
    """

    account: Account
    contacts: tuple[Contact, ...] = ()
    reminders: int = 0
    last_contact: datetime | None = None
    draft: DraftSoFar | None = None
    report: Report | None = None
    meeting: Meeting | None = None
    next_rung: Rung | None = None
    steering_day: date | None = None
    settlements: tuple[Settlement, ...] = ()
    hidden: Mapping[int, date] = field(default_factory=dict)
    may_hide_until: date | None = None
    handed: tuple[HandedOver, ...] = ()


@dataclass(frozen=True)
class BoardRow:
    """One member's line: its account per requirement key; a missing key is a requirement that it does not owe."""

    organisation: Organisation
    accounts: Mapping[str, Account]
    reachable: bool = True


@dataclass(frozen=True)
class Board:
    """Members x requirements on a day, in Danish order of names. ``day`` is local."""

    day: date
    requirements: tuple[Requirement, ...]
    rows: tuple[BoardRow, ...]

    def settled_since(self, requirement: Requirement, since: datetime) -> int:
        """How many members have met a requirement, or been exempted, by what was recorded after an instant (aware)."""
        found = (row.accounts[requirement.key].standing for row in self.rows if requirement.key in row.accounts)
        return sum(not each.owes and each.by is not None and each.by.recorded_at > since for each in found)

    def state(self, row: BoardRow, requirement: Requirement) -> str:
        """Where a member stands: a state, ``upcoming`` for what opens later this year, or ``not_owed``."""
        account = row.accounts.get(requirement.key)
        return account.standing.state if account else self.unowed(requirement)

    def unowed(self, requirement: Requirement) -> str:
        """Where a member stands that does not owe it."""
        opens = requirement.opens.in_year(self.day.year) if requirement.opens else self.day
        return "upcoming" if opens > self.day else "not_owed"

    def counts(self, requirement: Requirement) -> dict[str, int]:
        """How many members stand where, in the order of BOARD_STATES; adds up to the members."""
        found = Counter(self.state(row, requirement) for row in self.rows)
        return {state: found[state] for state in BOARD_STATES if found[state]}

    def groups(self, grouping: str) -> dict[str, tuple[BoardRow, ...]]:
        """The members by their group, in Danish order of names; those without one stand under an empty name."""
        names = sorted({row.organisation.group(grouping) for row in self.rows}, key=danish_key)
        return {name: tuple(r for r in self.rows if r.organisation.group(grouping) == name) for name in names}

    def of(self, organisation_ids: Collection[int]) -> Board:
        """The board of these members only."""
        return replace(self, rows=tuple(row for row in self.rows if row.organisation.id in organisation_ids))

    def owing(self) -> tuple[Account, ...]:
        """Every account that is owed, row by row."""
        return tuple(account for row in self.rows for account in row.accounts.values() if account.standing.owes)
