"""``fortryd 12``: take a settlement fact back. It stays, with who withdrew it and when."""

from __future__ import annotations

from dataclasses import replace

from alliance.errors import Refused
from alliance.messages import Message
from alliance.obligations import Settlement
from alliance.tasks import task_day_id
from bot.context import Command, Context, NotTheirs, read_number
from storage.changes import experience, facts, plans
from storage.queries import accounts, register


def handle(ctx: Context) -> Message:
    fact = _fact(ctx)
    if fact.withdrawn_at:
        raise Refused("already_withdrawn", what=fact.what)
    members = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, [fact.organisation_id])
    return _withdraw(replace(ctx, member=members[fact.organisation_id]), fact)


def _withdraw(ctx: Context, fact: Settlement) -> Message:
    facts.withdraw_settlement(ctx.connection, ctx.alliance.id, fact.id, ctx.actor.person.id, ctx.now)
    was_a_plan = plans.withdraw_shown_by(ctx.connection, ctx.alliance.id, fact.id, ctx.actor.person.id, ctx.now)
    was_shared = experience.withdraw_shown_by(ctx.connection, ctx.alliance.id, fact.id, ctx.actor.person.id, ctx.now)
    again = _again(ctx, fact) if fact.kind == "attendance" else None
    ctx.note("withdrawn", f"obligation:{fact.obligation_id}", settlement=fact.id, what=fact.what)
    found = accounts.accounts(ctx.connection, ctx.alliance, ctx.today, obligation_ids=[fact.obligation_id])
    told = ctx.write(
        "withdrawn",
        organisation=ctx.organisation,
        requirement=accounts.requirement(ctx.connection, ctx.alliance, fact.requirement),
        settlement=fact,
        owes_again=any(account.standing.owes for account in found),
        was_a_plan=was_a_plan,
        was_shared=was_shared,
        again=again.what if again else "",
    )
    for account in found:
        if ctx.noted_for(account):
            ctx.tell_member(account, f"withdrawn:{fact.id}", told.summary)
    return told


def _again(ctx: Context, fact: Settlement) -> Settlement | None:
    """What was recorded before it, which it took the place of: recorded again; None where there was nothing."""
    known = accounts.settlements_of(ctx.connection, ctx.alliance.id, [fact.organisation_id])
    of_it = known.get((fact.organisation_id, fact.requirement), ())
    earlier = (one for one in of_it if one.id < fact.id and one.kind == fact.kind)
    replaced = [one for one in earlier if one.withdrawn_at == fact.recorded_at]
    if not replaced:
        return None
    again = replaced[-1]._replace(recorded_at=ctx.now, recorded_by=ctx.actor.person.id, withdrawn_at=None)
    facts.add_settlement(ctx.connection, ctx.alliance.id, again)
    return again


def _fact(ctx: Context) -> Settlement:
    """The fact that is meant, if the person may withdraw it: a member its own evidence, the secretariat any note."""
    typed = " ".join(ctx.args)
    if not typed:
        raise Refused("withdraw_what")
    number = read_number(typed)
    found = accounts.settlement(ctx.connection, ctx.alliance.id, number) if number else None
    if found and not _may(ctx, found):
        raise NotTheirs("no_such_settlement", got=typed)
    meant = ctx.member is None or found is None or ctx.member.id == found.organisation_id
    if found is None or found.kind == "report" or not meant:
        raise Refused("no_such_settlement", got=typed)
    return found


def _may(ctx: Context, fact: Settlement) -> bool:
    """A member its own evidence, whoever was handed an obligation what they gave for it, the secretariat anything."""
    gave = fact.recorded_by == ctx.actor.person.id and ctx.actor.was_handed(fact.obligation_id)
    theirs = fact.organisation_id in ctx.actor.organisations and task_day_id(fact.requirement) is None
    own = (theirs or gave) and fact.kind == "evidence"
    return ctx.actor.secretariat or own


COMMAND = Command("withdraw", ("fortryd", "withdraw", "undo"), "look", handle, answers=True)
