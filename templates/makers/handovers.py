"""Handing something over to a colleague: the question, what would happen, what has, and what either hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from alliance.accounts import Account, HandedOver, Story
from alliance.handovers import domain_of
from alliance.messages import Block, Button, Buttons, Choice, Form, Message, Section, Text
from templates.makers.forms import button_row, choice_question, fact_pairs, question
from templates.makers.kinds import maker
from templates.makers.words import command, due_words, meeting_words, settle_buttons, story_heading
from templates.phrases import Phrases

MOST_OFFERED = 20


def give_button(say: Phrases, story: Story) -> Button:
    """Return the button that asks whom to hand it to."""
    return Button(say("handover.give"), command(say, "hand_over", story.account.obligation.id))


def take_back_button(say: Phrases, story: Story) -> Button:
    return Button(say("handover.take_back"), command(say, "take_back", story.account.obligation.id))


def decline_button(say: Phrases, story: Story) -> Button:
    return Button(say("handover.decline"), command(say, "decline", story.account.obligation.id))


def handover_buttons(say: Phrases, story: Story, reader: int) -> tuple[Button, ...]:
    """Return what the reader (a person's id) can do: take it back, give it back, or hand it over."""
    if not story.account.standing.owes:
        return ()
    if any(each.giver_id == reader for each in story.handed):
        return (take_back_button(say, story),)
    if any(each.colleague_id == reader for each in story.handed):
        return (decline_button(say, story),)
    return (give_button(say, story),) if any(contact.person_id == reader for contact in story.contacts) else ()


def handed_words(say: Phrases, story: Story) -> str:
    """Return who handed it to whom; an empty text where nobody did."""
    return "; ".join(_line(say, each) for each in story.handed)


def _line(say: Phrases, each: HandedOver) -> str:
    return say("handover.line", giver=each.giver, colleague=each.colleague, at=each.at, note=each.note)


def _when(say: Phrases, story: Story, day: date | None = None) -> tuple[tuple[str, str], ...]:
    due = story.account.obligation.due
    words = "" if due is None else due_words(say, due, day) if day else say("handover.due", due=due)
    return ((say("story.label.meeting"), meeting_words(say, story)), (say("story.label.due"), words))


@maker("handover_what")
def handover_what(say: Phrases, *, accounts: tuple[Account, ...], several: bool) -> Message:
    """What the reader can hand over, each as a button; ``several``: they act for more than one member."""
    summary = say("handover_what.summary", n=len(accounts))
    buttons = tuple(
        Button(
            say("handover_what.this", title=a.requirement.title, member=several and a.organisation.name),
            command(say, "hand_over", a.obligation.id),
        )
        for a in accounts[:MOST_OFFERED]
    )
    return Message(summary, (Text(summary), *button_row(*buttons)))


@maker("handover_form")
def handover_form(
    say: Phrases,
    *,
    story: Story,
    colleagues: tuple[tuple[str, str], ...],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> Message:
    """Whom to? ``colleagues`` are (id, name) of those we know; anybody else by name and work address."""
    summary = say("handover_form.summary", heading=story_heading(say, story))
    choices = tuple(Choice(id_, name) for id_, name in colleagues)
    asks = (
        *([question(say, "handover_form.colleague", typed, errors, "choice", choices=choices)] if choices else []),
        question(say, "handover_form.name", typed, errors),
        question(say, "handover_form.mail", typed, _at_the_mail(errors, bool(choices))),
        question(say, "handover_form.note", typed, errors, "long"),
    )
    words = command(say, "hand_over", story.account.obligation.id)
    form = Form((Section(say("handover_form.section"), asks),), (Button(say("handover_form.send"), words, "primary"),))
    return Message(summary, (Text(summary), Text(say("handover.what"), "subtle"), form))


def _at_the_mail(errors: Mapping[str, str], can_choose: bool) -> Mapping[str, str]:
    """Where nobody can be chosen, what is missing is the address."""
    return errors if can_choose or "colleague" not in errors else {**errors, "mail": errors["colleague"]}


@maker("handover_preview")
def handover_preview(
    say: Phrases,
    *,
    story: Story,
    name: str,
    mail: str,
    chosen: str,
    note: str,
    foreign: bool,
    instead_of: str,
    seal: str,
) -> Message:
    """What would happen. ``foreign``: nobody of the member has such an address; ``instead_of`` is who has it now."""
    account, heading = story.account, story_heading(say, story)
    summary = say("handover_preview.summary", heading=heading, name=name)
    facts = fact_pairs(
        (say("handover_preview.label.to"), f"{name}, {mail}" if mail else name),
        *_when(say, story),
        (say("handover_preview.label.note"), note),
        (say("handover_preview.label.instead_of"), instead_of),
    )
    blocks: list[Block] = [Text(summary, "heading"), facts, Text(say("handover.what"))]
    if foreign:
        domain, organisation = domain_of(mail), account.organisation.official_name
        warning = say("handover_preview.foreign", domain=domain, organisation=organisation)
        blocks.append(Text(warning, "warning"))
    return Message(
        summary, (*blocks, _confirming(say, story, {"mail": mail, "name": name, "note": note}, chosen, seal))
    )


def _confirming(say: Phrases, story: Story, typed: Mapping[str, str], chosen: str, seal: str) -> Form:
    """What was typed, to be sent in as it stands or changed before."""
    who = tuple(question(say, f"handover_form.{key}", typed, {}) for key in ("name", "mail"))
    if chosen:
        known = (Choice(chosen, typed["name"]),)
        who = (choice_question(say, "handover_form.colleague", {"colleague": chosen}, {}, known),)
    asks = tuple(replace(ask, hint="") for ask in (*who, question(say, "handover_form.note", typed, {}, "long")))
    words = command(say, "hand_over", story.account.obligation.id)
    buttons = (
        Button(say("handover_preview.send", name=typed["name"]), f"{words} {say('words.confirm')} {seal}", "primary"),
        Button(say("handover_preview.again"), words),
    )
    return Form((Section(say("handover_preview.form"), asks),), buttons)


@maker("handover_done")
def handover_done(say: Phrases, *, story: Story, name: str) -> Message:
    """The receipt: who is asked from now on, and the way back."""
    summary = say("handover_done.summary", heading=story_heading(say, story), name=name)
    note = Text(say("handover_done.note"), "subtle")
    return Message(summary, (Text(summary), note, Buttons((take_back_button(say, story), _to_list(say)))))


def _to_list(say: Phrases) -> Button:
    return Button(say("reminder.to_list"), command(say, "list"))


@maker("handover_over")
def handover_over(say: Phrases, *, story: Story, name: str, gave: bool, prefix: str = "") -> Message:
    """It is the giver's again: taken back by them (``gave``), or given back; ``name`` is the other of the two."""
    key = "taken_back" if gave else "declined"
    summary = say(f"handover_over.{key}", heading=story_heading(say, story), name=name)
    buttons = (*(settle_buttons(say, story.account, prefix) if gave else ()), _to_list(say))
    return Message(summary, (Text(summary), Buttons(buttons)))


# ----------------------------------------------------------------------------------------- what either is told


@maker("handed_over")
def handed_over(
    say: Phrases, *, person: str, giver: str, note: str, story: Story, day: date, prefix: str = ""
) -> Message:
    """To the colleague: what, for whom, until when and why; the button that settles it, and the way back."""
    summary = say("handed_over.summary", giver=giver, title=story.account.requirement.title)
    organisation = story.account.organisation.official_name
    facts = fact_pairs((say("handed_over.label.note"), note), *_when(say, story, day))
    return Message(
        summary,
        (
            Text(say("handed_over.opening", person=person, giver=giver, organisation=organisation)),
            Text(story_heading(say, story), "heading"),
            facts,
            Buttons((*settle_buttons(say, story.account, prefix), decline_button(say, story))),
            Text(say("handed_over.note", giver=giver), "subtle"),
        ),
    )


@maker("handed_back")
def handed_back(say: Phrases, *, colleague: str, story: Story, day: date, prefix: str = "") -> Message:
    """To the giver: their colleague cannot, so it is theirs again."""
    summary = say("handed_back.summary", colleague=colleague, title=story.account.requirement.title)
    buttons = (*settle_buttons(say, story.account, prefix), give_button(say, story))
    heading = Text(story_heading(say, story), "heading")
    return Message(
        summary,
        (
            Text(say("handed_back.then", colleague=colleague)),
            heading,
            fact_pairs(*_when(say, story, day)),
            Buttons(buttons),
        ),
    )


@maker("taken_back")
def taken_back(say: Phrases, *, giver: str, story: Story) -> Message:
    """To the colleague: they need not do any more."""
    summary = say("taken_back.summary", giver=giver, heading=story_heading(say, story))
    return Message(summary, (Text(summary), Text(say("taken_back.then"))))
