"""Who takes part: what is done anew in each period, who is behind with it, and what is new since a meeting.

Source: the annex of 4 June 2021, tasks 1 and 2 of the steering group.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from alliance.accounts import Account, BoardRow
from alliance.calendar import WorkingCalendar
from alliance.charter import Requirement


@dataclass(frozen=True)
class Turnout:
    """One requirement in one period: the members that are behind, each since a local day, in the accounts' order.

    ``owing`` counts all who still owe it, late or not; ``due`` is its last day in time, None for a standing duty.
    """

    requirement: Requirement
    period: str
    behind: tuple[tuple[str, date], ...]
    owing: int
    due: date | None


def turnout(accounts: Iterable[Account], requirements: Iterable[Requirement], day: date) -> tuple[Turnout, ...]:
    """What members do anew in each period and who is behind with it, as the charter lists it, then by period.

    A plan or a declaration, which carries on, is no turnout. Of periods that are over only what somebody still owes.
    """
    counted = {need.key: number for number, need in enumerate(requirements) if not need.carries}
    found: dict[tuple[int, date], list[Account]] = {}
    for account in accounts:
        if account.requirement.key in counted:
            place = counted[account.requirement.key], account.obligation.period.start
            found.setdefault(place, []).append(account)
    each = (_turnout(found[place]) for place in sorted(found))
    return tuple(one for one, place in zip(each, sorted(found), strict=True) if one.behind or _runs(found[place], day))


def _runs(accounts: list[Account], day: date) -> bool:
    return accounts[0].obligation.period.end > day


def _turnout(accounts: list[Account]) -> Turnout:
    first = accounts[0]
    known = ((account.organisation.name, behind_since(account)) for account in accounts)
    late = tuple((name, since) for name, since in known if since is not None)
    owing = sum(account.standing.owes for account in accounts)
    return Turnout(first.requirement, first.obligation.period.label, late, owing, first.obligation.due)


def behind_since(account: Account) -> date | None:
    """Since which local day a member is behind with something; None where it is not.

    With a deadline from that day, with an event from its day; with a standing duty since it opened.
    """
    owed, state = account.obligation, account.standing.state
    if state == "overdue":
        return owed.due
    if state == "unfulfilled":
        return owed.event_day or owed.due or owed.period.end
    return owed.opens if state == "open" and owed.due is None else None


@dataclass(frozen=True)
class News:
    """What is new with a member since a meeting, by the numbers of the requirements: in place, and overdue."""

    came: tuple[str, ...] = ()
    late: tuple[str, ...] = ()


def news_since(row: BoardRow, requirements: Iterable[Requirement], since: datetime, calendar: WorkingCalendar) -> News:
    """What came in place, and what fell due in vain, after an instant (aware): by what was recorded, and by days."""
    came, late, day = [], [], calendar.day(since)
    for need in requirements:
        account = row.accounts.get(need.key)
        if account is None:
            continue
        by, due = account.standing.by, account.obligation.due
        if not account.standing.owes and by is not None and by.recorded_at > since:
            came.append(need.number)
        if account.standing.state == "overdue" and due is not None and due >= day:
            late.append(need.number)
    return News(tuple(came), tuple(late))
