"""Being away: from when to when, who is asked meanwhile, and back again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from alliance.absences import Absence
from alliance.messages import Button, Buttons, Choice, Form, Message, Section, Text
from templates.makers.forms import button_row, question, undo_button
from templates.makers.kinds import maker
from templates.makers.words import command
from templates.phrases import Phrases, listed


def away_button(say: Phrases, absence: Absence | None) -> Button:
    """Return the button that leads to being away, or back."""
    return back_button(say) if absence else Button(say("away.go"), command(say, "away"))


def back_button(say: Phrases) -> Button:
    return Button(say("away.come_back"), command(say, "away", say("words.away_end")))


@maker("away_form")
def away_form(
    say: Phrases,
    *,
    absence: Absence | None,
    colleagues: tuple[tuple[str, str], ...],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> Message:
    """From when to when, and who is asked if nobody else is? ``colleagues`` are (id, name)."""
    summary = say("away_form.summary")
    if absence:
        summary = say("away_form.already", since=absence.validity.since, last=absence.last)
    nobody = Choice("none", say("away_form.nobody"))
    choices = (nobody, *(Choice(id_, name) for id_, name in colleagues))
    asks = (
        question(say, "away_form.since", typed, errors, "date", required=True),
        question(say, "away_form.last", typed, errors, "date", required=True),
        *([question(say, "away_form.deputy", typed, errors, "choice", choices=choices)] if colleagues else []),
    )
    send = Button(say("away_form.send"), command(say, "away"), "primary")
    form = Form((Section(say("away_form.section"), asks, say("away.note")),), (send,))
    return Message(summary, (Text(summary), form, *button_row(*([back_button(say)] if absence else []))))


@maker("away_set")
def away_set(
    say: Phrases, *, since: date, last: date, instead: tuple[str, ...], alone: tuple[str, ...], id: int = 0
) -> Message:
    """What holds: ``instead`` are the names of who is asked meanwhile, ``alone`` the members for which nobody is.

    ``id`` is that of the absence if it is new: it can be undone.
    """
    summary = say("away_set.summary", since=since, last=last)
    blocks = [Text(summary)]
    if instead:
        blocks.append(Text(say("away_set.instead", names=listed(instead, say.language))))
    if alone:
        blocks.append(Text(say("away_set.alone", members=listed(alone, say.language)), "warning"))
    undo = undo_button(say, command(say, "away", say("words.undo"), id)) if id else ()
    return Message(summary, (*blocks, Buttons((*undo, back_button(say)))))


@maker("away_undone")
def away_undone(say: Phrases, *, absence: Absence, again: tuple[tuple[date, date], ...]) -> Message:
    """It is taken back; ``again`` are the first and last day of each that holds now."""
    summary = say("away_undone.summary", since=absence.validity.since, last=absence.last)
    holds = [Text(say("settings.away", since=since, last=last)) for since, last in again]
    return Message(summary, (Text(summary), *holds, Buttons((Button(say("away.go"), command(say, "away")),))))


@maker("back")
def back(say: Phrases, *, was_away: bool) -> Message:
    """They are back, or were never away."""
    summary = say("back.summary" if was_away else "back.never")
    return Message(summary, (Text(summary), Buttons((Button(say("reminder.to_list"), command(say, "list")),))))


@maker("nobody_instead")
def nobody_instead(say: Phrases, *, person: str, members: tuple[str, ...], since: date, last: date) -> Message:
    """Tells the secretariat that somebody is away and reminders go to them all the same; what can be done."""
    summary = say("nobody_instead.summary", person=person, since=since, last=last)
    blocks = [Text(summary), Text(say("nobody_instead.do"), "subtle")]
    buttons = (
        Button(say("nobody_instead.proxy", member=name), f"{say('words.for')} {name}: {command(say, 'proxy')}")
        for name in members[:5]
    )
    return Message(summary, (*blocks, *button_row(*buttons)))
