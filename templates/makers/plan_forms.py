"""The forms about plans: a version, its evaluation, its assessment point by point, a certificate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from alliance.members import Organisation
from alliance.messages import Ask, AskKind, Button, Choice, Form, Message, Section, Text
from alliance.plans import NET_ZERO, RESILIENT, Plan, PlanVersion
from alliance.standards import Point, Standard
from templates.makers.kinds import maker
from templates.makers.words import command
from templates.phrases import Phrases

Typed = Mapping[str, str]
RESULTS = ("yes", "return")


def _ask(
    say: Phrases,
    form: str,
    key: str,
    typed: Typed,
    errors: Typed,
    kind: AskKind = "text",
    *,
    required: bool = False,
    choices: tuple[Choice, ...] = (),
    by_year: int | None = None,
) -> Ask:
    """A question whose words stand in the catalog; ``by_year`` is the year that a goal is to be reached by."""
    hint, reason = f"{form}.hint.{key}", errors.get(key, "")
    return Ask(
        key,
        say(f"{form}.ask.{key}"),
        kind,
        typed.get(key, ""),
        say(hint, by_year=by_year) if say.has(hint) else "",
        choices=choices,
        required=required,
        error=say(f"plan_error.{reason}", by_year=by_year) if reason else "",
    )


@maker("plan_form")
def plan_form(
    say: Phrases,
    *,
    organisation: Organisation,
    version: int,
    corrects: int,
    standards: tuple[Standard, ...],
    risks: tuple[Point, ...],
    goals: Mapping[str, int],
    typed: Typed,
    errors: Typed,
    prefix: str,
    on_behalf: bool,
) -> Message:
    """A version of a plan in two tracks; ``corrects`` is the row it takes the place of, or 0."""
    key = "correct" if corrects else "update" if version > 1 else "first"
    summary = say(f"plan_form.{key}", organisation=organisation.official_name, version=version)

    def ask(name: str, kind: AskKind = "text", **more: object) -> Ask:
        return _ask(say, "plan_form", name, typed, errors, kind, **more)  # type: ignore[arg-type]

    choices = tuple(Choice(one.key, one.name.in_(say.language)) for one in standards)
    plan = (
        ask("title", required=True),
        ask("link"),
        *((ask("standard", "choice", required=True, choices=choices),) if choices else ()),
        ask("adopted_on", "date"),
        ask("adopted_by"),
        ask("valid_until", "date"),
    )
    numbers = (ask("target_pct"), ask("target_year"), ask("target_base"))
    reduction = (ask("reduction"), *numbers, ask("net_zero_year", required=True, by_year=goals.get(NET_ZERO)))
    boxes = (Ask(f"risk_{p.key}", p.title.in_(say.language), "check", typed.get(f"risk_{p.key}", "")) for p in risks)
    adaptation = (*boxes, ask("other_risks"), ask("resilient_year", by_year=goals.get(RESILIENT)))
    sections = (
        Section(say("plan_form.section.plan"), plan, say("plan_form.note")),
        Section(say("plan_form.section.reduction"), reduction),
        Section(say("plan_form.section.adaptation"), adaptation, say("plan_form.risks")),
    )
    args = (say("words.plan_verb.correct"), f"#{corrects}") if corrects else (say("words.plan_verb.new"), str(version))
    send = Button(say("plan_form.send"), command(say, "plan", *args, prefix=prefix), "primary")
    noted = [Text(say("evidence.on_behalf", organisation=organisation.official_name), "subtle")] if on_behalf else []
    return Message(summary, (Text(summary, "heading"), *noted, Form(sections, (send,))))


@maker("plan_evaluation_form")
def plan_evaluation_form(
    say: Phrases, *, organisation: Organisation, plan: PlanVersion, typed: Typed, errors: Typed, prefix: str
) -> Message:
    summary = say("plan_evaluation_form.summary", organisation=organisation.official_name, plan=plan)
    asks = (_ask(say, "plan_evaluation_form", "comment", typed, errors, "long", required=True),)
    return _one(say, "plan_evaluation_form", summary, asks, "evaluate", prefix)


@maker("plan_assessment_form")
def plan_assessment_form(
    say: Phrases, *, organisation: Organisation, plan: Plan, typed: Typed, errors: Typed, prefix: str
) -> Message:
    """Each point of the standard with a box, the result, and what the member should hear."""
    summary = say("plan_assessment_form.summary", organisation=organisation.official_name, plan=plan.version)
    points = plan.standard.criteria if plan.standard else ()
    boxes = (Ask(f"mark_{p.key}", p.title.in_(say.language), "check", typed.get(f"mark_{p.key}", "")) for p in points)
    family = "plan_assessment_form"
    asks = (
        *boxes,
        _ask(say, family, "result", typed, errors, "choice", required=True, choices=_results(say, family)),
        _ask(say, family, "decided_by", typed, errors),
        _ask(say, family, "comment", typed, errors, "long"),
    )
    return _one(say, family, summary, asks, "assess", prefix)


@maker("plan_certificate_form")
def plan_certificate_form(
    say: Phrases,
    *,
    organisation: Organisation,
    plan: Plan,
    parties: tuple[tuple[str, str], ...],
    typed: Typed,
    errors: Typed,
    prefix: str,
) -> Message:
    """Who certifies (``parties`` are (code, name)), until when, or what is missing."""
    summary = say("plan_certificate_form.summary", organisation=organisation.official_name, plan=plan.version)
    family = "plan_certificate_form"
    names = tuple(Choice(code, name) for code, name in parties)
    by = _ask(say, family, "by", typed, errors, "choice", required=True, choices=names)
    asks = (
        replace(by, value=by.value or names[0].value),
        _ask(say, family, "result", typed, errors, "choice", required=True, choices=_results(say, family)),
        _ask(say, family, "until", typed, errors, "date"),
        _ask(say, family, "comment", typed, errors, "long"),
    )
    return _one(say, family, summary, asks, "certify", prefix)


def _results(say: Phrases, family: str) -> tuple[Choice, ...]:
    return tuple(Choice(result, say(f"{family}.result.{result}")) for result in RESULTS)


def _one(say: Phrases, family: str, summary: str, asks: tuple[Ask, ...], verb: str, prefix: str) -> Message:
    words = command(say, "plan", say(f"words.plan_verb.{verb}"), prefix=prefix)
    form = Form((Section(summary, asks, say(f"{family}.note")),), (Button(say(f"{family}.send"), words, "primary"),))
    return Message(summary, (form,))
