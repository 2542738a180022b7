"""Planning one meeting by hand, and holding it: attendance recorded at the table, prefilled from the answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from alliance.attendance import Presence
from alliance.errors import Refused
from alliance.meetings import Meeting, answer_by_of
from alliance.messages import Message
from alliance.rolls import Roll, RollLine
from bot.commands.context import Context
from bot.commands.meeting_changes import in_words, read_when
from bot.commands.meeting_names import named
from storage.changes.meetings import change_meeting, plan_meeting, record_presence
from storage.queries import meetings
from storage.queries.rolls import roll

PRESENCES = ("present", "apologies", "absent")
FROM_ANSWER = {"yes": "present", "no": "apologies"}


# ------------------------------------------------------------------------------------------------- planning


def add(ctx: Context) -> Message:
    """``møde opret``: one more meeting, beside those of the year's plan."""
    kinds = _kinds(ctx)
    typed = {key: ctx.answers.get(key, "").strip() for key in ("kind", "day", "starts", "ends", "place")}
    if not ctx.answers:
        return _add_form(ctx, typed, {})
    when = read_when(ctx, typed)
    errors = dict(when.errors)
    if typed["kind"] not in kinds:
        errors["kind"] = Refused("kind_missing")
    if when.day and "day" not in errors and when.day <= ctx.today:
        errors["day"] = Refused("in_the_past", day=when.day)
    if errors or when.day is None or when.span is None:
        return _add_form(ctx, typed, errors)
    calendar = ctx.alliance.charter.calendar
    number = 0
    if kinds[typed["kind"]]:
        number = 1 + meetings.last_number(ctx.connection, ctx.alliance.id, typed["kind"], when.day.year)
    elif _stands(ctx, typed["kind"], when.day.year):
        return _add_form(ctx, typed, {"kind": Refused("event_stands", year=when.day.year)})
    days = ctx.alliance.charter.cadence_on(typed["kind"], when.day).answer_days
    planned = plan_meeting(
        ctx.connection,
        ctx.alliance.id,
        kind=typed["kind"],
        year=when.day.year,
        number=number,
        starts_at=calendar.at(when.day, when.span[0]),
        ends_at=calendar.at(when.day, when.span[1]),
        place=typed["place"],
        answer_by=answer_by_of(calendar, when.day, days, ctx.today),
    )
    meeting = meetings.meeting(ctx.connection, ctx.alliance, planned)
    assert meeting is not None
    ctx.note("meeting_planned", f"meeting:{planned}", label=meeting.title.da)
    return ctx.write("meeting_done", what="add", meeting=meeting, told=0)


def _kinds(ctx: Context) -> dict[str, bool]:
    """What can be planned: bodies (True) and events (False)."""
    charter = ctx.alliance.charter
    return {c.body: True for c in charter.meetings} | {event.key: False for event in charter.events}


def _stands(ctx: Context, kind: str, year: int) -> bool:
    found = meetings.meeting_of_year(ctx.connection, ctx.alliance, kind, year)
    return found is not None and found.state != "cancelled"


def _add_form(ctx: Context, typed: Mapping[str, str], errors: Mapping[str, Refused]) -> Message:
    charter = ctx.alliance.charter
    titles = {c.body: c.title for c in charter.meetings} | {event.key: event.title for event in charter.events}
    return ctx.write("meeting_add_form", kinds=titles, typed=typed, errors=in_words(ctx, errors))


# -------------------------------------------------------------------------------------------------- holding


def hold(ctx: Context) -> Message:
    """``møde afhold 2/2027``: who sat at the table; may be corrected until the minutes are approved."""
    meeting, _ = named(ctx, ctx.args)
    after = meeting.held(ctx.now)
    if not meeting.of_body:
        return _held(ctx, meeting, after)
    known = roll(ctx.connection, ctx.alliance, meeting)
    asked = [line for line in known.lines if line.organisation_id is not None]
    typed = _typed(ctx, asked)
    errors = {
        f"presence_{line.organisation_id}": Refused("presence_missing")
        for line in asked
        if not line.observer and typed[f"presence_{line.organisation_id}"] not in PRESENCES
    }
    if errors or not ctx.answers:
        return ctx.write(
            "meeting_hold_form", roll=known, typed=typed, errors=in_words(ctx, errors if ctx.answers else {})
        )
    _record(ctx, meeting, known, asked, typed)
    return _held(ctx, meeting, after)


def _typed(ctx: Context, asked: list[RollLine]) -> dict[str, str]:
    """What stands in the form: what was typed, else what was recorded, else what was answered."""
    typed = {}
    for line in asked:
        answered = FROM_ANSWER.get(line.answer.response, "") if line.answer else ""
        presence = line.presence.presence if line.presence else answered
        attendee = line.presence.attendee if line.presence else line.person
        for key, value in (("presence", presence), ("attendee", attendee)):
            name = f"{key}_{line.organisation_id}"
            typed[name] = ctx.answers.get(name, "").strip() if ctx.answers else value
    return typed


def _record(ctx: Context, meeting: Meeting, known: Roll, asked: list[RollLine], typed: Mapping[str, str]) -> None:
    """Append what differs from what was recorded: a second press of a button changes nothing."""
    presences = []
    for line in asked:
        presence = cast(Any, typed[f"presence_{line.organisation_id}"])
        attendee = typed[f"attendee_{line.organisation_id}"]
        was = (line.presence.presence, line.presence.attendee) if line.presence else None
        if line.organisation_id is None or presence not in PRESENCES or was == (presence, attendee):
            continue
        presences.append(Presence(line.organisation_id, presence, attendee[:200], ctx.now))
    record_presence(ctx.connection, ctx.alliance.id, meeting.id, presences, ctx.actor.person.id)
    if presences:
        ctx.note("presence_recorded", f"meeting:{meeting.id}", label=meeting.title.da, lines=len(presences))


def _held(ctx: Context, meeting: Meeting, after: Meeting) -> Message:
    if meeting.state != "held":
        if not change_meeting(ctx.connection, ctx.alliance.id, meeting, after):
            raise Refused("changed_meanwhile", meeting=meeting)
        ctx.note("meeting_held", f"meeting:{meeting.id}", label=meeting.title.da)
    return ctx.write("meeting_held", roll=roll(ctx.connection, ctx.alliance, after))
