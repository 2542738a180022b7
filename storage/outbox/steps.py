"""Every step of a delivery goes through here, and is written down with its time and reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, literal, literal_column, select, update

from storage.bulk import Chosen, insert_rows
from storage.tables import tables

AGAIN = "again"
"""The reason that stands at a step by which something that was given up is queued once more."""
_delivery, _transition = tables["delivery"], tables["transition"]
_COLUMNS = ("alliance_id", "delivery_id", "at_ms", "state", "reason")
_STEP_OF_ALL = Chosen(
    lambda among: insert(_transition).from_select(
        _COLUMNS,
        select(
            _delivery.c.alliance_id,
            _delivery.c.id,
            bindparam("at", type_=_transition.c.at_ms.type),
            bindparam("into", type_=_transition.c.state.type),
            literal(""),
        )
        .where(among(_delivery.c.id))
        .order_by(_delivery.c.id),
    )
)


@dataclass(frozen=True)
class Transition:
    """One step: when (aware UTC), to which state, and why."""

    at: datetime
    state: str
    reason: str


def in_state(column: Any, *states: str) -> ColumnElement[bool]:
    """Whether a delivery is in one of the states, spelt out: SQLite uses no partial index for a parameter."""
    found: ColumnElement[bool] = column.in_([literal_column(f"'{state}'") for state in states])
    return found


def is_last_way() -> ColumnElement[bool]:
    """Of a notification that fell back from one channel to another, only the last delivery says what became of it."""
    later = _delivery.alias("later")
    return ~(
        select(later.c.id)
        .where(later.c.notification_id == _delivery.c.notification_id, later.c.id > _delivery.c.id)
        .exists()
    )


def queued_again() -> ColumnElement[Any]:
    """The last time at which a delivery was queued once more, in milliseconds since 1970; null if it never was."""
    again = select(func.max(_transition.c.at_ms)).where(
        _transition.c.delivery_id == _delivery.c.id, _transition.c.reason == AGAIN
    )
    return again.correlate(_delivery).scalar_subquery()


def as_ms(moment: datetime) -> int:
    """Milliseconds since 1970 of an aware instant."""
    return round(moment.timestamp() * 1000)


def from_ms(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def move(
    connection: Connection, which: ColumnElement[bool], state: str, reason: str, now: datetime, **values: Any
) -> tuple[int, ...]:
    """Bring the deliveries that match into a state; returns their ids, none if somebody else has moved them."""
    statement = update(_delivery).where(which).values(state=state, reason=reason, **values)
    rows = connection.execute(statement.returning(_delivery.c.id, _delivery.c.alliance_id)).all()
    at = as_ms(now)
    write_steps(connection, [(row.alliance_id, row.id, at, state, reason) for row in rows])
    return tuple(row.id for row in rows)


def write_steps(connection: Connection, steps: Iterable[tuple[int, int, int, str, str]]) -> None:
    """Write down steps of (alliance, delivery, milliseconds since 1970, state, reason)."""
    insert_rows(connection, _transition, {}, _COLUMNS, list(steps))


def write_step_of_all(connection: Connection, delivery_ids: Collection[int], state: str, now: datetime) -> None:
    """Write down the same step of many deliveries, in one statement."""
    _STEP_OF_ALL.run(connection, delivery_ids, at=as_ms(now), into=state)


def story(connection: Connection, alliance_id: int, delivery_id: int) -> tuple[Transition, ...]:
    """Every step of a delivery, oldest first."""
    query = select(_transition).where(
        _transition.c.alliance_id == alliance_id, _transition.c.delivery_id == delivery_id
    )
    rows = connection.execute(query.order_by(_transition.c.id))
    return tuple(Transition(from_ms(row.at_ms), row.state, row.reason) for row in rows)
