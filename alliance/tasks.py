"""What the secretariat sets itself to do, once or again and again: on which days, and when that comes up.

A day of it that has come up is owed like any other duty, by whoever runs the secretariat then (``alliance/actions.py``
does the same for what minutes say). Days are local.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from alliance.actions import DONE, SECRETARIAT, action_id
from alliance.cadences import MonthDay
from alliance.calendar import WorkingCalendar
from alliance.charter import PeriodRule, Requirement
from alliance.obligations import Obligation, Period
from alliance.recurrences import Every, Recurrence
from alliance.validity import Validity
from alliance.words import Words

KEY = "task:"
LONGEST = 200
"""Characters of what is to be done."""
LEAD: dict[Every, int] = {"once": 10, "weekly": 1, "monthly": 5, "quarterly": 10, "yearly": 20}
"""So many working days before its day it comes up, and stands on the list."""
DUTY = Words("Sekretariatets egen opgave: {what}", "A task of the secretariat's own: {what}")
CLAUSE = Words("opgave {id} i sekretariatet", "task {id} of the secretariat")


@dataclass(frozen=True)
class Task:
    """``owner_id`` is the colleague who is asked as long as they work for the secretariat, else whoever is asked first.

    ``changed_at`` (aware UTC) is when it last came to be somebody else's, or again anybody's.
    """

    id: int
    what: str
    recurrence: Recurrence
    owner_id: int | None
    changed_at: datetime
    ended: bool = False


@dataclass(frozen=True)
class TaskDay:
    """One time that a task is to be done: its day as planned, and the working day by which it is due.

    ``ended`` where it was moved: then another stands for the same day.
    """

    id: int
    task: Task
    planned: date
    due: date
    obligation_id: int = 0
    ended: bool = False

    @property
    def key(self) -> str:
        """What stands for it where an obligation names its requirement."""
        return f"{KEY}{self.id}"


@dataclass(frozen=True)
class TaskShown:
    """A task as a list shows it: whose it is, and the day that it is due next; ``open`` where that has come up."""

    task: Task
    owner: str
    due: date | None
    open: bool


def task_day_id(key: str) -> int | None:
    """The day of a task that a requirement's key names, or None for a requirement of another kind."""
    found = re.fullmatch(rf"{KEY}([0-9]+)", key)
    return int(found[1]) if found else None


def is_once(key: str) -> bool:
    """Whether a requirement's key names something that is owed once: an action or a task, not a charter's duty."""
    return action_id(key) is not None or task_day_id(key) is not None


def due_of(planned: date, calendar: WorkingCalendar) -> date:
    """The working day by which it is to be done: the next where the planned one is none."""
    return calendar.next_working_day(planned)


def comes_up(due: date, every: Every, calendar: WorkingCalendar) -> date:
    """The day on which it comes up, long enough before it is due."""
    return calendar.before(due, LEAD[every])


def to_open(task: Task, last: date | None, calendar: WorkingCalendar, today: date) -> tuple[date, ...]:
    """The planned days after the last one that have come up by today.

    Of those that are over already, the newest only: after a long silence it is still to be done once.
    """
    late: list[date] = []
    coming: list[date] = []
    planned = task.recurrence.after(last)
    while planned is not None:
        due = due_of(planned, calendar)
        if comes_up(due, task.recurrence.every, calendar) > today:
            break
        (late if due < today else coming).append(planned)
        planned = task.recurrence.after(planned)
    return (*late[-1:], *coming)


def next_due(task: Task, last: date | None, calendar: WorkingCalendar, today: date) -> date | None:
    """The day by which it is due next, of those that have not come up; None where there is none."""
    planned = task.recurrence.after(last)
    while planned is not None and due_of(planned, calendar) < today:
        planned = task.recurrence.after(planned)
    return due_of(planned, calendar) if planned else None


def requirement_of(day: TaskDay) -> Requirement:
    """The duty of a day of a task, for everything that reads requirements."""
    task = day.task
    return Requirement(
        key=day.key,
        number=f"O{task.id}",
        title=Words(task.what, task.what),
        duty=Words(*(DUTY.in_(language).format(what=task.what) for language in ("da", "en"))),
        clause=Words(*(CLAUSE.in_(language).format(id=task.id) for language in ("da", "en"))),
        settled_by="evidence",
        asks=(SECRETARIAT,),
        period=PeriodRule(1, MonthDay(1, 1), day.planned.year),
        validity=Validity(min(day.planned, day.due)),
        evidence=(DONE,),
        owner=task.owner_id,
    )


def obligation_of(day: TaskDay, home: int, opens: date, charter_hash: str) -> Obligation:
    """What the organisation that runs the secretariat owes; once it is done it leaves the list with its day."""
    period = Period(min(opens, day.due), day.due + timedelta(days=1))
    return Obligation(home, day.key, period, opens, day.due, None, charter_hash)
