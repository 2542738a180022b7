"""The list of what I owe, and the calm answer to what was already received."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from alliance.accounts import Account, Story
from alliance.influence import PolicyAsk
from alliance.meetings import Meeting
from alliance.messages import Block, Button, Buttons, Message, Table, Text
from alliance.obligations import Standing
from alliance.plans import PlanRecord
from templates import formats
from templates.makers.forms import button_row, fact_pairs, requirement_name
from templates.makers.handovers import handed_words, handover_buttons
from templates.makers.invitations import answer_buttons
from templates.makers.kinds import maker
from templates.makers.plan_actions import waiting_actions
from templates.makers.plans import list_note
from templates.makers.policy_asks import waiting_blocks
from templates.makers.snoozes import peace_buttons
from templates.makers.words import (
    agreed_words,
    answer_words,
    command,
    due_words,
    event_word,
    fact_words,
    meeting_words,
    settle_buttons,
    so_far,
    standing_words,
    story_heading,
)
from templates.phrases import Phrases

Stories = tuple[tuple[str, Story], ...]
"""(what stands before a command, story)"""
Seats = tuple[tuple[str, Meeting, str], ...]
"""(what stands before a command, meeting that has not been answered, organisation)"""
Plans = tuple[tuple[str, PlanRecord], ...]
"""(what stands before a command, a member with its plans)"""


@maker("my_list")
def my_list(
    say: Phrases,
    *,
    person: str,
    day: date,
    stories: Stories,
    seats: Seats = (),
    reader: int = 0,
    plans: Plans = (),
    asks: tuple[PolicyAsk, ...] = (),
    stale: tuple[int, int] = (0, 0),
    member: str = "",
) -> Message:
    """What somebody's offices owe: answers and deadlines first, then standing duties, then how the rest stands.

    ``reader`` is the person's id: what they hide from their reminders stands here all the same, marked so. ``plans``
    are those whose update falls due; nobody is reminded of them, so they stand here. For the secretariat: ``asks`` are
    what the alliance has asked of others without an answer, ``stale`` is how many actions of how many members' plans
    nobody has updated for a year.
    """
    owed = [(prefix, story) for prefix, story in stories if story.account.standing.owes]
    dated = [(prefix, story) for prefix, story in owed if story.account.obligation.due]
    standing = [(prefix, story) for prefix, story in owed if not story.account.obligation.due]
    rest = [story for _, story in stories if not story.account.standing.owes]
    dues = [due for _, story in dated if (due := story.account.obligation.due)]
    dues += [meeting.answer_by for _, meeting, _ in seats]
    dues += [ask.hoped_by for ask in asks if ask.hoped_by]
    summary = list_summary(say, day, dues, len(standing), member)
    blocks: list[Block] = [Text(say("my_list.greeting", person=person, day=day, summary=summary, member=member))]
    for prefix, meeting, organisation in seats:
        blocks += _asked(say, prefix, meeting, organisation, day)
    for prefix, story in dated:
        blocks += _owed(say, prefix, story, day, reader)
    blocks += [*waiting_blocks(say, asks, day), *waiting_actions(say, *stale)]
    if standing:
        blocks.append(Text(say("my_list.standing"), "heading"))
        for prefix, story in standing:
            numbered = say("my_list.numbered", heading=story_heading(say, story), number=story.account.obligation.id)
            blocks += [Text(numbered), *_settle(say, prefix, story, reader)]
    for prefix, record in plans:
        blocks += list_note(say, record, day, prefix)
    return Message(summary, (*blocks, *_rest(say, rest)))


def _asked(say: Phrases, prefix: str, meeting: Meeting, organisation: str, day: date) -> list[Block]:
    """An invitation that waits for an answer."""
    facts = fact_pairs(
        (say("story.label.meeting"), formats.span(meeting.starts_at, meeting.ends_at, say.language, say.zone)),
        (say("meeting.label.where"), meeting.place),
        (say("story.label.due"), due_words(say, meeting.answer_by, day)),
    )
    heading = say("my_list.asked", meeting=meeting, organisation=organisation)
    return [Text(heading, "heading"), facts, Buttons(answer_buttons(say, meeting, prefix))]


def list_summary(say: Phrases, day: date, dues: Sequence[date], standing: int, member: str = "") -> str:
    """Return how much waits (for a member, or the reader) and the first day it is due.

    ``standing`` counts what has no deadline.
    """
    if dues:
        return say("my_list.summary", n=len(dues), due=min(dues), late=min(dues) < day, member=member)
    return say("my_list.summary_standing" if standing else "my_list.summary_none", n=standing, member=member)


def _owed(say: Phrases, prefix: str, story: Story, day: date, reader: int) -> list[Block]:
    obligation, hidden = story.account.obligation, story.hidden.get(reader)
    facts = fact_pairs(
        (say("story.label.meeting"), meeting_words(say, story)),
        (say("story.label.agreed"), agreed_words(say, story.account.requirement)),
        (say("story.label.due"), due_words(say, obligation.due, day) if obligation.due else ""),
        (say("story.label.opens"), formats.day(obligation.opens, say.language)),
        (say("story.label.so_far"), so_far(say, story)),
        (say("story.label.hidden"), say("story.hidden", until=hidden) if hidden else ""),
        (say("story.label.number"), str(obligation.id)),
        (say("story.label.handed"), handed_words(say, story)),
    )
    buttons = (
        *settle_buttons(say, story.account, prefix),
        *peace_buttons(say, story, reader),
        *handover_buttons(say, story, reader),
    )
    return [Text(story_heading(say, story), "heading"), facts, *button_row(*buttons)]


def _settle(say: Phrases, prefix: str, story: Story, reader: int) -> list[Block]:
    handed = handed_words(say, story)
    ends = (
        handover_buttons(say, story, reader) if story.handed else ()
    )  # what can wait is handed over where it is shown
    buttons = (*settle_buttons(say, story.account, prefix), *ends)
    return [*([Text(handed, "subtle")] if handed else []), *button_row(*buttons)]


def _rest(say: Phrases, stories: list[Story]) -> list[Block]:
    if not stories:
        return []
    head = tuple(say(f"my_list.head.{name}") for name in ("number", "requirement", "standing", "how"))
    rows = tuple(
        (
            str(story.account.obligation.id),
            story_heading(say, story),
            standing_words(say, story.account.standing),
            how_words(say, story),
        )
        for story in stories
    )
    hint = say("my_list.hint", words=command(say, "show", stories[0].account.obligation.id))
    return [Table(say("my_list.rest"), head, rows), Text(hint, "subtle")]


def how_words(say: Phrases, story: Story) -> str:
    """What settled it, and who noted it when; else the answer that waits to come true."""
    standing = story.account.standing
    if standing.by:
        return fact_words(say, standing.by)
    return answer_words(say, standing.answer) if standing.answer else say("settled.nothing")


@maker("already_settled")
def already_settled(say: Phrases, *, story: Story, prefix: str = "") -> Message:
    """The answer to a button that has been overtaken: it is in place, by whom and when."""
    account = story.account
    key = "settled.received" if _received(account.standing) else "settled.not_needed"
    summary = say(key, title=account.requirement.title, organisation=account.organisation.official_name)
    facts = fact_pairs(
        (say("settled.label.standing"), standing_words(say, account.standing)),
        (say("settled.label.how"), how_words(say, story)),
    )
    buttons = [Button(say("settled.see"), command(say, "show", account.obligation.id))]
    if account.requirement.settled_by == "report":
        words = command(say, "report", account.obligation.period.label, prefix=prefix)
        buttons.append(Button(say("settled.change_report"), words))
    if account.requirement.settled_by == "attendance" and not account.standing.by:
        words = command(say, "rsvp", event_word(say, account.requirement), prefix=prefix)
        buttons.append(Button(say("settled.change_answer"), words))
    return Message(summary, (Text(summary), facts, Buttons(tuple(buttons))))


def _received(standing: Standing) -> bool:
    fact = standing.by
    return standing.answer is not None if fact is None else fact.result not in ("absent", "exempt")


# ---------------------------------------------------------------------------------------------- the report


@maker("owed_then")
def owed_then(say: Phrases, *, day: date, accounts: tuple[Account, ...], several: bool, since: date) -> Message:
    """What was owed on an earlier day; ``since`` is the day from which accounts were kept here."""
    summary = say("owed_then.summary", day=day, n=sum(account.standing.owes for account in accounts), of=len(accounts))
    if not accounts:
        return Message(summary, (Text(summary),))
    keys = ((("member",) if several else ()), ("requirement", "due", "standing", "how"))
    head = tuple(say(f"owed_then.head.{key}") for part in keys for key in part)
    rows = tuple(_owed_row(say, account, several) for account in accounts)
    note = [Text(say("owed_then.before", since=since), "subtle")] if day < since else []
    return Message(summary, (Text(summary), Table(say("owed_then.table", day=day), head, rows), *note))


def _owed_row(say: Phrases, account: Account, several: bool) -> tuple[str, ...]:
    duty, how = account.obligation, account.standing.by
    return (
        *((account.organisation.name,) if several else ()),
        f"{requirement_name(say, account.requirement)}, {duty.period.label}",
        formats.day(duty.due, say.language) if duty.due else say("owed_then.no_due"),
        standing_words(say, account.standing),
        fact_words(say, how) if how else say("settled.nothing"),
    )
