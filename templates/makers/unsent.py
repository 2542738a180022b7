"""What is said of answers that were typed and not sent in."""

from __future__ import annotations

from alliance.messages import Message, Text
from templates.makers.kinds import maker
from templates.phrases import Phrases


@maker("draft_kept")
def draft_kept(say: Phrases) -> Message:
    """What was typed into a form is kept for whoever typed it."""
    summary = say("draft_kept.summary")
    return Message(summary, (Text(summary),))
