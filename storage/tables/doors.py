"""How people without a chat come in: links to sign in by, sessions, and links that act. Of secrets only the SHA-256."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from storage.tables.naming import unique


class SignInLinkRow(SQLModel, table=True):
    """A link to sign in by, mailed to ``address_id``: good once. ``leads_to`` is the page its reader was going to."""

    __tablename__ = "sign_in_link"
    __table_args__ = (unique("hash"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    address_id: int = Field(foreign_key="address.id")
    hash: str = Field(index=True)
    leads_to: str
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None


class WebSessionRow(SQLModel, table=True):
    """Somebody is signed in to the pages in one browser, by the address that the link was mailed to."""

    __tablename__ = "web_session"
    __table_args__ = (unique("hash"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    address_id: int = Field(foreign_key="address.id")
    hash: str = Field(index=True)
    made_at: datetime
    seen_at: datetime = Field(index=True)


class ActingLinkRow(SQLModel, table=True):
    """A button of a mail: says ``words`` as one person, once. ``alliance/doors.py`` says what the columns mean."""

    __tablename__ = "acting_link"
    __table_args__ = (unique("hash"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    address_id: int = Field(foreign_key="address.id")
    hash: str = Field(index=True)
    words: str
    label: str
    organisations: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    offered: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    made_at: datetime
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None
