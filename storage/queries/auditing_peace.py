"""What the self-audit reads of who is left in peace: what they hide and were reminded of when, who is away, and
when the secretariat's own tasks came to be somebody else's.

Beside the planner's own queries on purpose, as ``auditing`` is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, select

from alliance.deliveries import OPEN_STATES
from storage.outbox.steps import is_last_way
from storage.tables import tables

_snooze, _line = tables["snooze"], tables["reminder_line"]
_notification, _delivery = tables["notification"], tables["delivery"]
_absence, _term = tables["absence"], tables["office_term"]
_handover, _address = tables["handover"], tables["address"]
_task, _day, _seat = tables["task"], tables["task_day"], tables["seat_term"]
_obligation = tables["obligation"]


@dataclass(frozen=True)
class Snoozed:
    """Somebody hid something until a local day; ``ended_at`` (aware UTC) is when they took that back.

    ``told`` are the local day and the rung of every reminder of it that they had, or still may.
    """

    until: date
    ended_at: datetime | None
    told: list[tuple[date, int]] = field(default_factory=list)

    def told_since(self, day: date) -> int | None:
        """The furthest rung they were told for that local day or later."""
        return max((rung for on, rung in self.told if on >= day), default=None)


def snoozed(
    connection: Connection, alliance_id: int, obligation_ids: Collection[int]
) -> dict[tuple[int, int], Snoozed]:
    """(obligation, person) to their newest snooze of it, also one that is over or was taken back."""
    query = select(_snooze).where(_snooze.c.alliance_id == alliance_id, _snooze.c.obligation_id.in_(obligation_ids))
    found = {
        (row.obligation_id, row.person_id): Snoozed(row.until, row.ended_at)
        for row in connection.execute(query.order_by(_snooze.c.id))
    }
    if found:
        _add_told(connection, alliance_id, found)
    return found


def absences_changed(
    connection: Connection, alliance_id: int, organisation_ids: Collection[int]
) -> Iterator[tuple[int, tuple[datetime | date | None, ...]]]:
    """By organisation, when somebody who has to do with it went away, came back, or said so."""
    columns = (_absence.c.recorded_at, _absence.c.ended_at, _absence.c.valid_from, _absence.c.valid_until)
    query = (
        select(_term.c.organisation_id, *columns)
        .join(_absence, _absence.c.person_id == _term.c.person_id)
        .where(_absence.c.alliance_id == alliance_id, _term.c.organisation_id.in_(organisation_ids))
    )
    for row in connection.execute(query):
        yield row[0], tuple(row[1:])


def handovers_changed(
    connection: Connection, alliance_id: int, organisation_ids: Collection[int]
) -> Iterator[tuple[int, tuple[datetime | date | None, ...]]]:
    """By organisation, when something of it was handed to a colleague or given back, or that one could be asked."""
    columns = (_handover.c.recorded_at, _handover.c.ended_at, _handover.c.until)
    query = select(_handover.c.organisation_id, *columns).where(
        _handover.c.alliance_id == alliance_id, _handover.c.organisation_id.in_(organisation_ids)
    )
    for row in connection.execute(query):
        yield row[0], tuple(row[1:])
    colleagues = (
        select(_handover.c.organisation_id, _absence.c.recorded_at, _absence.c.ended_at, _absence.c.valid_from)
        .add_columns(_absence.c.valid_until, _address.c.recorded_at, _address.c.ended_at, _address.c.unreachable_since)
        .outerjoin(_absence, _absence.c.person_id == _handover.c.colleague_id)
        .outerjoin(_address, _address.c.person_id == _handover.c.colleague_id)
        .where(_handover.c.alliance_id == alliance_id, _handover.c.organisation_id.in_(organisation_ids))
    )
    for row in connection.execute(colleagues):
        yield row[0], tuple(row[1:])


def tasks_changed(
    connection: Connection, alliance_id: int, organisation_ids: Collection[int]
) -> Iterator[tuple[int, tuple[datetime | date | None, ...]]]:
    """By organisation, when a task of the secretariat's came to be another's or taken up again; when it led."""
    query = (
        select(_obligation.c.organisation_id, _task.c.changed_at)
        .join(_day, _day.c.obligation_id == _obligation.c.id)
        .join(_task, _task.c.id == _day.c.task_id)
        .where(_task.c.alliance_id == alliance_id, _obligation.c.organisation_id.in_(organisation_ids))
    )
    for row in connection.execute(query):
        yield row[0], tuple(row[1:])
    columns = (_seat.c.organisation_id, _seat.c.recorded_at, _seat.c.valid_from, _seat.c.valid_until)
    led = (_seat.c.alliance_id == alliance_id, _seat.c.chair, _seat.c.organisation_id.in_(organisation_ids))
    for seat in connection.execute(select(*columns).where(*led)):
        yield seat[0], tuple(seat[1:])


def _add_told(connection: Connection, alliance_id: int, found: dict[tuple[int, int], Snoozed]) -> None:
    query = (
        select(_line.c.obligation_id, _line.c.person_id, _line.c.rung, _notification.c.occasion)
        .join(_notification, _notification.c.id == _line.c.notification_id)
        .join(_delivery, _delivery.c.notification_id == _line.c.notification_id)
        .where(
            _line.c.alliance_id == alliance_id,
            _line.c.obligation_id.in_({obligation for obligation, _ in found}),
            _line.c.rung.is_not(None),
            _delivery.c.state.in_(("sent", "given_up", *OPEN_STATES)),
            is_last_way(),
        )
    )
    for row in connection.execute(query):
        if (row.obligation_id, row.person_id) in found:
            told = date.fromisoformat(row.occasion), row.rung
            found[row.obligation_id, row.person_id].told.append(told)
