"""Planning one meeting by hand, and holding it: attendance recorded at the table, prefilled from the answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from alliance.attendance import Presence
from alliance.cadences import MeetingCadence
from alliance.errors import Refused
from alliance.meetings import Meeting, answer_by_of
from alliance.messages import Message
from alliance.moments import read_day
from alliance.rolls import RollLine
from bot.commands.meetings.changes import from_words, in_words, read_when
from bot.commands.meetings.names import kind_of, named
from bot.context import Context
from storage.changes.meetings import change_meeting, plan_meeting, record_presence
from storage.queries import meetings
from storage.queries.minutes import minutes
from storage.queries.presences import newest_line, recorded_since
from storage.queries.rolls import roll

PRESENCES = ("present", "apologies", "absent")
FROM_ANSWER = {"yes": "present", "no": "apologies"}
STAMP = re.compile(r"r(\d{1,9})", re.ASCII)
YEARS_AHEAD = 3  # later is a slip of the pen: no body plans so far


# ------------------------------------------------------------------------------------------------- planning


def add(ctx: Context) -> Message:
    """``møde opret styregruppe 3. marts kl 9-12``: one more meeting, beside those of the year's plan.

    The words fill in the form, as far as they can be read.
    """
    kinds = _kinds(ctx)
    said = _said(ctx) if not ctx.answers else {}
    typed = {key: ctx.answers.get(key, said.get(key, "")).strip() for key in ("kind", "day", "starts", "ends", "place")}
    if not ctx.answers:
        return _add_form(ctx, typed, {})
    when = read_when(ctx, typed)
    errors = dict(when.errors)
    if typed["kind"] not in kinds:
        errors["kind"] = Refused("kind_missing")
    if when.day and "day" not in errors and when.day <= ctx.today:
        errors["day"] = Refused("in_the_past", day=when.day)
    if when.day and when.day.year > (last := ctx.today.year + YEARS_AHEAD):
        errors["day"] = Refused("too_far_ahead", day=when.day, last=last)
    if errors or when.day is None or when.span is None:
        return _add_form(ctx, typed, errors)
    calendar = ctx.alliance.charter.calendar
    starts_at, ends_at = (calendar.at(when.day, moment) for moment in when.span)
    stands = _standing_at(ctx, typed["kind"], starts_at)
    if stands:  # the same form again
        return ctx.write("meeting_done", what="stands", meeting=stands, told=0)
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
        starts_at=starts_at,
        ends_at=ends_at,
        place=typed["place"],
        answer_by=answer_by_of(calendar, when.day, days, ctx.today),
    )
    meeting = meetings.meeting(ctx.connection, ctx.alliance, planned)
    assert meeting is not None
    ctx.note("meeting_planned", f"meeting:{planned}", label=meeting.title.da)
    return ctx.write("meeting_done", what="add", meeting=meeting, told=0, close=_close(ctx, meeting))


def _said(ctx: Context) -> dict[str, str]:
    kind, rest = kind_of(ctx, ctx.args)
    when = from_words(rest, ctx.today)
    try:
        when["day"] = read_day(when.get("day", ""), ctx.today).isoformat()
    except Refused:
        when["day"] = ""
    return {"kind": kind, **when}


def _standing_at(ctx: Context, kind: str, starts_at: datetime) -> Meeting | None:
    """The meeting of that kind that begins at that very time and was not cancelled."""
    known = meetings.meetings(ctx.connection, ctx.alliance)
    found = (m for m in known if (m.kind, m.starts_at) == (kind, starts_at) and m.state != "cancelled")
    return next(found, None)


def _close(ctx: Context, meeting: Meeting) -> tuple[tuple[Meeting, int], ...]:
    """The body's other meetings that are nearer than the charter's weeks, which it asks for: allowed, but told."""
    day = ctx.alliance.charter.calendar.day
    cadence = ctx.alliance.charter.cadence_on(meeting.kind, day(meeting.starts_at))
    if not isinstance(cadence, MeetingCadence):
        return ()
    weeks = cadence.min_weeks_between
    others = (m for m in meetings.meetings(ctx.connection, ctx.alliance) if m.kind == meeting.kind)
    standing = (m for m in others if m.id != meeting.id and m.state != "cancelled")
    return tuple((m, weeks) for m in standing if abs((day(m.starts_at) - day(meeting.starts_at)).days) < 7 * weeks)


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
    meeting, rest = named(ctx, ctx.args)
    after = meeting.held(ctx.now)
    if not meeting.of_body:
        return _held(ctx, meeting, after)
    if minutes(ctx.connection, ctx.alliance.id, meeting).state == "approved":
        raise Refused("attendance_approved", meeting=meeting)
    return _attendance(ctx, meeting, rest, correcting=False)


def correct_attendance(ctx: Context, meeting: Meeting, rest: Iterable[str]) -> Message:
    """``referat ret 2/2027 fremmøde``: the attendance in approved minutes; readers see it once it is sent out."""
    return _attendance(ctx, meeting, rest, correcting=True)


def _attendance(ctx: Context, meeting: Meeting, rest: Iterable[str], *, correcting: bool) -> Message:
    """Record who came, unless something is missing or was recorded since this form was shown; else show the form."""
    known = roll(ctx.connection, ctx.alliance, meeting)
    asked = [line for line in known.lines if line.organisation_id is not None]
    since = _since(ctx, meeting, rest) if ctx.answers else {}
    typed = _typed(ctx, asked, since)
    newer = {key: text for line in asked for key, text in _newer(ctx, line, typed, since).items()}
    errors = _missing(ctx, asked, typed) if ctx.answers else {}
    if newer or errors or not ctx.answers:
        return ctx.write(
            "meeting_hold_form",
            roll=known,
            typed=typed,
            errors=newer | errors,
            stamp=newest_line(ctx.connection, ctx.alliance.id, meeting.id),
            by=tuple(dict.fromkeys(since.values())) if newer else (),
            correcting=correcting,
        )
    _record(ctx, meeting, asked, typed)
    return _held(ctx, meeting, meeting.held(ctx.now), correcting=correcting)


def _since(ctx: Context, meeting: Meeting, rest: Iterable[str]) -> dict[int, str]:
    """Whose attendance somebody recorded after the form was shown, and who did; nothing where no form says when."""
    stamps = [int(found[1]) for word in rest if (found := STAMP.fullmatch(word))]
    if not stamps:
        return {}
    return recorded_since(ctx.connection, ctx.alliance.id, meeting.id, stamps[-1])


def _newer(ctx: Context, line: RollLine, typed: Mapping[str, str], since: Mapping[int, str]) -> dict[str, str]:
    """What was recorded meanwhile and is not what was typed, in words, by field."""
    organisation, noted = line.organisation_id, line.presence
    if organisation is None or organisation not in since or noted is None:
        return {}
    said = {"presence": ctx.say(f"meeting.presence.{noted.presence}", attendee=""), "attendee": noted.attendee}
    return {
        f"{key}_{organisation}": ctx.say("meeting_hold.newer", by=since[organisation], text=said[key])
        for key, value in (("presence", noted.presence), ("attendee", noted.attendee))
        if value != typed[f"{key}_{organisation}"]
    }


def _missing(ctx: Context, asked: Iterable[RollLine], typed: Mapping[str, str]) -> dict[str, str]:
    """The seats of which nothing is said; an observer may be left out."""
    errors = {
        key: Refused("presence_missing")
        for line in asked
        for key in [f"presence_{line.organisation_id}"]
        if not line.observer and typed[key] not in PRESENCES
    }
    return in_words(ctx, errors)


def _typed(ctx: Context, asked: Iterable[RollLine], since: Mapping[int, str]) -> dict[str, str]:
    """What stands in the form: what was typed, else what was recorded, else what was answered.

    An empty field takes over what was recorded ``since`` the form was shown.
    """
    typed = {}
    for line in asked:
        for key, value in _standing(line).items():
            name = f"{key}_{line.organisation_id}"
            came = value if line.organisation_id in since else ""
            typed[name] = ctx.answers.get(name, "").strip() or came if ctx.answers else value
    return typed


def _standing(line: RollLine) -> dict[str, str]:
    if line.presence:
        return {"presence": line.presence.presence, "attendee": line.presence.attendee}
    answered = FROM_ANSWER.get(line.answer.response, "") if line.answer else ""
    return {"presence": answered, "attendee": line.person}


def _record(ctx: Context, meeting: Meeting, asked: Iterable[RollLine], typed: Mapping[str, str]) -> None:
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


def _held(ctx: Context, meeting: Meeting, after: Meeting, *, correcting: bool = False) -> Message:
    if meeting.state != "held":
        if not change_meeting(ctx.connection, ctx.alliance.id, meeting, after):
            raise Refused("changed_meanwhile", meeting=meeting)
        ctx.note("meeting_held", f"meeting:{meeting.id}", label=meeting.title.da)
    return ctx.write("meeting_held", roll=roll(ctx.connection, ctx.alliance, after), correcting=correcting)
