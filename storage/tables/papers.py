"""Agendas, minutes, what was agreed, and the exact bytes of what was sent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.naming import one_of, unique


class AgendaItemRow(SQLModel, table=True):
    """An item of a meeting's agenda, or one that a member proposes. ``revision`` guards against two writers.

    ``heading`` of a closed item is closed too; ``public_heading`` is what everybody sees instead. ``standing`` is the
    key of a standing item, empty for any other.
    """

    __tablename__ = "agenda_item"
    __table_args__ = (
        one_of("kind", "decision", "discussion", "information"),
        one_of("state", "accepted", "proposed", "declined", "removed"),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    position: int
    kind: str
    closed: bool = False
    heading: str
    public_heading: str = ""
    summary: str = ""
    case: str = ""
    recommendation: str = ""
    standing: str = ""
    state: str = "accepted"
    reason: str = ""
    proposed_by: int | None = Field(default=None, foreign_key="person.id")
    proposed_for: int | None = Field(default=None, foreign_key="organisation.id")
    revision: int = 1
    recorded_at: datetime
    recorded_by: int = Field(foreign_key="person.id")


class AttachmentRow(SQLModel, table=True):
    """A file of an item: its exact bytes and their SHA-256. Taken off, never deleted: a paper may hold it."""

    __tablename__ = "attachment"
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    item_id: int = Field(foreign_key="agenda_item.id", index=True)
    name: str
    media_type: str
    size: int
    sha256: str
    closed: bool = False
    content: bytes
    added_at: datetime
    added_by: int = Field(foreign_key="person.id")
    removed_at: datetime | None = None


class PaperRow(SQLModel, table=True):
    """A paper as it was issued: ``frozen`` is everything it says, and never changes."""

    __tablename__ = "paper"
    __table_args__ = (
        unique("meeting_id", "kind", "number", "status"),
        one_of("kind", "agenda", "supplement", "minutes"),
        one_of("status", "published", "circulated", "approved", "corrected"),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    kind: str
    number: int
    status: str
    reason: str = ""
    frozen: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    issued_at: datetime
    issued_by: int = Field(foreign_key="person.id")


class PaperFileRow(SQLModel, table=True):
    """The bytes of one copy of a paper exactly as they are sent, with their SHA-256."""

    __tablename__ = "paper_file"
    __table_args__ = (UniqueConstraint("paper_id", "copy"), one_of("copy", "all", "open"))
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    paper_id: int = Field(foreign_key="paper.id")
    copy_: str = Field(sa_column=Column("copy", String, nullable=False))
    name: str
    content: bytes
    sha256: str


class MinutesRow(SQLModel, table=True):
    """How far a meeting's minutes have come. ``version`` counts what was issued as approved or corrected,
    ``circulation`` how often the draft was sent round.
    """

    __tablename__ = "minutes"
    __table_args__ = (unique("meeting_id"), one_of("state", "draft", "circulated", "approved"))
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    meeting_id: int = Field(foreign_key="meeting.id")
    state: str = "draft"
    version: int = 0
    circulation: int = 0
    revision: int = 1
    updated_at: datetime
    updated_by: int = Field(foreign_key="person.id")


class MinuteRow(SQLModel, table=True):
    """What the minutes say of one item. ``dissents`` are pairs of a name and what they asked to have entered.

    ``actions`` are as the text says now; those that are owed have a row of their own.
    """

    __tablename__ = "minute"
    __table_args__ = (unique("item_id"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    item_id: int = Field(foreign_key="agenda_item.id")
    notes: str = ""
    decision: str = ""
    dissents: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    actions: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    revision: int = 1
    updated_at: datetime
    updated_by: int = Field(foreign_key="person.id")


class ActionRow(SQLModel, table=True):
    """What somebody is to do after a meeting: an office of an organisation, by a day. Owed since it was circulated;
    ``number`` is its item's in the minutes, ``closed`` whether that was a closed one.
    """

    __tablename__ = "action"
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    item_id: int = Field(foreign_key="agenda_item.id")
    number: int
    closed: bool
    what: str
    organisation_id: int = Field(foreign_key="organisation.id")
    office: str
    due: date
    owed_since: date
    withdrawn_at: datetime | None = None


class CommentRow(SQLModel, table=True):
    """What a member of the body says about the draft minutes. Append only."""

    __tablename__ = "comment"
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    item_id: int | None = Field(default=None, foreign_key="agenda_item.id")
    text: str
    given_at: datetime
    given_by: int = Field(foreign_key="person.id")
    on_behalf: bool = False
