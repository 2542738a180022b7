"""What somebody said is done when the secretariat is handed over, where Tovholder cannot see it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.tables.naming import one_of


class ChangeoverTickRow(SQLModel, table=True):
    """One thing that is done before an organisation hands over the secretariat it has had ``since`` a local day.

    One holds for each thing; ``ended_at`` is when it was taken back, by whom.
    """

    __tablename__ = "changeover_tick"
    __table_args__ = (
        one_of("key", "archive", "access", "mailbox", "talk"),
        Index(
            "uq_changeover_tick_held",
            "alliance_id",
            "leaving_id",
            "since",
            "key",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    leaving_id: int = Field(foreign_key="organisation.id")
    since: date
    key: str
    recorded_at: datetime
    recorded_by: int = Field(foreign_key="person.id")
    ended_at: datetime | None = None
    ended_by: int | None = Field(default=None, foreign_key="person.id")
