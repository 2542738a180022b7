"""A member's climate action plans: each version, what was decided about it, and how that stands on a day.

Facts are stored and stay; a version is corrected by another of the same number, a step is taken back with who and when.
Days are local, instants aware UTC; validity is from inclusive, until exclusive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from alliance.charter import Charter
from alliance.errors import Refused
from alliance.members import Organisation
from alliance.months import years_after
from alliance.names import danish_key
from alliance.standards import Standard, standards_for

StepKind = Literal["evaluated", "sent", "approved", "returned", "certified"]
PlanState = Literal[
    "draft", "adopted", "sent", "returned", "approved", "certifying", "certified", "lapsed", "expired", "none"
]
NET_ZERO, RESILIENT = "net_zero", "climate_resilient"  # the goals of a charter that bound what a plan may say
TARGET = ("pct", "year", "base")  # the numbers of a reduction: all of them, or none
SOON = timedelta(days=183)  # so long before the day an update is due it is pointed out


@dataclass(frozen=True)
class PlanVersion:
    """A version of a member's plan as it was recorded. ``risks`` are keys of its standard, or words of one's own.

    ``adopted_on`` is None while the council has not adopted it. ``settlement_id``: as this evidence it meets a
    requirement.

    The reduction is words (``reduction``) and, to be compared, numbers, all three or none: so many per cent
    (``target_pct``) by a year (``target_year``) against the base year (``target_base``).
    """

    id: int
    organisation_id: int
    version: int
    title: str
    link: str
    standard: str
    reduction: str
    net_zero_year: int
    risks: tuple[str, ...]
    resilient_year: int | None
    adopted_on: date | None
    adopted_by: str
    valid_until: date | None
    recorded_at: datetime
    recorded_by: int
    recorded_by_name: str = ""
    on_behalf: bool = False
    settlement_id: int | None = None
    withdrawn_at: datetime | None = None
    target_pct: int | None = None
    target_year: int | None = None
    target_base: int | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """What the plan's two tracks, reduction and adaptation, do not say yet."""
        reduction = self.reduction or self.target_pct is not None
        said = {"reduction": reduction, "risks": self.risks, "resilient_year": self.resilient_year}
        return tuple(key for key, value in said.items() if not value)


@dataclass(frozen=True)
class PlanStep:
    """Something that happened to a version on a day: evaluated, sent in, approved, returned or certified.

    ``by`` is a party's code, or empty for the member or the secretariat. ``marks`` are the keys of the criteria that
    are met. ``until`` ends a certificate; ``decided_by`` is who decided, where somebody else noted it.
    """

    id: int
    organisation_id: int
    version: int
    kind: StepKind
    day: date
    by: str
    marks: tuple[str, ...]
    comment: str
    decided_by: str
    until: date | None
    recorded_at: datetime
    recorded_by: int
    recorded_by_name: str = ""
    withdrawn_at: datetime | None = None


@dataclass(frozen=True)
class Plan:
    """A version with what was decided about it (oldest first) and the standard it is made by, if that is known."""

    version: PlanVersion
    steps: tuple[PlanStep, ...] = ()
    standard: Standard | None = None

    @property
    def case(self) -> tuple[PlanStep, ...]:
        """The steps since it was sent in last: what came before was answered then."""
        steps = tuple(step for step in self.steps if step.kind != "evaluated")
        sent = [number for number, step in enumerate(steps) if step.kind == "sent"]
        return steps[sent[-1] :] if sent else ()

    @property
    def evaluation(self) -> PlanStep | None:
        return next((step for step in reversed(self.steps) if step.kind == "evaluated"), None)

    @property
    def assessment(self) -> PlanStep | None:
        """The newest look at its criteria."""
        return next((step for step in reversed(self.steps) if step.kind in ("approved", "returned")), None)

    @property
    def certificates(self) -> tuple[PlanStep, ...]:
        return tuple(step for step in self.case if step.kind == "certified")

    @property
    def certified_until(self) -> date | None:
        """The first day on which one of its certificates runs no more; None without an end."""
        return min((step.until for step in self.certificates if step.until), default=None)

    def awaited(self) -> tuple[str, ...]:
        """The codes of those who have not certified it yet."""
        done = {step.by for step in self.certificates}
        return tuple(code for code in (self.standard.certified_by if self.standard else ()) if code not in done)

    def adopted(self, day: date) -> bool:
        return self.version.adopted_on is not None and self.version.adopted_on <= day

    def state(self, day: date) -> PlanState:
        """How it stands on the day, from what was recorded about it."""
        until = self.version.valid_until
        if until is not None and until <= day:
            return "expired"
        if not self.case:
            return "adopted" if self.adopted(day) else "draft"
        if any(step.kind == "returned" for step in self.case):
            return "returned"
        if self.certificates:
            return self._certified(day)
        return "approved" if any(step.kind == "approved" for step in self.case) else "sent"

    def _certified(self, day: date) -> PlanState:
        if self.awaited():
            return "certifying"
        until = self.certified_until
        return "certified" if until is None or day < until else "lapsed"

    def update_due(self) -> date | None:
        """By which day it is to be updated: so many years after the council adopted it, and while it is valid."""
        if self.version.adopted_on is None or self.standard is None:
            return None
        by_rule = years_after(self.version.adopted_on, self.standard.update_years)
        return min(by_rule, self.version.valid_until) if self.version.valid_until else by_rule


@dataclass(frozen=True)
class PlanRecord:
    """A member with its plans, oldest version first."""

    organisation: Organisation
    plans: tuple[Plan, ...] = ()

    @property
    def newest(self) -> Plan | None:
        return self.plans[-1] if self.plans else None

    def in_force(self, day: date) -> Plan | None:
        """The newest version that the council had adopted by the day, also one that has expired since."""
        return next((plan for plan in reversed(self.plans) if plan.adopted(day)), None)

    def coming(self, day: date) -> Plan | None:
        """The version that is under way, if there is one that the council has not adopted."""
        return self.newest if self.newest and not self.newest.adopted(day) else None

    def has_plan(self, day: date) -> bool:
        """Whether an adopted plan holds on the day."""
        plan = self.in_force(day)
        return plan is not None and plan.state(day) != "expired"

    def state(self, day: date) -> PlanState:
        plan = self.in_force(day) or self.coming(day)
        return plan.state(day) if plan else "none"

    def update_due(self, day: date) -> date | None:
        plan = self.in_force(day)
        return plan.update_due() if plan else None

    def is_overdue(self, day: date) -> bool:
        due = self.update_due(day)
        return due is not None and due < day

    def falls_due(self, day: date) -> bool:
        """Whether its update is due soon, or was."""
        due = self.update_due(day)
        return due is not None and due <= day + SOON


@dataclass(frozen=True)
class Coverage:
    """How many members, of how many, have a plan that is adopted, approved and certified, and whose update is late."""

    members: int
    adopted: int
    approved: int
    certified: int
    overdue: int


def coverage(records: Iterable[PlanRecord], day: date) -> Coverage:
    """Count what is in force on the day; what is certified was approved, too."""
    counted = list(records)
    states = [record.state(day) for record in counted if record.in_force(day)]
    return Coverage(
        members=len(counted),
        adopted=sum(record.has_plan(day) for record in counted),
        approved=sum(state in ("approved", "certifying", "certified", "lapsed") for state in states),
        certified=states.count("certified"),
        overdue=sum(record.is_overdue(day) for record in counted),
    )


def groups_of(records: Iterable[PlanRecord], grouping: str) -> dict[str, tuple[PlanRecord, ...]]:
    """The members by their group, in Danish order of names."""
    listed = tuple(records)
    names = sorted({record.organisation.group(grouping) for record in listed}, key=danish_key)
    return {name: tuple(r for r in listed if r.organisation.group(grouping) == name) for name in names}


# ------------------------------------------------------------------------------------- what may be recorded


def faults(version: PlanVersion, earlier: PlanVersion | None, charter: Charter, today: date) -> dict[str, str]:
    """What is wrong with a version, by field: the key of its words. ``earlier`` is the version before it."""
    found: dict[str, str] = {}
    net_zero, resilient = charter.goal(NET_ZERO), charter.goal(RESILIENT)
    if net_zero and version.net_zero_year > net_zero.by_year:
        found["net_zero_year"] = "goal_late"
    if resilient and version.resilient_year and version.resilient_year > resilient.by_year:
        found["resilient_year"] = "goal_late"
    target = (version.target_pct, version.target_year, version.target_base)
    if any(target) and not all(target):
        found[next(f"target_{key}" for key, v in zip(TARGET, target, strict=True) if not v)] = "target_whole"
    elif version.target_year and version.target_base and version.target_base >= version.target_year:
        found["target_base"] = "target_base_late"
    begun = version.adopted_on or today
    allowed = {standard.key for standard in standards_for(charter.standards, begun)}
    if charter.standards and version.standard not in allowed:
        found["standard"] = "standard_not_of_the_day"
    return found | _wrong_days(version, earlier, today)


def _wrong_days(version: PlanVersion, earlier: PlanVersion | None, today: date) -> dict[str, str]:
    adopted, found = version.adopted_on, dict[str, str]()
    if adopted and adopted > today:
        found["adopted_on"] = "adopted_future"
    elif adopted and earlier and earlier.adopted_on and adopted <= earlier.adopted_on:
        found["adopted_on"] = "adopted_early"
    if adopted and not version.adopted_by:
        found["adopted_by"] = "adopted_by_missing"
    if version.valid_until and adopted and version.valid_until <= adopted:
        found["valid_until"] = "until_early"
    return found


def check_new(plans: Sequence[Plan]) -> None:
    """Raise Refused where no further version is begun: one is under way, or the last was not evaluated."""
    if not plans:
        return
    newest = plans[-1]
    if newest.version.adopted_on is None:
        raise Refused("plan_under_way", version=newest.version.version)
    if newest.evaluation is None:
        raise Refused("plan_not_evaluated", version=newest.version.version)


def check_sent(plan: Plan, day: date) -> None:
    """Raise Refused for a plan that is incomplete, or with those who decide already."""
    if plan.state(day) not in ("draft", "adopted", "returned", "lapsed"):
        raise Refused("plan_sent_already", version=plan.version.version)
    if plan.version.missing:
        raise Refused("plan_incomplete", missing=plan.version.missing)


def check_assessed(plan: Plan, day: date) -> None:
    """Raise Refused unless the plan was sent in and has not been answered."""
    if plan.state(day) != "sent":
        raise Refused("plan_not_sent", version=plan.version.version)


def check_certified(plan: Plan, by: str, day: date) -> None:
    """Raise Refused unless the council adopted it, it was approved, and ``by`` certifies and has not yet."""
    if plan.standard is None or by not in plan.standard.certified_by:
        raise Refused("plan_no_certifying", standard=plan.standard.short if plan.standard else plan.version.standard)
    if not plan.adopted(day):
        raise Refused("plan_not_adopted", version=plan.version.version)
    if plan.state(day) not in ("approved", "certifying", "certified", "lapsed"):
        raise Refused("plan_not_approved", version=plan.version.version)
    if by not in plan.awaited():
        raise Refused("plan_certified_already", by=by)
