"""A meeting in the reader's own words: name, time, state, seats and answers; for every maker that speaks of one."""

from __future__ import annotations

from alliance.meetings import Meeting
from alliance.messages import Table
from alliance.rolls import Roll, RollLine
from templates import formats
from templates.makers.words import command
from templates.phrases import Phrases


def meeting_name(say: Phrases, meeting: Meeting) -> str:
    """What a person types for a meeting: ``styregruppe 2/2027``, ``topmøde 2027``."""
    return meeting.whole_name_in(say.language)


def command_name(say: Phrases, meeting: Meeting) -> str:
    """How a meeting stands in the commands about papers: its label where that says which, else its whole name."""
    return meeting.named_in(say.language)


def meeting_words(say: Phrases, verb: str, meeting: Meeting) -> str:
    """``møde flyt styregruppe 2/2027``."""
    return command(say, "meeting", say(f"words.meeting_verb.{verb}"), meeting_name(say, meeting))


def when_words(say: Phrases, meeting: Meeting) -> str:
    return formats.span(meeting.starts_at, meeting.ends_at, say.language, say.zone)


def where_words(say: Phrases, meeting: Meeting) -> str:
    return meeting.place or say("meeting.no_place")


def state_words(say: Phrases, meeting: Meeting) -> str:
    """Return how far it has come; members answer for an event before any calendar is told of it."""
    if meeting.state == "planned" and not meeting.of_body:
        return say("meeting.state.planned_event")
    return say(f"meeting.state.{meeting.state}")


def week_words(say: Phrases, meeting: Meeting) -> str:
    local = Phrases(say.language, say.zone)
    return local("meeting.with_week", when=when_words(say, meeting), week=formats.week(meeting.starts_at, say.zone))


def quorum_words(say: Phrases, roll: Roll) -> str:
    if not roll.quorum or roll.meeting.state in ("planned", "cancelled"):
        return ""
    return say(f"meeting.quorum.{'held' if roll.meeting.state == 'held' else 'ahead'}", count=roll.count())


def table_of_seats(say: Phrases, roll: Roll, *, secretariat: bool) -> list[Table]:
    """Return who sits where; the secretariat sees their answers too, and everybody who came, once it was held."""
    columns = ("seat", "who", "answer") if secretariat or roll.meeting.state == "held" else ("seat", "who")
    named = ["came" if column == "answer" and roll.meeting.state == "held" else column for column in columns]
    head = tuple(say(f"meeting_shown.head.{column}") for column in named)
    rows = tuple(seat_row(say, roll, line)[: len(columns)] for line in roll.lines)
    return [Table(say("meeting_shown.caption.seats"), head, rows)]


def seat_row(say: Phrases, roll: Roll, line: RollLine) -> tuple[str, str, str]:
    seat = say("meeting.observer") if line.observer else line.seat or say("meeting.no_constituency")
    if line.chair:
        seat = say("meeting.chair", seat=seat)
    who = say("meeting.who", person=line.person, organisation=line.organisation) if line.person else ""
    return seat, who or say("meeting.vacant", organisation=line.organisation), said_words(say, roll, line)


def said_words(say: Phrases, roll: Roll, line: RollLine) -> str:
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
