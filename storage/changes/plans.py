"""Plans and what is decided about them: append, withdraw, never overwrite."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Table, insert, select, update

from alliance.plans import PlanStep, PlanVersion
from storage.changes.facts import added_id
from storage.tables import tables

_plan, _step = tables["plan"], tables["plan_step"]


def add_version(connection: Connection, alliance_id: int, version: PlanVersion) -> int:
    """Append a version (its ``id`` and names are ignored); returns the new id."""
    return added_id(connection.execute(insert(_plan).values(_values(alliance_id, version))))


def add_versions(connection: Connection, alliance_id: int, versions: Iterable[PlanVersion]) -> None:
    """Append many in one statement."""
    rows = [_values(alliance_id, version) for version in versions]
    if rows:
        connection.execute(insert(_plan), rows)


def _values(alliance_id: int, version: PlanVersion) -> dict[str, object]:
    left_out = ("id", "recorded_by_name", "withdrawn_at")
    values = {name: getattr(version, name) for name in PlanVersion.__dataclass_fields__ if name not in left_out}
    return {**values, "alliance_id": alliance_id, "risks": list(version.risks)}


def add_step(connection: Connection, alliance_id: int, step: PlanStep) -> int:
    """Append a step (its ``id`` and names are ignored); returns the new id."""
    left_out = ("id", "recorded_by_name", "withdrawn_at")
    values = {name: getattr(step, name) for name in PlanStep.__dataclass_fields__ if name not in left_out}
    row = {**values, "alliance_id": alliance_id, "marks": list(step.marks)}
    return added_id(connection.execute(insert(_step).values(row)))


def withdraw_version(connection: Connection, alliance_id: int, id_: int, person_id: int, now: datetime) -> bool:
    """Withdraw a version unless somebody already has; returns whether this call did."""
    return _withdraw(connection, _plan, alliance_id, id_, person_id, now)


def withdraw_step(connection: Connection, alliance_id: int, id_: int, person_id: int, now: datetime) -> bool:
    """Withdraw a step unless somebody already has; returns whether this call did."""
    return _withdraw(connection, _step, alliance_id, id_, person_id, now)


def _withdraw(connection: Connection, table: Table, alliance_id: int, id_: int, person_id: int, now: datetime) -> bool:
    held = (table.c.alliance_id == alliance_id, table.c.id == id_, table.c.withdrawn_at.is_(None))
    done = update(table).where(*held).values(withdrawn_at=now, withdrawn_by=person_id)
    return connection.execute(done).rowcount == 1


def meets(connection: Connection, alliance_id: int, id_: int, settlement_id: int) -> None:
    """Note as which evidence a version meets a requirement."""
    which = (_plan.c.alliance_id == alliance_id, _plan.c.id == id_)
    connection.execute(update(_plan).where(*which).values(settlement_id=settlement_id))


def withdraw_shown_by(connection: Connection, alliance_id: int, settlement_id: int, person: int, now: datetime) -> bool:
    """Withdraw the version that a withdrawn settlement was, with its steps; returns whether it was one.

    It is the plan that is the evidence: what is taken back in one place is taken back in the other.
    """
    held = (_plan.c.alliance_id == alliance_id, _plan.c.settlement_id == settlement_id, _plan.c.withdrawn_at.is_(None))
    row = connection.execute(select(_plan.c.organisation_id, _plan.c.version).where(*held)).first()
    if row is None:
        return False
    taken_back = {"withdrawn_at": now, "withdrawn_by": person}
    connection.execute(update(_plan).where(*held).values(**taken_back))
    theirs = (_step.c.alliance_id == alliance_id, _step.c.organisation_id == row.organisation_id)
    of = (*theirs, _step.c.version == row.version, _step.c.withdrawn_at.is_(None))
    connection.execute(update(_step).where(*of).values(**taken_back))
    return True
