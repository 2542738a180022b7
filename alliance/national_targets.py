"""A plan's targets beside the national ones in force on a day: for the same year, and from the same base year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from alliance.about import NationalTarget
from alliance.plans import PlanRecord, PlanVersion

Verdict = Literal["beyond", "meets", "below", "other_base", "no_national", "not_said"]
"""``other_base``: counted from another year, so the two cannot be compared; ``no_national``: none for that year."""


@dataclass(frozen=True)
class Compared:
    """How a plan's target stands to the national one; ``target`` is None where there is none to compare with."""

    verdict: Verdict
    target: NationalTarget | None = None


def reduction(version: PlanVersion, targets: Sequence[NationalTarget]) -> Compared:
    """The plan's reduction beside the national target for the same year; ``targets`` are those in force."""
    if version.target_pct is None:
        return Compared("not_said")
    reductions = [one for one in targets if one.reduction_pct is not None and one.year == version.target_year]
    if not reductions:
        return Compared("no_national")
    same = [one for one in reductions if one.base_year == version.target_base]
    if not same:
        return Compared("other_base", reductions[0])
    return Compared(_of_numbers(version.target_pct, same[0].reduction_pct or 0), same[0])


def neutrality(version: PlanVersion, targets: Sequence[NationalTarget]) -> Compared:
    """The plan's net-zero year beside that of the country: an earlier one goes beyond it."""
    neutral = next((one for one in targets if one.reduction_pct is None), None)
    if neutral is None:
        return Compared("no_national")
    return Compared(_of_numbers(neutral.year, version.net_zero_year), neutral)


def _of_numbers(ours: int, theirs: int) -> Verdict:
    return "beyond" if ours > theirs else "meets" if ours == theirs else "below"


@dataclass(frozen=True)
class Ambition:
    """How many of the adopted plans that hold on a day have which verdict on their reduction."""

    plans: int
    beyond: int
    meets: int
    below: int

    @property
    def compared(self) -> int:
        return self.beyond + self.meets + self.below


def ambition(records: Iterable[PlanRecord], targets: Sequence[NationalTarget], day: date) -> Ambition:
    """Count the adopted plans that hold on the day by how their reduction stands to the national target."""
    plans = [plan.version for r in records if r.has_plan(day) and (plan := r.in_force(day))]
    verdicts = [reduction(version, targets).verdict for version in plans]
    return Ambition(len(plans), *(verdicts.count(each) for each in ("beyond", "meets", "below")))
