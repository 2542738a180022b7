"""``plan``: a member's climate action plan and its history; ``plan ny``, ``plan ret``: write a version down.

What is decided about a plan (``plan send``, ``plan vurder``, ``plan certificer``) is in ``plan_steps``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from alliance.errors import Refused
from alliance.messages import Message
from alliance.names import fold
from alliance.obligations import Settlement
from alliance.plans import TARGET, Plan, PlanVersion, check_new, faults
from alliance.validity import Validity
from bot.commands.duties.evidence import day_after, is_link, read_day
from bot.commands.plans import steps as plan_steps
from bot.commands.plans.record import (
    check_is_member,
    check_theirs,
    newest_of,
    note,
    record_of,
    shown,
    tell_certifiers,
    tell_member,
)
from bot.context import Command, Context, read_number
from storage.changes import facts
from storage.changes import plans as changes

TARGET_FIELDS = tuple(f"target_{key}" for key in TARGET)
TEXTS = ("title", "link", "standard", "adopted_on", "adopted_by", "valid_until")
TARGETS = ("reduction", *TARGET_FIELDS, "net_zero_year", "resilient_year", "other_risks")
RISK = "risk_"
TICKED = "ja"
LONGEST = 500
EARLIEST_YEAR = 2000
EARLIEST_BASE = 1990  # what reductions are counted from
MOST_PER_CENT = 200


def handle(ctx: Context) -> Message:
    check_is_member(ctx)
    verb = fold(ctx.args[0]) if ctx.args else ""
    for words, work in VERBS.items():
        if verb in words:
            return work(ctx)
    if verb:
        raise Refused("plan_verb", got=ctx.args[0])
    return shown(ctx)


def _new(ctx: Context) -> Message:
    """The next version. The form's words carry its number: sent in twice, it is written once."""
    check_theirs(ctx)
    held = record_of(ctx).plans
    newest = held[-1].version if held else None
    number = read_number(ctx.args[1]) if len(ctx.args) > 1 else None
    if newest and number is not None and number <= newest.version:
        raise Refused("plan_version_there", version=number)
    check_new(held)
    return _written(ctx, newest.version + 1 if newest else 1, newest, None)


def _correct(ctx: Context) -> Message:
    """The newest version as it should be; the form's words carry the row it was shown from."""
    check_theirs(ctx)
    held = record_of(ctx).plans
    if not held:
        raise Refused("plan_none", organisation=ctx.organisation.name)
    newest = held[-1].version
    number = read_number(ctx.args[1].lstrip("#")) if len(ctx.args) > 1 else newest.id
    if number != newest.id:
        raise Refused("plan_changed", by=newest.recorded_by_name, at=newest.recorded_at)
    earlier = held[-2].version if len(held) > 1 else None
    return _written(ctx, newest.version, earlier, newest)


def _written(ctx: Context, number: int, earlier: PlanVersion | None, old: PlanVersion | None) -> Message:
    typed = _typed(ctx) if ctx.answers else _prefilled(ctx, old or earlier, anew=old is None)
    errors = _unreadable(typed) if ctx.answers else {}
    version = None if errors or not ctx.answers else _version(ctx, number, typed)
    if version is not None:
        errors = faults(version, earlier, ctx.alliance.charter, ctx.today)
    if version is None or errors:
        return _form(ctx, number, old, typed, errors)
    if old is not None and _says(old) == _says(version):
        return shown(ctx)
    _save(ctx, version, old)
    return shown(ctx, "corrected" if old else "recorded")


def _form(
    ctx: Context, number: int, old: PlanVersion | None, typed: Mapping[str, str], errors: Mapping[str, str]
) -> Message:
    charter = ctx.alliance.charter
    begun = read_day(typed["adopted_on"]) or ctx.today
    standard = charter.standard(typed["standard"]) or charter.standard_on(begun)
    return ctx.write(
        "plan_form",
        organisation=ctx.organisation,
        version=number,
        corrects=old.id if old else 0,
        standards=tuple({one.key: one for one in charter.standards}.values()),
        risks=standard.risks if standard else (),
        goals={goal.key: goal.by_year for goal in charter.goals},
        typed=typed,
        errors=errors,
        prefix=ctx.prefix_for(ctx.organisation),
        on_behalf=ctx.on_behalf,
    )


def _typed(ctx: Context) -> dict[str, str]:
    risks = {key: value for key, value in ctx.answers.items() if key.startswith(RISK)}
    return {**{key: ctx.answers.get(key, "").strip() for key in (*TEXTS, *TARGETS)}, **risks}


def _prefilled(ctx: Context, known: PlanVersion | None, *, anew: bool) -> dict[str, str]:
    """What stands in the form: the version that is corrected, or of the one before what may well be the same."""
    standard = ctx.alliance.charter.standard_on(ctx.today)
    typed = dict.fromkeys((*TEXTS, *TARGETS), "") | {"standard": standard.key if standard else ""}
    if known is None:
        return typed
    own = _risks_known(ctx, known.standard if not anew else typed["standard"])
    typed |= {
        "reduction": known.reduction,
        "net_zero_year": str(known.net_zero_year),
        "resilient_year": str(known.resilient_year or ""),
        **{field: str(getattr(known, field) or "") for field in TARGET_FIELDS},
        "other_risks": ", ".join(risk for risk in known.risks if risk not in own),
        **{f"{RISK}{risk}": TICKED for risk in known.risks if risk in own},
    }
    return typed if anew else typed | _as_recorded(known)


def _as_recorded(known: PlanVersion) -> dict[str, str]:
    last = known.valid_until - timedelta(days=1) if known.valid_until else None
    return {
        "title": known.title,
        "link": known.link,
        "standard": known.standard,
        "adopted_on": known.adopted_on.isoformat() if known.adopted_on else "",
        "adopted_by": known.adopted_by,
        "valid_until": last.isoformat() if last else "",
    }


def _risks_known(ctx: Context, standard: str) -> set[str]:
    found = ctx.alliance.charter.standard(standard)
    return {risk.key for risk in found.risks} if found else set()


def _unreadable(typed: Mapping[str, str]) -> dict[str, str]:
    missing = {key: f"{key}_missing" for key in ("title", "net_zero_year") if not typed[key]}
    wrong = {key: reason for key, (reads, reason) in READS.items() if typed[key] and not reads(typed[key])}
    long = {key: "too_long" for key in (*TEXTS, *TARGETS) if len(typed[key]) > LONGEST}
    return missing | wrong | long


def _year(typed: str, earliest: int = EARLIEST_YEAR) -> int | None:
    number = read_number(typed)
    return number if number is not None and earliest <= number <= 9999 else None


def _base_year(typed: str) -> int | None:
    return _year(typed, EARLIEST_BASE)


def _per_cent(typed: str) -> int | None:
    """Whole per cent as typed, with or without the sign; more than all there was can be bound elsewhere."""
    number = read_number(typed.removesuffix("%").strip())
    return number if number and number <= MOST_PER_CENT else None


READS: dict[str, tuple[Callable[[str], object], str]] = {
    "net_zero_year": (_year, "year_wrong"),
    "resilient_year": (_year, "year_wrong"),
    "target_year": (_base_year, "year_wrong"),
    "target_base": (_base_year, "year_wrong"),
    "target_pct": (_per_cent, "per_cent_wrong"),
    "adopted_on": (read_day, "date_wrong"),
    "valid_until": (read_day, "date_wrong"),
    "link": (is_link, "link_not_http"),
}
"""By what a field is read, and the key of what is wrong where it cannot be."""


def _version(ctx: Context, number: int, typed: Mapping[str, str]) -> PlanVersion:
    adopted, risks = read_day(typed["adopted_on"]), _risks_known(ctx, typed["standard"])
    ticked = [risk for risk in sorted(risks) if typed.get(f"{RISK}{risk}")]
    named = [" ".join(risk.split()) for risk in typed["other_risks"].split(",")]
    return PlanVersion(
        id=0,
        organisation_id=ctx.organisation.id,
        version=number,
        title=" ".join(typed["title"].split()),
        link=typed["link"],
        standard=typed["standard"],
        reduction=" ".join(typed["reduction"].split()),
        net_zero_year=_year(typed["net_zero_year"]) or 0,
        risks=tuple(dict.fromkeys((*ticked, *filter(None, named)))),
        resilient_year=_year(typed["resilient_year"]),
        adopted_on=adopted,
        adopted_by=typed["adopted_by"],
        valid_until=day_after(read_day(typed["valid_until"])),
        recorded_at=ctx.now,
        recorded_by=ctx.actor.person.id,
        on_behalf=ctx.on_behalf,
        target_pct=_per_cent(typed["target_pct"]),
        target_year=_base_year(typed["target_year"]),
        target_base=_base_year(typed["target_base"]),
    )


def _says(version: PlanVersion) -> PlanVersion:
    """What a version says, whoever recorded it and when."""
    return replace(
        version,
        id=0,
        recorded_at=version.recorded_at.min,
        recorded_by=0,
        recorded_by_name="",
        on_behalf=False,
        settlement_id=None,
    )


def _save(ctx: Context, version: PlanVersion, old: PlanVersion | None) -> None:
    """Write it down in the place of the old one; an adopted plan is the evidence that the charter may ask for."""
    if old is not None:
        _take_back(ctx, old)
    settled = _settle(ctx, version)
    added = changes.add_version(ctx.connection, ctx.alliance.id, replace(version, settlement_id=settled))
    action = "plan_corrected" if old else "plan_recorded"
    note(ctx, action, version.version, for_member=True, title=version.title)
    if ctx.on_behalf:
        tell_member(ctx, f"version:{added}")
    if old is not None and old.adopted_on is None:
        tell_certifiers(ctx, newest_of(ctx), f"version:{added}")


def _settle(ctx: Context, version: PlanVersion) -> int | None:
    """Let an adopted plan meet what the charter asks, where it asks for one; returns the fact that does."""
    asked = ctx.alliance.charter.plan_evidence_on(ctx.today)
    if asked is None or version.adopted_on is None:
        return None
    requirement, kind = asked
    owed = [account for account in ctx.accounts() if account.requirement.key == requirement.key]
    if not owed:
        return None
    fact = Settlement(
        id=0,
        obligation_id=max(owed, key=lambda account: account.obligation.period.start).obligation.id,
        organisation_id=ctx.organisation.id,
        requirement=requirement.key,
        kind="evidence",
        result=kind.counts,
        what=ctx.say("plan.evidence", title=version.title, version=version.version),
        link=version.link,
        validity=Validity(version.adopted_on, version.valid_until),
        recorded_at=ctx.now,
        recorded_by=ctx.actor.person.id,
        on_behalf=ctx.on_behalf,
        evidence=kind.key,
    )
    return facts.add_settlement(ctx.connection, ctx.alliance.id, fact)


def _take_back(ctx: Context, version: PlanVersion) -> bool:
    """Withdraw a version and what it met; returns whether it still stood."""
    person = ctx.actor.person.id
    if version.settlement_id is not None:
        facts.withdraw_settlement(ctx.connection, ctx.alliance.id, version.settlement_id, person, ctx.now)
    return changes.withdraw_version(ctx.connection, ctx.alliance.id, version.id, person, ctx.now)


# ----------------------------------------------------------------------------------------------------- undo


def _undo(ctx: Context) -> Message:
    """Take back the newest thing: a step (``s12``) by those who may take it, a version (``v3``) by the member."""
    plan = newest_of(ctx)
    last = undoable(plan)
    named = ctx.args[1] if len(ctx.args) > 1 else ""
    if not named:
        return shown(ctx)
    if named != last:
        raise Refused("plan_not_the_newest", got=named)
    if last.startswith("s"):
        plan_steps.take_back(ctx, plan, plan.steps[-1])
    else:
        check_theirs(ctx)
        _take_back(ctx, plan.version)
        note(ctx, "plan_withdrawn", plan.version.version, for_member=True, title=plan.version.title)
        if ctx.on_behalf:
            tell_member(ctx, f"version:{plan.version.id}:back")
    return shown(ctx, "taken_back")


def undoable(plan: Plan) -> str:
    """What is newest about a plan, as the button says it."""
    return f"s{plan.steps[-1].id}" if plan.steps else f"v{plan.version.id}"


VERBS: dict[tuple[str, ...], Callable[[Context], Message]] = {
    ("ny", "opdater", "new", "update"): _new,
    ("ret", "correct"): _correct,
    ("fortryd", "undo"): _undo,
    **plan_steps.VERBS,
}
COMMAND = Command("plan", ("plan",), "look", handle, about_member=True, of_any=True)
