"""The ladder of reminders, and one digest a day per person. Rungs are working days from the due day.

A rung is due from its day on and stays the current one until the next: a missed day is made up for by exactly one
reminder, of the highest rung reached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from alliance.cadences import Ladder
from alliance.calendar import WorkingCalendar

Told = tuple[int, int, int]
"""(obligation id, person id, rung offset): this person was told of that rung."""


@dataclass(frozen=True)
class Rung:
    """``offset`` in working days: -20 is twenty before the due day, 1 is one after. ``day`` is local."""

    offset: int
    day: date


@dataclass(frozen=True, slots=True)
class Line:
    """One obligation in a digest; ``rung`` is None where it is only listed because it is owed too."""

    obligation_id: int
    rung: int | None


@dataclass(frozen=True, slots=True)
class Digest:
    """The one reminder a person gets on a day: everything they owe, the pressing first."""

    person_id: int
    day: date
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Owed:
    """An obligation that is owed today, when it is due (None: standing), and who is asked."""

    obligation_id: int
    due: date | None
    asked: tuple[int, ...]


@lru_cache(maxsize=4096)
def rungs(ladder: Ladder, calendar: WorkingCalendar, due: date) -> tuple[Rung, ...]:
    """Every rung for a due day, in the order of its days."""
    before = [Rung(-n, calendar.before(due, n)) for n in ladder.before]
    after = [Rung(n, calendar.after(due, n)) for n in ladder.after]
    return tuple(before + after)


def current_rung(ladder: Ladder, calendar: WorkingCalendar, due: date, today: date) -> Rung | None:
    """The highest rung reached by today, or None before the first."""
    reached = [rung for rung in rungs(ladder, calendar, due) if rung.day <= today]
    return reached[-1] if reached else None


@dataclass(frozen=True)
class MissingAnswer:
    """An answer of a seat that is missing: to which time of a meeting (its revision), whose, at which rung (offset)."""

    meeting_id: int
    revision: int
    organisation_id: int
    rung: int


def answer_rung(
    ladder: Ladder, calendar: WorkingCalendar, due: date, invited: date, meets: date, today: date
) -> Rung | None:
    """The highest rung reached towards an answer that is due: none on the day of the invitation, none on the meeting's.

    Somebody who has just been invited is not reminded of rungs that were over before.
    """
    found = [rung for rung in rungs(ladder, calendar, due) if invited < rung.day <= today < meets]
    return found[-1] if found else None


def next_rung(ladder: Ladder, calendar: WorkingCalendar, due: date, today: date) -> Rung | None:
    """The rung that comes next after today, or None when only the steering group's list is left."""
    return next((rung for rung in rungs(ladder, calendar, due) if rung.day > today), None)


def steering_list_day(ladder: Ladder, calendar: WorkingCalendar, due: date) -> date:
    """The working day after the last rung: from it on the obligation stands on the steering group's list."""
    return calendar.after(rungs(ladder, calendar, due)[-1].day, 1)


def may_remind(ladder: Ladder, calendar: WorkingCalendar, now: datetime) -> bool:
    """Whether a reminder may go out at this instant: a working day, within the ladder's local hours."""
    return calendar.in_hours(now, ladder.from_hour, ladder.until_hour)


def digests(
    owed: Iterable[Owed],
    told: Set[Told],
    rung_of: Callable[[date], Rung | None],
    today: date,
) -> tuple[Digest, ...]:
    """The digests due today: one for each person with a current rung they were not told of.

    ``rung_of`` gives the current rung for a due day. Persons and lines come in the order of ``owed``.
    """
    lines: dict[int, list[Line]] = {}
    pressing: set[int] = set()
    for item in owed:
        rung = rung_of(item.due) if item.due else None
        for person in item.asked:
            new = rung is not None and (item.obligation_id, person, rung.offset) not in told
            lines.setdefault(person, []).append(Line(item.obligation_id, rung.offset if rung and new else None))
            if new:
                pressing.add(person)
    return tuple(Digest(person, today, _pressing_first(lines[person])) for person in lines if person in pressing)


def _pressing_first(lines: list[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: line.rung is None))
