"""Plans' targets beside the national ones: in a plan's facts, and as a list of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from alliance.about import NationalTarget
from alliance.messages import Block, Button, Buttons, Message, Table, Text
from alliance.national_targets import Ambition, Compared, neutrality, reduction
from alliance.plans import PlanRecord, PlanVersion
from templates.makers.kinds import maker
from templates.makers.words import command
from templates.phrases import Phrases

Targets = Sequence[NationalTarget]


def reduction_words(say: Phrases, version: PlanVersion, targets: Targets) -> str:
    """The reduction in its numbers, and how it stands to the national target; empty where there are no numbers."""
    if version.target_pct is None:
        return ""
    compared = _verdict(say, "reduction", reduction(version, targets), version) if targets else ""
    return say("plan_target.with", said=numbers(say, version), compared=compared)


def neutrality_words(say: Phrases, version: PlanVersion, targets: Targets) -> str:
    """The net-zero year, and how it stands to the country's."""
    compared = neutrality(version, targets)
    said = say("plan.by_year", year=version.net_zero_year)
    words = _verdict(say, "neutral", compared, version) if compared.target else ""
    return say("plan_target.with", said=said, compared=words)


def numbers(say: Phrases, version: PlanVersion) -> str:
    """``75 % i 2030 i forhold til 1990``."""
    return say("plan_target.numbers", plan=version)


def _verdict(say: Phrases, kind: str, compared: Compared, version: PlanVersion) -> str:
    return say(f"plan_target.{kind}.{compared.verdict}", target=compared.target, plan=version)


def ambition_words(say: Phrases, found: Ambition) -> str:
    """How many of the adopted plans go beyond the national target."""
    return say("plan_target.ambition", found=found)


@maker("plan_targets")
def plan_targets(
    say: Phrases,
    *,
    day: date,
    records: tuple[PlanRecord, ...],
    of: int,
    targets: tuple[NationalTarget, ...],
    counted: Ambition,
) -> Message:
    """Each plan's targets beside the national ones (``targets``: those in force); ``counted`` are those listed."""
    summary = say("plan_targets.summary", count=len(records), of=of)
    goals = [say("plan_targets.national", target=target) for target in targets]
    whole = Buttons((Button(say("plan_list.whole"), command(say, "plans")),))
    blocks: list[Block] = [Text(summary), Text("\n".join(goals) if goals else say("plan_targets.no_national"))]
    if not records:
        return Message(summary, (*blocks, whole))
    if goals:
        blocks.append(Text(ambition_words(say, counted)))
    head = tuple(say(f"plan_targets.head.{column}") for column in ("member", "target", "compared", "neutral"))
    rows = tuple(_row(say, record, day, targets) for record in records)
    return Message(summary, (*blocks, Table(say("plan_targets.caption"), head, rows), whole))


def _row(say: Phrases, record: PlanRecord, day: date, targets: Targets) -> tuple[str, ...]:
    plan = record.in_force(day) or record.newest
    if plan is None:
        return record.organisation.name, say("plan.state.none"), "–", "–"
    version = plan.version
    said = numbers(say, version) if version.target_pct is not None else version.reduction or "–"
    compared = _verdict(say, "reduction", reduction(version, targets), version)
    neutral = neutrality(version, targets).verdict
    return (
        record.organisation.name,
        said,
        compared,
        say("plan_targets.neutral", year=version.net_zero_year, than=neutral),
    )
