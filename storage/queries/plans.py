"""The register of plans: every member with its versions and what was decided about them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, cast

from sqlalchemy import Connection, Integer, bindparam, select
from sqlalchemy.engine import Row

from alliance.alliances import Alliance
from alliance.members import Organisation
from alliance.plans import Plan, PlanRecord, PlanStep, PlanVersion
from storage.bulk import Chosen
from storage.queries import register
from storage.tables import tables

_plan, _step, _person = tables["plan"], tables["plan_step"], tables["person"]
_OURS = bindparam("alliance", type_=Integer)
_VERSIONS = (
    select(_plan, _person.c.name.label("by_name"))
    .join(_person, _person.c.id == _plan.c.recorded_by)
    .where(_plan.c.alliance_id == _OURS)
)
_STEPS = (
    select(_step, _person.c.name.label("by_name"))
    .join(_person, _person.c.id == _step.c.recorded_by)
    .where(_step.c.alliance_id == _OURS)
)
_VERSIONS_OF = Chosen(
    lambda among: _VERSIONS.where(_plan.c.withdrawn_at.is_(None), among(_plan.c.organisation_id)).order_by(
        _plan.c.version
    )
)
_STEPS_OF = Chosen(
    lambda among: _STEPS.where(_step.c.withdrawn_at.is_(None), among(_step.c.organisation_id)).order_by(_step.c.id)
)


def records(connection: Connection, alliance: Alliance, day: date) -> tuple[PlanRecord, ...]:
    """Every member of a local day with its plans as they are known now, in Danish order of names."""
    roles = register.memberships(connection, alliance.id)
    members = [m.organisation_id for m in roles if m.role == "member" and m.validity.covers(day)]
    return records_of(connection, alliance, register.organisations(connection, alliance.id, day, members).values())


def records_of(
    connection: Connection, alliance: Alliance, organisations: Collection[Organisation]
) -> tuple[PlanRecord, ...]:
    """The plans of these, in their order; what was withdrawn is left out."""
    ids = [organisation.id for organisation in organisations]
    steps: dict[tuple[int, int], tuple[PlanStep, ...]] = {}
    for row in _STEPS_OF.run(connection, ids, alliance=alliance.id):
        key = (row.organisation_id, row.version)
        steps[key] = (*steps.get(key, ()), _as_step(row))
    plans: dict[int, tuple[Plan, ...]] = {}
    for row in _VERSIONS_OF.run(connection, ids, alliance=alliance.id):
        plan = Plan(
            _as_version(row),
            steps.get((row.organisation_id, row.version), ()),
            alliance.charter.standard(row.standard),
        )
        plans[row.organisation_id] = (*plans.get(row.organisation_id, ()), plan)
    return tuple(PlanRecord(organisation, plans.get(organisation.id, ())) for organisation in organisations)


def meeting_nothing(connection: Connection, alliance_id: int) -> set[int]:
    """The organisations of which a plan was adopted that is no evidence of anything."""
    query = select(_plan.c.organisation_id).where(
        _plan.c.alliance_id == alliance_id,
        _plan.c.withdrawn_at.is_(None),
        _plan.c.adopted_on.is_not(None),
        _plan.c.settlement_id.is_(None),
    )
    return set(connection.execute(query).scalars())


def version(connection: Connection, alliance_id: int, id_: int) -> PlanVersion | None:
    """One version as it was recorded, withdrawn or not."""
    row = connection.execute(_VERSIONS.where(_plan.c.id == id_), {"alliance": alliance_id}).first()
    return _as_version(row) if row else None


def step(connection: Connection, alliance_id: int, id_: int) -> PlanStep | None:
    """One step, withdrawn or not."""
    row = connection.execute(_STEPS.where(_step.c.id == id_), {"alliance": alliance_id}).first()
    return _as_step(row) if row else None


def _as_version(row: Row[Any]) -> PlanVersion:
    return PlanVersion(
        id=row.id,
        organisation_id=row.organisation_id,
        version=row.version,
        title=row.title,
        link=row.link,
        standard=row.standard,
        reduction=row.reduction,
        net_zero_year=row.net_zero_year,
        risks=tuple(row.risks),
        resilient_year=row.resilient_year,
        adopted_on=row.adopted_on,
        adopted_by=row.adopted_by,
        valid_until=row.valid_until,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        recorded_by_name=row.by_name,
        on_behalf=bool(row.on_behalf),
        settlement_id=row.settlement_id,
        withdrawn_at=row.withdrawn_at,
        target_pct=row.target_pct,
        target_year=row.target_year,
        target_base=row.target_base,
    )


def _as_step(row: Row[Any]) -> PlanStep:
    return PlanStep(
        id=row.id,
        organisation_id=row.organisation_id,
        version=row.version,
        kind=cast(Any, row.kind),
        day=row.day,
        by=row.by,
        marks=tuple(row.marks),
        comment=row.comment,
        decided_by=row.decided_by,
        until=row.until,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        recorded_by_name=row.by_name,
        withdrawn_at=row.withdrawn_at,
    )
