"""``besked``: write to many; ``besked Køge``: to those who are asked in one member.

Shows who gets what and asks, before anything is posted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping

from alliance.members import Organisation
from alliance.messages import Message
from alliance.names import fold
from alliance.notifications import broadcast
from bot.context import CONFIRM, Command, Context
from storage.queries import accounts, register

MEMBER = "member"
"""The audience that is one member, whose name stands before the words."""


def handle(ctx: Context) -> Message:
    audiences = _audiences(ctx) if ctx.member is None else {MEMBER: _asked_in(ctx, ctx.member)}
    said = "" if ctx.args[:1] and fold(ctx.args[0]) in CONFIRM else " ".join(ctx.args)
    to = ctx.answers.get("to", MEMBER if ctx.member else "").strip()
    text = "\n".join(ctx.answers.get("text", said).strip().splitlines())
    errors = {}
    if ctx.answers and to not in audiences:
        errors["to"] = "to_missing"
    if ctx.answers and not text:
        errors["text"] = "text_missing"
    if errors or not ctx.answers:
        counts = tuple((key, len(people)) for key, people in audiences.items())
        typed = {"to": to, "text": text}
        return ctx.write(
            "message_form", typed=typed, errors=errors, audiences=counts, member=_name(ctx), prefix=ctx.prefix
        )
    people = _reachable(ctx, audiences[to])
    if not _confirmed(ctx, to, text, people):
        return _preview(ctx, to, text, audiences[to], people)
    return _send(ctx, to, text, people)


def _seal(ctx: Context, to: str, text: str, people: Collection[int]) -> str:
    """Names exactly what was previewed, to whom and when: a confirmation counts for that and nothing else."""
    told = (to, ctx.today.isoformat(), ",".join(map(str, sorted(people))), text)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:8]


def _confirmed(ctx: Context, to: str, text: str, people: Collection[int]) -> bool:
    return len(ctx.args) == 2 and fold(ctx.args[0]) in CONFIRM and ctx.args[1] == _seal(ctx, to, text, people)


def _audiences(ctx: Context) -> dict[str, dict[int, str]]:
    """Who each audience is: person to the member they are asked for. Nobody twice."""
    offices = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today)
    board = accounts.board(ctx.connection, ctx.alliance, ctx.today)
    audiences: dict[str, dict[int, str]] = {"all": {}, "owing": {}}
    for row in board.rows:
        for asked in ctx.alliance.charter.asked_on(ctx.today):
            for person in offices.asked(row.organisation.id, asked):
                audiences["all"].setdefault(person, row.organisation.name)
    for account in board.owing():
        if account.requirement.dated:
            for person in offices.asked(
                account.organisation.id, account.requirement.asks, account.obligation.id, account.requirement.owner
            ):
                audiences["owing"].setdefault(person, account.organisation.name)
                group = audiences.setdefault(account.requirement.key, {})
                group.setdefault(person, account.organisation.name)
    return audiences


def _asked_in(ctx: Context, member: Organisation) -> dict[int, str]:
    """Who is asked in one member, today, for whatever it owes."""
    offices = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today, [member.id])
    asks = [*ctx.alliance.charter.asked_on(ctx.today), (ctx.alliance.charter.contact,)]
    return {person: member.name for asked in asks for person in offices.asked(member.id, asked)}


def _name(ctx: Context) -> str:
    return ctx.member.name if ctx.member else ""


def _reachable(ctx: Context, people: Mapping[int, str]) -> dict[int, str]:
    """Those of an audience who have an address that works: person to the channel they hear it on."""
    addresses = register.addresses(ctx.connection, ctx.alliance.id, people)
    working = {p: [a for a in addresses.get(p, ()) if a.unreachable_since is None] for p in people}
    return {person: found[-1].channel for person, found in working.items() if found}


def _preview(ctx: Context, to: str, text: str, audience: Mapping[int, str], people: Mapping[int, str]) -> Message:
    names = register.people(ctx.connection, ctx.alliance.id, audience)
    return ctx.write(
        "message_preview",
        audience=to,
        text=text,
        seal=_seal(ctx, to, text, people),
        member=_name(ctx),
        prefix=ctx.prefix,
        recipients=tuple((names[p].name, member, people[p]) for p, member in audience.items() if p in people),
        unreachable=tuple(f"{names[p].name} ({member})" for p, member in audience.items() if p not in people),
    )


def _send(ctx: Context, to: str, text: str, people: Collection[int]) -> Message:
    sender = ctx.actor.person.name
    audience = f"{to}:{ctx.member.id}" if ctx.member else to
    posted = ctx.post_each(broadcast(text, audience, ctx.today, person, sender) for person in people)
    if posted:
        ctx.note("broadcast_sent", f"audience:{to}", recipients=posted)
    return ctx.write("message_sent", count=posted, already=len(people) - posted)


COMMAND = Command("message", ("besked", "message"), "run_secretariat", handle, secretariat=True)
