"""The actions of plans as they stand now, by number; what was withdrawn is left out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, exists, select
from sqlalchemy.engine import Row

from alliance.plan_actions import OPEN, PlanAction
from storage.bulk import among
from storage.tables import tables

_action, _person = tables["plan_action"], tables["person"]
_newer = _action.alias("newer")
_ENTRIES = select(_action, _person.c.name.label("by_name")).join(_person, _person.c.id == _action.c.recorded_by)
_SUPERSEDED = exists().where(
    _newer.c.alliance_id == _action.c.alliance_id,
    _newer.c.number == _action.c.number,
    _newer.c.id > _action.c.id,
    _newer.c.withdrawn_at.is_(None),
)
_STANDING = _ENTRIES.where(_action.c.withdrawn_at.is_(None), ~_SUPERSEDED)


def actions(
    connection: Connection, alliance_id: int, organisation_ids: Collection[int] | None = None
) -> tuple[PlanAction, ...]:
    """Every action (of these members) as it stands, by number."""
    query = _STANDING.where(_action.c.alliance_id == alliance_id)
    if organisation_ids is not None:
        query = query.where(among(connection, _action.c.organisation_id, organisation_ids))
    return tuple(map(_as_action, connection.execute(query.order_by(_action.c.number))))


def entries(connection: Connection, alliance_id: int, number: int) -> tuple[PlanAction, ...]:
    """What was said of one action, newest first: the first is how it stands; none where there is no such action."""
    query = _ENTRIES.where(
        _action.c.alliance_id == alliance_id, _action.c.number == number, _action.c.withdrawn_at.is_(None)
    )
    return tuple(map(_as_action, connection.execute(query.order_by(_action.c.id.desc()))))


def entry(connection: Connection, alliance_id: int, id_: int) -> PlanAction | None:
    """One entry, withdrawn or not."""
    row = connection.execute(_ENTRIES.where(_action.c.alliance_id == alliance_id, _action.c.id == id_)).first()
    return _as_action(row) if row else None


def unheard_of(
    connection: Connection, alliance_id: int, before: datetime, *, unreminded: bool = False
) -> tuple[PlanAction, ...]:
    """What is not concluded and was last updated before an instant (aware UTC); or only what nobody was reminded of."""
    query = _STANDING.where(
        _action.c.alliance_id == alliance_id, _action.c.recorded_at < before, _action.c.state.in_(OPEN)
    )
    if unreminded:
        query = query.where(_action.c.reminded_at.is_(None))
    return tuple(map(_as_action, connection.execute(query.order_by(_action.c.number))))


def _as_action(row: Row[Any]) -> PlanAction:
    return PlanAction(
        id=row.id,
        number=row.number,
        organisation_id=row.organisation_id,
        title=row.title,
        track=cast(Any, row.track),
        theme=row.theme,
        owner=row.owner,
        due=row.due,
        state=cast(Any, row.state),
        note=row.note,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        recorded_by_name=row.by_name,
        on_behalf=bool(row.on_behalf),
        reminded_at=row.reminded_at,
        withdrawn_at=row.withdrawn_at,
    )
