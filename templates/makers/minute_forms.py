"""What is typed into minutes: the form of one item, and comments on the draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from alliance.meetings import Meeting
from alliance.messages import Ask, AskKind, Block, Button, Buttons, Choice, Form, Message, Section, Text
from alliance.minutes import MOST_ACTIONS
from alliance.papers import PaperItem
from templates.makers.kinds import maker
from templates.makers.meeting_words import command_name
from templates.makers.words import command
from templates.phrases import Phrases


@dataclass(frozen=True)
class ItemPage:
    """One item's form. ``verb`` is ``write`` or ``correct``, ``revision`` what it is made from.

    ``owners`` are keys and names of who may be given an action; ``comments`` who said what about the item.
    """

    meeting: Meeting
    item: PaperItem
    verb: str
    revision: int
    decides: bool
    earlier: bool
    later: bool
    owners: tuple[tuple[str, str], ...]
    comments: tuple[tuple[str, str], ...] = ()


def minutes_words(say: Phrases, verb: str, meeting: Meeting, *more: object) -> str:
    """Return what a person types: ``referat skriv 2/2027 4``."""
    return command(say, "minutes", say(f"words.minutes_verb.{verb}"), command_name(say, meeting), *more)


@maker("minute_form")
def minute_form(
    say: Phrases, *, page: ItemPage, typed: Mapping[str, str], errors: Mapping[str, str], by: str
) -> Message:
    """The form of one item: what was said, decided and agreed; ``by`` wrote something newer meanwhile."""
    summary = say("minute_form.summary", item=page.item, meeting=page.meeting)
    blocks: list[Block] = [Text(summary, "heading")]
    if by:
        blocks.append(Text(say("minute_form.conflict", by=by), "warning"))
    elif errors:
        blocks.append(Text(say("minute_form.wrong", count=len(errors)), "warning"))
    blocks += [Text(say("minute_form.comment", by=who, text=text), "subtle") for who, text in page.comments]
    sections = (_said(say, page, typed, errors), *_agreed(say, page, typed, errors))
    return Message(summary, (*blocks, Form(sections, _buttons(say, page))))


def _said(say: Phrases, page: ItemPage, typed: Mapping[str, str], errors: Mapping[str, str]) -> Section:
    fields = ("notes", "decision", "dissents") if page.decides else ("notes",)
    asks = tuple(_ask(say, field, field, "long", typed, errors) for field in fields)
    note = say(f"minute_form.note.{_kind_of(page)}", item=page.item)
    return Section(say("minute_form.said"), asks, note)


def _kind_of(page: ItemPage) -> str:
    if not page.decides:
        return "other_business"
    return "decision" if page.item.kind == "decision" else "other"


def _agreed(say: Phrases, page: ItemPage, typed: Mapping[str, str], errors: Mapping[str, str]) -> tuple[Section, ...]:
    """One section for each action there can be."""
    choices = (Choice("", say("minute_form.nobody")), *(Choice(key, name) for key, name in page.owners))
    return tuple(
        Section(
            say("minute_form.agreed", n=n),
            (
                _ask(say, f"what_{n}", "what", "text", typed, errors),
                _ask(say, f"owner_{n}", "owner", "choice", typed, errors, choices),
                _ask(say, f"due_{n}", "due", "date", typed, errors),
            ),
            say("minute_form.closed_note") if n == 1 and page.item.closed else "",
        )
        for n in range(1, MOST_ACTIONS + 1)
    )


def _ask(
    say: Phrases,
    key: str,
    name: str,
    kind: AskKind,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    choices: tuple[Choice, ...] = (),
) -> Ask:
    hint = f"minute_form.hint.{name}"
    return Ask(
        key,
        say(f"minute_form.ask.{name}"),
        kind,
        typed.get(key, ""),
        say(hint) if say.has(hint) else "",
        choices=choices,
        error=errors.get(key, ""),
    )


def _buttons(say: Phrases, page: ItemPage) -> tuple[Button, ...]:
    """Keep it; keep it and go on, or back. The words carry what the form was made from."""
    words = minutes_words(say, page.verb, page.meeting, page.item.number, f"r{page.revision}")
    buttons = [Button(say("minute_form.save"), words, "primary")]
    if page.later:
        buttons.append(Button(say("minute_form.save_next"), f"{words} {say('words.minutes_next')}"))
    if page.earlier:
        buttons.append(Button(say("minute_form.save_previous"), f"{words} {say('words.minutes_previous')}"))
    return tuple(buttons)


@maker("minute_kept")
def minute_kept(say: Phrases, *, meeting: Meeting, item: PaperItem, written: int, count: int, verb: str) -> Message:
    """That an item is kept, how far the minutes have come, and what comes next."""
    summary = say("minute_kept.summary", item=item, written=written, count=count, verb=verb)
    buttons = [Button(say("minute_kept.again"), minutes_words(say, verb, meeting, item.number))]
    if item.number < count:
        buttons.insert(
            0, Button(say("minute_kept.next"), minutes_words(say, verb, meeting, item.number + 1), "primary")
        )
    if verb == "correct":
        buttons.insert(0, Button(say("minute_kept.show_changes"), minutes_words(say, verb, meeting)))
    buttons.append(Button(say("minute_kept.all"), command(say, "minutes", command_name(say, meeting))))
    return Message(summary, (Text(summary), Buttons(tuple(buttons))))


# ------------------------------------------------------------------------------------------------- comments


@maker("comment_form")
def comment_form(
    say: Phrases,
    *,
    meeting: Meeting,
    items: tuple[tuple[int, str], ...],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    prefix: str,
) -> Message:
    """What somebody has to say about the draft, of an item or of all of it."""
    summary = say("comment_form.summary", meeting=meeting)
    choices = (
        Choice("0", say("comment_form.whole")),
        *(Choice(str(number), say("comment_form.item", number=number, heading=heading)) for number, heading in items),
    )
    asks = (
        Ask(
            "item", say("comment_form.ask.item"), "choice", typed["item"], "", "", choices, True, errors.get("item", "")
        ),
        Ask("text", say("comment_form.ask.text"), "long", typed["text"], required=True, error=errors.get("text", "")),
    )
    send = Button(
        say("comment_form.send"), command(say, "comment", command_name(say, meeting), prefix=prefix), "primary"
    )
    return Message(summary, (Form((Section(summary, asks, say("comment_form.note")),), (send,)),))


@maker("comment_kept")
def comment_kept(say: Phrases, *, meeting: Meeting, number: int) -> Message:
    """Thanks for a comment, and the way to the next."""
    summary = say("comment_kept.summary", meeting=meeting, number=number)
    more = Button(say("comment_kept.more"), command(say, "comment", command_name(say, meeting)))
    back = Button(say("comment_kept.back"), command(say, "minutes", command_name(say, meeting)))
    return Message(summary, (Text(summary), Text(say("comment_kept.note"), "subtle"), Buttons((more, back))))
