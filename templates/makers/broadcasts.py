"""What the secretariat writes to many: the form, who gets what, and what was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alliance.messages import Block, Button, Buttons, Choice, Form, Message, Section, Table, Text
from templates.makers.forms import choice_question, one_form, question
from templates.makers.kinds import maker
from templates.makers.words import channel_words, command
from templates.phrases import Phrases

MOST_RECIPIENTS = 10
Recipient = tuple[str, str, str]
"""(name, organisation, channel)"""


@maker("message_form")
def message_form(
    say: Phrases,
    *,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    audiences: tuple[tuple[str, int], ...],
    member: str = "",
    prefix: str = "",
) -> Message:
    """``member`` is the name of the one that is written to, where it is one."""
    choices = tuple(
        Choice(key, say("message_form.audience", name=say(f"audience.{key}", member=member), count=count))
        for key, count in audiences
    )
    asks = (
        choice_question(say, "message_form.to", typed, errors, choices),
        question(say, "message_form.text", typed, errors, "long", required=True),
    )
    note, send = say("message_form.note"), say("message_form.send")
    return one_form(
        say("message_form.summary", member=member), note, asks, send, command(say, "message", prefix=prefix)
    )


@maker("message_preview")
def message_preview(
    say: Phrases,
    *,
    audience: str,
    text: str,
    seal: str,
    recipients: tuple[Recipient, ...],
    unreachable: tuple[str, ...],
    member: str = "",
    prefix: str = "",
) -> Message:
    named = say(f"audience.{audience}", member=member)
    summary = say("message_preview.summary", audience=named, count=len(recipients))
    blocks: list[Block] = [Text(summary, "heading")]
    if recipients:
        blocks += _recipient_blocks(say, recipients)
    if unreachable:
        blocks.append(Text(say("message_preview.unreachable", names=unreachable), "warning"))
    if not recipients:
        back = Button(say("message_preview.back"), command(say, "message", prefix=prefix))
        return Message(summary, (*blocks, Buttons((back,))))
    blocks += [Text(say("message_preview.text"), "heading"), Text(text)]
    return Message(summary, (*blocks, _preview_form(say, audience, named, text, seal, prefix)))


def _recipient_blocks(say: Phrases, recipients: Sequence[Recipient]) -> list[Block]:
    head = tuple(say(f"message_preview.head.{column}") for column in ("name", "member", "channel"))
    rows = tuple(
        (name, organisation, channel_words(say, channel))
        for name, organisation, channel in recipients[:MOST_RECIPIENTS]
    )
    blocks: list[Block] = [Table(say("message_preview.caption"), head, rows)]
    if len(recipients) > MOST_RECIPIENTS:
        more = say("message_preview.more", count=len(recipients) - MOST_RECIPIENTS)
        blocks.append(Text(more, "subtle"))
    return blocks


def _preview_form(say: Phrases, audience: str, named: str, text: str, seal: str, prefix: str) -> Form:
    asks = (
        choice_question(say, "message_form.to", {"to": audience}, {}, (Choice(audience, named),)),
        question(say, "message_form.text", {"text": text}, {}, "long", required=True),
    )
    confirm = command(say, "message", say("words.confirm"), seal, prefix=prefix)
    buttons = (
        Button(say("message_preview.send"), confirm, "primary"),
        Button(say("message_preview.again"), command(say, "message", prefix=prefix)),
    )
    return Form((Section(say("message_preview.form"), asks, say("message_preview.note")),), buttons)


@maker("message_sent")
def message_sent(say: Phrases, *, count: int, already: int) -> Message:
    summary = say("message_sent.summary", count=count, already=already)
    journal = Button(say("message_sent.journal"), command(say, "journal"))
    return Message(summary, (Text(summary), Text(say("message_sent.note"), "subtle"), Buttons((journal,))))
