"""The forms that plan, move, cancel and hold a meeting, the preview before it happens, and the receipts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from alliance.meetings import Meeting
from alliance.messages import (
    Ask,
    Block,
    Button,
    Buttons,
    Choice,
    Facts,
    Form,
    Message,
    Section,
    Text,
)
from alliance.rolls import Roll, RollLine
from alliance.words import Words
from templates import formats
from templates.makers.kinds import maker
from templates.makers.meeting_words import (
    command_name,
    meeting_name,
    meeting_words,
    quorum_words,
    said_words,
    seat_row,
    table_of_seats,
    when_words,
    where_words,
)
from templates.makers.words import command
from templates.phrases import Phrases

MOST_NAMES = 12
PRESENCES = ("present", "apologies", "absent")


# --------------------------------------------------------------------------------------------------- forms


def _ask(
    say: Phrases,
    key: str,
    kind: str,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    required: bool = True,
    choices: tuple[Choice, ...] = (),
) -> Ask:
    hint = f"meeting_form.hint.{key}"
    return Ask(
        key,
        say(f"meeting_form.ask.{key}"),
        kind,  # type: ignore[arg-type]
        typed.get(key, ""),
        say(hint) if say.has(hint) else "",
        choices=choices,
        required=required,
        error=errors.get(key, ""),
    )


def _time_and_place(say: Phrases, typed: Mapping[str, str], errors: Mapping[str, str]) -> tuple[Ask, ...]:
    return (
        _ask(say, "day", "date", typed, errors),
        _ask(say, "starts", "text", typed, errors),
        _ask(say, "ends", "text", typed, errors),
        _ask(say, "place", "text", typed, errors, required=False),
    )


@maker("meeting_form")
def meeting_form(say: Phrases, *, meeting: Meeting, typed: Mapping[str, str], errors: Mapping[str, str]) -> Message:
    """Another time or place."""
    summary = say("meeting_form.summary", meeting=meeting, when=when_words(say, meeting))
    asks = (*_time_and_place(say, typed, errors), _ask(say, "reason", "text", typed, errors, required=False))
    button = Button(say("meeting_form.show"), meeting_words(say, "move", meeting), "primary")
    note = say("meeting_form.note", meeting=meeting)
    return Message(summary, (Text(summary), Form((Section("", asks, note),), (button,))))


@maker("meeting_add_form")
def meeting_add_form(
    say: Phrases, *, kinds: Mapping[str, Words], typed: Mapping[str, str], errors: Mapping[str, str]
) -> Message:
    """One more meeting of a body, or an event."""
    choices = tuple(Choice(key, title.in_(say.language)) for key, title in kinds.items())
    asks = (_ask(say, "kind", "choice", typed, errors, choices=choices), *_time_and_place(say, typed, errors))
    summary = say("meeting_form.add")
    button = Button(say("meeting_form.plan"), command(say, "meeting", say("words.meeting_verb.add")), "primary")
    return Message(summary, (Form((Section(summary, asks, say("meeting_form.add_note")),), (button,)),))


@maker("meeting_cancel_form")
def meeting_cancel_form(
    say: Phrases, *, meeting: Meeting, typed: Mapping[str, str], errors: Mapping[str, str]
) -> Message:
    summary = say("meeting_form.cancel", meeting=meeting, when=when_words(say, meeting))
    button = Button(say("meeting_form.show"), meeting_words(say, "cancel", meeting), "primary")
    asks = (_ask(say, "reason", "text", typed, errors),)
    return Message(summary, (Text(summary), Form((Section("", asks),), (button,))))


@maker("meeting_preview")
def meeting_preview(
    say: Phrases,
    *,
    what: str,
    before: Meeting,
    after: Meeting,
    requests: tuple[str, ...],
    cancels: tuple[str, ...],
    unreachable: tuple[str, ...],
    vacant: tuple[str, ...],
    warnings: tuple[tuple[str, object], ...],
    typed: Mapping[str, str],
    seal: str,
) -> Message:
    """What would change and who would hear of it; nothing has happened yet."""
    summary = say(f"meeting_preview.{what}", meeting=after, when=when_words(say, after))
    blocks: list[Block] = [Text(summary, "heading"), _difference(say, what, before, after)]
    blocks.append(Text(say("meeting_preview.told", requests=len(requests), cancels=len(cancels), state=after.state)))
    for names in (requests, cancels):
        if names:
            blocks.append(Text(say("meeting_preview.names", names=names[:MOST_NAMES], more=len(names) - MOST_NAMES)))
    if vacant:
        blocks.append(Text(say("meeting_preview.vacant", seats=_seats(say, vacant)), "warning"))
    if unreachable:
        blocks.append(Text(say("meeting_preview.unreachable", names=unreachable), "warning"))
    blocks += [Text(say(f"meeting_preview.warning.{key}", value=value), "warning") for key, value in warnings]
    return Message(summary, (*blocks, _confirm(say, what, after, typed, seal)))


def _seats(say: Phrases, vacant: Iterable[str]) -> tuple[str, ...]:
    seats = tuple(vacant)
    named, unnamed = filter(None, seats), seats.count("")
    return (*named, *([say("meeting.unnamed_seats", n=unnamed)] if unnamed else []))


def _difference(say: Phrases, what: str, before: Meeting, after: Meeting) -> Facts:
    """The time and place it gets; beside what changes, what it was, unless nobody was called yet."""
    pairs = []
    for key, old, new in (
        ("when", when_words(say, before), when_words(say, after)),
        ("where", where_words(say, before), where_words(say, after)),
        (
            "answer_by",
            formats.long_day(before.answer_by, say.language),
            formats.long_day(after.answer_by, say.language),
        ),
    ):
        text = new if old == new or what == "call" else say("meeting_preview.was", new=new, old=old)
        pairs.append((say(f"meeting.label.{key}"), text))
    if what == "cancel":
        pairs[1:] = [(say("meeting.label.reason"), after.reason)]
    return Facts(tuple(pairs))


def _confirm(say: Phrases, what: str, meeting: Meeting, typed: Mapping[str, str], seal: str) -> Block:
    words = f"{meeting_words(say, what, meeting)} {say('words.confirm')} {seal}"
    style = "danger" if what == "cancel" else "primary"
    yes = Button(say(f"meeting_preview.yes.{what}"), words, style)  # type: ignore[arg-type]
    no = Button(say("meeting_preview.no"), command(say, "meeting", meeting_name(say, meeting)))
    if not typed:
        return Buttons((yes, no))
    asks = tuple(_again(say, key, value) for key, value in typed.items())
    return Form((Section(say("meeting_preview.typed"), asks, say("meeting_preview.typed_note")),), (yes, no))


def _again(say: Phrases, key: str, value: str) -> Ask:
    kind = "date" if key == "day" else "text"
    return _ask(say, key, kind, {key: value}, {}, required=key in ("day", "starts", "ends"))


@maker("meeting_done")
def meeting_done(
    say: Phrases, *, what: str, meeting: Meeting, told: int, close: Sequence[tuple[Meeting, int]] = ()
) -> Message:
    """The receipt; ``close`` are the body's meetings nearer than so many weeks, which the charter asks for."""
    summary = say(f"meeting_done.{what}", meeting=meeting, when=when_words(say, meeting), told=told)
    buttons = [Button(say("meeting_done.show"), command(say, "meeting", meeting_name(say, meeting)))]
    if meeting.state == "planned":
        buttons.insert(0, Button(say("meeting_shown.do.call"), meeting_words(say, "call", meeting), "primary"))
    note = say("meeting_done.note", state=meeting.state, told=told)
    warnings = [Text(say("meeting_done.close", other=other, weeks=weeks), "warning") for other, weeks in close]
    return Message(summary, (Text(summary), *warnings, Text(note, "subtle"), Buttons(tuple(buttons))))


# ------------------------------------------------------------------------------------------------- holding


@maker("meeting_hold_form")
def meeting_hold_form(
    say: Phrases,
    *,
    roll: Roll,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    stamp: int,
    by: tuple[str, ...],
    correcting: bool,
) -> Message:
    """Who sat at the table, seat by seat. ``stamp`` is what the form is made from; ``by`` recorded something since."""
    summary = say("meeting_hold.summary", meeting=roll.meeting)
    choices = tuple(Choice(key, say(f"meeting.presence.{key}", attendee="")) for key in PRESENCES)
    sections = tuple(
        _hold_section(say, roll, line, choices, typed, errors)
        for line in roll.lines
        if line.organisation_id is not None
    )
    words = f"{_hold_words(say, roll.meeting, correcting=correcting)} r{stamp}"
    button = Button(say("meeting_hold.send"), words, "primary")
    blocks: list[Block] = [Text(summary, "heading")]
    if by:
        blocks.append(Text(say("meeting_hold.conflict", by=by), "warning"))
    note = "correcting" if correcting else "note"
    blocks.append(Text(say(f"meeting_hold.{note}", quorum=roll.quorum)))
    return Message(summary, (*blocks, Form(sections, (button,))))


def _hold_words(say: Phrases, meeting: Meeting, *, correcting: bool) -> str:
    """``møde afhold styregruppe 2/2027``, or once its minutes are approved ``referat ret 2/2027 fremmøde``."""
    if not correcting:
        return meeting_words(say, "hold", meeting)
    return f"{_correct_words(say, meeting)} {say('words.minutes_attendance')}"


def _correct_words(say: Phrases, meeting: Meeting) -> str:
    return command(say, "minutes", say("words.minutes_verb.correct"), command_name(say, meeting))


def _hold_section(
    say: Phrases,
    roll: Roll,
    line: RollLine,
    choices: tuple[Choice, ...],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> Section:
    presence, attendee = f"presence_{line.organisation_id}", f"attendee_{line.organisation_id}"
    seat, who, _ = seat_row(say, roll, line)
    asks = (
        Ask(
            presence,
            say("meeting_hold.ask.presence"),
            "choice",
            typed.get(presence, ""),
            choices=choices,
            required=not line.observer,
            error=errors.get(presence, ""),
        ),
        Ask(
            attendee,
            say("meeting_hold.ask.attendee"),
            "text",
            typed.get(attendee, ""),
            error=errors.get(attendee, ""),
        ),
    )
    said = said_words(say, roll, line) if not line.presence else ""
    return Section(f"{seat}: {who}", asks, say("meeting_hold.answered", said=said) if said else "")


@maker("meeting_held")
def meeting_held(say: Phrases, *, roll: Roll, correcting: bool = False) -> Message:
    """What is recorded; ``correcting`` approved minutes, which their readers see when it is sent out."""
    meeting = roll.meeting
    summary = say("meeting_held.corrected" if correcting else "meeting_held.summary", meeting=meeting)
    blocks: list[Block] = [Text(summary)]
    buttons = [Button(say("meeting_done.show"), command(say, "meeting", meeting_name(say, meeting)))]
    if meeting.of_body:
        blocks += [Text(quorum_words(say, roll)), *table_of_seats(say, roll, secretariat=True)]
        write = command(say, "minutes", meeting_name(say, meeting))
        send = Button(say("minutes_desk.send_correction"), _correct_words(say, meeting), "primary")
        buttons.insert(0, send if correcting else Button(say("meeting_shown.minutes"), write, "primary"))
    else:
        blocks.append(Text(say("meeting_held.members")))
    return Message(summary, (*blocks, Buttons(tuple(buttons))))
