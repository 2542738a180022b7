"""Climate action plans: every version as it was recorded, and what was decided about it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Column, Index, text
from sqlmodel import Field, SQLModel

from storage.tables.naming import one_of


class PlanRow(SQLModel, table=True):
    """A version of a member's plan. A correction is another row of the same number; the one before is withdrawn."""

    __tablename__ = "plan"
    __table_args__ = (
        Index(
            "uq_plan_held",
            "alliance_id",
            "organisation_id",
            "version",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    version: int
    title: str
    link: str
    standard: str
    reduction: str
    net_zero_year: int
    risks: list[str] = Field(sa_column=Column(JSON, nullable=False))
    resilient_year: int | None = None
    adopted_on: date | None = None
    adopted_by: str
    valid_until: date | None = None
    recorded_at: datetime
    recorded_by: int = Field(foreign_key="person.id")
    on_behalf: bool = False
    settlement_id: int | None = Field(default=None, foreign_key="settlement.id", index=True)
    withdrawn_at: datetime | None = None
    withdrawn_by: int | None = Field(default=None, foreign_key="person.id")
    target_pct: int | None = None
    target_year: int | None = None
    target_base: int | None = None


class PlanStepRow(SQLModel, table=True):
    """Something that happened to a version: it was evaluated, sent in, approved, returned or certified."""

    __tablename__ = "plan_step"
    __table_args__ = (
        one_of("kind", "evaluated", "sent", "approved", "returned", "certified"),
        Index("ix_plan_step_member", "alliance_id", "organisation_id", "version"),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    version: int
    kind: str
    day: date
    by: str
    marks: list[str] = Field(sa_column=Column(JSON, nullable=False))
    comment: str
    decided_by: str
    until: date | None = None
    recorded_at: datetime
    recorded_by: int = Field(foreign_key="person.id")
    withdrawn_at: datetime | None = None
    withdrawn_by: int | None = Field(default=None, foreign_key="person.id")
