"""What is owed, what settles it, and the reports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.naming import one_of, unique


class ObligationRow(SQLModel, table=True):
    """What a member owes for a period. No state: standing is derived from the facts below.

    ``next_look`` is the local day from which the planner looks at it again, null when only a new fact can change
    anything. It may be too early, never too late: whatever changes a fact sets it back.
    """

    __tablename__ = "obligation"
    __table_args__ = (
        unique("organisation_id", "requirement", "period_start"),
        Index("ix_obligation_due", "alliance_id", "due", "id"),
        Index(
            "ix_obligation_look",
            "alliance_id",
            "next_look",
            "id",
            sqlite_where=text("next_look IS NOT NULL"),
            postgresql_where=text("next_look IS NOT NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    requirement: str
    period_start: date
    period_end: date
    opens: date
    due: date | None = None
    event_day: date | None = None
    charter_hash: str
    next_look: date | None = None


class SnoozeRow(SQLModel, table=True):
    """Somebody hides an obligation from their own reminders until the morning of ``until`` (a local day).

    One holds at a time; ``ended_at`` is when it was taken back, or another took its place.
    """

    __tablename__ = "snooze"
    __table_args__ = (
        Index(
            "uq_snooze_held",
            "alliance_id",
            "obligation_id",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    obligation_id: int = Field(foreign_key="obligation.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    until: date
    recorded_at: datetime
    ended_at: datetime | None = None


class HandoverRow(SQLModel, table=True):
    """Somebody handed an obligation to a colleague of the same member until a local day (exclusive).

    ``offices`` are those by which the giver was asked. One of theirs holds at a time; ``ended_at`` is when it was taken
    back, declined or replaced.
    """

    __tablename__ = "handover"
    __table_args__ = (
        Index(
            "uq_handover_held",
            "alliance_id",
            "obligation_id",
            "giver_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_handover_colleague",
            "alliance_id",
            "colleague_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    obligation_id: int = Field(foreign_key="obligation.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    giver_id: int = Field(foreign_key="person.id")
    colleague_id: int = Field(foreign_key="person.id")
    offices: list[str] = Field(sa_column=Column(JSON, nullable=False))
    until: date
    note: str = ""
    recorded_at: datetime
    ended_at: datetime | None = None


class SettlementRow(SQLModel, table=True):
    """A fact that settles, with two times: valid from/until and recorded at. Withdrawn, never deleted."""

    __tablename__ = "settlement"
    __table_args__ = (
        one_of("kind", "report", "attendance", "evidence", "dispensation"),
        one_of("result", "fulfilled", "noted", "partial", "absent", "exempt"),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    obligation_id: int = Field(foreign_key="obligation.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    requirement: str
    kind: str
    result: str
    evidence: str = ""
    what: str
    link: str = ""
    valid_from: date
    valid_until: date | None = None
    recorded_at: datetime
    recorded_by: int = Field(foreign_key="person.id")
    decided_by: str = ""
    on_behalf: bool = False
    withdrawn_at: datetime | None = None
    withdrawn_by: int | None = Field(default=None, foreign_key="person.id")


class ReportRow(SQLModel, table=True):
    """One version of a report. ``report_year`` is null for an imported historic account, which fulfils nothing."""

    __tablename__ = "report"
    __table_args__ = (
        unique("reference"),
        Index("ix_report_member", "alliance_id", "organisation_id", "data_year"),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    report_year: int | None = None
    data_year: int
    version: int
    reference: str
    submitted_at: datetime
    submitted_by: int | None = Field(default=None, foreign_key="person.id")
    on_behalf: bool = False
    source: str


class FigureRow(SQLModel, table=True):
    """One figure of a report: its value as exact decimal text, or why there is none."""

    __tablename__ = "figure"
    __table_args__ = (
        UniqueConstraint("report_id", "indicator"),
        one_of("state", "value", "unknown", "nothing"),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    report_id: int = Field(foreign_key="report.id")
    indicator: str
    state: str
    value: str | None = None
    words: str = ""
    note: str = ""
    source: str


class ReportDraftRow(SQLModel, table=True):
    """What a member has typed so far, as typed. ``revision`` guards against two people at once."""

    __tablename__ = "report_draft"
    __table_args__ = (unique("organisation_id", "report_year"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    report_year: int
    answers: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    revision: int = 0
    updated_at: datetime
    updated_by: int = Field(foreign_key="person.id")
