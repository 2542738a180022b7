"""The alliance and its charters; organisations, people, where they are reached, the offices and seats they hold."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Column, Index, text
from sqlmodel import Field, SQLModel

from storage.tables.naming import one_of, unique


class AllianceRow(SQLModel, table=True):
    """One alliance of this installation. ``demo_now`` is set in a demo alliance only: its clock stands there.

    ``charter_key`` is the charter in force. ``adoptions`` are all of an alliance that had or is to have another: key
    and day from which it holds (ISO), by day; nothing where there has only been one.
    """

    __tablename__ = "alliance"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    charter_key: str
    obligations_since: date
    demo_now: datetime | None = None
    adoptions: list[list[str]] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class CharterRow(SQLModel, table=True):
    """A charter text as it was in force, so that an obligation can show the rules that created it."""

    __tablename__ = "charter"
    __table_args__ = (unique("hash"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    hash: str
    text: str
    recorded_at: datetime


class OrganisationRow(SQLModel, table=True):
    __tablename__ = "organisation"
    __table_args__ = (unique("code"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    code: str
    name: str
    official_name: str
    kind: str


class GroupingRow(SQLModel, table=True):
    """An organisation belongs to a group (a region, a KKR) for a time."""

    __tablename__ = "grouping"
    __table_args__ = (unique("organisation_id", "grouping", "valid_from"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    grouping: str
    name: str
    valid_from: date
    valid_until: date | None = None


class MembershipRow(SQLModel, table=True):
    __tablename__ = "membership"
    __table_args__ = (
        unique("organisation_id", "role", "valid_from"),
        one_of("role", "member", "partner", "observer"),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    role: str
    valid_from: date
    valid_until: date | None = None
    recorded_at: datetime


class AccessionRow(SQLModel, table=True):
    """A municipality asks to join, and is signed for once its plan is right; it has one request open at a time."""

    __tablename__ = "accession"
    __table_args__ = (
        Index(
            "uq_accession_open",
            "alliance_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("signed_on IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("signed_on IS NULL AND withdrawn_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    asked_on: date
    asked_by: str
    recorded_at: datetime
    recorded_by: int = Field(foreign_key="person.id")
    signed_by: str = ""
    signed_role: str = ""
    signed_on: date | None = None
    document: str = ""
    since: date | None = None
    signed_at: datetime | None = None
    signature_by: int | None = Field(default=None, foreign_key="person.id")
    withdrawn_at: datetime | None = None
    withdrawn_by: int | None = Field(default=None, foreign_key="person.id")


class PersonRow(SQLModel, table=True):
    """``quiet`` are the hours in which what can wait is not sent to them, local times of day: ``12:00-14:00``."""

    __tablename__ = "person"
    __table_args__ = (
        one_of("language", "da", "en"),
        Index(
            "ix_person_quiet",
            "alliance_id",
            "id",
            sqlite_where=text("quiet IS NOT NULL"),
            postgresql_where=text("quiet IS NOT NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id", index=True)
    name: str
    language: str = "da"
    quiet: str | None = None


ADDRESS_CHANNELS = ("mail", "slack", "teams", "web")


class AddressRow(SQLModel, table=True):
    """Where a person is reached. ``value`` is unique among the addresses in use on its channel."""

    __tablename__ = "address"
    __table_args__ = (
        one_of("channel", *ADDRESS_CHANNELS),
        Index(
            "uq_address_in_use",
            "alliance_id",
            "channel",
            "value",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_address_of_person",
            "alliance_id",
            "person_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    channel: str
    value: str
    verified_at: datetime | None = None
    unreachable_since: datetime | None = None
    unreachable_reason: str = ""
    recorded_at: datetime
    ended_at: datetime | None = None


class OfficeTermRow(SQLModel, table=True):
    """Somebody holds an office, or may act for it (``acting``), for a term."""

    __tablename__ = "office_term"
    __table_args__ = (unique("organisation_id", "office", "person_id", "acting", "valid_from"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    office: str
    person_id: int = Field(foreign_key="person.id", index=True)
    acting: bool = False
    valid_from: date
    valid_until: date | None = None
    recorded_at: datetime


class AbsenceRow(SQLModel, table=True):
    """A person is away for a while, and ``deputy_id`` is asked where nobody else is.

    No two of a person overlap that hold. ``ended_at`` is when it was taken back, or another took its place.
    """

    __tablename__ = "absence"
    __table_args__ = (
        Index(
            "ix_absence_held",
            "alliance_id",
            "person_id",
            "valid_until",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    deputy_id: int | None = Field(default=None, foreign_key="person.id")
    valid_from: date
    valid_until: date
    recorded_at: datetime
    ended_at: datetime | None = None


class SeatTermRow(SQLModel, table=True):
    """A seat of a body for a constituency; ``chair`` while its holder leads the body."""

    __tablename__ = "seat_term"
    __table_args__ = (unique("body", "constituency", "chair", "valid_from"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    body: str
    constituency: str
    organisation_id: int = Field(foreign_key="organisation.id")
    chair: bool = False
    valid_from: date
    valid_until: date | None = None
    recorded_at: datetime


class LinkCodeRow(SQLModel, table=True):
    """A code by which a person says which chat account is theirs: its SHA-256 only, good once and until it expires.

    ``used_at`` is when it was used, or when a newer one took its place.
    """

    __tablename__ = "link_code"
    __table_args__ = (unique("hash"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    hash: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
