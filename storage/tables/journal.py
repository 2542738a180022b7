"""Who did what, what was heard, what was typed and not sent in; and the demo's mailbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from storage.tables.naming import unique


class JournalRow(SQLModel, table=True):
    """Who did what, when, and on whose behalf. Append only."""

    __tablename__ = "journal"
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id")
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    on_behalf: bool = False
    action: str
    about: str
    facts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class HeardRow(SQLModel, table=True):
    """A request that was carried out, by the SHA-256 of what tells it from another; kept for some days."""

    __tablename__ = "heard"
    __table_args__ = (unique("key"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    key: str
    at: datetime = Field(index=True)


class FormDraftRow(SQLModel, table=True):
    """What a person typed into a form and has not sent in, for nobody else; ``form`` are the words that show it.

    ``words`` are those of the button of the form it was typed into, with the stamp of what its reader had seen.
    """

    __tablename__ = "form_draft"
    __table_args__ = (unique("person_id", "form"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    form: str
    words: str
    answers: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    at: datetime = Field(index=True)


class LocalMailRow(SQLModel, table=True):
    """The demo's mailbox: the exact bytes of a mail that left by the local transport."""

    __tablename__ = "local_mail"
    __table_args__ = (unique("message_id"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    recipient: str = Field(index=True)
    message_id: str
    delivered_at: datetime
    content: bytes
