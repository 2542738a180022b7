"""``tak`` and ``ja``: what people say in a conversation without asking for anything."""

from __future__ import annotations

from alliance.errors import Refused
from alliance.messages import Message
from bot.context import Command, Context


def thanked(ctx: Context) -> Message:
    return ctx.write("thanked")


def agreed(ctx: Context) -> Message:
    """A yes or no alone answers nothing: several things may be asked at once."""
    raise Refused("yes_to_what")


THANKS = Command("thanks", ("tak", "thanks", "thank", "ok", "okay"), "look", thanked)
YES = Command("yes", ("ja", "nej", "yes", "no"), "look", agreed)
