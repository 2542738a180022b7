"""A planned year: what is proposed and why, what stands already, and what was written down."""

from __future__ import annotations

from collections.abc import Iterable

from alliance.meetings import Meeting
from alliance.messages import Block, Button, Buttons, Message, Table, Text
from alliance.planning import Proposal, Reason, YearPlan
from alliance.words import Words
from templates import formats
from templates.makers.kinds import maker
from templates.makers.meeting_words import meeting_name, state_words
from templates.makers.words import command
from templates.phrases import Phrases

MOST_AVOIDED = 2  # a sentence names no more of what was in the way


@maker("year_plan")
def year_plan(say: Phrases, *, plan: YearPlan, seal: str) -> Message:
    """What is proposed for the year, and why; its button writes exactly that."""
    count = len(plan.proposals)
    summary = say("year_plan.summary", year=plan.year, count=count)
    confirm = command(say, "year", plan.year, say("words.confirm"), seal)
    return Message(
        summary,
        (
            Text(summary),
            _proposal_table(say, plan.proposals),
            *_surroundings(say, plan),
            Text(say("year_plan.nothing_yet"), "subtle"),
            Buttons((Button(say("year_plan.confirm", count=count), confirm, "primary"),)),
        ),
    )


@maker("year_nothing")
def year_nothing(say: Phrases, *, plan: YearPlan) -> Message:
    """That there is nothing to propose, with what stands and what cannot be held."""
    summary = say("year_nothing.summary", year=plan.year, kept=len(plan.kept), missing=len(plan.warnings))
    return Message(summary, (Text(summary), *_surroundings(say, plan)))


@maker("year_planned")
def year_planned(say: Phrases, *, year: int, meetings: tuple[Meeting, ...]) -> Message:
    """What was written down; nobody has been invited by it."""
    summary = say("year_planned.summary", year=year, count=len(meetings))
    shown = [Button(m.title.in_(say.language), command(say, "meeting", meeting_name(say, m))) for m in meetings]
    buttons = Buttons((*shown, Button(say("year_planned.see"), command(say, "year", year))))
    return Message(summary, (Text(summary), _meeting_table(say, "year_planned.caption", meetings), buttons))


def _surroundings(say: Phrases, plan: YearPlan) -> Iterable[Block]:
    """What stands around the proposals: warnings, the campaign, and the meetings there are already."""
    for warning in plan.warnings:
        yield Text(_said(say, f"year_plan.warning.{warning.key}", warning), "warning")
    for campaign in plan.campaigns:
        yield Text(say("year_plan.campaign", campaign=campaign, title=campaign.title.in_(say.language)))
    if plan.kept:
        yield _meeting_table(say, "year_plan.kept", plan.kept)


def _proposal_table(say: Phrases, proposals: Iterable[Proposal]) -> Table:
    head = tuple(say(f"year_plan.head.{column}") for column in ("what", "when", "answer_by", "agenda", "why"))
    rows = tuple(
        (
            proposal.title.in_(say.language),
            _when(say, proposal),
            say("year_plan.by", day=proposal.answer_by),
            say("year_plan.by", day=proposal.agenda_due) if proposal.agenda_due else say("year_plan.no_agenda"),
            _why(say, proposal.reasons),
        )
        for proposal in proposals
    )
    return Table(say("year_plan.caption"), head, rows)


def _meeting_table(say: Phrases, caption: str, meetings: Iterable[Meeting]) -> Table:
    head = tuple(say(f"year_plan.head.{column}") for column in ("what", "when", "state"))
    rows = tuple((m.title.in_(say.language), _when(say, m), state_words(say, m)) for m in meetings)
    return Table(say(caption), head, rows)


def _when(say: Phrases, planned: Proposal | Meeting) -> str:
    return say("year_plan.when", meeting=planned, week=formats.week(planned.starts_at, say.zone))


def _why(say: Phrases, reasons: Iterable[Reason]) -> str:
    """The reasons as one or two short sentences: why this day, and what was in the way of a better one."""
    chosen = [_said(say, f"year_plan.why.{r.key}", r) for r in reasons if r.key not in ("avoided", "agenda_due")]
    avoided = [_said(say, f"year_plan.avoided.{r.facts['because']}", r) for r in reasons if r.key == "avoided"]
    sentences = (", ".join(chosen), ", ".join(avoided[:MOST_AVOIDED]))
    return " ".join(f"{text[0].upper()}{text[1:]}." for text in sentences if text)


def _said(say: Phrases, key: str, reason: Reason) -> str:
    """The words of a reason; what is in both languages is said in the reader's."""
    facts = {name: fact.in_(say.language) if isinstance(fact, Words) else fact for name, fact in reason.facts.items()}
    return say(key, **facts)
