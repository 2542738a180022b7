"""What one member asks another."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

OPEN = "answered_at IS NULL AND withdrawn_at IS NULL"


class QuestionRow(SQLModel, table=True):
    """A question with its answer, once there is one; taken back, never deleted."""

    __tablename__ = "question"
    __table_args__ = (
        Index("ix_question_open", "alliance_id", "asked_at", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    asking_id: int = Field(foreign_key="organisation.id", index=True)
    asked_id: int = Field(foreign_key="organisation.id", index=True)
    text: str
    asked_at: datetime
    asked_by: int = Field(foreign_key="person.id")
    on_behalf: bool = False
    answer: str = ""
    answered_at: datetime | None = None
    answered_by: int | None = Field(default=None, foreign_key="person.id")
    escalated_at: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by: int | None = Field(default=None, foreign_key="person.id")
