"""The list of meetings, and one meeting with its roll."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alliance.meetings import Meeting
from alliance.messages import (
    Block,
    Button,
    Buttons,
    Facts,
    Message,
    Table,
    Text,
)
from alliance.rolls import Roll, RollLine
from templates import formats
from templates.makers.forms import fact_pairs
from templates.makers.invitations import answer_buttons
from templates.makers.kinds import maker
from templates.makers.meeting_words import (
    meeting_name,
    meeting_words,
    quorum_words,
    said_words,
    state_words,
    table_of_seats,
    week_words,
    when_words,
    where_words,
)
from templates.makers.words import command
from templates.phrases import Phrases

# ------------------------------------------------------------------------------------------------- looking


@maker("meeting_list")
def meeting_list(
    say: Phrases,
    *,
    meetings: Sequence[Meeting],
    past: Sequence[Meeting],
    secretariat: bool,
    year: int,
    planned: bool = False,
) -> Message:
    """The meetings ahead and the last that have been; ``planned``: nothing of the year is left to plan."""
    summary = say("meeting_list.summary", count=len(meetings))
    shown = (("caption", meetings), ("past", past))
    tables = [_table_of_meetings(say, caption, found) for caption, found in shown if found]
    blocks: list[Block] = [Text(summary), *tables]
    named = (*meetings[:6], *past)
    buttons = [Button(m.title.in_(say.language), command(say, "meeting", meeting_name(say, m))) for m in named]
    if secretariat and not planned:
        buttons.append(Button(say("meeting_list.plan"), command(say, "year", year), "primary"))
    if secretariat:
        buttons.append(Button(say("meeting_list.add"), command(say, "meeting", say("words.meeting_verb.add"))))
    return Message(summary, (*blocks, Buttons(tuple(buttons))) if buttons else tuple(blocks))


def _table_of_meetings(say: Phrases, caption: str, meetings: Sequence[Meeting]) -> Table:
    head = tuple(say(f"meeting_list.head.{column}") for column in ("what", "when", "where", "state"))
    rows = tuple(
        (m.title.in_(say.language), when_words(say, m), where_words(say, m), state_words(say, m)) for m in meetings
    )
    return Table(say(f"meeting_list.{caption}"), head, rows)


@maker("meeting_shown")
def meeting_shown(
    say: Phrases, *, roll: Roll, secretariat: bool, now: datetime, mine: Sequence[tuple[RollLine, str]]
) -> Message:
    """One meeting: when, where, the days that hang on it, and who is to come."""
    meeting = roll.meeting
    summary = say(
        "meeting_shown.summary", meeting=meeting, when=when_words(say, meeting), state=state_words(say, meeting)
    )
    blocks: list[Block] = [Text(meeting.title.in_(say.language), "heading"), meeting_facts(say, roll)]
    if meeting.reason:
        blocks.append(Text(say("meeting_shown.reason", meeting=meeting, reason=meeting.reason), "subtle"))
    if meeting.of_body:
        blocks += table_of_seats(say, roll, secretariat=secretariat)
    elif secretariat:
        blocks += [Text(say("meeting_shown.answered", **roll.answered())), *table_of_members(say, roll)]
    for line, prefix in mine:
        blocks += _own_answer(say, roll, line, prefix)
    buttons = meeting_buttons(say, roll, now) if secretariat else _papers(say, meeting)
    return Message(summary, (*blocks, Buttons(tuple(buttons))) if buttons else tuple(blocks))


def _own_answer(say: Phrases, roll: Roll, line: RollLine, prefix: str) -> list[Block]:
    """What the reader's own seat has answered, and the three ways to answer."""
    said = Text(say("meeting_shown.mine", organisation=line.organisation, said=said_words(say, roll, line)))
    return [said, Buttons(answer_buttons(say, roll.meeting, prefix))]


def meeting_facts(say: Phrases, roll: Roll) -> Facts:
    """Return when and where it is, the days that hang on it, and whether it can decide."""
    meeting, language = roll.meeting, say.language
    return fact_pairs(
        (say("meeting.label.state"), state_words(say, meeting)),
        (say("meeting.label.when"), week_words(say, meeting)),
        (say("meeting.label.where"), where_words(say, meeting)),
        (say("meeting.label.answer_by"), formats.long_day(meeting.answer_by, language)),
        (say("meeting.label.agenda_due"), formats.long_day(roll.agenda_due, language) if roll.agenda_due else ""),
        (say("meeting.label.minutes_due"), formats.long_day(roll.minutes_due, language) if roll.minutes_due else ""),
        (say("meeting.label.quorum"), quorum_words(say, roll)),
    )


def table_of_members(say: Phrases, roll: Roll) -> list[Table]:
    """Return the members that have answered, with what; nothing while none has."""
    told = [line for line in roll.lines if line.answer or line.earlier]
    head = tuple(say(f"meeting_shown.head.{column}") for column in ("member", "answer"))
    rows = tuple((line.organisation, said_words(say, roll, line)) for line in told)
    return [Table(say("meeting_shown.caption.members"), head, rows)] if rows else []


def meeting_buttons(say: Phrases, roll: Roll, now: datetime) -> list[Button]:
    """What the secretariat can do now, the next step first."""
    meeting = roll.meeting
    begun = meeting.starts_at <= now
    verbs: list[str] = []
    if meeting.state == "planned" and not begun:
        verbs = ["call", "move", "cancel"]
    elif meeting.state in ("planned", "called"):
        verbs = ["hold"] if begun else ["move", "cancel"]
    elif meeting.state == "held" and meeting.of_body:
        verbs = ["hold"]
    buttons = [Button(say(f"meeting_shown.do.{verb}"), meeting_words(say, verb, meeting)) for verb in verbs]
    if buttons:
        buttons[0] = Button(buttons[0].label, buttons[0].words, "primary")
    return buttons + _papers(say, meeting)


def _papers(say: Phrases, meeting: Meeting) -> list[Button]:
    if not meeting.of_body or meeting.state == "cancelled":
        return []
    name = meeting_name(say, meeting)
    buttons = [Button(say("meeting_shown.agenda"), command(say, "agenda", name))]
    if meeting.state == "held":
        buttons.append(Button(say("meeting_shown.minutes"), command(say, "minutes", name)))
    return buttons
