"""What a message in a chat says once something has happened: the same matter as it stands, without stale buttons."""

from __future__ import annotations

from datetime import date

from alliance.accounts import Story
from alliance.attendance import Answer
from alliance.influence import PolicyAsk
from alliance.meetings import Meeting
from alliance.members import Organisation
from alliance.messages import Block, Buttons, Message, Text
from alliance.obligations import Standing
from templates.makers.forms import fact_pairs
from templates.makers.invitations import answer_buttons
from templates.makers.kinds import maker
from templates.makers.meeting_words import meeting_name, when_words
from templates.makers.policy_asks import waiting_blocks
from templates.makers.reminders import Line, in_full, shorter, to_list
from templates.makers.snoozes import show_again_button
from templates.makers.words import answer_words, command, fact_words, standing_words, story_heading
from templates.phrases import Phrases

Settled = tuple[Story, str]
"""(what is in place, who gave the answer that it waits with)"""
Hidden = tuple[Story, date]
"""(what its reader hides, until which morning)"""


@maker("reminder_now")
def reminder_now(
    say: Phrases,
    *,
    person: str,
    sent_on: date,
    day: date,
    settled: tuple[Settled, ...],
    others: tuple[Story, ...],
    lines: tuple[Line, ...],
    hidden: tuple[Hidden, ...] = (),
    asks: tuple[PolicyAsk, ...] = (),
) -> Message:
    """A reminder as it stands: what is in place and by whom, what others are asked for now, and what is left.

    ``hidden`` is what its reader hides, with the day on which they are reminded again; ``asks`` is what the
    alliance asked of others without an answer, for the secretariat.
    """
    done = sum(_is_in_place(story.account.standing) for story, _ in settled)
    over = len(settled) - done + len(others)
    summary = say("reminder_now.summary", sent_on=sent_on, done=done, left=len(lines), over=over, hidden=len(hidden))
    blocks: list[Block] = [Text(summary)]
    blocks += [Text(_in_place(say, story, by)) for story, by in settled]
    blocks += [Text(say("reminder_now.others", heading=story_heading(say, story)), "subtle") for story in others]
    for story, until in hidden:
        blocks.append(Text(say("reminder_now.hidden", heading=story_heading(say, story), until=until)))
        blocks.append(Buttons((show_again_button(say, story.account),)))
    for line in lines:
        if line[1].account.obligation.due is None:
            blocks.append(Text(story_heading(say, line[1])))
        else:
            blocks += shorter(say, line, day) if line[2] is None else in_full(say, line, person, day)
    blocks += waiting_blocks(say, asks, day)
    return Message(summary, (*blocks, to_list(say)) if lines or asks else tuple(blocks))


def _is_in_place(standing: Standing) -> bool:
    """Whether something came in, or is not needed; what is over without that is no longer owed either."""
    came = standing.answer is not None if standing.by is None else standing.by.result != "absent"
    return came and standing.state != "unfulfilled"


def _in_place(say: Phrases, story: Story, by: str) -> str:
    standing = story.account.standing
    how = standing_words(say, standing)
    if standing.by:
        how = fact_words(say, standing.by)
    elif standing.answer:
        how = f"{answer_words(say, standing.answer)}; {_given(say, standing.answer, by)}"
    key = "in_place" if _is_in_place(standing) else "missed"
    return say(f"reminder_now.{key}", heading=story_heading(say, story), how=how)


def _given(say: Phrases, answer: Answer, by: str) -> str:
    """Who gave an answer, and when."""
    return say("settled.on_behalf" if answer.on_behalf else "settled.by_member", name=by, at=answer.given_at)


@maker("meeting_now")
def meeting_now(
    say: Phrases,
    *,
    meeting: Meeting,
    organisation: Organisation,
    state: str,
    answer: Answer | None,
    by: str,
    prefix: str,
) -> Message:
    """A question about a meeting as it stands: answered and by whom, moved, cancelled; with buttons only while open."""
    told = say(f"meeting.response.{answer.response}") if answer else ""
    summary = say(f"meeting_now.{state}", meeting=meeting, organisation=organisation, told=told)
    blocks: list[Block] = [Text(summary)]
    if state == "cancelled" and meeting.reason:
        blocks.append(Text(say("invitation.reason", reason=meeting.reason)))
    blocks.append(
        fact_pairs((say("meeting.label.when"), when_words(say, meeting)), (say("meeting.label.where"), meeting.place))
    )
    if answer:
        words = command(say, "rsvp", meeting_name(say, meeting), prefix=prefix)
        blocks.append(Text(_given(say, answer, by)))
        blocks.append(Text(say("meeting_now.change", words=words), "subtle"))
    if state == "open":
        blocks.append(Buttons(answer_buttons(say, meeting, prefix)))
    return Message(summary, tuple(blocks))
