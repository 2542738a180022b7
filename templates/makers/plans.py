"""The register of plans, one member's plan with its history, and what happened to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from alliance.members import Organisation
from alliance.messages import Block, Button, Buttons, Link, Message, Table, Text
from alliance.national_targets import Ambition
from alliance.plan_actions import PlanAction, Progress
from alliance.plans import Coverage, Plan, PlanRecord, PlanStep
from alliance.standards import Point
from templates import formats
from templates.makers.forms import button_row, fact_pairs, last_day
from templates.makers.kinds import maker
from templates.makers.plan_actions import of_plan, plan_buttons
from templates.makers.plan_targets import Targets, ambition_words, neutrality_words, reduction_words
from templates.makers.words import command
from templates.phrases import Phrases, listed

MOST_NAMED = 6
OWN = ("evaluated", "sent")
NO_ACTIONS = Progress()
MOST_ACTIONS = 10
"""So many actions stand on the page of a plan; the others are on pages of their own."""
ONE_BY_ONE = 5
"""So many members of a list are offered as buttons."""

# ------------------------------------------------------------------------------------------------- the register


@maker("plans")
def plans(
    say: Phrases,
    *,
    day: date,
    whole: Coverage,
    groups: Mapping[str, Coverage],
    missing: tuple[str, ...],
    standards: tuple[str, ...],
    ambition: Ambition | None = None,
) -> Message:
    """How many members have a plan, in one line and group by group, and the ways into the list.

    ``ambition`` is how the plans stand to the national target, where there is one.
    """
    named = missing if len(missing) <= MOST_NAMED else ()
    summary = say("plans.summary", whole=whole, day=day, missing=named)
    if not whole.members:
        return Message(summary, (Text(summary),))
    head = tuple(say(f"plans.head.{column}") for column in ("group", *_COUNTED))
    rows = [(name or say("board.no_group"), *_counts(found)) for name, found in groups.items()]
    table = Table(say("plans.caption"), head, (*rows, (say("plans.whole"), *_counts(whole))))
    asked = [name.split()[-1] for name in groups if name]
    into = [Button(name, command(say, "plans", word)) for name, word in zip(filter(None, groups), asked, strict=True)]
    ways = [Button(say(f"plans.way.{key}"), command(say, "plans", say(f"words.plans_of.{key}"))) for key in _WAYS]
    ways += [Button(say("plans.way.standard", standard=one), command(say, "plans", one)) for one in standards]
    if ambition:
        ways.append(Button(say("plans.way.targets"), command(say, "plans", say("words.plans_of.targets"))))
    compared = [Text(ambition_words(say, ambition))] if ambition else []
    return Message(summary, (Text(summary), table, *compared, *button_row(*into), *button_row(*ways)))


_COUNTED = ("members", "adopted", "approved", "certified", "overdue")
_WAYS = ("all", "missing", "due", "overdue")


def _counts(found: Coverage) -> tuple[str, ...]:
    return tuple(str(getattr(found, column)) for column in _COUNTED)


@maker("plan_list")
def plan_list(say: Phrases, *, day: date, asked: str, records: tuple[PlanRecord, ...], of: int) -> Message:
    """The members that were asked for, each with its plan in a line."""
    missing = asked == say("words.plans_of.missing")
    counted = {"asked": asked, "count": len(records), "of": of, "day": day}
    summary = say("plan_list.missing" if missing else "plan_list.summary", **counted)
    whole = Button(say("plan_list.whole"), command(say, "plans"))
    if not records:
        return Message(summary, (Text(summary), Buttons((whole,))))
    head = tuple(say(f"plan_list.head.{column}") for column in ("member", "version", "adopted", "state", "due"))
    rows = tuple(_row(say, record, day) for record in records)
    shows = [_show(say, record.organisation) for record in records[:ONE_BY_ONE]]
    return Message(summary, (Text(summary), Table(say("plan_list.caption"), head, rows), Buttons((*shows, whole))))


def _show(say: Phrases, organisation: Organisation) -> Button:
    return Button(organisation.name, f"{say('words.for')} {organisation.name}: {command(say, 'plan')}")


def _row(say: Phrases, record: PlanRecord, day: date) -> tuple[str, ...]:
    plan = record.in_force(day) or record.newest
    if plan is None:
        return record.organisation.name, "–", "–", say("plan.state.none"), "–"
    adopted = plan.version.adopted_on
    return (
        record.organisation.name,
        say("plan_list.version", version=plan.version.version, standard=standard_name(plan)),
        formats.short_day(adopted, say.language) if adopted else "–",
        record_words(say, record, day),
        _short_due(say, record, day),
    )


def _short_due(say: Phrases, record: PlanRecord, day: date) -> str:
    due = record.update_due(day)
    return say("plan_list.due", due=due, late=record.is_overdue(day)) if due else "–"


def standard_name(plan: Plan) -> str:
    """What the standard of a plan is called in a list."""
    return plan.standard.short if plan.standard else plan.version.standard


def record_words(say: Phrases, record: PlanRecord, day: date) -> str:
    """How the plan in force stands, and the version that is under way beside it."""
    plan, coming = record.in_force(day), record.coming(day)
    if plan is None:
        if coming is None or coming.state(day) == "draft":
            return say(f"plan.state.{record.state(day)}")
        return say("plan.not_adopted", state=say(f"plan.state.{coming.state(day)}"))
    said = say(f"plan.state.{plan.state(day)}")
    if coming is None:
        return said
    state = say(f"plan.state.{coming.state(day)}")
    return say("plan.and_coming", said=said, version=coming.version.version, state=state)


def due_words(say: Phrases, record: PlanRecord, day: date) -> str:
    due = record.update_due(day)
    return say("plan.due", due=due, late=record.is_overdue(day)) if due else ""


def list_note(say: Phrases, record: PlanRecord, day: date, prefix: str) -> list[Block]:
    """On somebody's own list: that the update of a plan falls due, with the way to it."""
    due = record.update_due(day)
    heading = Text(say("plan.on_list", organisation=record.organisation.official_name), "heading")
    said = Text(say("plan.falls_due", due=due, late=record.is_overdue(day)))
    return [heading, said, Buttons((Button(say("plan.see"), command(say, "plan", prefix=prefix)),))]


# -------------------------------------------------------------------------------------------- one member's plan


@maker("plan")
def plan(
    say: Phrases,
    *,
    record: PlanRecord,
    day: date,
    names: Mapping[str, str],
    theirs: bool,
    assesses: bool,
    certifies: bool,
    prefix: str,
    said: str = "",
    targets: Targets = (),
    actions: tuple[PlanAction, ...] = (),
    progress: Progress = NO_ACTIONS,
    stale: Collection[int] = (),
) -> Message:
    """The newest version with all that is known of it, what happened, and what the reader can do next.

    ``names`` are those who certify, by code; ``targets`` are the national ones in force; ``said`` is the key of what
    was just done. ``actions`` are the plan's, those without news for a year (``stale``) first. What was said about a
    plan is between the member and those who decide: everybody else reads how it stands.
    """
    newest = record.newest
    state = record_words(say, record, day)
    if record.has_plan(day) and progress.begun:
        state = say("plan.carried_out", state=state, done=progress.done == progress.wanted)
    summary = say("plan.summary", organisation=record.organisation.official_name, state=state)
    summary = say(f"plan.said.{said}") + " " + summary if said else summary
    if newest is None:
        first = [Button(say("plan.do.first"), _words(say, "new", 1, prefix=prefix), "primary")] if theirs else []
        said_of_it = [Text(summary)] if said else []
        return Message(summary, (*said_of_it, Text(say("plan.nothing", record=record)), *button_row(*first)))
    blocks: list[Block] = [Text(summary), Text(say("plan.heading", plan=newest.version), "heading")]
    blocks += [_facts(say, record, newest, day, names, targets), *_missing(say, newest)]
    inside = theirs or assesses or certifies
    blocks += of_plan(say, actions[:MOST_ACTIONS], progress, day, stale)
    blocks += _criteria(say, newest, inside) + _versions(say, record, day)
    blocks += _history(say, newest, names) if inside else []
    items: list[Button | Link] = list(_next_steps(say, record, newest, day, theirs, assesses, certifies, prefix))
    items += plan_buttons(say, progress, theirs=theirs, prefix=prefix)
    if newest.version.link:
        items.append(Link(say("plan.open"), newest.version.link))
    return Message(summary, (*blocks, *button_row(*items)))


def _words(say: Phrases, verb: str, *args: object, prefix: str) -> str:
    return command(say, "plan", say(f"words.plan_verb.{verb}"), *args, prefix=prefix)


def _facts(
    say: Phrases, record: PlanRecord, plan: Plan, day: date, names: Mapping[str, str], targets: Targets
) -> Block:
    version = plan.version
    standard = plan.standard.name.in_(say.language) if plan.standard else version.standard
    risks = listed(tuple(risk_name(say, plan, risk) for risk in version.risks), say.language)
    adopted = say("plan.adopted", plan=version) if version.adopted_on else say("plan.not_yet")
    awaited = tuple(names.get(code, code) for code in plan.awaited()) if plan.certificates else ()
    return fact_pairs(
        (say("plan.label.standard"), standard),
        (say("plan.label.adopted"), adopted),
        (say("plan.label.until"), formats.day(until, say.language) if (until := last_day(version.valid_until)) else ""),
        (say("plan.label.reduction"), version.reduction),
        (say("plan.label.target"), reduction_words(say, version, targets)),
        (say("plan.label.net_zero"), neutrality_words(say, version, targets)),
        (say("plan.label.risks"), risks),
        (
            say("plan.label.resilient"),
            say("plan.by_year", year=version.resilient_year) if version.resilient_year else "",
        ),
        (say("plan.label.certified"), "; ".join(_certificate(say, step, names) for step in plan.certificates)),
        (say("plan.label.awaited"), listed(awaited, say.language)),
        (say("plan.label.due"), due_words(say, record, day)),
    )


def _certificate(say: Phrases, step: PlanStep, names: Mapping[str, str]) -> str:
    return say("plan.certificate", by=names.get(step.by, step.by), day=step.day, until=last_day(step.until))


def risk_name(say: Phrases, plan: Plan, risk: str) -> str:
    """A risk of the standard by its name; any other as it was typed."""
    points: Sequence[Point] = plan.standard.risks if plan.standard else ()
    return next((point.title.in_(say.language) for point in points if point.key == risk), risk)


def _missing(say: Phrases, plan: Plan) -> list[Block]:
    missing = plan.version.missing
    if not missing:
        return []
    named = listed(tuple(say(f"plan.missing.{key}") for key in missing), say.language)
    return [Text(say("plan.incomplete", named=named), "warning")]


def _criteria(say: Phrases, plan: Plan, inside: bool) -> list[Block]:
    """The points of the standard, and which of them the newest assessment found met; all see those of an approval."""
    assessed = plan.assessment
    if plan.standard is None or not plan.standard.criteria or assessed is None:
        return []
    if assessed.kind == "returned" and not inside:
        return []
    rows = tuple(
        (point.title.in_(say.language), say("plan.mark.met" if point.key in assessed.marks else "plan.mark.not_met"))
        for point in plan.standard.criteria
    )
    head = (say("plan.head.criterion"), say("plan.head.mark"))
    by = assessed.decided_by or assessed.recorded_by_name
    return [Table(say("plan.assessed", by=by, day=assessed.day), head, rows)]


def _versions(say: Phrases, record: PlanRecord, day: date) -> list[Block]:
    """The earlier versions, where there are any."""
    earlier = record.plans[:-1]
    if not earlier:
        return []
    rows = tuple(
        (
            say("plan_list.version", version=plan.version.version, standard=standard_name(plan)),
            plan.version.title,
            say("plan.adopted", plan=plan.version) if plan.version.adopted_on else say("plan.not_yet"),
            say(f"plan.state.{plan.state(day)}"),
        )
        for plan in reversed(earlier)
    )
    head = tuple(say(f"plan.head.{column}") for column in ("version", "title", "adopted", "state"))
    return [Table(say("plan.earlier"), head, rows)]


def _history(say: Phrases, plan: Plan, names: Mapping[str, str]) -> list[Block]:
    rows = tuple(
        (
            formats.short_day(step.day, say.language),
            say(f"plan.step.{step.kind}", by=names.get(step.by, step.by)),
            step.decided_by or step.recorded_by_name,
            " ".join(step.comment.split()) or "–",
        )
        for step in plan.steps
    )
    head = tuple(say(f"plan.head.{column}") for column in ("day", "what", "who", "comment"))
    return [Table(say("plan.history"), head, rows)] if rows else []


def _next_steps(
    say: Phrases,
    record: PlanRecord,
    plan: Plan,
    day: date,
    theirs: bool,
    assesses: bool,
    certifies: bool,
    prefix: str,
) -> list[Button]:
    """What the reader can do now, the most likely first."""
    state, steps = plan.state(day), list[Button]()

    def offer(verb: str, key: str, *args: object, main: bool = False) -> None:
        words = _words(say, verb, *args, prefix=prefix)
        steps.append(Button(say(f"plan.do.{key}"), words, "primary" if main else "plain"))

    if assesses and state == "sent":
        offer("assess", "assess", main=True)
    if certifies and plan.adopted(day) and state in ("approved", "certifying") and plan.awaited():
        offer("certify", "certify", main=True)
    if theirs:
        if state in ("draft", "adopted", "returned", "lapsed") and not plan.version.missing:
            offer("submit", "submit", main=not assesses)
        offer("correct", "correct" if plan.version.adopted_on else "complete", f"#{plan.version.id}")
        if plan.version.adopted_on:
            evaluated = plan.evaluation is not None
            offer(*(("new", "update", plan.version.version + 1) if evaluated else ("evaluate", "evaluate")))
    last = plan.steps[-1] if plan.steps else None
    may = theirs if last is None or last.kind in OWN else assesses if last.kind == "approved" else certifies or assesses
    if may:
        offer("undo", "undo", f"s{last.id}" if last else f"v{plan.version.id}")
    return steps


# --------------------------------------------------------------------------------------------------- what is told


@maker("plan_news")
def plan_news(
    say: Phrases,
    *,
    organisation: Organisation,
    version: int,
    what: str,
    by: str,
    comment: str,
    recorded_by: str,
    at: datetime,
    taken_back: bool,
    own: bool,
    assesses: bool,
) -> Message:
    """What happened to a plan, who noted it, and the next step of whoever reads it.

    ``own``: the reader acts for this member alone; ``assesses``: they are of the secretariat.
    """
    ours = say(f"plan_news.{what}", organisation=organisation.official_name, version=version, by=by)
    summary = say("plan_news.taken_back", what=ours) if taken_back else ours
    noted = say("plan_news.noted", by=recorded_by, at=at)
    prefix = "" if own else f"{say('words.for')} {organisation.name}: "
    buttons = [Button(say("plan_news.see"), command(say, "plan", prefix=prefix))]
    if assesses and what == "sent" and not taken_back:
        buttons.insert(0, Button(say("plan.do.assess"), _words(say, "assess", prefix=prefix), "primary"))
    said = [Text(comment)] if comment and not taken_back else []
    return Message(summary, (Text(summary), *said, Text(noted, "subtle"), Buttons(tuple(buttons))))
