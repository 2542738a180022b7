"""How somebody is written to, and what of it they can change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

from alliance.absences import Absence
from alliance.messages import Block, Button, Buttons, Form, Message, Section, Text
from alliance.quiet import QuietHours
from templates.makers.absences import away_button
from templates.makers.forms import button_row, question, undo_button
from templates.makers.kinds import maker
from templates.makers.words import channel_words, command
from templates.phrases import LANGUAGES, Phrases


@maker("settings")
def settings(
    say: Phrases,
    *,
    channels: tuple[str, ...],
    hours: tuple[int, int],
    snoozed: int = 0,
    quiet: QuietHours | None = None,
    absence: Absence | None = None,
) -> Message:
    """``channels`` in the order in which they are tried; ``hours`` are the local ones between which reminders come.

    ``snoozed`` is how many things their reader is not reminded of for a while.
    """
    summary = say("settings.summary", channels=tuple(channel_words(say, channel) for channel in channels))
    when = say("settings.hours", start=hours[0], end=hours[1], quiet=quiet is not None)
    others = (language for language in LANGUAGES if language != say.language)
    buttons = tuple(Button(Phrases(other)("settings.choose"), command(say, "language", other)) for other in others)
    blocks = [Text(summary), Text(when, "subtle")]
    if quiet:
        blocks.append(Text(say("settings.quiet", hours=quiet_words(say, quiet)), "subtle"))
    if absence:
        blocks.append(Text(say("settings.away", since=absence.validity.since, last=absence.last), "subtle"))
    if snoozed:
        blocks.append(Text(say("settings.snoozed", n=snoozed), "subtle"))
    change = Button(say("settings.change_quiet" if quiet else "settings.be_quiet"), command(say, "quiet"))
    return Message(summary, (*blocks, Buttons((*buttons, change, away_button(say, absence)))))


def quiet_words(say: Phrases, quiet: QuietHours) -> str:
    """Return quiet hours in a sentence: ``kl. 12-14``, ``kl. 20.30-8``."""
    return say("quiet.hours", start=_hour(say, quiet.start), end=_hour(say, quiet.end))


def _hour(say: Phrases, at: time) -> str:
    if at.minute == 0:
        return f"{at.hour}"
    return f"{at.hour}.{at.minute:02}" if say.language == "da" else f"{at.hour}:{at.minute:02}"


@maker("quiet_form")
def quiet_form(
    say: Phrases, *, quiet: QuietHours | None, typed: Mapping[str, str], errors: Mapping[str, str]
) -> Message:
    """Between which hours? ``quiet`` are those that hold now."""
    summary = say("quiet_form.summary", hours=quiet_words(say, quiet) if quiet else "")
    ask = question(say, "quiet_form.hours", typed, errors, "text", required=True)
    words = command(say, "quiet")
    off = (Button(say("quiet_form.none"), command(say, "quiet", say("words.quiet_off"))),) if quiet else ()
    form = Form(
        (Section(say("quiet_form.section"), (ask,), say("quiet.note")),),
        (Button(say("quiet_form.send"), words, "primary"),),
    )
    return Message(summary, (Text(summary), form, *button_row(*off)))


@maker("quiet_set")
def quiet_set(
    say: Phrases,
    *,
    quiet: QuietHours | None,
    hours: tuple[time, time],
    changed: bool = False,
    before: QuietHours | None = None,
) -> Message:
    """What holds from now on, and what held ``before``. ``hours`` are the local ones between which reminders come."""
    off = say("words.quiet_off")
    undo = undo_button(say, command(say, "quiet", before or off), quiet or off) if changed else ()
    if quiet is None:
        summary = say("quiet_set.none")
        choose = Button(say("settings.be_quiet"), command(say, "quiet"))
        return Message(summary, (Text(summary), Buttons((*undo, choose))))
    summary = say("quiet_set.summary", hours=quiet_words(say, quiet))
    blocks: list[Block] = [Text(summary), Text(say("quiet.note"), "subtle")]
    if quiet.covers_all(*hours):
        blocks.append(Text(say("quiet_set.all_day", start=hours[0].hour), "warning"))
    # Where there were none before, undoing it is just that.
    none = () if undo and before is None else (Button(say("quiet_form.none"), command(say, "quiet", off)),)
    return Message(summary, (*blocks, Buttons((*undo, *none))))
