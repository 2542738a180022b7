"""How often an alliance meets, gathers, sends its papers and reminds: the part of a charter that is about days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from alliance.validity import Validity
from alliance.words import Words


@dataclass(frozen=True)
class MonthDay:
    month: int
    day: int

    def in_year(self, year: int) -> date:
        return date(year, self.month, self.day)


@dataclass(frozen=True)
class MeetingCadence:
    """How often a body meets, and its usual meeting: local times, a ``place`` that may still be "".

    Answers are due ``answer_days`` working days before; ``weekdays`` are the preferred ones, 0 for Monday. In
    ``months_never`` (1 to 12) nothing is proposed.
    """

    body: str
    title: Words
    per_year: int
    min_weeks_between: int
    starts: time
    ends: time
    place: str
    answer_days: int
    weekdays: tuple[int, ...]
    validity: Validity
    max_weeks_between: int | None = None
    months_never: tuple[int, ...] = ()


@dataclass(frozen=True)
class EventCadence:
    """An event for all members, held ``between`` two days of the year (both inclusive), called by its ``word``."""

    key: str
    title: Words
    word: Words
    per_year: int
    between: tuple[MonthDay, MonthDay]
    starts: time
    ends: time
    place: str
    answer_days: int
    weekdays: tuple[int, ...]
    validity: Validity


@dataclass(frozen=True)
class AvoidDays:
    """Days between two (both inclusive) on which members are busy elsewhere: every so many ``years`` from ``anchor``.

    A meeting is proposed on them only when there is no other day, and with a warning.
    """

    name: Words
    between: tuple[MonthDay, MonthDay]
    years: int
    anchor: int
    validity: Validity

    def covers(self, day: date) -> bool:
        """Whether a day of any year is one of them."""
        first, last = (edge.in_year(day.year) for edge in self.between)
        return first <= day <= last and (day.year - self.anchor) % self.years == 0 and self.validity.covers(day)


@dataclass(frozen=True)
class Avoid:
    """ISO weeks in which no meeting is proposed, or only with a warning; and ``days``, which are only warned about.

    Reminders are not held back by them.
    """

    weeks_never: tuple[int, ...]
    weeks_warned: tuple[int, ...]
    days: tuple[AvoidDays, ...] = ()


@dataclass(frozen=True)
class PaperDeadlines:
    """Working days: the agenda before the meeting, the draft minutes after it."""

    agenda_before: int
    draft_minutes_after: int


@dataclass(frozen=True)
class Ladder:
    """Rungs in working days before (positive) and after the due day, and the local hours of a reminder.

    ``monthly`` is how many reminders a person may get in a calendar month; None: as many as there are.
    """

    before: tuple[int, ...]
    after: tuple[int, ...]
    from_hour: time
    until_hour: time
    validity: Validity
    monthly: int | None = None
