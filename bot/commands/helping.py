"""``hjælp``: what I can ask, the most useful first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from alliance.charter import Charter
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
    "hand_over",
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
    "charter",
)
FOR_HELPERS = ("list", "report", "rsvp", "evidence", "show", "snooze", "decline", "withdraw")
"""What there is to ask for who was handed something and has no office."""
FOR_ADVISERS = ("board", "missing")
"""What comes first for who advises members; then what members can ask, on their behalf."""
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
    "charter",
)

ONLY_WITH = {
    "board": "anything",
    "missing": "anything",
    "exemption": "anything",
    "report": "report",
    "figures": "report",
    "attendance": "attendance",
}
"""What there is nothing to ask of where the charter requires nothing, or nothing that is settled in this way."""


def _has_sense(charter: Charter, today: date) -> Callable[[str], bool]:
    required = charter.requirements_on(today)
    there = {need.settled_by for need in required} | ({"anything"} if required else set())
    return lambda name: name not in ONLY_WITH or ONLY_WITH[name] in there


OF_ONES_OWN = ("settings", "quiet", "away", "language")


def handle(ctx: Context) -> Message:
    names = _of_their_part(ctx)
    names = tuple(filter(_has_sense(ctx.alliance.charter, ctx.today), names))
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


def _of_their_part(ctx: Context) -> tuple[str, ...]:
    """What they can ask by what they have to do with the alliance."""
    if ctx.actor.secretariat:
        return FOR_SECRETARIAT
    if ctx.actor.handed and not ctx.actor.terms:
        return FOR_HELPERS
    return (*(FOR_ADVISERS if ctx.actor.advised else ()), *FOR_MEMBERS)


COMMAND = Command("help", ("hjælp", "hjaelp", "help", "?"), "look", handle)
