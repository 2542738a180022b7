"""``status``: who owes what, all members and requirements; ``status Syddanmark``: the members of one region;
``mangler 2``: those who are missing."""

from __future__ import annotations

import re

from sqlalchemy import Connection

from alliance.accounts import Board
from alliance.actions import typed_id
from alliance.alliances import Alliance
from alliance.charter import Requirement
from alliance.errors import Refused
from alliance.messages import Message
from alliance.names import fold
from alliance.reports import of_adaptation
from alliance.roles import Actor
from bot.context import Command, Context
from storage.queries import accounts, reports

BETWEEN = frozenset(("og", "samt", "eller", "and", "or", "krav", "kravene", "requirement", "requirements"))
"""What stands before and between the numbers of requirements. Folded."""


def seen_by(actor: Actor, found: Board) -> Board:
    """What of the board somebody sees: the secretariat all of it, who advises some members those."""
    return found if actor.secretariat else found.of(actor.advised)


def board(ctx: Context) -> Message:
    found = _board(ctx)
    if ctx.args:
        return _group(ctx, found, " ".join(ctx.args))
    return ctx.write(
        "board",
        board=found,
        grouping=ctx.alliance.charter.groupings[0],
        url=f"{ctx.url}/board" if ctx.url else "",
        one_track=with_one_track(ctx.connection, ctx.alliance, found),
    )


def with_one_track(connection: Connection, alliance: Alliance, found: Board) -> tuple[str, ...]:
    """The members of the board whose newest report says nothing of adaptation, by name in the board's order."""
    asked = of_adaptation(alliance.charter.reporting.indicators_on(found.day))
    lacking = reports.without(connection, alliance.id, asked) if asked else ()
    return tuple(row.organisation.name for row in found.rows if row.organisation.id in lacking)


def _board(ctx: Context) -> Board:
    return seen_by(ctx.actor, accounts.board(ctx.connection, ctx.alliance, ctx.today))


def _group(ctx: Context, found: Board, typed: str) -> Message:
    """The members of one group, by its name or the part of it that says which."""
    groups = found.groups(ctx.alliance.charter.groupings[0])
    names = {name: name or ctx.say("board.no_group") for name in groups}
    wanted = fold(typed)
    fits = [name for name, said in names.items() if fold(said) == wanted]
    fits = fits or [name for name, said in names.items() if wanted in fold(said).split()]
    if len(fits) != 1:
        raise Refused("unknown_group", got=typed, known=tuple(names.values()))
    return ctx.write("board_group", day=found.day, group=names[fits[0]], rows=groups[fits[0]])


def missing(ctx: Context) -> Message:
    typed = " ".join(ctx.args)
    found, required = _board(ctx), bool(ctx.alliance.charter.requirements_on(ctx.today))
    if typed and not required and typed_id(typed) is None:  # whatever it says, it names no requirement
        return ctx.write("missing", board=found, requirement=None, accounts=(), required=False)
    several = _several(ctx, typed)
    requirement = ctx.requirement(typed) if typed and not several else None
    keys = {one.key for one in (*several, *([requirement] if requirement else []))}
    owing = tuple(account for account in found.owing() if not keys or account.requirement.key in keys)
    return ctx.write(
        "missing", board=found, requirement=requirement, accounts=owing, required=required, several=several
    )


def _several(ctx: Context, typed: str) -> tuple[Requirement, ...]:
    """The requirements that are named by their numbers, where they are several: ``3a og 3b``, ``krav 3a, 3b``."""
    by_number = {fold(one.number): one for one in ctx.alliance.charter.requirements_on(ctx.today)}
    words = [word for word in map(fold, re.split(r"[\s,;&/+]+", typed)) if word and word not in BETWEEN]
    if len(words) < 2 or not all(word in by_number for word in words):
        return ()
    return tuple(by_number[word] for word in dict.fromkeys(words))


BOARD = Command("board", ("status", "board"), "oversee", board, secretariat=True)
MISSING = Command("missing", ("mangler", "missing"), "oversee", missing, secretariat=True)
