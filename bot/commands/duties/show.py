"""``vis 12``: an obligation from end to end; ``tal``: what a member reported, in every version."""

from __future__ import annotations

import re
from dataclasses import replace

from alliance.accounts import Account
from alliance.errors import Refused
from alliance.messages import Message
from alliance.plan_actions import Progress
from bot.commands.plans.action_record import progress_of
from bot.context import Command, Context, NotTheirs, read_number
from bot.journal_words import readable
from storage.queries import accounts, journal, register, reports


def show(ctx: Context) -> Message:
    account = account_meant(ctx, " ".join(ctx.args))
    entries = journal.entries(ctx.connection, ctx.alliance.id, about=f"obligation:{account.obligation.id}")
    return ctx.write(
        "obligation",
        story=ctx.story(account),
        journal=readable(ctx.connection, ctx.alliance, ctx.phrases, entries),
        prefix=ctx.prefix_for(account.organisation),
        secretariat=ctx.actor.secretariat,
        reader=ctx.actor.person.id,
        actions=_actions(ctx, account),
    )


def _actions(ctx: Context, account: Account) -> Progress | None:
    """How far the actions of the plan have come that is the evidence; None for any other requirement."""
    asked = ctx.alliance.charter.plan_evidence_on(ctx.today)
    if asked is None or asked[0].key != account.requirement.key:
        return None
    return progress_of(ctx, account.organisation)


def account_meant(ctx: Context, typed: str) -> Account:
    """The account that is meant by its number, or for a member by its requirement; raises Refused or NotTheirs.

    A number that is none of theirs may be that of a requirement of whoever acts for one member: ``udskyd 2``.
    """
    number = read_number(typed)
    if ctx.member is None:
        found = accounts.accounts(ctx.connection, ctx.alliance, ctx.today, obligation_ids=[number]) if number else ()
        if found and ctx.may_see(found[0]):
            return found[0]
        own = ctx.actor.organisations
        if len(own) != 1 or not (re.search("[a-zæøå]", typed.lower()) or _is_requirement(ctx, typed)):
            raise (NotTheirs if found else Refused)("no_such_obligation", got=typed)
        ctx = replace(ctx, member=register.organisations(ctx.connection, ctx.alliance.id, ctx.today, own)[own[0]])
    elif number and not _is_requirement(ctx, typed):
        ids, member = [number], [ctx.member.id]
        found = accounts.accounts(ctx.connection, ctx.alliance, ctx.today, obligation_ids=ids, organisation_ids=member)
        if not found:
            raise Refused("no_such_obligation", got=typed)
        ctx.check_theirs(found[0])
        return found[0]
    account = ctx.account(ctx.requirement(typed))
    ctx.check_theirs(account)
    return account


def _is_requirement(ctx: Context, typed: str) -> bool:
    return typed in {need.number for need in ctx.alliance.charter.requirements_on(ctx.today)}


def figures(ctx: Context) -> Message:
    typed = " ".join(ctx.args)
    if typed and not re.fullmatch(r"[0-9]{4}", typed):
        raise Refused("wrong_year", got=typed)
    year = int(typed or ctx.today.year)
    member = ctx.organisation.id
    return ctx.write(
        "report_versions",
        organisation=ctx.organisation,
        report_year=year,
        versions=reports.versions(ctx.connection, ctx.alliance.id, member, year),
        history=reports.history(ctx.connection, ctx.alliance.id, member),
        indicators=ctx.alliance.charter.reporting.indicators_on(ctx.today),
        prefix=ctx.prefix,
    )


SHOW = Command("show", ("vis", "show"), "look", show, answers=True)
FIGURES = Command("figures", ("tal", "figures", "rapport"), "act_for_member", figures, about_member=True)
