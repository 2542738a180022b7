"""Evidence, dispensations, and taking either back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from alliance.actions import action_id
from alliance.charter import EvidenceKind, Requirement
from alliance.members import Organisation
from alliance.messages import Ask, Block, Button, Buttons, Choice, Facts, Form, Link, Message, Section, Text
from alliance.obligations import Settlement
from alliance.papers import Paper
from alliance.standards import Point
from alliance.words import Words
from templates.makers.experience import theme_question
from templates.makers.forms import button_row, fact_pairs, filled, one_form, question, requirement_name, withdraw_button
from templates.makers.kinds import maker
from templates.makers.papers_sent import paper_name
from templates.makers.words import GRADES, command, fact_words, period_words
from templates.phrases import Phrases


@maker("evidence_what")
def evidence_what(
    say: Phrases,
    *,
    organisation: Organisation,
    requirements: tuple[Requirement, ...],
    papers: Sequence[tuple[int, Paper, Words]],
    prefix: str,
) -> Message:
    """What a member can give evidence for, each with its button; and the papers there are, in case they were meant."""
    summary = say("evidence_what.summary", organisation=organisation, count=len(requirements))
    blocks: list[Block] = [Text(summary)]
    blocks += button_row(
        *(
            Button(requirement_name(say, each), command(say, "evidence", each.number, prefix=prefix))
            for each in requirements
        )
    )
    if papers:
        blocks.append(Text(say("evidence_what.papers")))
        blocks += button_row(
            *(Button(paper_name(say, one, meeting), command(say, "paper", number)) for number, one, meeting in papers)
        )
    return Message(summary, tuple(blocks))


@maker("evidence_form")
def evidence_form(
    say: Phrases,
    *,
    organisation: Organisation,
    requirement: Requirement,
    period_label: str,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    prefix: str,
    on_behalf: bool,
    themes: tuple[Point, ...] = (),
) -> Message:
    """What the member did, and where it can be seen."""
    period = period_words(requirement, period_label)
    names = {"organisation": organisation.official_name, "title": requirement.title, "period": period}
    summary = say("evidence.summary", **names)
    send = command(say, "evidence", requirement.number, period_label, prefix=prefix)
    asks = tuple(filled(say, "evidence.error", ask, typed, errors) for ask in _evidence_asks(say, requirement))
    shares = any(kind.shares for kind in requirement.evidence)
    asks += theme_question(say, themes, typed, errors) if shares else ()
    form = Form((Section("", asks),), (Button(say("evidence.send"), send, "primary"),))
    action = action_id(requirement.key) is not None
    facts = {"number": requirement.number, "duty": requirement.duty, "clause": requirement.clause}
    duty = say("evidence.duty", action=action, **facts)
    blocks: list[Block] = [Text(say("evidence.heading", **names), "heading"), Text(duty)]
    if on_behalf:
        blocks.append(Text(say("evidence.on_behalf", organisation=organisation.official_name), "subtle"))
    if shares:
        blocks.append(Text(say("evidence_shared.open_to_all", words=command(say, "experience")), "subtle"))
    if any(kind.plan for kind in requirement.evidence):
        blocks.append(Text(say("evidence.plan", words=command(say, "plan", prefix=prefix)), "subtle"))
    renamed = [say("evidence.was", title=kind.title, was=kind.was) for kind in requirement.evidence if kind.was]
    blocks += [Text(say("evidence.renamed", names=renamed), "subtle")] if renamed else []
    return Message(summary, (*blocks, form))


def _evidence_asks(say: Phrases, requirement: Requirement) -> list[Ask]:
    choices = tuple(Choice(kind.key, _kind_title(say, kind)) for kind in requirement.evidence)
    asks = [Ask("kind", say("evidence.ask.kind"), "choice", choices=choices, required=True)] if choices else []
    asks += [
        Ask("what", say("evidence.ask.what"), hint=say("evidence.ask.what_hint"), required=True),
        Ask("link", say("evidence.ask.link"), hint=say("evidence.ask.link_hint")),
    ]
    if requirement.carries:
        asks += [
            Ask("since", say("evidence.ask.since"), "date", required=True),
            Ask("until", say("evidence.ask.until"), "date", hint=say("evidence.ask.until_hint")),
        ]
    return asks


def _kind_title(say: Phrases, kind: EvidenceKind) -> str:
    title = kind.title.in_(say.language)
    return title if kind.counts == "fulfilled" else say(f"evidence.counts.{kind.counts}", title=title)


@maker("evidence_receipt")
def evidence_receipt(
    say: Phrases,
    *,
    organisation: Organisation,
    requirement: Requirement,
    period_label: str,
    settlement: Settlement,
    prefix: str,
    shared: int = 0,
) -> Message:
    """What was noted, how far it meets the requirement, and how it is taken back.

    ``shared`` is the number by which the others find it, 0 for what is not shared.
    """
    kind = requirement.evidence_kind(settlement.evidence)
    period = period_words(requirement, period_label)
    names = {"organisation": organisation.official_name, "title": requirement.title, "period": period}
    summary = say("evidence.noted", result=settlement.result, **names)
    facts = fact_pairs(
        (say("evidence.label.kind"), kind.title.in_(say.language) if kind else ""),
        (say("evidence.label.what"), settlement.what),
        (say("evidence.label.noted"), fact_words(say, _without_text(settlement))),
    )
    take_back = command(say, "withdraw", settlement.id, prefix=prefix)
    items: list[Button | Link] = [Button(say("evidence.take_back"), take_back)]
    if settlement.link:
        items.insert(0, Link(say("evidence.open"), settlement.link))
    found = [Text(say("evidence_shared.note", id=shared))] if shared else []
    if shared:
        items.insert(-1, Button(say("evidence_shared.see"), command(say, "one_experience", shared)))
    result = settlement.result if settlement.result in GRADES else "fulfilled"
    said: list[Block] = [Text(summary), facts, Text(say(f"evidence.result.{result}")), *found]
    return Message(summary, (*said, Buttons(tuple(items))))


def _without_text(settlement: Settlement) -> Settlement:
    return settlement._replace(what="")


@maker("exemption_form")
def exemption_form(
    say: Phrases,
    *,
    organisation: Organisation,
    requirement: Requirement,
    period_label: str,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    prefix: str,
) -> Message:
    asks = (
        question(say, "exemption_form.why", typed, errors, "long", required=True),
        question(say, "exemption_form.decided_by", typed, errors, required=True),
        question(say, "exemption_form.until", typed, errors, "date", required=True),
    )
    facts = {"organisation": organisation, "requirement": requirement_name(say, requirement), "period": period_label}
    summary = say("exemption_form.summary", **facts)
    words = command(say, "exemption", requirement.number, period_label, prefix=prefix)
    return one_form(summary, say("exemption_form.note"), asks, say("exemption_form.send"), words)


@maker("exemption_receipt")
def exemption_receipt(
    say: Phrases,
    *,
    organisation: Organisation,
    requirement: Requirement,
    period_label: str,
    settlement: Settlement,
    until: date | None,
    prefix: str,
) -> Message:
    facts = {"organisation": organisation, "requirement": requirement_name(say, requirement)}
    summary = say("exemption_receipt.summary", **facts, until=until)
    pairs = (
        (say("exemption_receipt.why"), settlement.what),
        (say("exemption_receipt.decided_by"), settlement.decided_by),
    )
    correct = command(say, "exemption", requirement.number, period_label, prefix=prefix)
    buttons = (Button(say("exemption_receipt.correct"), correct), withdraw_button(say, settlement))
    return Message(summary, (Text(summary), Facts(pairs), Buttons(buttons)))


@maker("withdrawn")
def withdrawn(
    say: Phrases,
    *,
    organisation: Organisation,
    requirement: Requirement,
    settlement: Settlement,
    owes_again: bool,
    was_a_plan: bool = False,
    was_shared: bool = False,
    again: str = "",
) -> Message:
    """What is taken back; ``again`` is what was recorded before it and holds again."""
    summary = say(
        "withdrawn.summary",
        organisation=organisation,
        requirement=requirement_name(say, requirement),
        fact=settlement,
        kind=say(f"fact.kind.{settlement.kind}"),
        owes_again=owes_again,
        again=again,
    )
    show = Button(say("withdrawn.show"), command(say, "show", settlement.obligation_id))
    plan = [Text(say("withdrawn.plan"))] if was_a_plan else []
    plan += [Text(say("withdrawn_shared.note"))] if was_shared else []
    return Message(summary, (Text(summary), *plan, Text(say("withdrawn.note"), "subtle"), Buttons((show,))))
