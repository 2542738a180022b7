"""Meetings: the list, one meeting with its roll, the forms that plan, move, cancel and hold it, and the invitation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from alliance.calendar_objects import CalendarObject
from alliance.charter import Words
from alliance.meetings import Meeting
from alliance.members import Organisation
from alliance.messages import (
    Ask,
    Block,
    Button,
    Buttons,
    Choice,
    Facts,
    Form,
    Invite,
    Link,
    Message,
    Section,
    Table,
    Text,
)
from alliance.rolls import Roll, RollLine
from templates import formats
from templates.ics import itip
from templates.makers.forms import fact_pairs
from templates.makers.kinds import maker
from templates.makers.words import command, due_words
from templates.phrases import Phrases

MOST_NAMES = 12
PRESENCES = ("present", "apologies", "absent")
RESPONSES = ("yes", "no", "tentative")


def meeting_name(say: Phrases, meeting: Meeting) -> str:
    """What a person types for a meeting: ``styregruppe 2/2027``, ``topmøde 2027``."""
    family = "body" if meeting.of_body else "event"
    key = f"words.{family}.{meeting.kind}"
    return f"{say(key) if say.has(key) else meeting.kind} {meeting.label}"


def meeting_words(say: Phrases, verb: str, meeting: Meeting) -> str:
    """``møde flyt styregruppe 2/2027``."""
    return command(say, "meeting", say(f"words.meeting_verb.{verb}"), meeting_name(say, meeting))


def _when(say: Phrases, meeting: Meeting) -> str:
    return formats.span(meeting.starts_at, meeting.ends_at, say.language, say.zone)


def _where(say: Phrases, meeting: Meeting) -> str:
    return meeting.place or say("meeting.no_place")


def _state(say: Phrases, meeting: Meeting) -> str:
    return say(f"meeting.state.{meeting.state}")


# ------------------------------------------------------------------------------------------------- looking


@maker("meeting_list")
def meeting_list(
    say: Phrases, *, meetings: Sequence[Meeting], past: Sequence[Meeting], secretariat: bool, year: int
) -> Message:
    summary = say("meeting_list.summary", count=len(meetings))
    shown = (("caption", meetings), ("past", past))
    tables = [_table_of_meetings(say, caption, found) for caption, found in shown if found]
    blocks: list[Block] = [Text(summary), *tables]
    named = (*meetings[:6], *past)
    buttons = [Button(m.title.in_(say.language), command(say, "meeting", meeting_name(say, m))) for m in named]
    if secretariat:
        buttons.append(Button(say("meeting_list.plan"), command(say, "year", year), "primary"))
        buttons.append(Button(say("meeting_list.add"), command(say, "meeting", say("words.meeting_verb.add"))))
    return Message(summary, (*blocks, Buttons(tuple(buttons))) if buttons else tuple(blocks))


def _table_of_meetings(say: Phrases, caption: str, meetings: Sequence[Meeting]) -> Table:
    head = tuple(say(f"meeting_list.head.{column}") for column in ("what", "when", "where", "state"))
    rows = tuple((m.title.in_(say.language), _when(say, m), _where(say, m), _state(say, m)) for m in meetings)
    return Table(say(f"meeting_list.{caption}"), head, rows)


@maker("meeting_shown")
def meeting_shown(
    say: Phrases, *, roll: Roll, secretariat: bool, now: datetime, mine: Sequence[tuple[RollLine, str]]
) -> Message:
    """One meeting: when, where, the days that hang on it, and who is to come."""
    meeting = roll.meeting
    summary = say("meeting_shown.summary", meeting=meeting, when=_when(say, meeting), state=_state(say, meeting))
    blocks: list[Block] = [Text(meeting.title.in_(say.language), "heading"), _facts(say, roll)]
    if meeting.reason:
        blocks.append(Text(say("meeting_shown.reason", reason=meeting.reason), "subtle"))
    if meeting.of_body:
        blocks += _table_of_seats(say, roll, secretariat=secretariat)
    elif secretariat:
        blocks += _table_of_members(say, roll)
    for line, prefix in mine:
        blocks += _own_answer(say, roll, line, prefix)
    buttons = _verbs(say, roll, now) if secretariat else _papers(say, meeting)
    return Message(summary, (*blocks, Buttons(tuple(buttons))) if buttons else tuple(blocks))


def _own_answer(say: Phrases, roll: Roll, line: RollLine, prefix: str) -> list[Block]:
    """What the reader's own seat has answered, and the three ways to answer."""
    said = Text(say("meeting_shown.mine", organisation=line.organisation, said=_said(say, roll, line)))
    return [said, Buttons(answer_buttons(say, roll.meeting, prefix))]


def _facts(say: Phrases, roll: Roll) -> Facts:
    meeting, language = roll.meeting, say.language
    return fact_pairs(
        (say("meeting.label.state"), _state(say, meeting)),
        (say("meeting.label.when"), _with_week(say, meeting)),
        (say("meeting.label.where"), _where(say, meeting)),
        (say("meeting.label.answer_by"), formats.long_day(meeting.answer_by, language)),
        (say("meeting.label.agenda_due"), formats.long_day(roll.agenda_due, language) if roll.agenda_due else ""),
        (say("meeting.label.minutes_due"), formats.long_day(roll.minutes_due, language) if roll.minutes_due else ""),
        (say("meeting.label.quorum"), _quorum(say, roll)),
    )


def _with_week(say: Phrases, meeting: Meeting) -> str:
    local = Phrases(say.language, say.zone)
    return local("meeting.with_week", when=_when(say, meeting), week=formats.week(meeting.starts_at, say.zone))


def _quorum(say: Phrases, roll: Roll) -> str:
    if not roll.quorum or roll.meeting.state in ("planned", "cancelled"):
        return ""
    return say(f"meeting.quorum.{'held' if roll.meeting.state == 'held' else 'ahead'}", count=roll.count())


def _table_of_seats(say: Phrases, roll: Roll, *, secretariat: bool) -> list[Block]:
    columns = ("seat", "who", "answer") if secretariat or roll.meeting.state == "held" else ("seat", "who")
    named = ["came" if column == "answer" and roll.meeting.state == "held" else column for column in columns]
    head = tuple(say(f"meeting_shown.head.{column}") for column in named)
    rows = tuple(_seat_row(say, roll, line)[: len(columns)] for line in roll.lines)
    return [Table(say("meeting_shown.caption.seats"), head, rows)]


def _seat_row(say: Phrases, roll: Roll, line: RollLine) -> tuple[str, str, str]:
    seat = say("meeting.observer") if line.observer else line.seat or say("meeting.no_constituency")
    if line.chair:
        seat = say("meeting.chair", seat=seat)
    who = say("meeting.who", person=line.person, organisation=line.organisation) if line.person else ""
    return seat, who or say("meeting.vacant", organisation=line.organisation), _said(say, roll, line)


def _said(say: Phrases, roll: Roll, line: RollLine) -> str:
    """What they answered, or who came; an answer to another time is struck through, and says so in words too."""
    if line.presence:
        return say(f"meeting.presence.{line.presence.presence}", attendee=line.presence.attendee)
    if line.answer:
        key = "on_behalf" if line.answer.on_behalf else "given"
        told = say(f"meeting.response.{line.answer.response}")
        return say(f"meeting.answer.{key}", told=told, answer=line.answer)
    if line.earlier:
        return say("meeting.answer.earlier", told=say(f"meeting.response.{line.earlier.response}"))
    if not line.person or roll.meeting.state in ("planned", "cancelled"):
        return ""
    return say("meeting.answer.unreachable" if not line.reachable else "meeting.answer.none")


def _table_of_members(say: Phrases, roll: Roll) -> list[Block]:
    counts = Text(say("meeting_shown.answered", **roll.answered()))
    told = [line for line in roll.lines if line.answer or line.earlier]
    if not told:
        return [counts]
    head = tuple(say(f"meeting_shown.head.{column}") for column in ("member", "answer"))
    rows = tuple((line.organisation, _said(say, roll, line)) for line in told)
    return [counts, Table(say("meeting_shown.caption.members"), head, rows)]


def _verbs(say: Phrases, roll: Roll, now: datetime) -> list[Button]:
    """What the secretariat can do now, the next step first."""
    meeting = roll.meeting
    begun = meeting.starts_at <= now
    verbs: list[str] = []
    if meeting.state == "planned" and not begun:
        verbs = ["call", "move", "cancel"]
    elif meeting.state in ("planned", "called"):
        verbs = ["hold"] if begun else ["move", "cancel"]
    elif meeting.state == "held" and meeting.of_body:
        verbs = ["hold"]
    buttons = [Button(say(f"meeting_shown.do.{verb}"), meeting_words(say, verb, meeting)) for verb in verbs]
    if buttons:
        buttons[0] = Button(buttons[0].label, buttons[0].words, "primary")
    return buttons + _papers(say, meeting)


def _papers(say: Phrases, meeting: Meeting) -> list[Button]:
    if not meeting.of_body or meeting.state == "cancelled":
        return []
    name = meeting_name(say, meeting)
    buttons = [Button(say("meeting_shown.agenda"), command(say, "agenda", name))]
    if meeting.state == "held":
        buttons.append(Button(say("meeting_shown.minutes"), command(say, "minutes", name)))
    return buttons


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
    summary = say("meeting_form.summary", meeting=meeting, when=_when(say, meeting))
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
    summary = say("meeting_form.cancel", meeting=meeting, when=_when(say, meeting))
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
    summary = say(f"meeting_preview.{what}", meeting=after, when=_when(say, after))
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
    return tuple(seat or say("meeting.no_constituency") for seat in vacant)


def _difference(say: Phrases, what: str, before: Meeting, after: Meeting) -> Facts:
    """The time and place it gets; beside what changes, what it was."""
    pairs = []
    for key, old, new in (
        ("when", _when(say, before), _when(say, after)),
        ("where", _where(say, before), _where(say, after)),
        (
            "answer_by",
            formats.long_day(before.answer_by, say.language),
            formats.long_day(after.answer_by, say.language),
        ),
    ):
        text = new if old == new else say("meeting_preview.was", new=new, old=old)
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
    summary = say(f"meeting_done.{what}", meeting=meeting, when=_when(say, meeting), told=told)
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
    return command(say, "minutes", say("words.minutes_verb.correct"), meeting.label)


def _hold_section(
    say: Phrases,
    roll: Roll,
    line: RollLine,
    choices: tuple[Choice, ...],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> Section:
    presence, attendee = f"presence_{line.organisation_id}", f"attendee_{line.organisation_id}"
    seat, who, _ = _seat_row(say, roll, line)
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
    said = _said(say, roll, line) if not line.presence else ""
    return Section(f"{seat}: {who}", asks, say("meeting_hold.answered", said=said) if said else "")


@maker("meeting_held")
def meeting_held(say: Phrases, *, roll: Roll, correcting: bool = False) -> Message:
    """What is recorded; ``correcting`` approved minutes, which their readers see when it is sent out."""
    meeting = roll.meeting
    summary = say("meeting_held.corrected" if correcting else "meeting_held.summary", meeting=meeting)
    blocks: list[Block] = [Text(summary)]
    buttons = [Button(say("meeting_done.show"), command(say, "meeting", meeting_name(say, meeting)))]
    if meeting.of_body:
        blocks += [Text(_quorum(say, roll)), *_table_of_seats(say, roll, secretariat=True)]
        write = command(say, "minutes", meeting_name(say, meeting))
        send = Button(say("minutes_desk.send_correction"), _correct_words(say, meeting), "primary")
        buttons.insert(0, send if correcting else Button(say("meeting_shown.minutes"), write, "primary"))
    else:
        blocks.append(Text(say("meeting_held.members")))
    return Message(summary, (*blocks, Buttons(tuple(buttons))))


# ------------------------------------------------------------------------------------ invitations and answers


@maker("invitation")
def invitation(
    say: Phrases,
    *,
    calendar: CalendarObject,
    meeting: Meeting,
    person: str,
    organisation: Organisation,
    answer_by: date,
    first: bool,
    moved: bool,
    answered: bool,
    was: tuple[datetime, datetime] | None,
    reason: str,
    prefix: str,
) -> Message:
    """The mail that goes with a calendar object: the same in words, and how to answer where no calendar helps."""
    change = _change(calendar, first=first, moved=moved)
    when = formats.span(calendar.starts_at, calendar.ends_at, say.language, say.zone)
    summary = say(f"invitation.subject.{change}", title=calendar.title, when=when)
    opening = say(f"invitation.opening.{change}", person=person, title=calendar.title, organisation=organisation)
    blocks: list[Block] = [Text(opening)]
    if reason and change in ("moved", "cancelled"):
        blocks.append(Text(say("invitation.reason", reason=reason)))
    gone = calendar.method == "CANCEL"
    blocks.append(
        fact_pairs(
            (say("meeting.label.what"), calendar.title),
            (say("meeting.label.when"), when),
            (say("meeting.label.was"), formats.span(*was, say.language, say.zone) if was and moved else ""),
            (say("meeting.label.where"), calendar.place),
            (say("meeting.label.answer_by"), "" if gone else formats.long_day(answer_by, say.language)),
        )
    )
    if not gone:
        blocks += [
            Text(say("invitation.how", answered=answered and moved)),
            Buttons(answer_buttons(say, meeting, prefix)),
        ]
    return Message(summary, (*blocks, Invite(calendar.method, itip(calendar))))


def _change(calendar: CalendarObject, *, first: bool, moved: bool) -> str:
    if calendar.method == "CANCEL":
        return "uninvited" if calendar.uninvites else "cancelled"
    return "first" if first else "moved" if moved else "changed"


def answer_buttons(say: Phrases, meeting: Meeting, prefix: str = "") -> tuple[Button, ...]:
    """Yes, no, perhaps: each says the words of the command; an event asks who comes, so it leads to the form."""
    if not meeting.of_body:
        words = command(say, "rsvp", say(f"words.event.{meeting.kind}"), prefix=prefix)
        return (Button(say("invitation.answer"), words),)
    name = meeting_name(say, meeting)
    answers = {"yes": "yes", "no": "no", "tentative": "maybe"}
    return tuple(
        Button(
            say(f"invitation.say.{response}"),
            command(say, "rsvp", name, say(f"words.{answers[response]}"), prefix=prefix),
            "primary" if response == "yes" else "plain",
        )
        for response in RESPONSES
    )


@maker("seat_rsvp")
def seat_rsvp(
    say: Phrases, *, meeting: Meeting, organisation: Organisation, line: RollLine, just_given: bool, prefix: str
) -> Message:
    """What is noted for a seat, and the three ways to answer."""
    key = "noted" if just_given else "standing" if line.answer else "asked"
    told = say(f"meeting.response.{line.answer.response}") if line.answer else ""
    summary = say(f"seat_rsvp.{key}", meeting=meeting, organisation=organisation, told=told)
    facts = fact_pairs(
        (say("meeting.label.when"), _when(say, meeting)),
        (say("meeting.label.where"), meeting.place),
        (say("meeting.label.answer_by"), formats.long_day(meeting.answer_by, say.language)),
    )
    blocks: list[Block] = [Text(summary), facts]
    if line.earlier and not line.answer:
        blocks.append(Text(_said(say, Roll(meeting, ()), line), "subtle"))
    return Message(summary, (*blocks, Buttons(answer_buttons(say, meeting, prefix))))


@maker("answer_reminder")
def answer_reminder(
    say: Phrases, *, meeting: Meeting, organisation: Organisation, person: str, today: date, prefix: str
) -> Message:
    """A kind word to whoever has not answered for a seat, with the answers one press away."""
    late = today > meeting.answer_by
    summary = say("answer_reminder.summary", meeting=meeting, when=_when(say, meeting))
    opening = say("answer_reminder.opening", person=person, organisation=organisation, meeting=meeting, late=late)
    facts = fact_pairs(
        (say("meeting.label.when"), _with_week(say, meeting)),
        (say("meeting.label.where"), meeting.place),
        (say("meeting.label.answer_by"), due_words(say, meeting.answer_by, today)),
    )
    closing = Text(say("answer_reminder.closing"), "subtle")
    return Message(summary, (Text(opening), facts, Buttons(answer_buttons(say, meeting, prefix)), closing))


# ---------------------------------------------------------------------------------------------------- feeds


@maker("calendar_feed")
def calendar_feed(say: Phrases, *, state: str, made_at: datetime | None, url: str) -> Message:
    """Whether the reader has a calendar link; a new one is shown this once."""
    summary = say(f"calendar_feed.{state}", made_at=made_at)
    blocks: list[Block] = [Text(summary)]
    if url:
        webcal = url.replace("https://", "webcal://", 1).replace("http://", "webcal://", 1)
        blocks.append(Buttons((Link(say("calendar_feed.subscribe"), webcal),)))
        blocks.append(fact_pairs((say("calendar_feed.address"), url)))
    if state in ("none", "standing", "made"):
        blocks.append(Text(say("calendar_feed.note"), "subtle"))
    verbs = {"none": ("new",), "stopped": ("new",), "nothing": ("new",), "standing": ("new", "stop"), "made": ("stop",)}
    buttons = tuple(
        Button(say(f"calendar_feed.{verb}"), command(say, "calendar", say(f"words.calendar_verb.{verb}")))
        for verb in verbs.get(state, ())
    )
    return Message(summary, (*blocks, Buttons(buttons)) if buttons else tuple(blocks))
