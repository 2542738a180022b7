"""The secretariat's own tasks: added, come up, moved, given to somebody, ended and taken up again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, insert, select, update

from alliance.alliances import Alliance
from alliance.recurrences import Recurrence
from alliance.tasks import KEY, Task, TaskDay, comes_up, due_of, obligation_of, to_open
from storage.changes.facts import added_id, open_obligations
from storage.changes.looks import look_again_at_obligation, look_on
from storage.outbox import edits
from storage.queries import actors, tasks
from storage.tables import tables

ONE_DAY = timedelta(days=1)
_task, _day = tables["task"], tables["task_day"]
_obligation, _settlement, _handover = tables["obligation"], tables["settlement"], tables["handover"]


def add_task(
    connection: Connection,
    alliance_id: int,
    what: str,
    recurrence: Recurrence,
    owner_id: int | None,
    person_id: int,
    now: datetime,
) -> int:
    """Add a task; returns its id. ``now`` is aware UTC."""
    statement = insert(_task).values(
        alliance_id=alliance_id,
        what=what,
        every=recurrence.every,
        first=recurrence.first,
        day=recurrence.day,
        owner_id=owner_id,
        recorded_at=now,
        recorded_by=person_id,
        changed_at=now,
    )
    return added_id(connection.execute(statement))


def open_tasks(connection: Connection, alliance: Alliance, today: date, now: datetime) -> int:
    """Let come up what has by the local day, and hand what is open to whoever runs the secretariat now.

    Returns how many obligations changed. Without a secretariat everything waits until there is one.
    """
    running = tasks.running(connection, alliance.id)
    home = actors.secretariat_home(connection, alliance, today) if running else None
    if home is None:
        return 0
    changed = _follow(connection, alliance.id, home, now)
    for task, last in running:
        for planned in to_open(task, last, alliance.charter.calendar, today):
            due = due_of(planned, alliance.charter.calendar)
            open_day(connection, alliance, TaskDay(0, task, planned, due), home, today, now)
            changed += 1
    return changed


def open_day(
    connection: Connection, alliance: Alliance, day: TaskDay, home: int, today: date, now: datetime
) -> TaskDay:
    """Write a day of a task down and let the organisation owe it: from when it comes up, today at the earliest."""
    values = {"task_id": day.task.id, "planned": day.planned, "due": day.due, "recorded_at": now}
    id_ = added_id(connection.execute(insert(_day).values(alliance_id=alliance.id, **values)))
    opens = max(today, comes_up(day.due, day.task.recurrence.every, alliance.charter.calendar))
    duty = obligation_of(TaskDay(id_, day.task, day.planned, day.due), home, opens, alliance.charter.hash)
    open_obligations(connection, alliance.id, [duty])
    key = _obligation.c.requirement == duty.requirement
    of = select(_obligation.c.id).where(_obligation.c.alliance_id == alliance.id, key)
    obligation = connection.execute(of).scalar_one()
    connection.execute(update(_day).where(_day.c.id == id_).values(obligation_id=obligation))
    return TaskDay(id_, day.task, day.planned, day.due, obligation)


def leave_until_tomorrow(connection: Connection, alliance_id: int, days: Iterable[TaskDay], today: date) -> None:
    """Let nobody be reminded today of what they have just written themselves."""
    look_on(connection, alliance_id, {today + ONE_DAY: [day.obligation_id for day in days]})


def _follow(connection: Connection, alliance_id: int, home: int, now: datetime) -> int:
    """Let whoever runs the secretariat now owe what is open; what the others had handed over to colleagues ends."""
    done = select(_settlement.c.id).where(
        _settlement.c.obligation_id == _obligation.c.id, _settlement.c.withdrawn_at.is_(None)
    )
    live = select(_day.c.obligation_id).join(_task, _task.c.id == _day.c.task_id)
    live = live.where(_task.c.alliance_id == alliance_id, _task.c.ended_at.is_(None), _day.c.ended_at.is_(None))
    others = (_obligation.c.id.in_(live), _obligation.c.organisation_id != home, ~done.exists())
    found = connection.execute(select(_obligation.c.id, _obligation.c.opens).where(*others)).all()
    for row in found:
        moved = {"organisation_id": home, "next_look": row.opens}
        connection.execute(update(_obligation).where(_obligation.c.id == row.id).values(**moved))
        held = (_handover.c.obligation_id == row.id, _handover.c.ended_at.is_(None))
        connection.execute(update(_handover).where(*held).values(ended_at=now))
    return len(found)


def move_day(
    connection: Connection,
    alliance: Alliance,
    day: TaskDay,
    due: date,
    home: int,
    today: date,
    person_id: int,
    now: datetime,
) -> TaskDay:
    """Let another day stand for a planned one. It is told anew, as if it had just come up."""
    ended = {"ended_at": now, "ended_by": person_id}
    connection.execute(update(_day).where(_day.c.id == day.id, _day.c.ended_at.is_(None)).values(**ended))
    _told_otherwise(connection, alliance.id, [day], now)
    return open_day(connection, alliance, TaskDay(0, day.task, day.planned, due), home, today, now)


def give_task(connection: Connection, alliance_id: int, task: Task, owner_id: int | None, now: datetime) -> None:
    """Let somebody else be asked first, or nobody in particular."""
    _change(connection, alliance_id, task, now, owner_id=owner_id)


def end_task(connection: Connection, alliance_id: int, task: Task, person_id: int, now: datetime) -> None:
    """End a task: what is open of it is owed no more."""
    _change(connection, alliance_id, task, now, ended_at=now, ended_by=person_id)


def resume_task(connection: Connection, alliance_id: int, task: Task, now: datetime) -> None:
    """Take up again a task that was ended, with what was open of it."""
    _change(connection, alliance_id, task, now, ended_at=None, ended_by=None)


def _change(connection: Connection, alliance_id: int, task: Task, now: datetime, **values: object) -> None:
    ours: tuple[ColumnElement[bool], ...] = (_task.c.alliance_id == alliance_id, _task.c.id == task.id)
    connection.execute(update(_task).where(*ours).values(changed_at=now, **values))
    _told_otherwise(connection, alliance_id, tasks.days_of(connection, alliance_id, task.id), now)


def _told_otherwise(connection: Connection, alliance_id: int, days: Iterable[TaskDay], now: datetime) -> None:
    """Look again at what is owed of these days, and have the reminders edited that name it."""
    for day in days:
        look_again_at_obligation(connection, alliance_id, day.obligation_id)
        whose = select(_obligation.c.organisation_id).where(_obligation.c.id == day.obligation_id)
        for organisation in connection.execute(whose).scalars():
            edits.settled(connection, alliance_id, organisation, f"{KEY}{day.id}", now)
