"""``referat``: everybody reads a meeting's minutes in their own copy; the secretariat writes and sends them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from alliance.meetings import Meeting
from alliance.messages import Message
from alliance.minutes import draft_due
from alliance.names import fold
from alliance.papers import Paper
from bot.commands.papers.drafting import body_meeting
from bot.commands.papers.minutes_out import approve, circulate, correct
from bot.commands.papers.minutes_writing import write
from bot.commands.papers.minuting import Desk, desk_of
from bot.context import Command, Context
from storage.queries import minutes as queries
from storage.queries.recipients import readable_copy

Verb = Callable[[Context], Message | None]
VERBS: dict[str, Verb] = {
    fold(name): verb
    for names, verb in (
        (("skriv", "write"), write),
        (("udsend", "circulate", "send"), circulate),
        (("godkend", "approve"), approve),
        (("ret", "correct"), correct),
    )
    for name in names
}


def handle(ctx: Context) -> Message:
    verb = VERBS.get(fold(ctx.args[0])) if ctx.args else None
    if verb is None:
        return show(ctx, body_meeting(ctx, ctx.args)[0])
    ctx.check_secretariat()
    ctx = replace(ctx, args=ctx.args[1:])
    return verb(ctx) or show(ctx, body_meeting(ctx, ctx.args)[0])


def show(ctx: Context, meeting: Meeting) -> Message:
    """The minutes as whoever asks may see them: as they are being written, as they were sent out, or not yet."""
    desk = desk_of(ctx, meeting)
    if ctx.actor.secretariat:
        return _desk(ctx, desk)
    found = _readable(ctx, desk)
    if found is None:
        return ctx.write("minutes_awaited", meeting=meeting, due=_due(ctx, meeting))
    number, paper = found
    asked = paper.status == "circulated" and desk.minutes.state == "circulated"
    return ctx.write("minutes_shown", meeting=meeting, paper=paper, paper_id=number, may_comment=asked)


def _desk(ctx: Context, desk: Desk) -> Message:
    newest = desk.issued[-1] if desk.issued else None
    return ctx.write(
        "minutes_desk",
        minutes=desk.minutes,
        heard=desk.heard,
        comments=queries.comments(ctx.connection, ctx.alliance.id, desk.meeting.id),
        due=_due(ctx, desk.meeting),
        late=ctx.today > _due(ctx, desk.meeting),
        paper_id=newest.id if newest else None,
    )


def _due(ctx: Context, meeting: Meeting) -> date:
    calendar = ctx.alliance.charter.calendar
    return draft_due(calendar, calendar.day(meeting.starts_at), ctx.alliance.charter.deadlines)


def _readable(ctx: Context, desk: Desk) -> tuple[int, Paper] | None:
    """The newest that was sent out and that this reader may have, in their copy."""
    for one in reversed(desk.issued):
        copy = readable_copy(ctx.connection, ctx.alliance, ctx.actor, desk.meeting, one.paper, ctx.today)
        if copy:
            return one.id, one.paper.copy_named(copy)
    return None


COMMAND = Command("minutes", ("referat", "minutes"), "look", handle)
