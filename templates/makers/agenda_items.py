"""One item of an agenda: the form it is written in, its attachments, what a member proposes and hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from alliance.agendas import AgendaItem
from alliance.meetings import Meeting
from alliance.messages import Ask, Block, Button, Buttons, ButtonStyle, Choice, Form, Message, Section, Text
from alliance.papers import ITEM_KINDS, PaperAttachment
from templates.makers.agendas import Proposal, reference
from templates.makers.forms import button_row, choice_question, question
from templates.makers.kinds import maker
from templates.makers.meeting_words import command_name
from templates.makers.words import command
from templates.phrases import Phrases

Typed = Mapping[str, str]
Trouble = tuple[str, Mapping[str, object]]
"""Why a file was not taken: a reason of the refusals, and what its words need."""


def size_words(say: Phrases, size: int) -> str:
    """A size in MB with one decimal, or whole kB below one MB."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} kB"
    shown = f"{size / 1_000_000:.1f}".removesuffix(".0")
    return f"{shown.replace('.', ',') if say.language == 'da' else shown} MB"


@maker("item_form")
def item_form(
    say: Phrases,
    *,
    meeting: Meeting,
    item: AgendaItem | None,
    issued: bool,
    typed: Typed,
    errors: Typed,
    trouble: Trouble | None,
    changed_by: str,
) -> Message:
    """A new item (``item`` None), or one to be edited. ``issued``: its readers have it, so a supplement must follow."""
    summary = say("item_form.summary", meeting=meeting, item=item)
    blocks: list[Block] = []
    if changed_by:
        blocks.append(Text(say("item_form.changed", by=changed_by), "warning"))
    if issued:
        blocks.append(Text(say("item_form.issued"), "warning"))
    words = _save_words(say, meeting, item)
    form = Form(_sections(say, summary, typed, errors, trouble), (Button(say("item_form.save"), words, "primary"),))
    blocks.append(form)
    if item:
        blocks += _attached(say, item) + _item_buttons(say, meeting, item, issued)
    return Message(summary, tuple(blocks))


@maker("item_remove")
def item_remove(say: Phrases, *, meeting: Meeting, item: AgendaItem) -> Message:
    """Asks before an item is taken off the agenda."""
    summary = say("item_remove.summary", meeting=meeting, item=item)
    words = command(say, "item", reference(item), say("words.item_verb.remove"), say("words.confirm"))
    yes = Button(say("item_remove.yes"), words, "danger")
    no = Button(say("item_remove.no"), command(say, "item", reference(item)))
    return Message(summary, (Text(summary), Buttons((yes, no))))


def _save_words(say: Phrases, meeting: Meeting, item: AgendaItem | None) -> str:
    if item is None:
        return command(say, "item", command_name(say, meeting))
    return command(say, "item", reference(item), say("words.item_verb.save"), f"r{item.revision}")


def _sections(say: Phrases, summary: str, typed: Typed, errors: Typed, trouble: Trouble | None) -> tuple[Section, ...]:
    what = (
        question(say, "item_form.heading", typed, errors, required=True),
        choice_question(say, "item_form.kind", typed, errors, kind_choices(say)),
        question(say, "item_form.closed", typed, errors, "check"),
        question(say, "item_form.public_heading", typed, errors),
    )
    prose = tuple(question(say, f"item_form.{key}", typed, errors, "long") for key in PROSE)
    return (
        Section(summary, what),
        Section(say("item_form.prose"), prose),
        Section(say("item_form.files"), file_asks(say, typed, trouble)),
    )


PROSE = ("summary", "case", "recommendation")


def kind_choices(say: Phrases) -> tuple[Choice, ...]:
    return tuple(Choice(kind, say(f"paper.kind.{kind}")) for kind in ITEM_KINDS)


def file_asks(say: Phrases, typed: Typed, trouble: Trouble | None) -> tuple[Ask, ...]:
    """The question for a file, with what was wrong with the one that came."""
    file = question(say, "item_form.file", {}, {}, "file")
    if trouble:
        file = replace(file, error=trouble_words(say, trouble))
    return file, question(say, "item_form.file_closed", typed, {}, "check")


def trouble_words(say: Phrases, trouble: Trouble) -> str:
    reason, facts = trouble
    sizes = {key: size_words(say, value) for key, value in facts.items() if isinstance(value, int)}
    return say(f"file_trouble.{reason}", **{**facts, **sizes})


def _attached(say: Phrases, item: AgendaItem) -> list[Block]:
    if not item.attachments:
        return []
    lines = "\n".join(_file_line(say, attachment) for attachment in item.attachments)
    remove = (
        Button(
            say("item_form.take_off", name=attachment.name),
            command(say, "attachment", reference(item), say("words.item_verb.remove"), attachment.id),
        )
        for attachment in item.attachments
    )
    return [Text(say("paper.heading.attachments"), "heading"), Text(lines), *button_row(*remove)]


def _file_line(say: Phrases, attachment: PaperAttachment) -> str:
    return say("item_form.file_line", attachment=attachment, size=size_words(say, attachment.size))


def _item_buttons(say: Phrases, meeting: Meeting, item: AgendaItem, issued: bool) -> list[Block]:
    def verb(key: str) -> Button:
        style: ButtonStyle = "danger" if key == "remove" else "plain"
        return Button(
            say(f"item_form.verb.{key}"), command(say, "item", reference(item), say(f"words.item_verb.{key}")), style
        )

    verbs = () if issued else ("up", "down", "remove")
    refresh = ("refresh",) if item.drawn else ()
    back = Button(say("item_form.agenda"), command(say, "agenda", command_name(say, meeting)))
    return [Buttons((*(verb(key) for key in (*refresh, *verbs)), back))]


@maker("attachment_form")
def attachment_form(say: Phrases, *, item: AgendaItem, typed: Typed, trouble: Trouble | None) -> Message:
    """The files of an item, and a place for one more."""
    summary = say("attachment_form.summary", item=item)
    asks = file_asks(say, typed, trouble)
    button = Button(say("attachment_form.send"), command(say, "attachment", reference(item)), "primary")
    back = Button(say("attachment_form.back"), command(say, "item", reference(item)))
    form = Form((Section(summary, asks),), (button,))
    return Message(summary, (form, *_attached(say, item), Buttons((back,))))


# ----------------------------------------------------------------------------------------------------- proposals


@maker("propose_form")
def propose_form(
    say: Phrases, *, meeting: Meeting, organisation: str, typed: Typed, errors: Typed, prefix: str
) -> Message:
    """What a member wants to have on the agenda."""
    summary = say("propose_form.summary", meeting=meeting, organisation=organisation)
    asks = (
        question(say, "item_form.heading", typed, errors, required=True),
        choice_question(say, "item_form.kind", typed, errors, kind_choices(say)),
        question(say, "propose_form.case", typed, errors, "long", required=True),
    )
    words = command(say, "propose", command_name(say, meeting), prefix=prefix)
    form = Form(
        (Section(summary, asks, say("propose_form.note")),), (Button(say("propose_form.send"), words, "primary"),)
    )
    return Message(summary, (form,))


@maker("proposed")
def proposed(say: Phrases, *, meeting: Meeting, heading: str, prefix: str) -> Message:
    """That the secretariat has the proposal."""
    summary = say("proposed.summary", meeting=meeting, heading=heading)
    look = Button(say("proposed.look"), command(say, "agenda", command_name(say, meeting)))
    return Message(summary, (Text(summary), Text(say("proposed.note"), "subtle"), Buttons((look,))))


@maker("proposal")
def proposal(say: Phrases, *, meeting: Meeting, proposal: Proposal, asks: bool) -> Message:
    """What a member proposes, as the secretariat is asked about it, or as the member itself is told it was noted."""
    summary = say("proposal.summary", proposal=proposal, meeting=meeting)
    blocks: list[Block] = [Text(summary, "heading")]
    if proposal.case:
        blocks.append(Text(proposal.case))
    if proposal.state != "proposed":
        said = say("proposal.decided", state=say(f"proposal.state.{proposal.state}"), reason=proposal.reason)
        return Message(summary, (*blocks, Text(said)))
    if not asks:
        return Message(summary, (*blocks, Text(say("proposal.on_behalf", by=proposal.by), "subtle")))
    accept, decline = (
        Button(say(f"proposal.{verb}"), command(say, "proposal", proposal.id, say(f"words.item_verb.{verb}")))
        for verb in ("accept", "decline")
    )
    return Message(summary, (*blocks, Buttons((accept, decline))))


@maker("decline_form")
def decline_form(say: Phrases, *, proposal: Proposal, typed: Typed, errors: Typed) -> Message:
    """Why a proposal does not get on the agenda: its proposer reads it."""
    summary = say("decline_form.summary", proposal=proposal)
    ask = question(say, "decline_form.reason", typed, errors, "long", required=True)
    words = command(say, "proposal", proposal.id, say("words.item_verb.decline"))
    form = Form(
        (Section(summary, (ask,), say("decline_form.note")),), (Button(say("decline_form.send"), words, "primary"),)
    )
    return Message(summary, (form,))


@maker("proposal_decided")
def proposal_decided(say: Phrases, *, meeting: Meeting, heading: str, state: str, reason: str) -> Message:
    """What became of a proposal, for whom it came from."""
    summary = say(f"proposal_decided.{state}", meeting=meeting, heading=heading)
    blocks: list[Block] = [Text(summary)]
    if reason:
        blocks.append(Text(say("proposal_decided.reason", reason=reason)))
    look = Button(say("proposal_decided.look"), command(say, "agenda", command_name(say, meeting)))
    return Message(summary, (*blocks, Buttons((look,))))
