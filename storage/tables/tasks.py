"""What the secretariat sets itself to do, and each time of it that came up."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.tables.naming import one_of


class TaskRow(SQLModel, table=True):
    """A task, once or again and again from ``first`` on (a local day; ``day`` of the month where it goes by months).

    ``owner_id`` is whom of the secretariat it is asked of first; ``changed_at`` is when that was last said, or the task
    taken up again. ``ended_at`` is when it was ended, by whom: it is owed no more, and stays.
    """

    __tablename__ = "task"
    __table_args__ = (one_of("every", "once", "weekly", "monthly", "quarterly", "yearly"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id", index=True)
    what: str
    every: str
    first: date
    day: int = 0
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    recorded_at: datetime
    recorded_by: int = Field(foreign_key="person.id")
    changed_at: datetime
    ended_at: datetime | None = None
    ended_by: int | None = Field(default=None, foreign_key="person.id")


class TaskDayRow(SQLModel, table=True):
    """One time of a task: its day as ``planned``, and the working day it is ``due``, with the obligation it became.

    One holds for a planned day; ``ended_at`` is when it was moved, by whom, and another took its place.
    """

    __tablename__ = "task_day"
    __table_args__ = (
        Index(
            "uq_task_day_held",
            "alliance_id",
            "task_id",
            "planned",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    task_id: int = Field(foreign_key="task.id", index=True)
    planned: date
    due: date
    obligation_id: int | None = Field(default=None, foreign_key="obligation.id", index=True)
    recorded_at: datetime
    ended_at: datetime | None = None
    ended_by: int | None = Field(default=None, foreign_key="person.id")
