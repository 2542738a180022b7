"""Invitations, the answers to them, reminders of those that are missing, and the feed that a calendar follows."""

from __future__ import annotations

from datetime import date, datetime

from alliance.calendar_objects import CalendarObject
from alliance.meetings import Meeting
from alliance.members import Organisation
from alliance.messages import (
    Block,
    Button,
    Buttons,
    Invite,
    Link,
    Message,
    Text,
)
from alliance.rolls import Roll, RollLine
from templates import formats
from templates.ics import itip
from templates.makers.forms import fact_pairs
from templates.makers.kinds import maker
from templates.makers.meeting_words import (
    meeting_name,
    said_words,
    week_words,
    when_words,
)
from templates.makers.words import command, due_words
from templates.phrases import Phrases

RESPONSES = ("yes", "no", "tentative")


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
    in_chat: bool = False,
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
            Text(say("invitation.how_in_chat" if in_chat else "invitation.how", answered=answered and moved)),
            Buttons(answer_buttons(say, meeting, prefix)),
        ]
    if in_chat:  # the calendar hears of it by mail
        return Message(summary, tuple(blocks))
    return Message(summary, (*blocks, Invite(calendar.method, itip(calendar))))


def _change(calendar: CalendarObject, *, first: bool, moved: bool) -> str:
    if calendar.method == "CANCEL":
        return "uninvited" if calendar.uninvites else "cancelled"
    return "first" if first else "moved" if moved else "changed"


def answer_buttons(say: Phrases, meeting: Meeting, prefix: str = "") -> tuple[Button, ...]:
    """Yes, no, perhaps: each says the words of the command; an event asks who comes, so it leads to the form."""
    if not meeting.of_body:
        words = command(say, "rsvp", meeting.word.in_(say.language), prefix=prefix)
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
    say: Phrases,
    *,
    meeting: Meeting,
    organisation: Organisation,
    line: RollLine,
    just_given: bool,
    prefix: str,
    unkept: str = "",
) -> Message:
    """What is noted for a seat, and the three ways to answer; ``unkept`` are words that have no place in an answer."""
    key = "noted" if just_given else "standing" if line.answer else "asked"
    told = say(f"meeting.response.{line.answer.response}") if line.answer else ""
    summary = say(f"seat_rsvp.{key}", meeting=meeting, organisation=organisation, told=told)
    facts = fact_pairs(
        (say("meeting.label.when"), when_words(say, meeting)),
        (say("meeting.label.where"), meeting.place),
        (say("meeting.label.answer_by"), formats.long_day(meeting.answer_by, say.language)),
    )
    blocks: list[Block] = [Text(summary), facts]
    if unkept:
        blocks.append(Text(say("rsvp.unkept", words=unkept), "warning"))
    if line.earlier and not line.answer:
        blocks.append(Text(said_words(say, Roll(meeting, ()), line), "subtle"))
    return Message(summary, (*blocks, Buttons(answer_buttons(say, meeting, prefix))))


@maker("answer_what")
def answer_what(say: Phrases, *, organisation: Organisation, meetings: tuple[Meeting, ...], prefix: str) -> Message:
    """What there is to answer for a member, each with its button."""
    summary = say("answer_what.summary", organisation=organisation, count=len(meetings))
    if not meetings:
        return Message(summary, (Text(summary), Buttons((Button(say("answer_what.list"), command(say, "list")),))))
    pairs = tuple((meeting.title.in_(say.language), when_words(say, meeting)) for meeting in meetings)
    buttons = tuple(
        Button(
            meeting.title.in_(say.language),
            command(
                say,
                "rsvp",
                meeting_name(say, meeting) if meeting.of_body else meeting.word.in_(say.language),
                prefix=prefix,
            ),
        )
        for meeting in meetings
    )
    return Message(summary, (Text(summary), fact_pairs(*pairs), Buttons(buttons)))


@maker("answer_reminder")
def answer_reminder(
    say: Phrases, *, missing: tuple[tuple[Meeting, Organisation, str], ...], person: str, today: date
) -> Message:
    """A kind word to whoever has not answered for a seat, or for several, with the answers one press away."""
    meeting, organisation, _ = missing[0]
    late, count = today > meeting.answer_by, len(missing)
    when = when_words(say, meeting)
    summary = say("answer_reminder.summary", meeting=meeting, when=when, count=count)
    opening = say(
        "answer_reminder.opening", person=person, organisation=organisation, meeting=meeting, late=late, count=count
    )
    blocks: list[Block] = [Text(opening)]
    for meeting, organisation, prefix in missing:
        if count > 1:
            blocks.append(Text(say("answer_reminder.each", meeting=meeting, organisation=organisation), "heading"))
        blocks.append(
            fact_pairs(
                (say("meeting.label.when"), week_words(say, meeting)),
                (say("meeting.label.where"), meeting.place),
                (say("meeting.label.answer_by"), due_words(say, meeting.answer_by, today)),
            )
        )
        blocks.append(Buttons(answer_buttons(say, meeting, prefix)))
    return Message(summary, (*blocks, Text(say("answer_reminder.closing"), "subtle")))


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
