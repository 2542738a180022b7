"""``stille 12-14``: what can wait is not sent to me between these hours; ``stille fra`` ends that."""

from __future__ import annotations

from alliance.errors import Refused
from alliance.messages import Message
from alliance.names import fold
from alliance.quiet import QuietHours, read_quiet
from bot.context import Command, Context
from bot.undoing import check_still, split_condition
from storage.changes import register

OFF = ("fra", "off", "slut", "end", "nej", "no")
SMALL_WORDS = ("fra", "mellem", "from", "between")
FIELD = "hours"


def handle(ctx: Context) -> Message:
    args, condition = split_condition(ctx.args)
    check_still(condition, str(ctx.actor.person.quiet or ctx.say("words.quiet_off")))
    typed = " ".join(args) or ctx.answers.get(FIELD, "").strip()
    if fold(typed) in OFF:
        return _set(ctx, None)
    if args:
        return _set(ctx, read_quiet(_hours(args)))
    if not ctx.answers:
        return _form(ctx, "" if ctx.actor.person.quiet is None else str(ctx.actor.person.quiet), "")
    try:
        return _set(ctx, read_quiet(typed))
    except Refused as refusal:
        return _form(ctx, typed, refusal.reason)


def _hours(said: tuple[str, ...]) -> str:
    return " ".join(said[1:] if fold(said[0]) in SMALL_WORDS else said)


def _set(ctx: Context, quiet: QuietHours | None) -> Message:
    before = ctx.actor.person.quiet
    if quiet != before:
        register.set_quiet(ctx.connection, ctx.alliance.id, ctx.actor.person.id, quiet)
        ctx.note("quiet_changed", quiet=str(quiet or ""))
    ladder = ctx.alliance.charter.ladder_on(ctx.today)
    hours = (ladder.from_hour, ladder.until_hour)
    return ctx.write("quiet_set", quiet=quiet, hours=hours, changed=quiet != before, before=before)


def _form(ctx: Context, typed: str, error: str) -> Message:
    return ctx.write(
        "quiet_form",
        quiet=ctx.actor.person.quiet,
        typed={FIELD: typed},
        errors={FIELD: error} if error else {},
    )


COMMAND = Command("quiet", ("stille", "quiet"), "look", handle)
