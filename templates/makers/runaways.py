"""What the secretariat is told when a tick stopped itself."""

from __future__ import annotations

from alliance.messages import Button, Buttons, Message, Text
from templates.makers.kinds import maker
from templates.makers.words import command
from templates.phrases import Phrases


@maker("runaway")
def runaway(say: Phrases, *, planned: int, bound: int, in_a_day: bool) -> Message:
    """How many were about to go out, that none did, and what to look at."""
    summary = say("runaway.summary", planned=planned, in_a_day=in_a_day)
    blocks = (
        Text(summary),
        Text(say("runaway.stopped", bound=bound, in_a_day=in_a_day)),
        Text(say("runaway.do")),
        Text(say("runaway.again"), "subtle"),
        Buttons((Button(say("runaway.journal"), command(say, "journal")),)),
    )
    return Message(summary, blocks)
