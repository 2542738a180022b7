"""``kalender``: a link to one's own meetings for a calendar program. Its secret is shown once and can be revoked."""

from __future__ import annotations

import secrets

from alliance.messages import Message
from alliance.names import fold
from bot.context import Command, Context
from storage.changes import feeds
from storage.queries.feeds import feed_made_at

NEW, STOP = ("ny", "new"), ("luk", "stop")


def handle(ctx: Context) -> Message:
    verb = fold(ctx.args[0]) if ctx.args else ""
    person = ctx.actor.person.id
    made_at = feed_made_at(ctx.connection, ctx.alliance.id, person)
    if verb in STOP:
        feeds.revoke(ctx.connection, ctx.alliance.id, person, ctx.now)
        if made_at:
            ctx.note("feed_revoked", f"person:{person}")
        return ctx.write("calendar_feed", state="stopped" if made_at else "nothing", made_at=made_at, url="")
    if verb in NEW and ctx.url:
        token = secrets.token_urlsafe(24)
        feeds.make(ctx.connection, ctx.alliance.id, person, token, ctx.now)
        ctx.note("feed_made", f"person:{person}")
        return ctx.write("calendar_feed", state="made", made_at=ctx.now, url=f"{ctx.url}/feeds/{token}.ics")
    if not ctx.url:
        return ctx.write("calendar_feed", state="no_address", made_at=made_at, url="")
    return ctx.write("calendar_feed", state="standing" if made_at else "none", made_at=made_at, url="")


COMMAND = Command("calendar", ("kalender", "calendar"), "look", handle)
