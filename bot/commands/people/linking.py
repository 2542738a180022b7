"""``kode Mette Hansen`` makes a code that is read out; ``tilknyt K7Q2-9MXP`` says by it whose a chat account is."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from alliance.errors import Refused
from alliance.linking import LENGTH, LETTERS, shown
from alliance.messages import Message
from bot.context import Command, Context
from bot.request import after
from storage import journal
from storage.changes import linking
from storage.changes.register import add_address
from storage.queries import register, whys
from templates import write, write_in

LINKS = ("tilknyt", "link")


def make(ctx: Context) -> Message:
    if not ctx.args:
        raise Refused("code_whom")
    person = whys.one_meant(ctx.connection, ctx.alliance, " ".join(ctx.args), ctx.today)
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    until = linking.keep_code(ctx.connection, ctx.alliance.id, person.id, code, ctx.now)
    ctx.note("link_code_made", f"person:{person.id}")
    return ctx.write("link_code", person=person.name, code=shown(code), until=until)


def known_already(ctx: Context) -> Message:
    """Whoever is known here needs no code."""
    return ctx.write("linked", person=ctx.actor.person.name, fresh=False)


def code_in(words: str) -> str | None:
    """The code that somebody unknown says; None for anything else they say."""
    return after(words, LINKS)


def link(
    connection: Connection,
    channel: str,
    account: str,
    code: str,
    languages: Sequence[str],
    now: datetime,
    alliance_id: int | None = None,
) -> Message:
    """Link an account of a chat that is nobody's to whom a code was made for, and say so; ``now`` is aware UTC.

    Five wrong codes in a day, and the account must wait: also the right one is then refused. A code of another alliance
    than the one that the chat belongs to (None: to no single one) is a wrong one. ``languages`` are those of a refusal.
    """
    known = [one for one in register.alliances(connection) if alliance_id in (None, one.id)]
    if linking.tried_too_often(connection, account, now):
        return write_in(languages, "link_refused", why="too_often")
    for alliance in known:
        person_id = linking.use_code(connection, alliance.id, code, now)
        if person_id is None:
            continue
        person = register.people(connection, alliance.id, [person_id])[person_id]
        add_address(connection, alliance.id, person.id, channel, account, now, verified=True)
        about = f"person:{person.id}"
        journal.write_down(connection, alliance.id, now, f"{channel}_linked", person_id=person.id, about=about)
        return write("linked", person.language, zone=alliance.charter.zone, person=person.name, fresh=True)
    for alliance in known[:1]:
        journal.write_down(connection, alliance.id, now, linking.WRONG, about=f"account:{account}")
    return write_in(languages, "link_refused", why="wrong")


CODE = Command("code", ("kode", "code"), "run_secretariat", make, secretariat=True)
LINK = Command("link", LINKS, "look", known_already)
