"""Framework conditions that members raise, who supports them, what became of them; and what is asked of whom."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.tables.naming import one_of, unique


def _one_held(name: str, *columns: str) -> Index:
    """Only one of these that was not withdrawn."""
    held = text("withdrawn_at IS NULL")
    return Index(name, *columns, unique=True, sqlite_where=held, postgresql_where=held)


class FrameworkIssueRow(SQLModel, table=True):
    """A framework condition that an organisation raised."""

    __tablename__ = "framework_issue"
    __table_args__ = (unique("number"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    number: int
    heading: str
    text: str
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    raised_by: int = Field(foreign_key="person.id")
    raised_at: datetime
    on_behalf: bool = False
    withdrawn_at: datetime | None = None
    withdrawn_by: int | None = Field(default=None, foreign_key="person.id")


class FrameworkSupportRow(SQLModel, table=True):
    """An organisation supports it; what was taken back stays, and may be given again as another row."""

    __tablename__ = "framework_support"
    __table_args__ = (_one_held("uq_framework_support_held", "alliance_id", "issue_id", "organisation_id"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    issue_id: int = Field(foreign_key="framework_issue.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    on_behalf: bool = False
    recorded_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: int | None = Field(default=None, foreign_key="person.id")


class FrameworkStepRow(SQLModel, table=True):
    """It was put on a meeting, or something became of it."""

    __tablename__ = "framework_step"
    __table_args__ = (
        one_of("kind", "planned", "taken_up", "sent_on", "declined"),
        Index("ix_framework_step_issue", "alliance_id", "issue_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    issue_id: int = Field(foreign_key="framework_issue.id")
    kind: str
    day: date
    words: str
    item_id: int | None = Field(default=None, foreign_key="agenda_item.id")
    recorded_at: datetime
    recorded_by: int = Field(foreign_key="person.id")
    withdrawn_at: datetime | None = None
    withdrawn_by: int | None = Field(default=None, foreign_key="person.id")


class PolicyAskRow(SQLModel, table=True):
    """What the alliance asks of somebody. A correction is another row of the same number."""

    __tablename__ = "policy_ask"
    __table_args__ = (_one_held("uq_policy_ask_held", "alliance_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    number: int
    recipient: str
    subject: str
    sent_on: date
    hoped_by: date | None = None
    link: str
    issue: int | None = None
    recorded_at: datetime
    recorded_by: int = Field(foreign_key="person.id")
    withdrawn_at: datetime | None = None
    withdrawn_by: int | None = Field(default=None, foreign_key="person.id")


class PolicyAnswerRow(SQLModel, table=True):
    """What came back for an ask; only one of a number holds."""

    __tablename__ = "policy_answer"
    __table_args__ = (
        one_of("outcome", "met", "partly", "refused", "noted", "none"),
        _one_held("uq_policy_answer_held", "alliance_id", "number"),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    number: int
    outcome: str
    answered_on: date
    words: str
    link: str
    recorded_at: datetime
    recorded_by: int = Field(foreign_key="person.id")
    withdrawn_at: datetime | None = None
    withdrawn_by: int | None = Field(default=None, foreign_key="person.id")
