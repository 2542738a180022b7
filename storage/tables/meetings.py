"""Meetings and events, what each calendar was told, and every answer."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.tables.naming import one_of, unique


class MeetingRow(SQLModel, table=True):
    """A meeting of a body (``number`` 1, 2 … in its year) or an event (0); the counters: ``alliance/meetings.py``.

    A cancelled meeting keeps its row; an event may then be planned anew.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        one_of("state", "planned", "called", "held", "cancelled"),
        unique("uid"),
        Index(
            "uq_meeting_standing",
            "alliance_id",
            "kind",
            "year",
            "number",
            unique=True,
            sqlite_where=text("state != 'cancelled'"),
            postgresql_where=text("state != 'cancelled'"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    kind: str
    year: int
    starts_at: datetime
    ends_at: datetime
    place: str
    answer_by: date
    revision: int = 0
    number: int = 0
    state: str = "planned"
    sequence: int = 0
    settled_sequence: int = 0
    uid: str
    reason: str = ""


class InvitationRow(SQLModel, table=True):
    """What an invitee's calendar was last told: by which method, with which SEQUENCE, when (aware UTC)."""

    __tablename__ = "invitation"
    __table_args__ = (
        unique("meeting_id", "person_id"),
        one_of("method", "REQUEST", "CANCEL"),
        one_of("role", "CHAIR", "REQ-PARTICIPANT", "NON-PARTICIPANT"),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    subject: str
    office: str
    role: str
    address: str
    method: str
    sequence: int
    revision: int
    stamp: datetime


class PresenceRow(SQLModel, table=True):
    """Who sat at the table, as recorded at the meeting. Append only: the newest line of an organisation counts."""

    __tablename__ = "presence"
    __table_args__ = (one_of("presence", "present", "apologies", "absent"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    presence: str
    attendee: str
    recorded_at: datetime
    recorded_by: int = Field(foreign_key="person.id")


class FeedTokenRow(SQLModel, table=True):
    """The secret in the address of a person's calendar feed, kept as its SHA-256 only; revoked, never deleted."""

    __tablename__ = "feed_token"
    __table_args__ = (unique("hash"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    hash: str
    made_at: datetime
    revoked_at: datetime | None = None


class AnswerRow(SQLModel, table=True):
    """Append only: every answer ever given; which one counts is worked out."""

    __tablename__ = "answer"
    __table_args__ = (one_of("response", "yes", "no", "tentative"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    response: str
    office: str
    attendee: str
    revision: int
    given_at: datetime
    given_by: int = Field(foreign_key="person.id")
    source: str
    on_behalf: bool = False
    for_person: int | None = Field(default=None, foreign_key="person.id")
