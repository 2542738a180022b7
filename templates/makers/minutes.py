"""Minutes: how far they have come for who writes them, what they say for who reads them, and sending them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from alliance.meetings import Meeting
from alliance.messages import Ask, Block, Button, Buttons, Choice, Facts, Form, Message, Section, Table, Text
from alliance.minutes import Comment, Heard, Minutes, dissents_typed
from alliance.papers import Change, Paper, PaperAttendee, PaperItem
from templates.makers.agendas import Reader, reader_blocks
from templates.makers.kinds import maker
from templates.makers.meeting_words import command_name
from templates.makers.minute_forms import minutes_words
from templates.makers.papers_sent import paper_name
from templates.makers.words import command
from templates.papers.sheet import sheet_of
from templates.phrases import Phrases

MOST_BUTTONS = 15
MOST_CHARACTERS = 300  # of what a table shows of a long text


# ------------------------------------------------------------------------------------------- while they are written


@maker("minutes_desk")
def minutes_desk(
    say: Phrases,
    *,
    minutes: Minutes,
    heard: Sequence[Heard],
    comments: Sequence[Comment],
    due: date,
    late: bool,
    paper_id: int | None,
) -> Message:
    """The minutes as the secretariat sees them: what is written, what is missing, what was said about the draft."""
    missing = [one for one in heard if one.undecided]
    said = {"minutes": minutes, "count": len(heard), "written": sum(not one.minute.empty for one in heard)}
    summary = say(f"minutes_desk.summary.{_state(minutes)}", **said)
    blocks: list[Block] = [Text(summary, "heading")]
    if minutes.state == "draft" and minutes.meeting.state == "held":
        blocks.append(Text(say("minutes_desk.due", due=due, late=late), "warning" if late else "body"))
    if missing:
        numbers = tuple(str(one.item.number) for one in missing)
        blocks.append(Text(say("minutes_desk.missing", numbers=numbers), "warning"))
    if heard:
        blocks.append(_desk_table(say, heard))
    if comments:
        blocks.append(_comment_table(say, comments, heard))
    return Message(summary, (*blocks, *_desk_buttons(say, minutes, heard, missing, paper_id)))


def _state(minutes: Minutes) -> str:
    return minutes.state if minutes.meeting.state == "held" else "not_held"


def _desk_table(say: Phrases, heard: Sequence[Heard]) -> Table:
    head = tuple(say(f"minutes_desk.head.{column}") for column in ("number", "heading", "decision", "actions"))
    rows = tuple(
        (
            str(one.item.number),
            say("minutes_desk.heading", item=one.item),
            _short(one.minute.decision) or say(f"minutes_desk.{_progress(one)}"),
            str(len(one.minute.actions)),
        )
        for one in heard
    )
    return Table(say("minutes_desk.caption"), head, rows)


def _progress(one: Heard) -> str:
    if one.undecided:
        return "undecided"
    return "unwritten" if one.minute.empty else "noted"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST_CHARACTERS else line[:MOST_CHARACTERS].rstrip() + " …"


def _comment_table(say: Phrases, comments: Sequence[Comment], heard: Sequence[Heard]) -> Table:
    numbers = {one.item.id: one.item.number for one in heard}
    head = tuple(say(f"minutes_desk.comment_head.{column}") for column in ("item", "text", "who"))
    rows = tuple(
        (
            say("minutes_desk.comment_on", number=numbers.get(comment.item_id or 0, 0)),
            comment.text,
            say("minutes_desk.comment_by", comment=comment),
        )
        for comment in comments
    )
    return Table(say("minutes_desk.comments"), head, rows)


def _desk_buttons(
    say: Phrases, minutes: Minutes, heard: Sequence[Heard], missing: Sequence[Heard], paper_id: int | None
) -> list[Block]:
    meeting, buttons = minutes.meeting, list[Button]()
    if meeting.state == "held" and heard:
        verb = "correct" if minutes.state == "approved" else "write"
        buttons += _forward(say, minutes, missing)
        buttons += [
            Button(
                say(f"minutes_desk.{verb}", number=one.item.number), minutes_words(say, verb, meeting, one.item.number)
            )
            for one in heard[:MOST_BUTTONS]
        ]
    if paper_id is not None:
        buttons.append(Button(say("minutes_desk.paper"), command(say, "paper", paper_id)))
        buttons.append(Button(say("minutes_desk.log"), command(say, "dispatch", command_name(say, meeting))))
    return [Buttons(tuple(buttons))] if buttons else []


def _forward(say: Phrases, minutes: Minutes, missing: Sequence[Heard]) -> list[Button]:
    """The steps that are open: sending the draft round (again), approving, sending a correction."""
    meeting = minutes.meeting
    if minutes.state == "approved":
        came = minutes_words(say, "correct", meeting, say("words.minutes_attendance"))
        send = Button(say("minutes_desk.send_correction"), minutes_words(say, "correct", meeting))
        return [send, Button(say("minutes_desk.correct_attendance"), came)]
    if missing:
        return []
    again = minutes.state == "circulated"
    circulate = Button(
        say("minutes_desk.circulate", again=again),
        minutes_words(say, "circulate", meeting),
        "plain" if again else "primary",
    )
    approve = Button(say("minutes_desk.approve"), minutes_words(say, "approve", meeting), "primary")
    return [approve, circulate] if again else [circulate]


# ------------------------------------------------------------------------------------------------ for its readers


@maker("minutes_awaited")
def minutes_awaited(say: Phrases, *, meeting: Meeting, due: date) -> Message:
    """That there are no minutes to be read yet, and why."""
    summary = say("minutes_awaited.summary", meeting=meeting, due=due)
    return Message(summary, (Text(summary),))


@maker("minutes_shown")
def minutes_shown(say: Phrases, *, meeting: Meeting, paper: Paper, paper_id: int, may_comment: bool) -> Message:
    """The minutes in the reader's copy, as they were sent out last."""
    sheet = sheet_of(paper, say.language)
    summary = say("minutes_shown.summary", name=paper_name(say, paper, meeting.title), status=sheet.status)
    blocks: list[Block] = [Text(summary, "heading"), Text(sheet.edition, "subtle")]
    if paper.reason:
        blocks.append(Text(say("paper_sent.reason.minutes", reason=paper.reason)))
    if paper.changes:
        blocks.append(_changes(say, paper.changes))
    blocks += _attendance(say, paper)
    for item in paper.items:
        blocks += _item(say, item)
    buttons = [Button(say("minutes_shown.paper"), command(say, "paper", paper_id))]
    if may_comment:
        buttons.insert(
            0, Button(say("minutes_shown.comment"), command(say, "comment", command_name(say, meeting)), "primary")
        )
    return Message(summary, (*blocks, Buttons(tuple(buttons))))


def _attendance(say: Phrases, paper: Paper) -> list[Block]:
    if paper.present is None or not paper.attendees:
        return []
    pairs = tuple(
        (_seated(say, one), say(f"paper.presence.{_presence(one.person, one.presence)}")) for one in paper.attendees
    )
    return [Text(say("paper.heading.attendance"), "heading"), Facts(pairs)]


def _seated(say: Phrases, one: PaperAttendee) -> str:
    role = "chair" if one.chair else "observer" if one.observer else "member"
    return say(f"paper.role.{role}", name=one.person or say("paper.vacant"))


def _presence(person: str, presence: str) -> str:
    return presence or "unknown" if person else "vacant"


def _item(say: Phrases, item: PaperItem) -> list[Block]:
    blocks: list[Block] = [Text(say("paper.numbered", number=item.number, heading=item.heading), "heading")]
    if item.withheld:
        return [*blocks, Text(say("paper.withheld"), "subtle")]
    said = {"notes": item.notes, "decision": item.decision, "dissent": dissents_typed(item.dissents)}
    pairs = tuple((say(f"paper.heading.{key}"), text) for key, text in said.items() if text.strip())
    agreed = tuple(
        (say("paper.heading.actions"), say("minutes_shown.action", action=action)) for action in item.actions
    )
    return [*blocks, Facts((*pairs, *agreed))] if pairs or agreed else blocks


def _changes(say: Phrases, changes: Sequence[Change]) -> Table:
    head = tuple(say(f"paper.changes.{column}") for column in ("where", "before", "after"))
    nothing = say("paper.changes.nothing")
    rows = tuple(
        (
            _where(say, c),
            _short(c.before) or nothing,
            _short(c.after) or nothing,
        )
        for c in changes
    )
    return Table(say("paper.changes.caption"), head, rows)


def _where(say: Phrases, change: Change) -> str:
    """Where something changed, in one line: a paper has it in two."""
    field = say(f"paper.field.{change.field}")
    return say("paper.changes.at", item=change.item, field=field, closed=change.closed).replace("\n", ": ")


# ------------------------------------------------------------------------------------------------- sending them out


@dataclass(frozen=True)
class Outgoing:
    """What is asked before minutes go out. ``verb`` is circulate, approve or correct; an empty ``seal``: not yet.

    ``meetings`` can have approved them, as keys and titles; ``changed`` is what is different from what was sent out
    last; ``again`` when something else was confirmed. ``unwritten`` are the numbers of items of which nothing is said.
    ``day_off`` is the day of approval, and the holiday it is ("" for a weekend), where it is no working day.
    """

    verb: str
    seal: str
    typed: Mapping[str, str]
    errors: Mapping[str, str]
    meetings: tuple[tuple[str, str], ...] = ()
    changed: tuple[Change, ...] = ()
    again: bool = False
    unwritten: tuple[int, ...] = ()
    day_off: tuple[date, str] | None = None


@maker("minutes_preview")
def minutes_preview(
    say: Phrases, *, meeting: Meeting, paper: Paper, readers: Sequence[Reader], outgoing: Outgoing
) -> Message:
    """What would go out, to whom, in which copy; nothing has happened yet."""
    counts = {copy: sum(reader.copy == copy for reader in readers) for copy in ("all", "open")}
    summary = say(f"minutes_preview.summary.{outgoing.verb}", meeting=meeting, paper=paper, counts=counts)
    blocks: list[Block] = [Text(summary, "heading")]
    if outgoing.again:
        blocks.append(Text(say("paper_preview.changed"), "warning"))
    if outgoing.unwritten:
        blocks.append(Text(say("minutes_preview.unwritten", numbers=outgoing.unwritten), "warning"))
    if outgoing.day_off:
        day, holiday = outgoing.day_off
        blocks.append(Text(say("minutes_preview.day_off", day=day, holiday=holiday), "warning"))
    if outgoing.changed:
        blocks += [Text(say(f"minutes_preview.changed.{outgoing.verb}")), _changes(say, outgoing.changed)]
    agreed = sum(len(item.actions) for item in paper.items)
    if agreed:
        blocks.append(Text(say("minutes_preview.actions", count=agreed, draft=paper.status == "circulated")))
    blocks += reader_blocks(say, readers)
    return Message(summary, (*blocks, _send(say, meeting, outgoing)))


def _send(say: Phrases, meeting: Meeting, outgoing: Outgoing) -> Block:
    words = minutes_words(say, outgoing.verb, meeting)
    confirm = Button(
        say(f"minutes_preview.send.{outgoing.verb}"),
        f"{words} {say('words.confirm')} {outgoing.seal}".strip(),
        "primary",
    )
    if outgoing.verb == "circulate":
        return Buttons((confirm,))
    again = Button(say("minutes_preview.again"), words, "plain" if outgoing.seal else "primary")
    asks = _approval(say, outgoing) if outgoing.verb == "approve" else (_reason(say, outgoing),)
    note = say(f"minutes_preview.note.{outgoing.verb}")
    section = Section(say(f"minutes_preview.form.{outgoing.verb}"), asks, note)
    return Form((section,), (confirm, again) if outgoing.seal else (again,))


def _approval(say: Phrases, outgoing: Outgoing) -> tuple[Ask, ...]:
    choices = (*(Choice(key, title) for key, title in outgoing.meetings), Choice("written", say("minutes.in_writing")))
    at, on = (outgoing.typed.get(key, "") for key in ("approved_at", "approved_on"))
    return (
        Ask("approved_at", say("minutes_preview.ask.approved_at"), "choice", at, choices=choices, required=True),
        Ask(
            "approved_on",
            say("minutes_preview.ask.approved_on"),
            "date",
            on,
            required=True,
            error=outgoing.errors.get("approved_on", ""),
        ),
    )


def _reason(say: Phrases, outgoing: Outgoing) -> Ask:
    return Ask(
        "reason",
        say("minutes_preview.ask.reason"),
        "long",
        outgoing.typed.get("reason", ""),
        say("minutes_preview.hint.reason"),
        required=True,
        error=outgoing.errors.get("reason", ""),
    )


@maker("minutes_out")
def minutes_out(
    say: Phrases, *, verb: str, meeting: Meeting, paper: Paper, paper_id: int, all_items: int, open_items: int
) -> Message:
    """That they are on their way, to how many, and what happens next."""
    agreed = sum(len(item.actions) for item in paper.items)
    said = {"meeting": meeting, "paper": paper, "all_items": all_items, "open_items": open_items}
    summary = say(f"minutes_out.summary.{verb}", **said)
    buttons = (
        Button(say("minutes_desk.log"), command(say, "dispatch", command_name(say, meeting))),
        Button(say("minutes_desk.paper"), command(say, "paper", paper_id)),
    )
    return Message(summary, (Text(summary), Text(say(f"minutes_out.note.{verb}", agreed=agreed)), Buttons(buttons)))
