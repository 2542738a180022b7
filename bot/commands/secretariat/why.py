"""``hvorfor klima@koege.example 2``: why somebody was told of something, or was not."""

from __future__ import annotations

from alliance.charter import Requirement
from alliance.errors import Refused
from alliance.members import Person
from alliance.messages import Message
from bot.context import Command, Context
from storage.queries import whys


def handle(ctx: Context) -> Message:
    if not ctx.args:
        raise Refused("why_whom")
    person, about = _meant(ctx)
    return ctx.write("why", why=whys.why(ctx.connection, ctx.alliance, person, ctx.now, about=about))


def _meant(ctx: Context) -> tuple[Person, Requirement | None]:
    """Who is meant, and the requirement that the last words name, if they name one."""
    try:
        return whys.one_meant(ctx.connection, ctx.alliance, " ".join(ctx.args), ctx.today), None
    except Refused as nobody:
        for cut in range(len(ctx.args) - 1, 0, -1):
            if found := _cut(ctx, " ".join(ctx.args[:cut]), " ".join(ctx.args[cut:])):
                return found
        raise nobody from None


def _cut(ctx: Context, who: str, what: str) -> tuple[Person, Requirement] | None:
    """The person and the requirement, if the words can be read so; Refused where only one half can."""
    try:
        person = whys.one_meant(ctx.connection, ctx.alliance, who, ctx.today)
    except Refused as refusal:
        if refusal.reason == "several_called" and _is_requirement(ctx, what):
            raise
        return None
    return person, ctx.requirement(what)


def _is_requirement(ctx: Context, what: str) -> bool:
    try:
        ctx.requirement(what)
    except Refused:
        return False
    return True


COMMAND = Command("why", ("hvorfor", "why"), "run_secretariat", handle, secretariat=True)
