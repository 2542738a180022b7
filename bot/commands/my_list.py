"""``liste``: everything the offices I hold or act for owe today, with the one action that settles each."""

from __future__ import annotations

from datetime import date

from alliance.accounts import Account, Story
from alliance.messages import Message
from bot.commands.context import Command, Context
from storage.queries import accounts, stories


def handle(ctx: Context) -> Message:
    told = sorted(stories.stories(ctx.connection, ctx.alliance, _mine(ctx), ctx.today), key=_urgency)
    return ctx.write(
        "my_list",
        person=ctx.actor.person.name,
        day=ctx.today,
        stories=tuple((ctx.prefix_for(story.account.organisation), story) for story in told),
    )


def _mine(ctx: Context) -> list[Account]:
    """What the person's offices owe; the secretariat's own tasks are on the secretariat's lists and nobody else's."""
    office = ctx.actor.secretariat_office
    members = [ctx.member.id] if ctx.member else list(ctx.actor.organisations)
    homes = [] if ctx.member else [term.organisation_id for term in ctx.actor.terms if term.office == office]
    found = accounts.accounts(ctx.connection, ctx.alliance, ctx.today, organisation_ids={*members, *homes})
    return [
        account
        for account in found
        if (ctx.actor.secretariat if account.requirement.asks == (office,) else account.organisation.id in members)
    ]


def _urgency(story: Story) -> tuple[bool, date]:
    return not story.account.standing.owes, story.account.obligation.due or date.max


COMMAND = Command("list", ("liste", "mine", "frister", "list", "todo"), "look", handle)
