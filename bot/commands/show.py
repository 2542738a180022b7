"""``vis 12``: an obligation from end to end; ``tal``: what a member reported, in every version."""

from __future__ import annotations

from alliance.accounts import Account
from alliance.errors import Refused
from alliance.messages import Message
from bot.commands.context import Command, Context
from storage.queries import accounts, reports
from storage.queries import journal as journal_queries


def show(ctx: Context) -> Message:
    account = _account(ctx)
    return ctx.write(
        "obligation",
        story=ctx.story(account),
        journal=journal_queries.entries(ctx.connection, ctx.alliance.id, about=f"obligation:{account.obligation.id}"),
        prefix=ctx.prefix_for(account.organisation),
        secretariat=ctx.actor.secretariat,
    )


def _account(ctx: Context) -> Account:
    """By its number, or for a member by its requirement."""
    typed = " ".join(ctx.args)
    if typed.isdecimal() and ctx.member is None:
        found = accounts.accounts(ctx.connection, ctx.alliance, ctx.today, obligation_ids=[int(typed)])
        if found and ctx.actor.may("act_for_member", found[0].organisation.id):
            return found[0]
        raise Refused("no_such_obligation", got=typed)
    if ctx.member is None or not ctx.actor.may("act_for_member", ctx.member.id):
        raise Refused("no_such_obligation", got=typed)
    return ctx.account(ctx.requirement(typed))


def figures(ctx: Context) -> Message:
    year = int(ctx.args[0]) if ctx.args and ctx.args[0].isdecimal() else ctx.today.year
    member = ctx.organisation.id
    return ctx.write(
        "report_versions",
        organisation=ctx.organisation,
        report_year=year,
        versions=reports.versions(ctx.connection, ctx.alliance.id, member, year),
        history=reports.history(ctx.connection, ctx.alliance.id, member),
        indicators=ctx.alliance.charter.reporting.indicators_on(ctx.today),
    )


SHOW = Command("show", ("vis", "show"), "look", show)
FIGURES = Command("figures", ("tal", "figures", "rapport"), "act_for_member", figures, about_member=True)
