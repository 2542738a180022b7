"""Undoing one change: its button's words say what was, and what has to hold still, so that nothing newer is lost."""

from __future__ import annotations

from alliance.errors import Refused
from alliance.names import fold

UNDO = ("fortryd", "undo")
IF = ("hvis", "if")


def split_condition(args: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    """The words before ``hvis``, and what must hold now for them to be carried out; None where they always are."""
    for cut, word in enumerate(args):
        if fold(word) in IF and cut:
            return args[:cut], " ".join(args[cut + 1 :])
    return args, None


def check_still(condition: str | None, now: str) -> None:
    """Raise Refused(``undo_overtaken``) where something newer was said than what is to be undone."""
    if condition is not None and fold(condition) != fold(now):
        raise Refused("undo_overtaken")
