"""The secretariat's own tasks: those that run, the days of them that came up, and what is open of those."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, cast

from sqlalchemy import Connection, Integer, Select, bindparam, func, select
from sqlalchemy.engine import Row

from alliance.recurrences import Recurrence
from alliance.tasks import Task, TaskDay
from storage.tables import tables

_task, _day, _settlement = tables["task"], tables["task_day"], tables["settlement"]
_OURS = bindparam("alliance", type_=Integer)
_LAST = (  # by the index of what holds: whatever was moved has another for the same planned day
    select(func.max(_day.c.planned))
    .where(_day.c.alliance_id == _task.c.alliance_id, _day.c.task_id == _task.c.id, _day.c.ended_at.is_(None))
    .correlate(_task)
    .scalar_subquery()
    .label("last")
)
_TASKS: Select[Any] = select(_task, _LAST).where(_task.c.alliance_id == _OURS).order_by(_task.c.id)
_RUNNING = _TASKS.where(_task.c.ended_at.is_(None))  # every tick asks this
_DONE = select(_settlement.c.id).where(
    _settlement.c.obligation_id == _day.c.obligation_id, _settlement.c.withdrawn_at.is_(None)
)
_DAYS: Select[Any] = (
    select(
        _task,
        _day.c.id.label("day_id"),
        _day.c.planned,
        _day.c.due,
        _day.c.obligation_id,
        _day.c.ended_at.label("day_ended_at"),
    )
    .join(_task, _task.c.id == _day.c.task_id)
    .where(_day.c.alliance_id == _OURS)
    .order_by(_day.c.due, _day.c.id)
)


def running(connection: Connection, alliance_id: int) -> tuple[tuple[Task, date | None], ...]:
    """Every task that was not ended, oldest first, with the last planned day of it that came up."""
    rows = connection.execute(_RUNNING, {"alliance": alliance_id})
    return tuple((_as_task(row), row.last) for row in rows)


def task(connection: Connection, alliance_id: int, task_id: int) -> tuple[Task, date | None] | None:
    """One task, ended or not, with the last planned day of it that came up; None if there is none of that number."""
    row = connection.execute(_TASKS.where(_task.c.id == task_id), {"alliance": alliance_id}).first()
    return (_as_task(row), row.last) if row else None


def task_days(connection: Connection, alliance_id: int, ids: Collection[int]) -> dict[int, TaskDay]:
    """Days of tasks by their id, moved ones too."""
    rows = connection.execute(_DAYS.where(_day.c.id.in_(ids)), {"alliance": alliance_id})
    return {row.day_id: _as_day(row) for row in rows}


def days_of(connection: Connection, alliance_id: int, task_id: int) -> tuple[TaskDay, ...]:
    """Every day of one task that stands, done or not, by when it is due."""
    query = _DAYS.where(_day.c.task_id == task_id, _day.c.ended_at.is_(None))
    return tuple(map(_as_day, connection.execute(query, {"alliance": alliance_id})))


def open_days(connection: Connection, alliance_id: int) -> tuple[TaskDay, ...]:
    """Every day of a running task that nobody has done, by when it is due."""
    query = _DAYS.where(_task.c.ended_at.is_(None), _day.c.ended_at.is_(None), ~_DONE.exists())
    return tuple(map(_as_day, connection.execute(query, {"alliance": alliance_id})))


def _as_task(row: Row[Any]) -> Task:
    recurrence = Recurrence(cast(Any, row.every), row.first, row.day)
    return Task(row.id, row.what, recurrence, row.owner_id, row.changed_at, row.ended_at is not None)


def _as_day(row: Row[Any]) -> TaskDay:
    ended = row.day_ended_at is not None
    return TaskDay(row.day_id, _as_task(row), row.planned, row.due, row.obligation_id or 0, ended)
