"""Snoozing: somebody hides what they owe from their own reminders until a day, never past its deadline.

Nothing else changes by it: it is owed as before, colleagues are reminded as before. Once a snooze has ended, what was
told before its end counts no more: the highest rung reached by then is told, once, and later ones as ever.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from alliance.cadences import Ladder
from alliance.calendar import WorkingCalendar
from alliance.errors import Refused
from alliance.moments import read_day
from alliance.months import months_before
from alliance.names import fold
from alliance.reminders import current_rung, rungs

DAYS_OF = {"dag": 1, "dage": 1, "day": 1, "days": 1, "uge": 7, "uger": 7, "week": 7, "weeks": 7}
MONTHS_OF = {"md": 1, "mdr": 1, "maaned": 1, "maaneder": 1, "month": 1, "months": 1, "aar": 12, "year": 12, "years": 12}
LONGEST = 3_650
SPAN = re.compile(r"(?:om |in )?(?P<n>[0-9]{1,4}|en|et|a|one) ?(?P<unit>[a-z]+)\.?", re.ASCII)
OFFERED = (1, 7, 14)
"""How many days on somebody is offered to be reminded again."""


@dataclass(frozen=True, slots=True)
class Snooze:
    """Hidden from a person until the morning of a local day. ``recorded_at`` and ``ended_at`` are aware UTC.

    ``ended_at`` is when it was taken back, or another took its place; None while it holds.
    """

    obligation_id: int
    person_id: int
    until: date
    recorded_at: datetime
    ended_at: datetime | None = None

    def ends(self, calendar: WorkingCalendar, due: date) -> date:
        """The local day it ends on, whatever has become of the deadline since: the last working day before it."""
        return min(self.until, calendar.before(due, 1))

    def hides(self, calendar: WorkingCalendar, due: date | None, today: date) -> bool:
        """Whether its person is not to be reminded on a local day."""
        return due is not None and today < self.ends(calendar, due)


def hidden_until(snooze: Snooze | None, calendar: WorkingCalendar, due: date | None, today: date) -> date | None:
    """The local day until which a snooze hides what is due on a day; None if it does not, or not any more."""
    if snooze is None or due is None or not snooze.hides(calendar, due, today):
        return None
    return snooze.ends(calendar, due)


def told_anew_from(snooze: Snooze | None, calendar: WorkingCalendar, due: date | None, today: date) -> date | None:
    """The local day on which a snooze ended: what its person was told before counts no more. None before it ends."""
    if snooze is None or due is None or snooze.hides(calendar, due, today):
        return None
    return snooze.ends(calendar, due)


def last_day(ladder: Ladder, calendar: WorkingCalendar, due: date | None, today: date) -> date | None:
    """The last day until which something may be hidden; None where it is too late, or nobody is reminded of it yet."""
    if due is None or current_rung(ladder, calendar, due, today) is None:
        return None
    last = calendar.before(due, 1)
    return last if last > today else None


def snoozed(ladder: Ladder, calendar: WorkingCalendar, due: date | None, wanted: date, today: date) -> date:
    """The working day until which it is hidden when ``wanted`` is asked for: at most the last before the due day.

    Raises Refused: ``snooze_standing`` (no deadline, so no reminders), ``snooze_past`` (not a later day),
    ``snooze_too_late`` (the due day is the next working day, today or over), ``snooze_not_needed`` (no reminder
    would come before the day anyway).
    """
    if due is None:
        raise Refused("snooze_standing")
    last = calendar.before(due, 1)
    if last <= today:
        raise Refused("snooze_too_late", due=due, late=due < today)
    if wanted <= today:
        raise Refused("snooze_past", got=wanted)
    until = calendar.next_working_day(min(wanted, last))
    first = rungs(ladder, calendar, due)[0].day
    if until <= first and today < first:
        raise Refused("snooze_not_needed", first=first)
    return until


def read_until(typed: str, today: date) -> date:
    """The day that was typed, as a day or as so long from today: ``3 dage``, ``om en uge``, ``2 mdr.``, ``i morgen``.

    Raises Refused(``unknown_day``).
    """
    said = " ".join(fold(typed).split())
    found = SPAN.fullmatch(said) if "-" not in typed else None
    if found is None or not (found["unit"] in DAYS_OF or found["unit"] in MONTHS_OF):
        return read_day(typed, today)
    number, unit = int(found["n"]) if found["n"].isdigit() else 1, found["unit"]
    if not 0 < number * (DAYS_OF.get(unit) or 30 * MONTHS_OF[unit]) <= LONGEST:
        raise Refused("unknown_day", got=typed)
    if unit in DAYS_OF:
        return today + timedelta(days=number * DAYS_OF[unit])
    return months_before(today, -number * MONTHS_OF[unit])


def offered(calendar: WorkingCalendar, last: date, today: date) -> tuple[date, ...]:
    """The days that are offered, each a working day before the last one, and that one."""
    days = (calendar.next_working_day(today + timedelta(days=days)) for days in OFFERED)
    return (*dict.fromkeys(day for day in days if day < last), last)
