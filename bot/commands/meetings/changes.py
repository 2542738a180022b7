"""Calling, moving, cancelling: shown first with who will hear what, done when that very preview is confirmed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from zoneinfo import ZoneInfo

from alliance.calendar import WorkingCalendar
from alliance.errors import Refused
from alliance.invitations import Invitation
from alliance.meetings import LONGEST_PLACE, Meeting, answer_by_of, check_day, working_days_between
from alliance.messages import Message
from alliance.moments import read_day, read_span, read_time
from alliance.names import fold
from bot.commands.meetings.names import named
from bot.context import CONFIRM, Context
from storage.calling import tell_calendars, would_tell
from storage.changes.meetings import change_meeting
from storage.queries import register
from storage.queries.rolls import roll

SEAL = re.compile(r"[0-9a-f]{8}", re.ASCII)
LONGEST_REASON = 500


# ------------------------------------------------------------------------------------- what is typed, and confirmed


def _meeting(ctx: Context) -> tuple[Meeting, tuple[str, ...], str]:
    """The meeting, the words after it, and the seal that confirms (empty before)."""
    meeting, rest = named(ctx, ctx.args)
    if len(rest) > 1 and fold(rest[-2]) in CONFIRM and SEAL.fullmatch(rest[-1]):
        return meeting, rest[:-2], rest[-1]
    return meeting, rest, ""


@dataclass(frozen=True)
class Effect:
    """What a change would tell: who is invited or told anew, and whose calendar lets the meeting go."""

    after: Meeting
    tellings: tuple[Invitation, ...]

    def people(self, method: str) -> tuple[int, ...]:
        return tuple(telling.person_id for telling in self.tellings if telling.method == method)

    @property
    def seal(self) -> str:
        """Names exactly what was shown: a confirmation counts for that and nothing else."""
        m = self.after
        told = [f"{t.method} {t.person_id} {t.address}" for t in self.tellings]
        times = (m.starts_at.isoformat(), m.ends_at.isoformat(), m.answer_by.isoformat())
        words = (m.id, m.state, *times, m.place, m.sequence, m.reason, *told)
        return hashlib.sha256("\n".join(map(str, words)).encode()).hexdigest()[:8]


def effect_of(ctx: Context, after: Meeting) -> Effect:
    return Effect(after, would_tell(ctx.connection, ctx.alliance, after, ctx.now))


def _carry_out(ctx: Context, before: Meeting, after: Meeting, action: str) -> tuple[Invitation, ...]:
    """Write the change, tell the calendars and note it, all in this transaction."""
    if not change_meeting(ctx.connection, ctx.alliance.id, before, after):
        raise Refused("changed_meanwhile", meeting=before)
    tellings = tell_calendars(ctx.connection, ctx.alliance, after, ctx.now)
    asks_again = after.revision != before.revision
    ctx.note(action, f"meeting:{after.id}", label=after.title.da, told=len(tellings), asks_again=asks_again)
    return tellings


def _preview(ctx: Context, kind: str, before: Meeting, effect: Effect, typed: Mapping[str, str]) -> Message:
    names = register.people(ctx.connection, ctx.alliance.id, [t.person_id for t in effect.tellings])
    unreachable = tuple(names[t.person_id].name for t in effect.tellings if not t.address)
    return ctx.write(
        "meeting_preview",
        what=kind,
        before=before,
        after=effect.after,
        requests=tuple(names[p].name for p in effect.people("REQUEST")),
        cancels=tuple(names[p].name for p in effect.people("CANCEL")),
        unreachable=unreachable,
        vacant=_vacant(ctx, effect.after),
        warnings=_warnings(ctx, effect.after),
        typed=typed,
        seal=effect.seal,
    )


def _vacant(ctx: Context, meeting: Meeting) -> tuple[str, ...]:
    """The seats that nobody can be invited for, by their constituency."""
    if not meeting.of_body or meeting.state == "cancelled":
        return ()
    return tuple(line.seat for line in roll(ctx.connection, ctx.alliance, meeting).seats if not line.person)


def _warnings(ctx: Context, meeting: Meeting) -> tuple[tuple[str, object], ...]:
    """What is allowed but worth a second look: a warned week, an agenda that would be late, too close to the next."""
    if meeting.state == "cancelled":
        return ()
    charter, calendar = ctx.alliance.charter, ctx.alliance.charter.calendar
    day = calendar.day(meeting.starts_at)
    found: list[tuple[str, object]] = [] if meeting.place else [("no_place", "")]
    if day_off := calendar.day_off(day):
        found.append(("day_off", day_off))
    if day.isocalendar().week in charter.avoid.weeks_warned:
        found.append(("warned_week", day.isocalendar().week))
    if meeting.of_body and calendar.before(day, charter.deadlines.agenda_before) < ctx.today:
        found.append(("agenda_late", calendar.before(day, charter.deadlines.agenda_before)))
    return tuple(found)


# ------------------------------------------------------------------------------------------------- calling


def call(ctx: Context) -> Message:
    meeting, _, seal = _meeting(ctx)
    after = replace(meeting.called(ctx.now), answer_by=_answerable(ctx, meeting))
    effect = effect_of(ctx, after)
    if meeting.state == "called" and not effect.tellings:
        raise Refused("already_called", meeting=meeting)
    if seal != effect.seal:
        return _preview(ctx, "call", meeting, effect, {})
    tellings = _carry_out(ctx, meeting, after, "meeting_called")
    return _done(ctx, "call", after, tellings)


def _answerable(ctx: Context, meeting: Meeting) -> date:
    """The day answers are due; where that was over before the meeting was called, half of the working days left."""
    if meeting.answer_by > ctx.today:
        return meeting.answer_by
    calendar = ctx.alliance.charter.calendar
    day = calendar.day(meeting.starts_at)
    left = working_days_between(calendar, ctx.today, day)
    return answer_by_of(calendar, day, max(left // 2, 1), ctx.today)


def _done(ctx: Context, what: str, meeting: Meeting, tellings: tuple[Invitation, ...]) -> Message:
    return ctx.write("meeting_done", what=what, meeting=meeting, told=len(tellings))


# -------------------------------------------------------------------------------------------------- moving


@dataclass(frozen=True)
class When:
    """Day, times and place as typed, and read as far as they can be."""

    typed: Mapping[str, str]
    errors: Mapping[str, Refused]
    day: date | None = None
    span: tuple[time, time] | None = None


def read_when(ctx: Context, typed: Mapping[str, str]) -> When:
    errors: dict[str, Refused] = {}
    day, starts, ends = None, None, None
    try:
        day = read_day(typed["day"], ctx.today)
        check_day(ctx.alliance.charter.calendar, ctx.alliance.charter.avoid, day)
    except Refused as refusal:
        errors["day"] = refusal
    for key in ("starts", "ends"):
        try:
            value = read_time(typed[key])
        except Refused as refusal:
            errors[key] = refusal
        else:
            starts, ends = (value, ends) if key == "starts" else (starts, value)
    if starts and ends and ends <= starts:
        errors["ends"] = Refused("ends_before_start", starts=f"{starts:%H.%M}", ends=f"{ends:%H.%M}")
    for key, most in (("place", LONGEST_PLACE), ("reason", LONGEST_REASON)):
        if len(typed.get(key, "")) > most:
            errors[key] = Refused("too_long", got=len(typed[key]), most=most)
    return When(typed, errors, day, (starts, ends) if starts and ends else None)


def as_typed(meeting: Meeting, zone: str) -> dict[str, str]:
    """A meeting's time and place as the form shows them."""
    starts, ends = (moment.astimezone(ZoneInfo(zone)) for moment in (meeting.starts_at, meeting.ends_at))
    return {
        "day": starts.date().isoformat(),
        "starts": f"{starts:%H.%M}",
        "ends": f"{ends:%H.%M}",
        "place": meeting.place,
        "reason": "",
    }


def move(ctx: Context) -> Message:
    meeting, words, seal = _meeting(ctx)
    meeting.check_changeable(ctx.now)
    standing = as_typed(meeting, ctx.alliance.charter.zone)
    typed = {
        **standing,
        **from_words(words, ctx.today),
        **{k: v.strip() for k, v in ctx.answers.items() if k in standing},
    }
    if not words and not ctx.answers:
        return _move_form(ctx, meeting, typed, {})
    when = read_when(ctx, typed)
    if when.errors or when.day is None or when.span is None:
        return _move_form(ctx, meeting, typed, when.errors)
    typed = typed | {"day": when.day.isoformat()}  # as a date field shows it
    try:
        after = _moved(ctx, meeting, when.day, when.span, typed)
    except Refused as refusal:
        return _move_form(ctx, meeting, typed, {"day": refusal})
    effect = effect_of(ctx, after)
    if seal != effect.seal:
        return _preview(ctx, "move", meeting, effect, typed)
    return _done(ctx, "move", after, _carry_out(ctx, meeting, after, "meeting_moved"))


def from_words(words: tuple[str, ...], today: date) -> dict[str, str]:
    """``24-03-2027 10.00-14.00`` after the meeting; the day may be several words (``24. marts 2027``)."""
    if not words:
        return {}
    for cut in range(len(words), 0, -1):
        day = " ".join(words[:cut])
        try:
            read_day(day, today)
        except Refused:
            continue
        return {"day": day} | _span_of(" ".join(words[cut:]))
    return {"day": " ".join(words)}


def _span_of(typed: str) -> dict[str, str]:
    if not typed:
        return {}
    try:
        starts, ends = read_span(typed)
    except Refused:
        return {"starts": typed}
    return {"starts": f"{starts:%H.%M}", "ends": f"{ends:%H.%M}"}


def _moved(ctx: Context, meeting: Meeting, day: date, span: tuple[time, time], typed: Mapping[str, str]) -> Meeting:
    """The meeting where and when it was typed; answers are due as many working days before as they were."""
    calendar = ctx.alliance.charter.calendar
    starts_at, ends_at = calendar.at(day, span[0]), calendar.at(day, span[1])
    after = meeting
    if (starts_at, ends_at) != (meeting.starts_at, meeting.ends_at):
        after = after.moved_to(starts_at, ends_at, _answer_by(calendar, meeting, day, ctx.today), ctx.now)
    if typed["place"] != meeting.place:
        moved_too = after.sequence
        after = after.relocated(typed["place"], ctx.now)
        if moved_too != meeting.sequence:  # one change, one SEQUENCE
            after = replace(after, sequence=moved_too, settled_sequence=moved_too)
    if after == meeting:
        raise Refused("nothing_changed", meeting=meeting)
    return replace(after, reason=typed["reason"])


def _answer_by(calendar: WorkingCalendar, meeting: Meeting, day: date, today: date) -> date:
    ahead = working_days_between(calendar, meeting.answer_by, calendar.day(meeting.starts_at))
    return answer_by_of(calendar, day, max(ahead, 1), today)


def _move_form(ctx: Context, meeting: Meeting, typed: Mapping[str, str], errors: Mapping[str, Refused]) -> Message:
    return ctx.write("meeting_form", meeting=meeting, typed=typed, errors=in_words(ctx, errors))


def in_words(ctx: Context, errors: Mapping[str, Refused]) -> dict[str, str]:
    return {key: ctx.say(f"refused.{refusal.reason}", **refusal.facts) for key, refusal in errors.items()}


# ----------------------------------------------------------------------------------------------- cancelling


def cancel(ctx: Context) -> Message:
    meeting, words, seal = _meeting(ctx)
    reason = ctx.answers.get("reason", "").strip() or " ".join(words)
    after = meeting.cancelled(reason, ctx.now)
    if not reason or len(reason) > LONGEST_REASON:
        wrong = Refused("too_long", got=len(reason), most=LONGEST_REASON) if reason else Refused("reason_missing")
        errors = in_words(ctx, {"reason": wrong}) if ctx.answers or reason else {}
        return ctx.write("meeting_cancel_form", meeting=meeting, typed={"reason": reason}, errors=errors)
    effect = effect_of(ctx, after)
    if seal != effect.seal:
        return _preview(ctx, "cancel", meeting, effect, {"reason": reason})
    return _done(ctx, "cancel", after, _carry_out(ctx, meeting, after, "meeting_cancelled"))
