"""``mine data``: everything that is kept about a member, as one file; ``mine data send`` sends it in a chat."""

from __future__ import annotations

from alliance.errors import Refused
from alliance.messages import Message
from alliance.names import fold
from alliance.notifications import own_data_asked
from bot.context import Command, Context
from storage.queries.own_data import own_data

SEND = ("send",)
WITH_FILES = ("web", "cli")
"""Channels whose answers carry a file; to the others it is sent."""
DOWNLOAD = "/data.zip"


def handle(ctx: Context) -> Message:
    if ctx.organisation.kind != ctx.alliance.charter.member_kind:
        raise Refused("own_data_members", organisation=ctx.organisation.name)
    if ctx.args and fold(" ".join(ctx.args)) not in SEND:
        raise Refused("own_data_what", got=" ".join(ctx.args))
    if ctx.args:
        ctx.post(own_data_asked(ctx.organisation.id, ctx.actor.person.id, ctx.now))
        ctx.note("own_data_sent", f"person:{ctx.actor.person.id}")
        return ctx.write("own_data_coming", organisation=ctx.organisation.official_name)
    return ctx.write(
        "own_data",
        data=own_data(ctx.connection, ctx.alliance, ctx.organisation, ctx.now),
        download=f"{ctx.url}{DOWNLOAD}?member={ctx.organisation.code}" if ctx.url else "",
        sends=ctx.channel not in WITH_FILES,
        prefix=ctx.prefix_for(ctx.organisation),
    )


COMMAND = Command(
    "own_data", ("mine data", "my data", "data", "eksport", "export"), "act_for_member", handle, about_member=True
)
