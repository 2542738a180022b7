"""What members share with each other: experience."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel


class ExperienceRow(SQLModel, table=True):
    """Something a member learned and shared; ``settlement_id`` where it is also evidence. Withdrawn, never deleted."""

    __tablename__ = "experience"
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    what: str
    link: str = ""
    theme: str = ""
    shared_at: datetime
    shared_by: int = Field(foreign_key="person.id")
    on_behalf: bool = False
    settlement_id: int | None = Field(default=None, foreign_key="settlement.id", index=True)
    withdrawn_at: datetime | None = None
    withdrawn_by: int | None = Field(default=None, foreign_key="person.id")
