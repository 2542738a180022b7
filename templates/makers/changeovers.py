"""Handing the secretariat over: the checklist, each line with the command that settles it."""

from __future__ import annotations

from datetime import date, timedelta

from alliance.changeovers import Changeover, Line, left
from alliance.messages import Block, Button, Buttons, Message, Table, Text
from templates.makers.forms import button_row, last_day
from templates.makers.kinds import maker
from templates.makers.words import command
from templates.phrases import Phrases, listed


@maker("changeover_none")
def changeover_none(say: Phrases, *, fixed: bool, home: str) -> Message:
    """That nothing is to be handed over, and why."""
    summary = say("changeover_none.summary", fixed=fixed, home=home)
    return Message(summary, (Text(summary), Buttons((Button(say("seat_given.see"), command(say, "seats")),))))


@maker("changeover")
def changeover(
    say: Phrases, *, found: Changeover, lines: tuple[Line, ...], leaving: str, coming: str, day: date
) -> Message:
    """Who hands over to whom, until when both may act, and what is not in place yet, then what is."""
    facts: dict[str, object] = {"leaving": leaving, "coming": coming, "first": found.day, "last": last_day(found.until)}
    facts["ends"] = last_day(found.day)
    count = left(lines)
    summary = say("changeover.summary", **facts, count=count, over=found.day <= day)
    note = say("changeover.note", **facts, overlap=found.until - found.day > timedelta(0))
    head = tuple(say(f"changeover.head.{column}") for column in ("what", "state", "how"))
    ordered = sorted(lines, key=lambda line: line.done)
    table = Table(say("changeover.caption"), head, tuple(_row(say, line, coming) for line in ordered))
    blocks: list[Block] = [Text(summary), Text(note, "subtle"), table]
    ticks = [_tick_button(say, line) for line in lines if line.by_hand and not line.done]
    backs = [_back_button(say, line) for line in lines if line.by_hand and line.done]
    return Message(summary, (*blocks, *button_row(*ticks), *button_row(*backs)))


def _row(say: Phrases, line: Line, coming: str) -> tuple[str, str, str]:
    what = say(f"changeover.line.{line.key}")
    if line.done:
        by = say("changeover.ticked", name=line.done_by, day=line.done_on) if line.done_by else ""
        return what, say("changeover.done"), by
    rest = line.left - len(line.named)
    named = say("changeover.named", names=listed(line.named, say.language), rest=rest) if line.named else ""
    count = "" if line.by_hand or line.left == 1 else str(line.left)
    state = say("changeover.left", count=count, named=named)
    return what, state, say(f"changeover.how.{line.key}", words=_words(say, line, coming))


def _words(say: Phrases, line: Line, coming: str) -> str:
    """What is typed to settle a line."""
    first = line.named[0] if line.named else ""
    match line.key:
        case "successor":
            return command(say, "seat")
        case "people":
            return f"{say('words.for')} {coming}: {command(say, 'office')}"
        case "tasks":
            return command(say, "tasks")
        case "actions":
            return command(say, "list")
        case "agendas" | "minutes":  # which shows what comes next for it, and does it
            return command(say, "meeting", first)
        case "proposals":
            return command(say, "agenda", first)
        case "exemptions":
            return f"{say('words.for')} {first}: {command(say, 'list')}"
        case "undelivered":
            return command(say, "why")
        case _:
            return command(say, "changeover", say(f"words.changeover_{line.key}"), say("words.changeover_done"))


def _tick_button(say: Phrases, line: Line) -> Button:
    words = command(say, "changeover", say(f"words.changeover_{line.key}"), say("words.changeover_done"))
    return Button(say("changeover.tick", what=say(f"changeover.line.{line.key}")), words)


def _back_button(say: Phrases, line: Line) -> Button:
    words = command(say, "changeover", say(f"words.changeover_{line.key}"), say("words.undo"))
    return Button(say("changeover.untick", what=say(f"changeover.line.{line.key}")), words)
