"""Every table, in the order a newcomer meets them. Names end in Row; each carries its alliance.

Validity is from inclusive, until exclusive (local days). Instants are aware UTC. ``..._ms`` are milliseconds since
1970, where the sender compares and indexes them. Decimals are kept as text, because SQLite would make them floats.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Index, String, UniqueConstraint, text
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def one_of(column: str, *values: str) -> CheckConstraint:
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=column)


def unique(*columns: str) -> UniqueConstraint:
    """Unique within its alliance."""
    return UniqueConstraint("alliance_id", *columns)


# ------------------------------------------------------------------------------------------ the alliance


class AllianceRow(SQLModel, table=True):
    """One alliance of this installation. ``demo_now`` is set in a demo alliance only: its clock stands there."""

    __tablename__ = "alliance"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    charter_key: str
    obligations_since: date
    demo_now: datetime | None = None


class CharterRow(SQLModel, table=True):
    """A charter text as it was in force, so that an obligation can show the rules that created it."""

    __tablename__ = "charter"
    __table_args__ = (unique("hash"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    hash: str
    text: str
    recorded_at: datetime


# ------------------------------------------------------------------------------- organisations and people


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


class PersonRow(SQLModel, table=True):
    __tablename__ = "person"
    __table_args__ = (one_of("language", "da", "en"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id", index=True)
    name: str
    language: str = "da"


class AddressRow(SQLModel, table=True):
    """Where a person is reached. ``value`` is unique among the addresses in use on its channel."""

    __tablename__ = "address"
    __table_args__ = (
        one_of("channel", "mail", "slack", "teams", "web"),
        Index(
            "uq_address_in_use",
            "alliance_id",
            "channel",
            "value",
            unique=True,
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


# ------------------------------------------------------------------------------------- meetings and answers


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


# -------------------------------------------------------------------------------------------------- papers


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


# ------------------------------------------------------------------------------ obligations and settlement


class ObligationRow(SQLModel, table=True):
    """What a member owes for a period. No state: standing is derived from the facts below."""

    __tablename__ = "obligation"
    __table_args__ = (
        unique("organisation_id", "requirement", "period_start"),
        Index("ix_obligation_due", "alliance_id", "due", "id"),
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


# ------------------------------------------------------------------------------------------------- reports


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


# -------------------------------------------------------------------------------------------------- outbox


class NotificationRow(SQLModel, table=True):
    """One thing to tell one person, said once for all channels. ``facts`` hold ids, not prose."""

    __tablename__ = "notification"
    __table_args__ = (unique("kind", "about", "occasion", "recipient_id"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    kind: str
    about: str
    occasion: str
    recipient_id: int = Field(foreign_key="person.id", index=True)
    facts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    posted_at: datetime
    expires_ms: int | None = Field(default=None, sa_type=BigInteger)


class DeliveryRow(SQLModel, table=True):
    """A notification on its way to its recipient on one channel.

    ``ready_ms`` is due time, retry time and end of lease in one. ``token`` is the fence: only the claim that holds
    it may settle. ``uncertain_ms`` is the first claim whose outcome nobody knows. ``lane`` is what a channel's rate
    applies to, ``account`` what a whole workspace's or server's limit applies to. Deliveries of one ``strand`` leave in
    the order they were posted: none is claimed while an earlier one is open.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("notification_id", "channel"),
        one_of(
            "state",
            "queued",
            "sending",
            "sent",
            "failed",
            "given_up",
            "withdrawn",
            "expired",
        ),
        Index(
            "ix_delivery_open",
            "ready_ms",
            "id",
            sqlite_where=text("state IN ('queued', 'sending', 'failed')"),
            postgresql_where=text("state IN ('queued', 'sending', 'failed')"),
        ),
        Index("ix_delivery_strand", "alliance_id", "strand", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    notification_id: int = Field(foreign_key="notification.id")
    channel: str
    address_id: int | None = Field(default=None, foreign_key="address.id")
    lane: str
    account: str
    strand: str = ""
    state: str = "queued"
    ready_ms: int = Field(sa_type=BigInteger)
    attempts: int = 0
    token: str = ""
    claimed_ms: int | None = Field(default=None, sa_type=BigInteger)
    uncertain_ms: int | None = Field(default=None, sa_type=BigInteger)
    sent_at: datetime | None = None
    receipt: str = ""
    reason: str = ""


class ReminderLineRow(SQLModel, table=True):
    """An obligation listed in a reminder; ``rung`` in working days from the due day, null if only listed."""

    __tablename__ = "reminder_line"
    __table_args__ = (UniqueConstraint("notification_id", "obligation_id"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    notification_id: int = Field(foreign_key="notification.id")
    obligation_id: int = Field(foreign_key="obligation.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    rung: int | None = None


# ------------------------------------------------------------------------------------- journal and the demo


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


tables = SQLModel.metadata.tables
"""The same tables for Core: ``tables["obligation"]``. Reads on warm paths select columns, not objects."""
