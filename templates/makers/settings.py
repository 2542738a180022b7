"""How somebody is written to, and what of it they can change."""

from __future__ import annotations

from alliance.messages import Button, Buttons, Message, Text
from templates.makers.kinds import maker
from templates.makers.words import channel_words, command
from templates.phrases import LANGUAGES, Phrases


@maker("settings")
def settings(say: Phrases, *, channels: tuple[str, ...], hours: tuple[int, int], snoozed: int = 0) -> Message:
    """``channels`` in the order in which they are tried; ``hours`` are the local ones between which reminders come.

    ``snoozed`` is how many things their reader is not reminded of for a while.
    """
    summary = say("settings.summary", channels=tuple(channel_words(say, channel) for channel in channels))
    when = say("settings.hours", start=hours[0], end=hours[1])
    others = (language for language in LANGUAGES if language != say.language)
    buttons = tuple(Button(Phrases(other)("settings.choose"), command(say, "language", other)) for other in others)
    blocks = [Text(summary), Text(when, "subtle")]
    if snoozed:
        blocks.append(Text(say("settings.snoozed", n=snoozed), "subtle"))
    return Message(summary, (*blocks, Buttons(buttons)))
