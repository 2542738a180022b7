"""``liste``: everything the offices I hold or act for owe today, with the one action that settles each.

``liste 1. maj 2022``: what they owed on that day.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from alliance.accounts import Account, Story
from alliance.errors import Refused
from alliance.influence import PolicyAsk
from alliance.meetings import Meeting
from alliance.messages import Message
from alliance.moments import read_day
from alliance.plans import PlanRecord
from bot.commands.meetings.seat_answer import own_seats
from bot.commands.plans.action_record import stale_ones
from bot.context import Command, Context
from storage.queries import accounts, history, influence, meetings, plans, register, stories
from storage.queries.rolls import roll


def handle(ctx: Context) -> Message:
    if ctx.args:
        return _then(ctx, read_day(" ".join(ctx.args)))
    told = sorted(stories.stories(ctx.connection, ctx.alliance, mine(ctx), ctx.today), key=urgency)
    return ctx.write(
        "my_list",
        person=ctx.actor.person.name,
        day=ctx.today,
        stories=tuple((ctx.prefix_for(story.account.organisation), story) for story in told),
        seats=() if ctx.member else seats(ctx),
        reader=ctx.actor.person.id,
        plans=plans_due(ctx),
        asks=asks_waiting(ctx),
        stale=_stale(ctx),
        member=ctx.member.name if ctx.member and ctx.member.id not in ctx.actor.organisations else "",
    )


def asks_waiting(ctx: Context) -> tuple[PolicyAsk, ...]:
    """What the alliance has asked of others and not been answered by the day hoped for: for the secretariat."""
    if ctx.member is not None or not ctx.actor.secretariat:
        return ()
    return influence.waiting(ctx.connection, ctx.alliance, ctx.today)


def _stale(ctx: Context) -> tuple[int, int]:
    """How many actions of how many members nobody has updated for a year: for the secretariat."""
    if ctx.member is not None or not ctx.actor.secretariat:
        return 0, 0
    found = stale_ones(ctx)
    return len(found), len({one.organisation_id for one in found})


def plans_due(ctx: Context) -> tuple[tuple[str, PlanRecord], ...]:
    """The plans of the person's own members, or of the one that is asked about, that are to be updated by now."""
    ids = [ctx.member.id] if ctx.member else list(ctx.actor.own)
    members = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, ids).values() if ids else ()
    found = plans.records_of(ctx.connection, ctx.alliance, members) if members else ()
    due = (one for one in found if one.falls_due(ctx.today) and one.coming(ctx.today) is None)
    return tuple((ctx.prefix_for(one.organisation), one) for one in due)


def _then(ctx: Context, day: date) -> Message:
    """What the person's members owed on an earlier day."""
    if day > ctx.today:
        raise Refused("day_to_come", day=day)
    members = [ctx.member.id] if ctx.member else list(ctx.actor.organisations)
    if ctx.member is None and (ctx.actor.secretariat or not members):
        raise Refused("whose_list", day=day)
    owed = history.owed_on(ctx.connection, ctx.alliance, day, members)
    return ctx.write(
        "owed_then", day=day, accounts=owed, several=len(members) > 1, since=ctx.alliance.obligations_since
    )


def seats(ctx: Context) -> tuple[tuple[str, Meeting, str], ...]:
    """The seats that wait for the reader's answer, by the day it is due."""
    called = [m for m in meetings.ahead(ctx.connection, ctx.alliance, ctx.today) if m.state == "called" and m.of_body]
    found = [
        (prefix, meeting, line.organisation)
        for meeting in called
        for line, prefix in own_seats(ctx, roll(ctx.connection, ctx.alliance, meeting))
        if line.answer is None
    ]
    return tuple(sorted(found, key=lambda seat: seat[1].answer_by))


def mine(ctx: Context) -> list[Account]:
    """What the person's offices owe, and what was handed to them.

    The secretariat's own tasks are on the secretariat's lists and nobody else's.
    """
    office = ctx.actor.secretariat_office
    members = [ctx.member.id] if ctx.member else list(ctx.actor.organisations)
    homes = [] if ctx.member else [term.organisation_id for term in ctx.actor.terms if term.office == office]
    found = accounts.accounts(ctx.connection, ctx.alliance, ctx.today, organisation_ids={*members, *homes})
    mine = [
        account
        for account in found
        if (ctx.actor.secretariat if account.requirement.asks == (office,) else account.organisation.id in members)
    ]
    return mine if ctx.member else mine + _handed(ctx, {account.obligation.id for account in mine})


def _handed(ctx: Context, known: Collection[int]) -> list[Account]:
    """What colleagues handed to the person, beside what is on the list anyway."""
    ids = {handover.obligation_id for handover in ctx.actor.handed} - set(known)
    return list(accounts.accounts(ctx.connection, ctx.alliance, ctx.today, obligation_ids=ids)) if ids else []


def urgency(story: Story) -> tuple[bool, date]:
    """What is owed first, by its deadline; what has none comes last."""
    return not story.account.standing.owes, story.account.obligation.due or date.max


COMMAND = Command("list", ("liste", "mine", "frister", "list", "todo"), "look", handle)
