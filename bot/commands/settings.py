"""``indstillinger``: the language I am written to in, where, and when reminders come."""

from __future__ import annotations

from alliance.messages import Message
from bot.commands.context import Command, Context
from storage.queries import register

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
    )


COMMAND = Command("settings", ("indstillinger", "settings"), "look", handle)
