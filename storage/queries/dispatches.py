"""How each copy of a paper went to its readers, as the outbox has it."""

from __future__ import annotations

from datetime import date
from typing import cast

from sqlalchemy import Connection, select

from alliance.papers import Copy, Dispatched
from storage.queries import register
from storage.tables import tables

_notification, _delivery = tables["notification"], tables["delivery"]


def dispatched(connection: Connection, alliance_id: int, paper_id: int, day: date) -> tuple[Dispatched, ...]:
    """Every delivery of a paper in the order they were posted; each reader with a member they belong to on the day."""
    query = (
        select(
            _notification.c.recipient_id,
            _notification.c.facts,
            _notification.c.posted_at,
            _delivery.c.channel,
            _delivery.c.state,
            _delivery.c.reason,
            _delivery.c.sent_at,
        )
        .join(_delivery, _delivery.c.notification_id == _notification.c.id)
        .where(
            _notification.c.alliance_id == alliance_id,
            _notification.c.kind == "paper",
            _notification.c.about == f"paper:{paper_id}",
        )
    )
    rows = list(connection.execute(query.order_by(_delivery.c.id)))
    people = register.people(connection, alliance_id, {row.recipient_id for row in rows})
    homes = member_of(connection, alliance_id, day)
    return tuple(
        Dispatched(
            people[row.recipient_id].name,
            homes.get(row.recipient_id, ""),
            cast(Copy, row.facts["copy"]),
            row.channel,
            row.state,
            row.reason,
            row.sent_at or row.posted_at,
            tuple(row.facts.get("closed_since", ())),
        )
        for row in rows
    )


def member_of(connection: Connection, alliance_id: int, day: date) -> dict[int, str]:
    """Person to the name of an organisation they have an office in on the day: the first they came to."""
    members = register.organisations(connection, alliance_id, day)
    homes: dict[int, str] = {}
    for term in register.offices_on(connection, alliance_id, day).terms:
        homes.setdefault(term.person_id, members[term.organisation_id].name)
    return homes
