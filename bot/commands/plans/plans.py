"""``planer``: the register of climate action plans, for everybody; ``planer CAPF``, ``planer mangler``: part of it.

``planer mål``: each plan's targets beside the national ones. Any other word is looked for in what the plans say.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from alliance.errors import Refused
from alliance.experience import asked, has_all
from alliance.messages import Message
from alliance.names import danish_key, fold
from alliance.national_targets import ambition
from alliance.plans import PlanRecord, coverage, groups_of
from bot.context import Command, Context
from storage.queries import plans

EVERYBODY, MISSING = ("alle", "all"), ("mangler", "missing")
DUE, OVERDUE = ("opdateres", "due"), ("overskredet", "overdue")
TARGETS = ("maal", "mål", "targets")
Fits = Callable[[PlanRecord], bool]


def handle(ctx: Context) -> Message:
    records, grouping = plans.records(ctx.connection, ctx.alliance, ctx.today), ctx.alliance.charter.constituency
    targets = ctx.alliance.charter.about.targets_on(ctx.today)
    if not ctx.args:
        groups = {name: coverage(found, ctx.today) for name, found in groups_of(records, grouping).items()}
        return ctx.write(
            "plans",
            day=ctx.today,
            whole=coverage(records, ctx.today),
            groups=groups,
            missing=tuple(r.organisation.name for r in records if not r.has_plan(ctx.today)),
            standards=_standards(ctx, records),
            ambition=ambition(records, targets, ctx.today) if targets else None,
        )
    measured = any(fold(word) in TARGETS for word in ctx.args)
    wanted = [_filter(ctx, word, records) for word in ctx.args if fold(word) not in TARGETS]
    found = tuple(record for record in records if all(fits(record) for fits in wanted))
    if measured:
        counted = ambition(found, targets, ctx.today)
        return ctx.write(
            "plan_targets", day=ctx.today, records=found, of=len(records), targets=targets, counted=counted
        )
    return ctx.write("plan_list", day=ctx.today, asked=" ".join(ctx.args), records=found, of=len(records))


def _standards(ctx: Context, records: tuple[PlanRecord, ...]) -> tuple[str, ...]:
    """What the standards of the plans there are, are called."""
    used = {plan.version.standard for record in records for plan in record.plans[-1:]}
    return tuple(dict.fromkeys(one.short for one in ctx.alliance.charter.standards if one.key in used))


def _filter(ctx: Context, word: str, records: tuple[PlanRecord, ...]) -> Fits:
    """Which members a word asks for: raises Refused for one that asks for none."""
    wanted, day = fold(word), ctx.today
    if wanted in EVERYBODY:
        return lambda record: True
    if wanted in MISSING:
        return lambda record: not record.has_plan(day)
    if wanted in DUE:
        return lambda record: record.falls_due(day)
    if wanted in OVERDUE:
        return lambda record: record.is_overdue(day)
    if re.fullmatch(r"[0-9]{4}", wanted):
        return lambda record: (due := record.update_due(day)) is not None and due.year == int(wanted)
    keys = {one.key for one in ctx.alliance.charter.standards if wanted in (fold(one.short), one.key)}
    if keys:
        return lambda record: record.newest is not None and record.newest.version.standard in keys
    return _of_group(ctx, word, records)


def _of_group(ctx: Context, word: str, records: tuple[PlanRecord, ...]) -> Fits:
    grouping, wanted = ctx.alliance.charter.constituency, fold(word)
    names = {record.organisation.group(grouping) for record in records} - {""}
    fits = {name for name in names if wanted in (*fold(name).split(), fold(name))}
    if not fits and (said := _that_say(ctx, word, records)):
        return lambda record: record.organisation.id in said
    if not fits or 1 < len(fits) < len(names):  # a word of all their names, such as KKR, says nothing
        standards = {one.short: None for one in ctx.alliance.charter.standards}
        ways = (ctx.say(f"words.plans_of.{key}") for key in ("missing", "due", "overdue", "targets", "all"))
        known = (*ways, *standards, *sorted(names, key=danish_key))
        raise Refused("plans_filter", got=word, known=known)
    return lambda record: record.organisation.group(grouping) in fits


def _that_say(ctx: Context, word: str, records: tuple[PlanRecord, ...]) -> frozenset[int]:
    """The members whose newest plan has a word in its title, its reductions or its risks, however it is spelled."""
    risks = {
        risk.key: f"{risk.title.da} {risk.title.en}" for one in ctx.alliance.charter.standards for risk in one.risks
    }

    def said(record: PlanRecord) -> str:
        version = record.newest.version if record.newest else None
        named = (version.title, version.reduction, *(risks.get(key, key) for key in version.risks)) if version else ()
        return " ".join(named)

    return frozenset(record.organisation.id for record in records if asked(word) and has_all(said(record), word))


COMMAND = Command("plans", ("planer", "plans"), "look", handle)
