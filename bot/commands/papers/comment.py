"""``bemærk``: the members of a body comment on the draft of its minutes."""

from __future__ import annotations

from collections.abc import Mapping

from alliance.access import reads_closed
from alliance.errors import Refused
from alliance.messages import Message
from alliance.minutes import LONGEST_MINUTE
from bot.commands.papers.drafting import body_meeting
from bot.commands.papers.minuting import Desk, desk_of
from bot.context import Command, Context, NotTheirs, read_number
from storage.changes import minutes as changes
from storage.queries import minutes as queries
from storage.queries import register

WHOLE = "0"


def handle(ctx: Context) -> Message:
    meeting, rest = body_meeting(ctx, ctx.args)
    body, seats = ctx.alliance.charter.body(meeting.kind), register.seats(ctx.connection, ctx.alliance.id)
    if not reads_closed(ctx.actor, body, seats, ctx.today):
        raise NotTheirs("nothing_to_comment", meeting=meeting)
    desk = desk_of(ctx, meeting)
    if desk.minutes.state != "circulated":
        raise Refused("nothing_to_comment", meeting=meeting)
    typed = {"item": rest[0] if rest else WHOLE, "text": ""}
    typed |= {key: ctx.answers[key].strip() for key in typed if key in ctx.answers}
    errors = _errors(desk, typed)
    if errors or not ctx.answers:
        return _form(ctx, desk, typed, errors if ctx.answers else {})
    return _record(ctx, desk, typed)


def _errors(desk: Desk, typed: Mapping[str, str]) -> dict[str, Refused]:
    errors: dict[str, Refused] = {}
    if typed["item"] not in {WHOLE, *(str(one.item.number) for one in desk.heard)}:
        errors["item"] = Refused("no_such_number", got=typed["item"], meeting=desk.meeting, count=len(desk.heard))
    if not typed["text"]:
        errors["text"] = Refused("comment_missing")
    elif len(typed["text"]) > LONGEST_MINUTE:
        errors["text"] = Refused("too_long", got=len(typed["text"]), most=LONGEST_MINUTE)
    return errors


def _form(ctx: Context, desk: Desk, typed: Mapping[str, str], errors: Mapping[str, Refused]) -> Message:
    items = tuple((one.item.number, one.item.heading) for one in desk.heard)
    said = {key: ctx.say(f"refused.{refusal.reason}", **refusal.facts) for key, refusal in errors.items()}
    return ctx.write("comment_form", meeting=desk.meeting, items=items, typed=typed, errors=said, prefix=ctx.prefix)


def _record(ctx: Context, desk: Desk, typed: Mapping[str, str]) -> Message:
    number = read_number(typed["item"]) or 0
    item_id = desk.item(number).item.id if number else None
    said = queries.comments(ctx.connection, ctx.alliance.id, desk.meeting.id)
    me = ctx.actor.person
    if (item_id, typed["text"], me.name) not in {(c.item_id, c.text, c.given_by) for c in said}:  # pressed twice
        where = (ctx.connection, ctx.alliance.id, desk.meeting.id, item_id)
        changes.add_comment(*where, typed["text"], me.id, ctx.now, on_behalf=ctx.on_behalf)
        ctx.note("minutes_commented", f"meeting:{desk.meeting.id}", item=number, label=desk.meeting.title.da)
    return ctx.write("comment_kept", meeting=desk.meeting, number=number)


COMMAND = Command("comment", ("bemærk", "bemaerk", "comment"), "look", handle)
