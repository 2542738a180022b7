"""Who sits in the bodies and until when, and giving a seat or the chair: the form, what it changes, the receipt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from alliance.charter import Body, OfficeKind
from alliance.members import Organisation, SeatTerm
from alliance.messages import Ask, AskKind, Block, Button, Buttons, Choice, Message, Table, Text
from alliance.seats import BodyShown, ChairShown, Ending, SeatShown, Vacancy
from templates.makers.forms import button_row, last_day, one_form
from templates.makers.kinds import maker
from templates.makers.words import command
from templates.phrases import Phrases


@maker("seats")
def seats(
    say: Phrases, *, bodies: tuple[BodyShown, ...], chairs: tuple[ChairShown, ...], may_give: bool, example: str
) -> Message:
    """Each body with its seats, and who has led it; ``example`` is a member in the words that give a seat."""
    empty = sum(seat.term is None for shown in bodies for seat in shown.seats)
    summary = say("seats.summary", count=len(bodies), empty=empty)
    blocks: list[Block] = [Text(summary)]
    for shown in bodies:
        head = tuple(say(f"seats.head.{column}") for column in ("constituency", "holder", "member", "term"))
        rows = tuple(_row(say, shown.body, seat) for seat in shown.seats)
        blocks += [Text(shown.body.name.in_(say.language), "heading")]
        if rows:
            blocks.append(Table(say("seats.caption", body=shown.body), head, rows))
    if chairs:
        head = tuple(say(f"seats.head.{column}") for column in ("member", "holder", "term"))
        rows = tuple((c.member, c.holder or say("seats.unknown"), _term(say, c)) for c in chairs)
        blocks += [Text(say("seats.chairs"), "heading"), Table(say("seats.led", body=chairs[0].body), head, rows)]
    if may_give:
        words = command(say, "seat", prefix=f"{say('words.for')} {example}: ")
        blocks.append(Text(say("seats.give", words=words), "subtle"))
    return Message(summary, tuple(blocks))


def _row(say: Phrases, body: Body, seat: SeatShown) -> tuple[str, ...]:
    where = seat.constituency or say("seats.anywhere")
    if seat.term is None:
        due = seat.vacancy.fill_by(body) if seat.vacancy else None
        since = seat.vacancy.since if seat.vacancy else None
        return where, say("seats.vacant"), "", say("seats.empty", since=since, due=due)
    holder = say("seats.holder", name=seat.holder or say("seats.no_holder"), chair=seat.chair)
    return where, holder, seat.member, say("seats.term", since=seat.term.since, last=last_day(seat.term.until))


def _term(say: Phrases, chair: ChairShown) -> str:
    return say("seats.term", since=chair.term.since, last=last_day(chair.term.until))


@maker("seat_form")
def seat_form(
    say: Phrases,
    *,
    organisation: Organisation,
    bodies: tuple[Body, ...],
    with_chair: bool,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    prefix: str,
) -> Message:
    """Which seat, or the chair, and from which day; nothing is written before what it changes has been shown."""
    choices = [Choice(body.key, say("seat_form.seat", body=body)) for body in bodies]
    if with_chair:
        choices.append(Choice("chair", say("seat_form.chair")))
    asks = (
        _ask(say, "what", "choice", typed, errors, tuple(choices)),
        _ask(say, "since", "date", typed, errors),
    )
    summary = say("seat_form.summary", organisation=organisation)
    return one_form(summary, say("seat_form.note"), asks, say("seat_form.show"), command(say, "seat", prefix=prefix))


def _ask(
    say: Phrases,
    key: str,
    kind: AskKind,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    choices: tuple[Choice, ...] = (),
) -> Ask:
    label, error = say(f"seat_form.ask.{key}"), errors.get(key, "")
    return Ask(key, label, kind, typed[key], choices=choices, required=True, error=error)


@maker("seat_preview")
def seat_preview(
    say: Phrases,
    *,
    organisation: Organisation,
    body: Body,
    term: SeatTerm,
    ends: tuple[tuple[str, bool], ...],
    without_holder: bool,
    office: OfficeKind,
    secretariat_moves: bool,
    without_secretariat: bool,
    both_until: date | None,
    words: tuple[str, str, str],
    prefix: str,
) -> Message:
    """What giving the seat changes; ``ends`` are members and whether it is the chair that they leave.

    ``words`` are what is given, its first day and the seal that confirms exactly this.
    """
    facts = {"organisation": organisation, "body": body, "term": term, "last": last_day(term.validity.until)}
    summary = say("seat_preview.summary", **facts)
    lines = [say("seat_preview.ends", member=member, chair=chair) for member, chair in ends]
    lines.append(say("seat_preview.calendars"))
    blocks: list[Block] = [Text(summary, "heading"), Text("\n".join(f"- {line}" for line in lines))]
    see = f"{say('words.for')} {organisation.name}: {say('words.office')}"
    if without_holder:
        said = {"organisation": organisation, "title": office.title.in_(say.language), "words": see}
        blocks.append(Text(say("seat_preview.without_holder", **said), "warning"))
    if secretariat_moves:
        moving = {"organisation": organisation, "missing": without_secretariat, "words": see, "both_until": both_until}
        blocks.append(Text(say("seat_preview.secretariat", **moving, since=term.validity.since), "warning"))
    what, since, seal = words
    sure = command(say, "seat", what, since, say("words.confirm"), seal, prefix=prefix)
    confirm = Button(say("seat_preview.confirm"), sure, "primary")
    back = Button(say("seat_preview.back"), command(say, "seat", prefix=prefix))
    return Message(summary, (*blocks, Buttons((confirm, back))))


@maker("seat_given")
def seat_given(
    say: Phrases, *, organisation: Organisation, body: Body, chair: bool, since: date, prefix: str
) -> Message:
    summary = say("seat_given.summary", organisation=organisation, body=body, chair=chair, since=since)
    buttons = (
        Button(say("seat_given.see"), command(say, "seats")),
        Button(say("contacts.see"), command(say, "contacts", prefix=prefix)),
    )
    return Message(summary, (Text(summary), Text(say("seat_given.note"), "subtle"), Buttons(buttons)))


@maker("term_ends")
def term_ends(say: Phrases, *, ending: Ending, name: str, body: Body | None, moves: bool) -> Message:
    """That a chair's or a party's term ends; ``moves`` where the secretariat follows the chair."""
    facts = {"name": name, "body": body, "last": last_day(ending.until), "moves": moves}
    summary = say(f"term_ends.summary.{ending.kind}", **facts)
    then = Text(say(f"term_ends.then.{ending.kind}", **facts, words=command(say, "seat")), "subtle")
    see = [Button(say("seat_given.see"), command(say, "seats"))] if ending.kind == "chair" else []
    if ending.kind == "chair" and moves:
        see.insert(0, Button(say("changeover.see"), command(say, "changeover")))
    return Message(summary, (Text(summary), then, *button_row(*see)))


@maker("seat_empty")
def seat_empty(say: Phrases, *, vacancy: Vacancy, body: Body, due: date, late: bool) -> Message:
    """That a seat stands empty and by when it is to be filled."""
    facts = {"vacancy": vacancy, "body": body, "due": due, "late": late}
    summary = say("seat_empty.summary", **facts)
    then = Text(say("seat_empty.then", **facts, words=command(say, "seat")), "subtle")
    told = Text(say("seat_empty.told", **facts))
    return Message(summary, (told, then, Buttons((Button(say("seat_given.see"), command(say, "seats")),))))
