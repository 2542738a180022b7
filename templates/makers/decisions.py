"""What was decided across meetings, with who does what by when and whether it is done."""

from __future__ import annotations

from collections.abc import Sequence

from alliance.decisions import DecidedAction, Decision
from alliance.messages import Block, Button, Message, Text
from templates.makers.forms import button_row
from templates.makers.kinds import maker
from templates.makers.words import command
from templates.phrases import Phrases

LONGEST = 700
"""Characters of a decision that are read in a list; the minutes have all of it, and it is said where they go on."""


@maker("decisions")
def decisions(
    say: Phrases, *, decisions: Sequence[Decision], words: str, count: int, number: int, pages: int
) -> Message:
    """One page of what was decided, the newest meeting first; ``words`` were looked for, empty for none."""
    looked_for = " ".join(words.split())[:80]
    summary = say("decisions.summary", count=count, words=looked_for, number=number, pages=pages)
    blocks: list[Block] = [Text(summary)]
    for one in decisions:
        blocks += [Text(heading(say, one), "heading"), Text("\n".join(said_lines(say, one)))]
    blocks += button_row(*_ways(say, decisions, looked_for, number, pages))
    return Message(summary, (*blocks, Text(say("decisions.note", word=command(say, "decisions")), "subtle")))


def heading(say: Phrases, one: Decision) -> str:
    """The meeting and the item."""
    return say("decisions.heading", one=one)


def said_lines(say: Phrases, one: Decision) -> list[str]:
    """The decision, cut where it is long, and each action with owner, deadline and how it stands."""
    said = one.decision if len(one.decision) <= LONGEST else say("decisions.cut", text=one.decision[:LONGEST].rstrip())
    return [*([said] if said else []), *(_action(say, action) for action in one.actions)]


def _action(say: Phrases, action: DecidedAction) -> str:
    return say("decisions.action", action=action, state=say(f"decisions.state.{action.state or 'over'}"))


def _ways(say: Phrases, found: Sequence[Decision], words: str, number: int, pages: int) -> list[Button]:
    papers = {one.paper_id: one.meeting for one in found}
    ways = [
        Button(say("decisions.minutes", meeting=meeting), command(say, "paper", paper))
        for paper, meeting in papers.items()
    ]
    if number > 1:
        ways.append(Button(say("decisions.newer"), _page(say, words, number - 1)))
    if number < pages:
        ways.append(Button(say("decisions.older"), _page(say, words, number + 1)))
    if words:
        ways.append(Button(say("decisions.all"), command(say, "decisions")))
    return ways


def _page(say: Phrases, words: str, number: int) -> str:
    return command(say, "decisions", *words.split(), say("words.page"), number)
