"""What becomes of a plan: ``plan evaluer``, ``plan send`` (the member), ``plan vurder``, ``plan certificer``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from alliance.errors import Refused
from alliance.messages import Message
from alliance.plans import Plan, PlanStep, StepKind, check_assessed, check_certified, check_sent
from alliance.standards import SECRETARIAT
from bot.commands.duties.evidence import day_after, read_day
from bot.commands.plans.record import (
    check_theirs,
    decides_as,
    name_of,
    newest_of,
    note,
    record_of,
    shown,
    tell_certifiers,
    tell_member,
    tell_secretariat,
)
from bot.context import Context, NotTheirs
from storage.changes import plans as changes

MARK = "mark_"
YES, RETURN = "yes", "return"
LONGEST = 3_000
OWN: tuple[StepKind, ...] = ("evaluated", "sent")


def _evaluate(ctx: Context) -> Message:
    """What the plan in force has led to: comes before its next version is begun."""
    check_theirs(ctx)
    plan = record_of(ctx).in_force(ctx.today)
    if plan is None:
        raise Refused("plan_not_adopted", version=newest_of(ctx).version.version)
    comment = _comment(ctx)
    if plan.evaluation and plan.evaluation.comment == comment:
        return shown(ctx)
    errors = _too_long(comment) or ({} if comment else {"comment": "comment_missing"})
    if not ctx.answers or errors:
        typed = {"comment": comment or (plan.evaluation.comment if plan.evaluation else "")}
        return ctx.write(
            "plan_evaluation_form",
            organisation=ctx.organisation,
            plan=plan.version,
            typed=typed,
            errors=errors if ctx.answers else {},
            prefix=ctx.prefix_for(ctx.organisation),
        )
    _add(ctx, plan, "evaluated", comment=comment)
    return shown(ctx, "evaluated")


def _send(ctx: Context) -> Message:
    check_theirs(ctx)
    plan = newest_of(ctx)
    check_sent(plan, ctx.today)
    step = _add(ctx, plan, "sent")
    tell_secretariat(ctx, f"step:{step.id}")
    if ctx.on_behalf:
        tell_member(ctx, f"step:{step.id}")
    return shown(ctx, "sent")


# ------------------------------------------------------------------------------------------- who decides


def _assess(ctx: Context) -> Message:
    """Point by point: approved, or returned with what is missing."""
    plan = newest_of(ctx)
    if plan.standard is None or not decides_as(ctx, plan.standard.approved_by):
        raise NotTheirs("plan_not_yours_to_decide")
    check_assessed(plan, ctx.today)
    typed = {key: ctx.answers.get(key, "").strip() for key in ("result", "comment", "decided_by")}
    boxes = {f"{MARK}{point.key}": ctx.answers.get(f"{MARK}{point.key}", "") for point in plan.standard.criteria}
    marks = tuple(key.removeprefix(MARK) for key, value in boxes.items() if value)
    errors = _assessed_wrongly(plan, typed, marks) if ctx.answers else {}
    if not ctx.answers or errors:
        return ctx.write(
            "plan_assessment_form",
            organisation=ctx.organisation,
            plan=plan,
            typed={**typed, **boxes},
            errors=errors,
            prefix=ctx.prefix_for(ctx.organisation),
        )
    kind: StepKind = "approved" if typed["result"] == YES else "returned"
    by = next(iter(decides_as(ctx, plan.standard.approved_by)))
    step = _add(ctx, plan, kind, marks=marks, comment=typed["comment"], decided_by=typed["decided_by"], by=_code(by))
    tell_member(ctx, f"step:{step.id}")
    tell_certifiers(ctx, newest_of(ctx), f"step:{step.id}")
    return shown(ctx, kind)


def _assessed_wrongly(plan: Plan, typed: Mapping[str, str], marks: tuple[str, ...]) -> dict[str, str]:
    errors = _too_long(typed["comment"])
    criteria = plan.standard.criteria if plan.standard else ()
    if typed["result"] not in (YES, RETURN):
        errors["result"] = "result_missing"
    elif typed["result"] == YES and len(marks) < len(criteria):
        errors["result"] = "approved_incomplete"
    elif typed["result"] == RETURN and not typed["comment"]:
        errors["comment"] = "return_reason_missing"
    return errors


def _certify(ctx: Context) -> Message:
    """One of those who certify does, or returns the plan with comments."""
    plan = newest_of(ctx)
    named = plan.standard.certified_by if plan.standard else ()
    mine = decides_as(ctx, named)
    if named and not mine:
        raise NotTheirs("plan_not_yours_to_decide")
    by = ctx.answers.get("by", "") or next((code for code in mine if code in plan.awaited()), next(iter(mine), ""))
    check_certified(plan, by, ctx.today)
    if by not in mine:
        raise NotTheirs("plan_not_yours_to_decide")
    typed = {key: ctx.answers.get(key, "").strip() for key in ("result", "comment", "until")}
    until = read_day(typed["until"])
    errors = _certified_wrongly(typed, until, ctx.today) if ctx.answers else {}
    if not ctx.answers or errors:
        return _certify_form(ctx, plan, tuple(code for code in mine if code in plan.awaited()), by, typed, errors)
    if typed["result"] == RETURN:
        step = _add(ctx, plan, "returned", comment=typed["comment"], by=by)
        tell_secretariat(ctx, f"step:{step.id}")
    else:
        step = _add(ctx, plan, "certified", comment=typed["comment"], by=by, until=day_after(until))
    tell_member(ctx, f"step:{step.id}")
    return shown(ctx, step.kind)


def _certified_wrongly(typed: Mapping[str, str], until: date | None, today: date) -> dict[str, str]:
    errors = _too_long(typed["comment"])
    if typed["result"] not in (YES, RETURN):
        errors["result"] = "result_missing"
    if typed["result"] == RETURN and not typed["comment"]:
        errors["comment"] = "return_reason_missing"
    if typed["until"] and (until is None or until < today):
        errors["until"] = "date_wrong" if until is None else "until_early"
    return errors


def _certify_form(
    ctx: Context,
    plan: Plan,
    waiting: tuple[str, ...],
    by: str,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> Message:
    return ctx.write(
        "plan_certificate_form",
        organisation=ctx.organisation,
        plan=plan,
        parties=tuple((code, name_of(ctx, code)) for code in waiting),
        typed={"by": by, **typed},
        errors=errors,
        prefix=ctx.prefix_for(ctx.organisation),
    )


# -------------------------------------------------------------------------------------------- what is shared


def _add(
    ctx: Context,
    plan: Plan,
    kind: StepKind,
    *,
    by: str = "",
    marks: tuple[str, ...] = (),
    comment: str = "",
    decided_by: str = "",
    until: date | None = None,
) -> PlanStep:
    """Write a step down, and into the journal."""
    step = PlanStep(
        id=0,
        organisation_id=ctx.organisation.id,
        version=plan.version.version,
        kind=kind,
        day=ctx.today,
        by=by,
        marks=marks,
        comment=comment,
        decided_by=decided_by,
        until=until,
        recorded_at=ctx.now,
        recorded_by=ctx.actor.person.id,
    )
    added = changes.add_step(ctx.connection, ctx.alliance.id, step)
    note(ctx, f"plan_{kind}", plan.version.version, for_member=kind in OWN, step=added)
    return replace(step, id=added)


def take_back(ctx: Context, plan: Plan, step: PlanStep) -> None:
    """Take back a step, by whoever may take it; who was told of it is told."""
    if step.kind in OWN:
        check_theirs(ctx)
    elif not decides_as(ctx, (step.by or SECRETARIAT,)):
        raise NotTheirs("plan_not_yours_to_decide")
    changes.withdraw_step(ctx.connection, ctx.alliance.id, step.id, ctx.actor.person.id, ctx.now)
    note(ctx, "plan_step_back", plan.version.version, for_member=step.kind in OWN, step=step.id)
    if step.kind not in OWN or ctx.on_behalf:
        tell_member(ctx, f"step:{step.id}:back")


def _comment(ctx: Context) -> str:
    return ctx.typed("comment")["comment"]


def _too_long(comment: str) -> dict[str, str]:
    return {"comment": "too_long"} if len(comment) > LONGEST else {}


def _code(by: str) -> str:
    return "" if by == SECRETARIAT else by


VERBS: dict[tuple[str, ...], Callable[[Context], Message]] = {
    ("evaluer", "evaluate"): _evaluate,
    ("send", "submit"): _send,
    ("vurder", "assess"): _assess,
    ("certificer", "certify"): _certify,
}
