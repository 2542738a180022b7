"""``overdragelse``: what has to be in place before the secretariat goes to another municipality.

``overdragelse arkiv færdig`` ticks off what Tovholder cannot see, ``overdragelse arkiv fortryd`` takes that back.
"""

from __future__ import annotations

from alliance.changeovers import BY_HAND, Changeover
from alliance.errors import Refused
from alliance.messages import Message
from alliance.names import fold
from bot.context import Command, Context
from bot.undoing import UNDO
from storage.changes.changeovers import tick_off, untick
from storage.queries import actors, changeovers, register

DONE = ("faerdig", "udfoert", "ok", "done")


def handle(ctx: Context) -> Message:
    found = changeovers.current(ctx.connection, ctx.alliance, ctx.today)
    if found is None:
        return _nothing(ctx)
    if ctx.args:
        _tick(ctx, found)
    return _list(ctx, found)


def _nothing(ctx: Context) -> Message:
    """That nothing is handed over, and why: the secretariat is fixed, or the term runs on."""
    rule = ctx.alliance.charter.secretariat
    home = actors.secretariat_home(ctx.connection, ctx.alliance, ctx.today)
    known = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, [home] if home else [])
    return ctx.write("changeover_none", fixed=rule.rule == "fixed", home=known[home].name if home in known else "")


def _list(ctx: Context, found: Changeover) -> Message:
    ids = [id for id in (found.leaving, found.coming) if id is not None]
    names = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, ids)
    return ctx.write(
        "changeover",
        found=found,
        lines=changeovers.checklist(ctx.connection, ctx.alliance, found, ctx.today, ctx.now, ctx.language),
        leaving=names[found.leaving].name,
        coming=names[found.coming].name if found.coming else "",
        day=ctx.today,
    )


def _tick(ctx: Context, found: Changeover) -> None:
    """One of the things done by hand, by its word in either language."""
    keys = {fold(ctx.say(f"words.changeover_{key}")): key for key in BY_HAND} | {key: key for key in BY_HAND}
    key, verb = keys.get(fold(ctx.args[0])), fold(ctx.args[-1])
    if key is None or len(ctx.args) != 2 or verb not in (*DONE, *UNDO):
        words = tuple(ctx.say(f"words.changeover_{key}") for key in BY_HAND)
        raise Refused("changeover_what", got=" ".join(ctx.args), known=words)
    about, me = f"organisation:{found.leaving}", ctx.actor.person.id
    if verb in UNDO:
        if untick(ctx.connection, ctx.alliance.id, found, key, me, ctx.now):
            ctx.note("changeover_unticked", about, what=key)
    elif tick_off(ctx.connection, ctx.alliance.id, found, key, me, ctx.now):
        ctx.note("changeover_ticked", about, what=key)


COMMAND = Command(
    "changeover", ("overdragelse", "overlevering", "changeover"), "run_secretariat", handle, secretariat=True
)
