"""``indstillinger``: the language I am written to in, where, when reminders come, and what of them I have snoozed."""

from __future__ import annotations

from alliance.absences import Absence
from alliance.messages import Message
from alliance.snoozing import hidden_until
from bot.context import Command, Context
from storage.queries import absences, accounts, register, snoozes

CHANNELS = ("slack", "teams", "mail")
"""In the order in which somebody is looked for."""


def handle(ctx: Context) -> Message:
    mine = register.addresses(ctx.connection, ctx.alliance.id, [ctx.actor.person.id]).get(ctx.actor.person.id, ())
    works = {address.channel for address in mine if address.verified_at and not address.unreachable_since}
    ladder = ctx.alliance.charter.ladder_on(ctx.today)
    return ctx.write(
        "settings",
        channels=tuple(channel for channel in CHANNELS if channel in works),
        hours=(ladder.from_hour.hour, ladder.until_hour.hour),
        snoozed=_snoozed(ctx),
        quiet=ctx.actor.person.quiet,
        absence=next(iter(_absences(ctx)), None),
    )


def _absences(ctx: Context) -> tuple[Absence, ...]:
    return absences.absences_of(ctx.connection, ctx.alliance.id, ctx.actor.person.id, ctx.today)


def _snoozed(ctx: Context) -> int:
    """How many things they owe they are not reminded of for a while."""
    held = snoozes.held_by(ctx.connection, ctx.alliance.id, ctx.actor.person.id, ctx.now)
    owed = accounts.accounts(ctx.connection, ctx.alliance, ctx.today, obligation_ids=list(held)) if held else ()
    calendar = ctx.alliance.charter.calendar
    return sum(
        account.standing.owes
        and hidden_until(held[account.obligation.id], calendar, account.obligation.due, ctx.today) is not None
        for account in owed
    )


COMMAND = Command("settings", ("indstillinger", "settings"), "look", handle)
