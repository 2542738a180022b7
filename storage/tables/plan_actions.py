"""The actions of climate action plans."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.tables.naming import one_of


class PlanActionRow(SQLModel, table=True):
    """An entry about an action: the newest of a number that was not withdrawn is how it stands."""

    __tablename__ = "plan_action"
    __table_args__ = (
        one_of("track", "reduction", "adaptation"),
        one_of("state", "planned", "under_way", "done", "given_up"),
        Index("ix_plan_action_number", "alliance_id", "number", "id"),
        Index("ix_plan_action_recorded", "alliance_id", "recorded_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    number: int
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    title: str
    track: str
    theme: str
    owner: str
    due: date
    state: str
    note: str
    recorded_at: datetime
    recorded_by: int = Field(foreign_key="person.id")
    on_behalf: bool = False
    reminded_at: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by: int | None = Field(default=None, foreign_key="person.id")
