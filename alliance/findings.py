"""What the self-audit found, and the arithmetic it does by itself: no rule of the planner is used here.

The planner asks ``alliance/reminders.py``; whoever checks it counts days one by one, so that one mistake cannot hide
in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from alliance.cadences import Ladder
from alliance.calendar import WorkingCalendar
from alliance.words import Words

TICK_MAY_BE = timedelta(hours=26)
"""A tick rings each minute; one that is older than a day and some stopped."""

MAY_WAIT = timedelta(hours=1)
BACKUP_MAY_BE = timedelta(hours=26)
"""A nightly backup that is older than a day and some stayed away."""
DOUBTS, DOUBTED_WITHIN = 3, timedelta(hours=24)
"""So many of which nobody knows whether they arrived, and more than surely left: the channel itself is in doubt."""
CALENDARS = ("still_invited", "old_time", "uninvited", "no_paper")
SENDING = ("silent", "in_doubt", "shut_out", "gap", "unopened", "stuck", "no_receipt", "after_settling", "twice_a_day")
REGISTER = ("two_holders", "two_chairs", "two_seated", "seat_outside", "two_memberships")
KINDS = ("tick", "backup", *CALENDARS, *SENDING, *REGISTER)


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be. ``about`` names the thing, ``facts`` hold ids, days and numbers only."""

    kind: str
    about: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class NamedFinding:
    """A finding for people: ids turned into names. ``what`` is a kind of notification, ``at`` aware UTC.

    ``reasons`` are those of the provider, as the outbox keeps them.
    """

    kind: str
    member: str = ""
    requirement: str = ""
    person: str = ""
    channel: str = ""
    what: str = ""
    day: date | None = None
    at: datetime | None = None
    count: int = 0
    served: bool = True
    reasons: tuple[str, ...] = ()
    meeting: Words | None = None


@dataclass(frozen=True)
class Lost:
    """Something that reached nobody: on no channel, and nothing more is tried. ``at`` aware UTC."""

    delivery_id: int
    person: str
    member: str
    what: str
    channel: str
    address: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Reached:
    """The rung that should be told: ``offset`` in working days from the due day, reached on the local ``day``."""

    offset: int
    day: date


def reached(ladder: Ladder, calendar: WorkingCalendar, due: date, by: date) -> Reached | None:
    """Return the last rung reached by a local day, counted day by day; None before the first."""
    found = [Reached(-n, _counted(calendar, due, n, -1)) for n in ladder.before]
    found += [Reached(n, _counted(calendar, due, n, 1)) for n in ladder.after]
    return max((rung for rung in found if rung.day <= by), key=lambda rung: rung.offset, default=None)


def _counted(calendar: WorkingCalendar, day: date, n: int, step: int) -> date:
    """The ``n``-th working day before (-1) or after (1) a day."""
    while n:
        day += timedelta(days=step)
        n -= calendar.is_working_day(day)
    return day


def day_before(calendar: WorkingCalendar, due: date) -> date:
    """Return the last working day before a local day, counted: the latest on which a snooze may end."""
    return _counted(calendar, due, 1, -1)


def last_hours(ladder: Ladder, calendar: WorkingCalendar, now: datetime) -> date:
    """Return the last working day whose hours for reminding are over at an aware instant."""
    day = calendar.day(now)
    while not calendar.is_working_day(day) or calendar.at(day, ladder.until_hour) > now:
        day -= timedelta(days=1)
    return day


def by_kind(findings: Iterable[Finding]) -> dict[str, tuple[Finding, ...]]:
    """Return the findings of each kind that has any, the gravest first."""
    found = tuple(findings)
    groups = {kind: tuple(one for one in found if one.kind == kind) for kind in KINDS}
    return {kind: group for kind, group in groups.items() if group}


def reason_class(reason: str) -> str:
    """Return what kind of reason it is, without a provider's own words, which may name people; "other" if unknown."""
    head = reason.partition(":")[0].strip()
    return head if re.fullmatch(r"[a-z_]{0,40}", head) else "other"
