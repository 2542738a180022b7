"""What a member is told without asking: reminders, what was noted on their behalf, and messages to many."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from textwrap import shorten

from alliance.accounts import Story
from alliance.charter import Requirement
from alliance.influence import PolicyAsk
from alliance.members import Organisation
from alliance.messages import Block, Button, Buttons, Facts, Message, Text
from templates import formats
from templates.makers.forms import button_row
from templates.makers.handovers import decline_button, give_button, handed_words
from templates.makers.kinds import maker
from templates.makers.policy_asks import waiting_blocks
from templates.makers.snoozes import snooze_button
from templates.makers.words import (
    agreed_words,
    command,
    due_words,
    meeting_words,
    settle_buttons,
    so_far,
    story_heading,
)
from templates.phrases import Phrases, listed

Line = tuple[str, Story, int | None]
MOST_NAMES = 3
SUBJECT = 90  # characters of a broadcast's first line that still fit a subject


@maker("reminder")
def reminder(
    say: Phrases, *, person: str, day: date, lines: tuple[Line, ...], asks: tuple[PolicyAsk, ...] = ()
) -> Message:
    """The one reminder of the day: pressing in full, other deadlines shorter, standing duties a line each.

    ``asks`` are what the alliance has asked of others and not been answered, for the secretariat.
    """
    dated = [line for line in lines if _due(line)]
    pressing = [line for line in dated if line[2] is not None]
    others = [line for line in dated if line[2] is None]
    standing = [line for line in lines if not _due(line)]
    blocks: list[Block] = [Text(_opening(say, person, day, dated, len(asks)))]
    for line in pressing:
        blocks += in_full(say, line, person, day)
    if others:
        blocks.append(Text(say("reminder.others"), "heading"))
        blocks += [block for line in others for block in shorter(say, line, day)]
    blocks += waiting_blocks(say, asks, day)
    if standing:
        blocks.append(Text(say("reminder.standing"), "heading"))
        blocks += [Text(story_heading(say, story)) for _, story, _ in standing]
    closing = [Text(say("reminder.closing", n=len(dated)), "subtle")] if dated or not asks else []
    blocks += [*closing, to_list(say)]
    return Message(_subject(say, day, dated, len(asks)), tuple(blocks))


def _due(line: Line) -> date | None:
    return line[1].account.obligation.due


def _first_due(dated: Iterable[Line]) -> date:
    return min(due for line in dated if (due := _due(line)))


def _members(lines: Iterable[Line]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(story.account.organisation.official_name for _, story, _ in lines))


def _who(say: Phrases, lines: list[Line]) -> str:
    names = _members(lines)
    few = len(names) <= MOST_NAMES
    return listed(names, say.language) if few else say("reminder.many_members", n=len(names))


def _subject(say: Phrases, day: date, dated: list[Line], asks: int) -> str:
    if not dated:
        return say("reminder.subject_asks", n=asks) if asks else say("reminder.subject_none")
    due = _first_due(dated)
    facts = {"who": _who(say, dated), "due": due, "late": due < day}
    if len(dated) == 1:
        return say("reminder.subject_one", title=dated[0][1].account.requirement.title, **facts)
    return say("reminder.subject", n=len(dated), **facts)


def _opening(say: Phrases, person: str, day: date, dated: list[Line], asks: int) -> str:
    if not dated:
        key = "reminder.opening_asks" if asks else "reminder.opening_none"
        return say(key, person=person, n=asks)
    late = sum(1 for line in dated if (due := _due(line)) and due < day)
    who = _who(say, dated)
    if late:
        return say("reminder.opening_late", person=person, who=who, late=late, n=len(dated))
    return say("reminder.opening", person=person, who=who, n=len(dated))


def in_full(say: Phrases, line: Line, person: str, day: date) -> list[Block]:
    """Return what presses, with all there is to know and the buttons that settle it, or hide it for a while."""
    prefix, story, _ = line
    requirement = story.account.requirement
    pairs = [
        (
            say("reminder.label.clause"),
            say("reminder.clause", number=requirement.number, clause=requirement.clause),
        ),
        (say("story.label.meeting"), meeting_words(say, story)),
        (say("story.label.due"), due_words(say, due, day) if (due := _due(line)) else ""),
        (say("story.label.opens"), formats.day(story.account.obligation.opens, say.language)),
        (say("story.label.so_far"), so_far(say, story)),
        (say("story.label.handed"), handed_words(say, story)),
        (say("reminder.label.asked"), _also_asked(say, story, person)),
        (say("reminder.label.next"), _next(say, story, day)),
    ]
    facts = Facts(tuple(pair for pair in pairs if pair[1]))
    buttons = (*settle_buttons(say, story.account, prefix), *snooze_button(say, story), _passing_on(say, story, person))
    return [Text(story_heading(say, story), "heading"), facts, *button_row(*buttons)]


def _passing_on(say: Phrases, story: Story, person: str) -> Button:
    """A colleague gives it back, whoever is asked by their office hands it over."""
    helps = any(each.colleague == person for each in story.handed)
    return decline_button(say, story) if helps else give_button(say, story)


def _also_asked(say: Phrases, story: Story, person: str) -> str:
    others = [
        contact.name if contact.reachable else say("reminder.unreachable", name=contact.name)
        for contact in story.contacts
        if contact.name != person
    ]
    return listed(tuple(others), say.language) if others else say("reminder.asked_nobody")


def _next(say: Phrases, story: Story, day: date) -> str:
    if story.next_rung:
        return say("reminder.next_rung", day=story.next_rung.day)
    if story.steering_day:
        return say("reminder.next_steering", day=story.steering_day, begun=story.steering_day <= day)
    return ""


def shorter(say: Phrases, line: Line, day: date) -> list[Block]:
    """Return what is only listed: a line, and the buttons that settle it."""
    prefix, story, _ = line
    due = _due(line) or day
    agreed = agreed_words(say, story.account.requirement)
    text = say("reminder.shorter", heading=story_heading(say, story), agreed=agreed, due=due, late=due < day)
    return [Text(text), *_action(say, story, prefix)]


def _action(say: Phrases, story: Story, prefix: str) -> list[Block]:
    buttons = settle_buttons(say, story.account, prefix)
    return [Buttons(buttons)] if buttons else []


def to_list(say: Phrases) -> Buttons:
    """Return the button that leads to all one owes."""
    return Buttons((Button(say("reminder.to_list"), command(say, "list")),))


@maker("recorded_on_behalf")
def recorded_on_behalf(
    say: Phrases,
    *,
    organisation: Organisation,
    requirement: Requirement,
    what: str,
    recorded_by: str,
    at: datetime,
    obligation_id: int,
) -> Message:
    """Tells a member what the secretariat noted in its name, and how it is put right."""
    title = requirement.title
    summary = say("on_behalf.summary", organisation=organisation.official_name, title=title)
    pairs = (
        (
            say("on_behalf.label.requirement"),
            say("on_behalf.requirement", number=requirement.number, title=title),
        ),
        (say("on_behalf.label.what"), what),
        (say("on_behalf.label.by"), say("on_behalf.by", name=recorded_by)),
        (say("on_behalf.label.at"), formats.moment(at, say.language, say.zone)),
    )
    see = Button(say("on_behalf.see"), command(say, "show", obligation_id))
    return Message(
        summary,
        (
            Text(summary),
            Facts(tuple(p for p in pairs if p[1])),
            Text(say("on_behalf.correct")),
            Buttons((see,)),
        ),
    )


@maker("broadcast")
def broadcast(say: Phrases, *, text: str, sender: str, alliance: str) -> Message:
    """A message somebody wrote to many, as written, and who sent it."""
    first = next((line for line in text.replace("**", "").splitlines() if line.strip()), "")
    summary = say("broadcast.summary", alliance=alliance, first=shorten(first, SUBJECT, placeholder=" …"))
    signature = say("broadcast.signature", sender=sender, alliance=alliance)
    return Message(summary, (Text(text.strip()), Text(signature, "subtle")))
