"""How somebody is written to, and what of it they can change."""

from __future__ import annotations

from alliance.messages import Button, Buttons, Message, Text
from templates.makers.kinds import maker
from templates.makers.words import channel_words, command
from templates.phrases import LANGUAGES, Phrases


@maker("settings")
def settings(say: Phrases, *, channels: tuple[str, ...], hours: tuple[int, int]) -> Message:
    """``channels`` in the order in which they are tried; ``hours`` are the local ones between which reminders come."""
    summary = say("settings.summary", channels=tuple(channel_words(say, channel) for channel in channels))
    when = say("settings.hours", start=hours[0], end=hours[1])
    others = (language for language in LANGUAGES if language != say.language)
    buttons = tuple(Button(Phrases(other)("settings.choose"), command(say, "language", other)) for other in others)
    return Message(summary, (Text(summary), Text(when, "subtle"), Buttons(buttons)))
