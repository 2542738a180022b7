"""The demo's mailbox: what its mail transport delivered, byte for byte."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from storage.tables import tables
from storage.upserts import upsert

_mail = tables["local_mail"]


@dataclass(frozen=True)
class LocalMail:
    """One delivered mail; ``content`` is the whole MIME message. ``delivered_at`` is aware UTC."""

    id: int
    recipient: str
    message_id: str
    delivered_at: datetime
    content: bytes


def put(
    connection: Connection,
    alliance_id: int,
    recipient: str,
    message_id: str,
    delivered_at: datetime,
    content: bytes,
) -> bool:
    """Deliver a mail, unless one with that Message-ID lies there already; returns whether it was new."""
    statement = upsert(connection, _mail).values(
        alliance_id=alliance_id,
        recipient=recipient,
        message_id=message_id,
        delivered_at=delivered_at,
        content=content,
    )
    return connection.execute(statement.on_conflict_do_nothing()).rowcount == 1


def has(connection: Connection, alliance_id: int, message_id: str) -> bool:
    query = select(_mail.c.id).where(_mail.c.alliance_id == alliance_id, _mail.c.message_id == message_id)
    return connection.execute(query).first() is not None


def mailbox(
    connection: Connection,
    alliance_id: int,
    recipient: str | Collection[str] | None = None,
    limit: int = 50,
    offset: int = 0,
) -> tuple[LocalMail, ...]:
    """The newest mails (to one recipient, or to any of several), newest first."""
    query = select(_mail).where(_mail.c.alliance_id == alliance_id)
    if recipient is not None:
        recipients = [recipient] if isinstance(recipient, str) else list(recipient)
        query = query.where(_mail.c.recipient.in_(recipients))
    rows = connection.execute(query.order_by(_mail.c.id.desc()).limit(limit).offset(offset))
    return tuple(_as_mail(row) for row in rows)


def mail(connection: Connection, alliance_id: int, mail_id: int) -> LocalMail | None:
    query = select(_mail).where(_mail.c.alliance_id == alliance_id, _mail.c.id == mail_id)
    row = connection.execute(query).first()
    return _as_mail(row) if row else None


def count(connection: Connection, alliance_id: int) -> int:
    query = select(func.count()).where(_mail.c.alliance_id == alliance_id)
    return connection.execute(query).scalar_one()


def _as_mail(row: Any) -> LocalMail:
    return LocalMail(row.id, row.recipient, row.message_id, row.delivered_at, row.content)
