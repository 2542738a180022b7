"""``status``: who owes what, all members and requirements; ``mangler 2``: those who are missing."""

from __future__ import annotations

from alliance.messages import Message
from bot.commands.context import Command, Context
from storage.queries import accounts


def board(ctx: Context) -> Message:
    return ctx.write(
        "board",
        board=accounts.board(ctx.connection, ctx.alliance, ctx.today),
        grouping=ctx.alliance.charter.groupings[0],
        url=f"{ctx.url}/board" if ctx.url else "",
    )


def missing(ctx: Context) -> Message:
    requirement = ctx.requirement(" ".join(ctx.args)) if ctx.args else None
    found = accounts.board(ctx.connection, ctx.alliance, ctx.today)
    owing = tuple(
        account for account in found.owing() if requirement is None or account.requirement.key == requirement.key
    )
    return ctx.write("missing", board=found, requirement=requirement, accounts=owing)


BOARD = Command("board", ("status", "board", "overblik"), "run_secretariat", board, secretariat=True)
MISSING = Command("missing", ("mangler", "missing"), "run_secretariat", missing, secretariat=True)
