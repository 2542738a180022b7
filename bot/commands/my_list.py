"""``liste``: everything the offices I hold or act for owe today, with the one action that settles each."""

from __future__ import annotations

from datetime import date

from alliance.accounts import Story
from alliance.messages import Message
from bot.commands.context import Command, Context
from storage.queries import accounts, stories


def handle(ctx: Context) -> Message:
    members = [ctx.member.id] if ctx.member else list(ctx.actor.organisations)
    found = accounts.accounts(ctx.connection, ctx.alliance, ctx.today, organisation_ids=members)
    told = sorted(stories.stories(ctx.connection, ctx.alliance, found, ctx.today), key=_urgency)
    return ctx.write(
        "my_list",
        person=ctx.actor.person.name,
        day=ctx.today,
        stories=tuple((ctx.prefix_for(story.account.organisation), story) for story in told),
    )


def _urgency(story: Story) -> tuple[bool, date]:
    return not story.account.standing.owes, story.account.obligation.due or date.max


COMMAND = Command("list", ("liste", "mine", "frister", "list", "todo"), "look", handle)
