"""Hiding what is owed from one's own reminders: the question, the answer, and the buttons that lead there and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from alliance.accounts import Account, Story
from alliance.messages import Button, Buttons, Form, Message, Section, Text
from templates.makers.forms import button_row, question, undo_button
from templates.makers.kinds import maker
from templates.makers.words import command, due_words, settle_buttons, story_heading
from templates.phrases import Phrases

MOST_OFFERED = 20


def snooze_button(say: Phrases, story: Story) -> tuple[Button, ...]:
    """Return the button that asks until when to hide it; nothing where it is too late, or nobody is reminded."""
    if story.may_hide_until is None:
        return ()
    return (Button(say("snooze.ask_me"), command(say, "snooze", story.account.obligation.id)),)


def show_again_button(say: Phrases, account: Account) -> Button:
    """Return the button that takes it back."""
    return Button(say("snooze.show_again"), command(say, "snooze", account.obligation.id, say("words.snooze_end")))


def peace_buttons(say: Phrases, story: Story, reader: int) -> tuple[Button, ...]:
    """Return what the reader (a person's id) can do: take back what they hide, or hide what they are reminded of."""
    if reader in story.hidden:
        return (show_again_button(say, story.account),)
    return snooze_button(say, story) if any(contact.person_id == reader for contact in story.contacts) else ()


@maker("snooze_what")
def snooze_what(say: Phrases, *, accounts: tuple[Account, ...], several: bool) -> Message:
    """What the reader is reminded of and can hide, each as a button; ``several``: they act for more than one member."""
    summary = say("snooze_what.summary", n=len(accounts))
    buttons = tuple(
        Button(
            say(
                "snooze_what.this",
                title=a.requirement.title,
                due=a.obligation.due,
                member=several and a.organisation.name,
            ),
            command(say, "snooze", a.obligation.id),
        )
        for a in accounts[:MOST_OFFERED]
    )
    return Message(summary, (Text(summary), *button_row(*buttons)))


@maker("snooze_form")
def snooze_form(
    say: Phrases,
    *,
    story: Story,
    day: date,
    offered: tuple[date, ...],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> Message:
    """Until when? A few days as buttons, any other typed. ``day`` is today, the last ``offered`` the last there is."""
    account, last = story.account, offered[-1]
    summary = say("snooze_form.summary", heading=story_heading(say, story))
    note = say("snooze_form.note", due=due_words(say, account.obligation.due or last, day), last=last)
    words = command(say, "snooze", account.obligation.id)
    buttons = tuple(
        Button(
            say("snooze_form.until", day=until, n=(until - day).days, last=until == last),
            f"{words} {until:%d-%m-%Y}",
        )
        for until in offered
    )
    ask = question(say, "snooze_form.until_day", typed, errors, "date", required=True)
    form = Form((Section(say("snooze_form.other"), (ask,)),), (Button(say("snooze_form.send"), words, "primary"),))
    return Message(summary, (Text(summary), Text(note, "subtle"), Buttons(buttons), form))


@maker("snoozed")
def snoozed(
    say: Phrases, *, story: Story, until: date, cut: bool, before: date | None = None, prefix: str = ""
) -> Message:
    """It is hidden now: until when, what that means for others, and the way back to what was ``before``."""
    heading = story_heading(say, story)
    summary = say("snoozed.summary", heading=heading, until=until, cut=cut)
    blocks = (Text(summary), Text(say("snoozed.note", due=story.account.obligation.due), "subtle"))
    settle, was = (
        settle_buttons(say, story.account, prefix),
        f"{before:%d-%m-%Y}" if before else say("words.snooze_end"),
    )
    undo = undo_button(say, command(say, "snooze", story.account.obligation.id, was), f"{until:%d-%m-%Y}")
    return Message(summary, (*blocks, Buttons((*undo, *settle))))


@maker("snooze_over")
def snooze_over(say: Phrases, *, story: Story, hidden: bool, prefix: str = "") -> Message:
    """It was taken back, or nothing was ``hidden``."""
    key = "taken_back" if hidden else "nothing"
    summary = say(f"snooze_over.{key}", heading=story_heading(say, story))
    buttons = (*settle_buttons(say, story.account, prefix), Button(say("reminder.to_list"), command(say, "list")))
    return Message(summary, (Text(summary), Buttons(buttons)))
