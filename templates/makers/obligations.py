"""An obligation from end to end."""

from __future__ import annotations

from collections.abc import Iterable

from alliance.accounts import Account, Story
from alliance.charter import Requirement
from alliance.journal import JournalEntry
from alliance.messages import Block, Button, Facts, Message, Table, Text
from alliance.obligations import Settlement
from alliance.plan_actions import Progress
from templates.makers.forms import button_row, last_day, requirement_name, withdraw_button
from templates.makers.handovers import handed_words, handover_buttons
from templates.makers.journals import journal_table
from templates.makers.kinds import maker
from templates.makers.plan_actions import last_words, progress_words
from templates.makers.snoozes import peace_buttons
from templates.makers.words import command, event_word, settle_buttons, standing_words
from templates.phrases import Phrases


@maker("obligation")
def obligation(
    say: Phrases,
    *,
    story: Story,
    journal: tuple[JournalEntry, ...],
    prefix: str,
    secretariat: bool,
    reader: int = 0,
    actions: Progress | None = None,
) -> Message:
    """``reader`` is the id of who asks: they may hide it from their own reminders.

    ``actions`` is how far those of the plan have come, where a plan is what settles it.
    """
    account = story.account
    summary = say(
        "obligation.summary",
        organisation=account.organisation,
        requirement=requirement_name(say, account.requirement),
        period=account.obligation.period.label,
        standing=standing_words(say, account.standing),
    )
    blocks: list[Block] = [
        Text(summary, "heading"),
        Facts(
            (
                *_owed_facts(say, story),
                *_standing_facts(say, story),
                *_plan_facts(say, actions),
                *_asked_facts(say, story),
            )
        ),
    ]
    if story.settlements:
        blocks.append(_settlement_table(say, story.settlements))
    if journal:
        blocks.append(journal_table(say, journal, say("obligation.journal")))
    own = (*peace_buttons(say, story, reader), *handover_buttons(say, story, reader))
    blocks += button_row(*_obligation_buttons(say, story, prefix, secretariat), *own)
    return Message(summary, tuple(blocks))


Pairs = list[tuple[str, str]]


def _owed_facts(say: Phrases, story: Story) -> Pairs:
    obligation, requirement = story.account.obligation, story.account.requirement
    pairs = [
        (say("obligation.duty"), requirement.duty.in_(say.language)),
        (say("obligation.clause"), requirement.clause.in_(say.language)),
        (say("obligation.period"), obligation.period.label),
        (say("obligation.opened"), say("obligation.on_day", day=obligation.opens)),
        (say("obligation.due"), say("obligation.due_day", due=obligation.due)),
    ]
    if story.meeting:
        pairs.append((say("obligation.meeting"), say("obligation.meeting_is", meeting=story.meeting)))
    return pairs


def _standing_facts(say: Phrases, story: Story) -> Pairs:
    standing, requirement = story.account.standing, story.account.requirement
    pairs = [(say("obligation.standing"), standing_words(say, standing))]
    if standing.by:
        pairs.append((say("obligation.by"), _settled(say, standing.by, requirement)))
    if standing.answer:
        pairs.append((say("obligation.answer"), say("obligation.answer_is", answer=standing.answer)))
    if story.draft:
        pairs.append((say("obligation.draft"), say("obligation.draft_is", draft=story.draft)))
    if story.report:
        pairs.append((say("obligation.report"), say("obligation.report_is", report=story.report)))
    return pairs


def _plan_facts(say: Phrases, actions: Progress | None) -> Pairs:
    if actions is None:
        return []
    said = say("obligation.plan_actions_are", said=progress_words(say, actions), last=last_words(say, actions))
    return [(say("obligation.plan_actions"), said)]


def _asked_facts(say: Phrases, story: Story) -> Pairs:
    asked = say("obligation.nobody")
    if story.contacts:
        asked = ", ".join(say("obligation.contact", contact=contact) for contact in story.contacts)
    names = {contact.person_id: contact.name for contact in story.contacts}
    hidden = [
        say("obligation.hidden_from", name=names[person], until=until)
        for person, until in story.hidden.items()
        if person in names
    ]
    return [
        (say("obligation.asked"), asked),
        *([(say("obligation.handed"), handed_words(say, story))] if story.handed else []),
        *([(say("obligation.hidden"), "; ".join(hidden))] if hidden else []),
        (say("obligation.reminders"), say("obligation.reminders_are", story=story)),
        (say("obligation.next"), say(f"obligation.next_is.{_next(story)}", story=story)),
    ]


def _next(story: Story) -> str:
    """What happens next, as the last part of its key in the catalog."""
    standing = story.account.standing
    if standing.state == "awaiting":
        return "attendance"
    if not standing.owes:
        return "done"
    if not story.account.obligation.due:
        return "standing"
    if not story.next_rung:
        return "steering_list" if story.steering_day else "no_reminder"
    return "reminder"


def _settled(say: Phrases, settlement: Settlement, requirement: Requirement) -> str:
    evidence = requirement.evidence_kind(settlement.evidence) if settlement.evidence else None
    return say(
        "obligation.settled",
        fact=settlement,
        kind=say(f"fact.kind.{settlement.kind}"),
        evidence=evidence.title.in_(say.language) if evidence else "",
    )


def _settlement_table(say: Phrases, settlements: Iterable[Settlement]) -> Table:
    columns = ("number", "what", "result", "recorded", "validity", "state")
    rows = tuple(_settlement_row(say, fact) for fact in settlements)
    return Table(say("obligation.facts"), tuple(say(f"obligation.facts_head.{c}") for c in columns), rows)


def _settlement_row(say: Phrases, fact: Settlement) -> tuple[str, ...]:
    return (
        str(fact.id),
        f"{say(f'fact.kind.{fact.kind}')}: {fact.what}",
        say(f"fact.result.{fact.result}"),
        say("obligation.recorded", fact=fact),
        say("obligation.valid", since=fact.validity.since, until=last_day(fact.validity.until)),
        say("obligation.withdrawn", at=fact.withdrawn_at),
    )


def _obligation_buttons(say: Phrases, story: Story, prefix: str, secretariat: bool) -> list[Button]:
    buttons = list(settle_buttons(say, story.account, prefix))
    settling = {button.words for button in buttons}
    if not secretariat:
        return buttons
    on_behalf = _recording_buttons(say, story.account, prefix)
    buttons += [button for button in on_behalf if button.words not in settling]
    return buttons + [withdraw_button(say, fact) for fact in story.settlements if _may_withdraw(fact)]


def _may_withdraw(fact: Settlement) -> bool:
    """A report is answered by a new version, not taken back."""
    return fact.withdrawn_at is None and fact.kind != "report"


def _recording_buttons(say: Phrases, account: Account, prefix: str) -> list[Button]:
    requirement, period = account.requirement, account.obligation.period.label
    buttons = []
    if requirement.settled_by == "attendance":
        words = command(say, "attendance", event_word(say, requirement), period, prefix=prefix)
        buttons.append(Button(say("obligation.record_attendance"), words))
    if requirement.settled_by == "evidence":
        words = command(say, "evidence", requirement.number, period, prefix=prefix)
        buttons.append(Button(say("obligation.record_evidence"), words))
    if account.standing.state != "exempt":
        words = command(say, "exemption", requirement.number, period, prefix=prefix)
        buttons.append(Button(say("obligation.record_exemption"), words))
    return buttons
