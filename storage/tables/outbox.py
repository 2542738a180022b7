"""What is told: notifications, their deliveries, and what a reminder lists."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.naming import one_of, unique

STATES = ("queued", "sending", "sent", "failed", "given_up", "withdrawn", "expired")


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


class DeliveryRow(SQLModel, table=True):
    """A notification on its way to its recipient on one channel.

    ``ready_ms`` is due time, retry time and end of lease in one; past ``expires_ms`` its moment is gone. ``token`` is
    the fence: only the claim that holds it may settle. ``uncertain_ms`` is the first claim whose outcome nobody knows.
    ``lane`` is what a channel's rate applies to, ``account`` what a whole workspace's or server's limit applies to.
    Deliveries of one ``strand`` leave in the order they were posted: none is claimed while an earlier one is open.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("notification_id", "channel"),
        one_of("state", *STATES),
        Index(
            "ix_delivery_open",
            "ready_ms",
            "id",
            sqlite_where=text("state IN ('queued', 'sending', 'failed')"),
            postgresql_where=text("state IN ('queued', 'sending', 'failed')"),
        ),
        Index(
            "ix_delivery_expiry",
            "expires_ms",
            sqlite_where=text("state IN ('queued', 'failed')"),
            postgresql_where=text("state IN ('queued', 'failed')"),
        ),
        Index("ix_delivery_strand", "alliance_id", "strand", "notification_id"),
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
    expires_ms: int | None = Field(default=None, sa_type=BigInteger)
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


class TransitionRow(SQLModel, table=True):
    """One step of a delivery: when, to which state and why. Append only: the whole story of what was told."""

    __tablename__ = "transition"
    __table_args__ = (one_of("state", *STATES),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    delivery_id: int = Field(foreign_key="delivery.id", index=True)
    at_ms: int = Field(sa_type=BigInteger)
    state: str
    reason: str = ""


class BucketRow(SQLModel, table=True):
    """A limit shared by every sender: nothing goes out under ``name`` (a lane or an account) before ``open_ms``.

    Of the provider's workspace and not of an alliance: two alliances in one workspace share its limit.
    """

    __tablename__ = "bucket"
    __table_args__ = (UniqueConstraint("name"),)
    id: int | None = Field(default=None, primary_key=True)
    name: str
    open_ms: int = Field(sa_type=BigInteger, index=True)


class BookmarkRow(SQLModel, table=True):
    """How far something has come: the last tick, the day up to which obligations were opened, the last audit."""

    __tablename__ = "bookmark"
    __table_args__ = (unique("name"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id")
    name: str
    value: str = ""
    at: datetime
