"""Changes to an agenda: written if nobody else wrote meanwhile; what is removed is kept."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection, insert, update

from alliance.agendas import AgendaItem
from storage.changes.facts import added_id
from storage.outbox import edits
from storage.tables import tables

_item, _attachment = tables["agenda_item"], tables["attachment"]
NEVER_CHANGED = ("id", "meeting_id", "revision", "attachments", "proposed_by", "proposed_for")


def add_item(connection: Connection, alliance_id: int, item: AgendaItem, person_id: int, now: datetime) -> int:
    """Add an item (its ``id`` and attachments are ignored); returns its id."""
    fields = AgendaItem.__dataclass_fields__
    values = {name: getattr(item, name) for name in fields if name not in ("id", "attachments")}
    statement = insert(_item).values(alliance_id=alliance_id, recorded_at=now, recorded_by=person_id, **values)
    return added_id(connection.execute(statement))


def change_item(
    connection: Connection, alliance_id: int, before: AgendaItem, after: AgendaItem, person_id: int, now: datetime
) -> bool:
    """Write an item anew, if it still is as it was read; returns whether it was."""
    values = {n: getattr(after, n) for n in AgendaItem.__dataclass_fields__ if n not in NEVER_CHANGED}
    statement = (
        update(_item)
        .where(
            _item.c.alliance_id == alliance_id,
            _item.c.id == before.id,
            _item.c.revision == before.revision,
        )
        .values(**values, revision=before.revision + 1, recorded_at=now, recorded_by=person_id)
    )
    written = connection.execute(statement).rowcount == 1
    if written and before.state == "proposed" and after.state != before.state:
        edits.decided(connection, alliance_id, before.id, now)
    return written


def digest(content: bytes) -> str:
    """The SHA-256 that a file is kept with, in hex."""
    return hashlib.sha256(content).hexdigest()


def add_attachment(
    connection: Connection,
    alliance_id: int,
    item_id: int,
    *,
    name: str,
    media_type: str,
    content: bytes,
    closed: bool,
    person_id: int,
    now: datetime,
) -> int:
    """Put a file on an item: its exact bytes, with their SHA-256; returns its id."""
    statement = insert(_attachment).values(
        alliance_id=alliance_id,
        item_id=item_id,
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=digest(content),
        closed=closed,
        content=content,
        added_at=now,
        added_by=person_id,
    )
    return added_id(connection.execute(statement))


def remove_attachment(connection: Connection, alliance_id: int, attachment_id: int, now: datetime) -> bool:
    """Take a file off its item; returns whether it was on it."""
    statement = (
        update(_attachment)
        .where(
            _attachment.c.alliance_id == alliance_id,
            _attachment.c.id == attachment_id,
            _attachment.c.removed_at.is_(None),
        )
        .values(removed_at=now)
    )
    return connection.execute(statement).rowcount == 1
