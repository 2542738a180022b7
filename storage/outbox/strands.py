"""Strands: what one person is told of one matter, in the order it was posted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from storage.outbox.steps import move
from storage.tables import tables

_notification, _delivery = tables["notification"], tables["delivery"]


def withdraw_strand(connection: Connection, alliance_id: int, strand: str, reason: str, now: datetime) -> int:
    """Withdraw what was posted in a strand and surely never sent: something newer replaces it. Returns how many."""
    which = and_(
        _delivery.c.alliance_id == alliance_id,
        _delivery.c.strand == strand,
        _delivery.c.state.in_(("queued", "failed")),
        _delivery.c.uncertain_ms.is_(None),
    )
    return len(move(connection, which, "withdrawn", reason, now))


def may_have_arrived(connection: Connection, alliance_id: int, strand: str, before: int | None = None) -> bool:
    """Whether anything of a strand (posted before the notification ``before``) was sent, or may have been.

    What was withdrawn surely was not: one that we cannot be sure of is given up as ``perhaps_sent`` instead.
    """
    query = select(_delivery.c.id).where(
        _delivery.c.alliance_id == alliance_id,
        _delivery.c.strand == strand,
        _may_have_arrived(),
    )
    if before is not None:
        query = query.where(_delivery.c.notification_id < before)
    return connection.execute(query.limit(1)).first() is not None


def last_heard(connection: Connection, alliance_id: int, strand: str) -> Mapping[str, Any] | None:
    """The facts of the newest notification of a strand that was sent, or may have been; None if there is none."""
    query = (
        select(_notification.c.facts)
        .join(_delivery, _delivery.c.notification_id == _notification.c.id)
        .where(_delivery.c.alliance_id == alliance_id, _delivery.c.strand == strand, _may_have_arrived())
        .order_by(_delivery.c.id.desc())
        .limit(1)
    )
    found: Mapping[str, Any] | None = connection.execute(query).scalar_one_or_none()
    return found


def _may_have_arrived() -> ColumnElement[bool]:
    return or_(
        _delivery.c.state.in_(("sent", "sending")),
        and_(_delivery.c.uncertain_ms.is_not(None), _delivery.c.state != "withdrawn"),
        _delivery.c.reason == "perhaps_sent",
    )
