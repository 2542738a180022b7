"""``hjælp``: what I can ask, the most useful first."""

from __future__ import annotations

from alliance.messages import Message
from bot.commands.context import Command, Context
from storage.queries import register

FOR_MEMBERS = (
    "list",
    "report",
    "rsvp",
    "evidence",
    "figures",
    "show",
    "snooze",
    "contacts",
    "proxy",
    "address",
    "end_term",
    "withdraw",
    "meeting",
    "calendar",
    "agenda",
    "propose",
    "minutes",
    "comment",
    "paper",
)
FOR_SECRETARIAT = (
    "board",
    "missing",
    "show",
    "attendance",
    "evidence",
    "exemption",
    "withdraw",
    "contacts",
    "office",
    "proxy",
    "address",
    "end_term",
    "code",
    "year",
    "meeting",
    "message",
    "journal",
    "why",
    "rsvp",
    "report",
    "figures",
    "agenda",
    "item",
    "attachment",
    "agenda_publish",
    "supplement",
    "proposal",
    "minutes",
    "comment",
    "dispatch",
    "paper",
)


OF_ONES_OWN = ("settings", "quiet", "away", "language")


def handle(ctx: Context) -> Message:
    names = FOR_SECRETARIAT if ctx.actor.secretariat else FOR_MEMBERS
    organisations = register.organisations(
        ctx.connection, ctx.alliance.id, ctx.today, {term.organisation_id for term in ctx.actor.terms}
    )
    roles = tuple(
        f"{ctx.alliance.charter.office(t.office).title.in_(ctx.language)}, {organisations[t.organisation_id].name}"
        for t in ctx.actor.terms
    )
    return ctx.write(
        "help", names=(*names, "settings", "quiet", "away", "language"), person=ctx.actor.person.name, roles=roles
    )


COMMAND = Command("help", ("hjælp", "hjaelp", "help", "?"), "look", handle)
