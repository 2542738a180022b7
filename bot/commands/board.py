"""``status``: who owes what, all members and requirements; ``status Syddanmark``: the members of one region;
``mangler 2``: those who are missing."""

from __future__ import annotations

from alliance.accounts import Board
from alliance.errors import Refused
from alliance.messages import Message
from alliance.names import fold
from bot.commands.context import Command, Context
from storage.queries import accounts


def board(ctx: Context) -> Message:
    found = accounts.board(ctx.connection, ctx.alliance, ctx.today)
    if ctx.args:
        return _group(ctx, found, " ".join(ctx.args))
    return ctx.write(
        "board",
        board=found,
        grouping=ctx.alliance.charter.groupings[0],
        url=f"{ctx.url}/board" if ctx.url else "",
    )


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
    requirement = ctx.requirement(" ".join(ctx.args)) if ctx.args else None
    found = accounts.board(ctx.connection, ctx.alliance, ctx.today)
    owing = tuple(
        account for account in found.owing() if requirement is None or account.requirement.key == requirement.key
    )
    return ctx.write("missing", board=found, requirement=requirement, accounts=owing)


BOARD = Command("board", ("status", "board", "overblik"), "run_secretariat", board, secretariat=True)
MISSING = Command("missing", ("mangler", "missing"), "run_secretariat", missing, secretariat=True)
