"""The rules of an alliance on a day, and what another charter would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from alliance.cadences import EventCadence, MonthDay
from alliance.charter import Charter
from alliance.charter_changes import SECTIONS, Change, Field
from alliance.messages import Block, Button, Buttons, ButtonStyle, Choice, Message, Table, Text
from alliance.successions import Adoption
from alliance.validity import valid_on
from alliance.words import Words
from templates.makers.forms import button_row, choice_question, last_day, one_form, question
from templates.makers.kinds import maker
from templates.makers.words import command
from templates.phrases import Phrases


@maker("charter")
def charter(
    say: Phrases,
    *,
    charter: Charter,
    day: date,
    began: bool,
    coming: Adoption | None,
    offers: Literal["change", "undo", ""],
) -> Message:
    """What holds on the day, and what is to follow (``coming``); ``began`` is False before the first charter."""
    summary = say("charter.summary", charter=charter, day=day, began=began)
    blocks: list[Block] = [Text(summary), Text(charter.purpose.in_(say.language))]
    blocks += _table(say, "charter.bodies", ("body", "seats", "cadence"), _bodies(say, charter, day))
    blocks += _table(say, "charter.events", ("event", "when"), _events(say, charter, day))
    blocks += _requirements(say, charter, day)
    blocks += _table(say, "charter.parties", ("party", "role", "until"), _parties(say, charter, day))
    standard = charter.standard_on(day)
    secretariat = say("charter.secretariat", rule=secretariat_words(say, charter))
    blocks.append(Text(secretariat + (" " + say("charter.standard", standard=standard.name) if standard else "")))
    blocks.append(Text(say("charter.source", charter=charter), "subtle"))
    if coming:
        blocks.append(Text(say("charter.coming", charter=coming.charter, since=coming.since), "warning"))
    return Message(summary, (*blocks, *(button_row(_offer(say, offers)) if offers else [])))


def _offer(say: Phrases, verb: Literal["change", "undo"]) -> Button:
    style: ButtonStyle = "danger" if verb == "undo" else "plain"
    return Button(say(f"charter.{verb}"), command(say, "charter", say(f"words.charter_verb.{verb}")), style)


def secretariat_words(say: Phrases, charter: Charter) -> str:
    """Who serves: ``KL``, or that it follows the chair."""
    rule = charter.secretariat
    named = next((p.name.in_(say.language) for p in charter.parties if p.code == rule.organisation), rule.organisation)
    return named or say("charter.follows_chair")


def _table(say: Phrases, key: str, heads: Sequence[str], rows: Sequence[tuple[str, ...]]) -> list[Block]:
    """A table with its heading; nothing where it would be empty."""
    if not rows:
        return []
    return [Table(say(key), tuple(say(f"charter.head.{head}") for head in heads), tuple(rows))]


def _bodies(say: Phrases, charter: Charter, day: date) -> list[tuple[str, ...]]:
    cadences = {cadence.body: cadence for cadence in valid_on(charter.meetings, day)}
    return [
        (
            body.name.in_(say.language),
            say("charter.seats", seats=body.seats, quorum=body.quorum),
            say("charter.cadence", cadence=cadences[body.key]) if body.key in cadences else "–",
        )
        for body in valid_on(charter.bodies, day)
    ]


def _events(say: Phrases, charter: Charter, day: date) -> list[tuple[str, ...]]:
    return [(event.title.in_(say.language), window_words(say, event)) for event in valid_on(charter.events, day)]


def window_words(say: Phrases, event: EventCadence) -> str:
    """Between which days of a year an event usually is."""
    first, last = (_day(say, edge) for edge in event.between)
    return say("charter.window", first=first, last=last)


def _requirements(say: Phrases, charter: Charter, day: date) -> list[Block]:
    rows = [
        (
            f"{need.number}. {need.title.in_(say.language)}",
            need.duty.in_(say.language),
            _day(say, need.due) if need.due else say("charter.with_event") if need.event else say("charter.standing"),
        )
        for need in charter.requirements_on(day)
    ]
    if not rows:
        return [Text(say("charter.nothing_required"))]
    return _table(say, "charter.requirements", ("requirement", "duty", "due"), rows)


def _parties(say: Phrases, charter: Charter, day: date) -> list[tuple[str, ...]]:
    return [
        (
            party.official_name,
            say(f"charter.role.{party.role}"),
            say("charter.until", day=last_day(party.validity.until)) if party.validity.until else "–",
        )
        for party in valid_on(charter.parties, day)
    ]


def _day(say: Phrases, when: MonthDay) -> str:
    """``31. marts``, of no year."""
    return say("charter.month_day", day=when.in_year(2001))


# ------------------------------------------------------------------------------------------------ changing it


@maker("charter_change_form")
def charter_change_form(
    say: Phrases, *, charters: tuple[Charter, ...], typed: Mapping[str, str], errors: Mapping[str, str]
) -> Message:
    choices = tuple(Choice(one.key, one.name.in_(say.language)) for one in charters)
    which = choice_question(say, "charter_change_form.charter", typed, {}, choices)
    when = question(say, "charter_change_form.day", typed, {}, "date", required=True)
    asks = tuple(replace(ask, error=errors.get(ask.key, "")) for ask in (which, when))
    words = command(say, "charter", say("words.charter_verb.change"))
    note, send = say("charter_change_form.note"), say("charter_change_form.send")
    return one_form(say("charter_change_form.summary"), note, asks, send, words)


@maker("charter_change_preview")
def charter_change_preview(
    say: Phrases,
    *,
    before: Charter,
    after: Charter,
    since: date,
    changes: tuple[Change, ...],
    lapsing: tuple[tuple[Words, int], ...],
    without_chair: bool,
    without_secretariat: str,
    seal: str,
) -> Message:
    """What would change on the day, and what that would lapse: title and how many owe it now.

    ``without_secretariat`` is who is to run the secretariat and has nobody for it yet; ``without_chair`` when it is to
    follow a chair and there is none. Only what carries the ``seal`` confirms what is shown.
    """
    summary = say("charter_change_preview.summary", before=before, after=after, since=since)
    blocks: list[Block] = [Text(summary, "heading"), *_by_section(say, changes)]
    if lapsing:
        lines = [say("charter_change_preview.lapsing", title=title, count=count) for title, count in lapsing]
        blocks.append(Text("\n".join((say("charter_change_preview.lapses"), *lines)), "warning"))
    if without_chair:
        blocks.append(Text(say("charter_change_preview.without_chair", since=since), "warning"))
    if without_secretariat:
        words = command(say, "office", prefix=f"{say('words.for')} {without_secretariat}: ")
        facts = {"organisation": without_secretariat, "words": words}
        blocks.append(Text(say("charter_change_preview.without_secretariat", **facts), "warning"))
    blocks.append(Text(say("charter_change_preview.kept"), "subtle"))
    confirming = (say("words.charter_verb.change"), after.key, since.isoformat(), say("words.confirm"), seal)
    confirm = Button(
        say("charter_change_preview.confirm", since=since), command(say, "charter", *confirming), "primary"
    )
    back = Button(say("charter_change_preview.back"), command(say, "charter"))
    return Message(summary, (*blocks, Buttons((confirm, back))))


def _by_section(say: Phrases, changes: tuple[Change, ...]) -> list[Block]:
    blocks: list[Block] = []
    for section in SECTIONS:
        lines = [_line(say, change) for change in changes if change.section == section]
        if lines:
            blocks += [Text(say(f"charter_change_preview.section.{section}"), "heading"), Text("\n".join(lines))]
    return blocks


def _line(say: Phrases, change: Change) -> str:
    told = () if change.state == "ends" else change.fields
    said = [_field(say, change.state, field) for field in told]
    state = "moves" if change.section == "secretariat" else change.state
    return say(f"charter_change_preview.{state}", title=change.title, said=tuple(filter(None, said)))


def _field(say: Phrases, state: str, field: Field) -> str:
    """``pladser: 5 → 2``; of what begins or ends only what it says."""
    before, after = _value(say, field.key, field.before), _value(say, field.key, field.after)
    told = {"begins": after, "ends": before, "differs": f"{before or '–'} → {after or '–'}"}[state]
    name = say(f"charter_change_preview.field.{field.key}")
    return say("charter_change_preview.said", name=name, told=told) if told else ""


def _value(say: Phrases, key: str, value: object) -> str:
    match value:
        case Words():
            return value.in_(say.language)
        case MonthDay():
            return _day(say, value)
        case str() if value and key in ("role", "rule") and say.has(f"charter.{key}.{value}"):
            return say(f"charter.{key}.{value}")
    return str(value)


@maker("charter_change_planned")
def charter_change_planned(say: Phrases, *, charter: Charter, since: date) -> Message:
    summary = say("charter_change_planned.summary", charter=charter, since=since)
    then = Text(say("charter_change_planned.then"), "subtle")
    return Message(summary, (Text(summary), then, *button_row(_offer(say, "undo"))))


@maker("charter_undo_preview")
def charter_undo_preview(
    say: Phrases, *, before: Charter, after: Charter, since: date, changes: tuple[Change, ...], seal: str
) -> Message:
    """What would not happen after all; only what carries the ``seal`` takes back what is shown."""
    summary = say("charter_undo_preview.summary", before=before, after=after, since=since)
    blocks: list[Block] = [Text(summary, "heading")]
    if changes:
        blocks += [Text(say("charter_undo_preview.not_so")), *_by_section(say, changes)]
    words = (say("words.charter_verb.undo"), say("words.confirm"), seal)
    confirm = Button(say("charter_undo_preview.confirm"), command(say, "charter", *words), "danger")
    keep = Button(say("charter_undo_preview.keep"), command(say, "charter"))
    return Message(summary, (*blocks, Text(say("charter_undo_preview.then"), "subtle"), Buttons((confirm, keep))))


@maker("charter_change_withdrawn")
def charter_change_withdrawn(say: Phrases, *, charter: Charter, withdrawn: Charter) -> Message:
    summary = say("charter_change_withdrawn.summary", charter=charter, withdrawn=withdrawn)
    look = Button(say("charter_change_withdrawn.look"), command(say, "charter"))
    return Message(summary, (Text(summary), Buttons((look,))))
