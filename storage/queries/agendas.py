"""Agendas as they are being written: items, proposals and attachments."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, bindparam, func, literal, select
from sqlalchemy.engine import Row

from alliance.agendas import AgendaItem
from alliance.papers import PaperAttachment
from storage.tables import tables

_item, _attachment = tables["agenda_item"], tables["attachment"]
_meeting = tables["meeting"]
_OUTSIDE = tuple(column for column in _attachment.c if column.name != "content")
_IN_VAIN = (
    select(_item)
    .join(_meeting, _meeting.c.id == _item.c.meeting_id)
    .where(
        _item.c.alliance_id == bindparam("alliance"),
        _item.c.proposed_for.is_not(None),
        _item.c.state.in_([literal(state) for state in ("proposed", "accepted")]),
        _meeting.c.state == "cancelled",
        _meeting.c.starts_at > bindparam("at"),
    )
    .order_by(_item.c.id)
)


def items(connection: Connection, alliance_id: int, meeting_id: int) -> tuple[AgendaItem, ...]:
    """Every item of a meeting, proposed, declined and removed ones too, by position."""
    query = select(_item).where(_item.c.alliance_id == alliance_id, _item.c.meeting_id == meeting_id)
    rows = list(connection.execute(query.order_by(_item.c.position, _item.c.id)))
    attached = _attachments(connection, alliance_id, [row.id for row in rows])
    return tuple(_as_item(row, attached.get(row.id, ())) for row in rows)


def item(connection: Connection, alliance_id: int, item_id: int) -> AgendaItem | None:
    query = select(_item).where(_item.c.alliance_id == alliance_id, _item.c.id == item_id)
    row = connection.execute(query).first()
    return _as_item(row, _attachments(connection, alliance_id, [item_id]).get(item_id, ())) if row else None


def proposed_in_vain(connection: Connection, alliance_id: int, now: datetime) -> tuple[AgendaItem, ...]:
    """What members proposed, and was not declined, for meetings ahead that were cancelled; without attachments."""
    return tuple(_as_item(row, ()) for row in connection.execute(_IN_VAIN, {"alliance": alliance_id, "at": now}))


def _attachments(
    connection: Connection, alliance_id: int, item_ids: Collection[int]
) -> dict[int, tuple[PaperAttachment, ...]]:
    """What stands on each item now, without the bytes, in the order it was put there."""
    query = select(*_OUTSIDE).where(
        _attachment.c.alliance_id == alliance_id,
        _attachment.c.item_id.in_(item_ids),
        _attachment.c.removed_at.is_(None),
    )
    found: dict[int, tuple[PaperAttachment, ...]] = {}
    for row in connection.execute(query.order_by(_attachment.c.id)):
        found[row.item_id] = (*found.get(row.item_id, ()), _as_attachment(row))
    return found


def _as_attachment(row: Row[Any]) -> PaperAttachment:
    return PaperAttachment(row.id, "", row.name, row.media_type, row.size, row.sha256, bool(row.closed))


def _as_item(row: Row[Any], attachments: tuple[PaperAttachment, ...]) -> AgendaItem:
    return AgendaItem(
        row.id,
        row.meeting_id,
        row.position,
        cast(Any, row.kind),
        row.heading,
        bool(row.closed),
        row.public_heading,
        row.summary,
        row.case,
        row.recommendation,
        row.standing,
        cast(Any, row.state),
        row.reason,
        row.proposed_by,
        row.proposed_for,
        row.revision,
        attachments,
    )


def undecided(connection: Connection, alliance_id: int) -> dict[int, int]:
    """How many proposals of members wait for the secretariat's answer, by meeting."""
    query = select(_item.c.meeting_id, func.count()).where(
        _item.c.alliance_id == alliance_id, _item.c.state == "proposed"
    )
    return {row[0]: row[1] for row in connection.execute(query.group_by(_item.c.meeting_id))}


def last_writer(connection: Connection, alliance_id: int, item_id: int) -> str:
    """Who wrote an item last, by name."""
    person = tables["person"]
    query = select(person.c.name).join(_item, _item.c.recorded_by == person.c.id)
    found = connection.execute(query.where(_item.c.alliance_id == alliance_id, _item.c.id == item_id))
    return str(found.scalar_one())


def contents(connection: Connection, alliance_id: int, attachment_ids: Collection[int]) -> dict[int, bytes]:
    """The exact bytes of attachments, also of those taken off since: a paper may hold them."""
    query = select(_attachment.c.id, _attachment.c.content).where(
        _attachment.c.alliance_id == alliance_id, _attachment.c.id.in_(attachment_ids)
    )
    return {row.id: row.content for row in connection.execute(query)}


def attached_bytes(connection: Connection, alliance_id: int, meeting_id: int) -> int:
    """How many bytes the attachments of a meeting are together."""
    query = (
        select(func.coalesce(func.sum(_attachment.c.size), 0))
        .join(_item, _item.c.id == _attachment.c.item_id)
        .where(
            _attachment.c.alliance_id == alliance_id,
            _item.c.meeting_id == meeting_id,
            _item.c.state != "removed",
            _attachment.c.removed_at.is_(None),
        )
    )
    total: int = connection.execute(query).scalar_one()
    return total
