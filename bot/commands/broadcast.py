"""``besked``: write to many. Shows who gets what and asks, before anything is posted."""

from __future__ import annotations

import hashlib

from alliance.messages import Message
from alliance.names import fold
from alliance.notifications import broadcast
from bot.commands.context import Command, Context
from storage.queries import accounts, register

CONFIRM = ("bekraeft", "confirm")


def handle(ctx: Context) -> Message:
    audiences = _audiences(ctx)
    to, text = ctx.answers.get("to", "").strip(), ctx.answers.get("text", "").strip()
    errors = {}
    if ctx.answers and to not in audiences:
        errors["to"] = "to_missing"
    if ctx.answers and not text:
        errors["text"] = "text_missing"
    if errors or not ctx.answers:
        counts = tuple((key, len(people)) for key, people in audiences.items())
        return ctx.write("message_form", typed={"to": to, "text": text}, errors=errors, audiences=counts)
    if not _confirmed(ctx, to, text):
        return _preview(ctx, to, text, audiences[to])
    return _send(ctx, to, text, audiences[to])


def _seal(to: str, text: str) -> str:
    """Names exactly what was previewed: a confirmation counts for that and nothing else."""
    return hashlib.sha256(f"{to}\n{text}".encode()).hexdigest()[:8]


def _confirmed(ctx: Context, to: str, text: str) -> bool:
    return len(ctx.args) == 2 and fold(ctx.args[0]) in CONFIRM and ctx.args[1] == _seal(to, text)


def _audiences(ctx: Context) -> dict[str, dict[int, str]]:
    """Who each audience is: person to the member they are asked for. Nobody twice."""
    offices = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today)
    board = accounts.board(ctx.connection, ctx.alliance, ctx.today)
    audiences: dict[str, dict[int, str]] = {"all": {}, "owing": {}}
    for row in board.rows:
        for requirement in board.requirements:
            for person in offices.asked(row.organisation.id, requirement.asks):
                audiences["all"].setdefault(person, row.organisation.name)
    for account in board.owing():
        if account.requirement.dated:
            for person in offices.asked(account.organisation.id, account.requirement.asks):
                audiences["owing"].setdefault(person, account.organisation.name)
                group = audiences.setdefault(account.requirement.key, {})
                group.setdefault(person, account.organisation.name)
    return audiences


def _preview(ctx: Context, to: str, text: str, people: dict[int, str]) -> Message:
    names = register.people(ctx.connection, ctx.alliance.id, people)
    addresses = register.addresses(ctx.connection, ctx.alliance.id, people)
    working = {p: [a for a in addresses.get(p, ()) if a.unreachable_since is None] for p in people}
    return ctx.write(
        "message_preview",
        audience=to,
        text=text,
        seal=_seal(to, text),
        recipients=tuple((names[p].name, member, working[p][-1].channel) for p, member in people.items() if working[p]),
        unreachable=tuple(f"{names[p].name} ({people[p]})" for p in people if not working[p]),
    )


def _send(ctx: Context, to: str, text: str, people: dict[int, str]) -> Message:
    sender = ctx.actor.person.name
    posted = sum(ctx.post(broadcast(text, to, ctx.today, person, sender)) for person in people)
    ctx.note("broadcast_sent", f"audience:{to}", recipients=posted)
    return ctx.write("message_sent", count=posted, already=len(people) - posted)


COMMAND = Command("message", ("besked", "message"), "run_secretariat", handle, secretariat=True)
