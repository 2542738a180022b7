"""``fortryd 12``: take a settlement fact back. It stays, with who withdrew it and when."""

from __future__ import annotations

from alliance.errors import Refused
from alliance.messages import Message
from alliance.obligations import Settlement
from bot.commands.context import Command, Context
from storage.changes import facts
from storage.queries import accounts, register


def handle(ctx: Context) -> Message:
    fact = _fact(ctx)
    if fact.withdrawn_at:
        raise Refused("already_withdrawn", what=fact.what)
    facts.withdraw_settlement(ctx.connection, ctx.alliance.id, fact.id, ctx.actor.person.id, ctx.now)
    ctx.note("withdrawn", f"obligation:{fact.obligation_id}", settlement=fact.id, what=fact.what)
    account = accounts.accounts(ctx.connection, ctx.alliance, ctx.today, obligation_ids=[fact.obligation_id])
    organisation = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, [fact.organisation_id])[
        fact.organisation_id
    ]
    return ctx.write(
        "withdrawn",
        organisation=organisation,
        requirement=ctx.alliance.charter.requirement(fact.requirement),
        settlement=fact,
        owes_again=any(found.standing.owes for found in account),
    )


def _fact(ctx: Context) -> Settlement:
    """The fact that is meant, if the person may withdraw it: a member its own evidence, the secretariat any note."""
    number = ctx.args[0] if ctx.args else ""
    found = accounts.settlement(ctx.connection, ctx.alliance.id, int(number)) if number.isdecimal() else None
    if found is None or found.kind == "report" or not _may(ctx, found):
        raise Refused("no_such_settlement", got=number)
    return found


def _may(ctx: Context, fact: Settlement) -> bool:
    own = fact.organisation_id in ctx.actor.organisations and fact.kind == "evidence"
    return ctx.actor.secretariat or own


COMMAND = Command("withdraw", ("fortryd", "withdraw", "undo"), "look", handle)
