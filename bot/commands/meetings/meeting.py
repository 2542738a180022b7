"""``møde``: everybody looks at meetings; the secretariat plans, calls, moves, cancels and holds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.messages import Message
from alliance.names import fold
from alliance.planning import is_planned
from bot.commands.meetings.changes import call, cancel, move
from bot.commands.meetings.days import add, hold
from bot.commands.meetings.names import named
from bot.commands.meetings.seat_answer import own_seats
from bot.commands.sharing.record import takes_part
from bot.context import Command, Context
from storage.queries import meetings
from storage.queries.rolls import roll

MOST_PAST = 3
Verb = Callable[[Context], Message]
VERBS: dict[str, Verb] = {
    fold(name): verb
    for names, verb in (
        (("opret", "add", "new"), add),
        (("indkald", "call"), call),
        (("flyt", "ret", "move", "edit"), move),
        (("aflys", "cancel"), cancel),
        (("afhold", "hold"), hold),
    )
    for name in names
}


def handle(ctx: Context) -> Message:
    verb = VERBS.get(fold(ctx.args[0])) if ctx.args else None
    if verb:
        ctx.check_secretariat()
        try:
            return verb(replace(ctx, args=ctx.args[1:]))
        except Refused as refusal:
            if refusal.reason != "unknown_meeting":
                raise
            raise _to_choose(ctx, verb, refusal) from refusal
    if not takes_part(ctx):  # whose party has left keeps its history, and no longer follows what comes
        raise Refused("meetings_closed")
    if ctx.args:
        return show(ctx, named(ctx, ctx.args)[0])
    known = meetings.meetings(ctx.connection, ctx.alliance)
    return ctx.write(
        "meeting_list",
        meetings=meetings.ahead(ctx.connection, ctx.alliance, ctx.today),
        past=meetings.behind(ctx.connection, ctx.alliance, ctx.today, MOST_PAST),
        secretariat=ctx.actor.secretariat,
        year=ctx.today.year,
        planned=is_planned(ctx.alliance.charter, ctx.today.year, today=ctx.today, existing=known),
    )


def _to_choose(ctx: Context, verb: Verb, refusal: Refused) -> Refused:
    """The refusal with buttons that do to a meeting what was asked; who came is noted of one that has begun."""
    begun = [m for m in meetings.behind(ctx.connection, ctx.alliance, ctx.today, MOST_PAST) if m.state != "held"]
    named = tuple(m.named_in(ctx.language) for m in begun if m.of_body) if verb is hold else ()
    ahead = cast(tuple[str, ...], refusal.facts["calls"])
    calls = tuple(f"{ctx.args[0]} {name}" for name in named or ahead)
    return Refused("unknown_meeting", **{**refusal.facts, "calls": calls})


def show(ctx: Context, meeting: Meeting) -> Message:
    """The meeting as it stands: when, where, who is invited and has answered; one's own seat with its answers."""
    known = roll(ctx.connection, ctx.alliance, meeting)
    return ctx.write(
        "meeting_shown",
        roll=known,
        secretariat=ctx.actor.secretariat,
        now=ctx.now,
        mine=own_seats(ctx, known),
    )


COMMAND = Command("meeting", ("møde", "moede", "meeting", "møder", "moeder", "meetings"), "look", handle)
