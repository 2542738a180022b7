"""One thing that waits for somebody, as their list shows it: owed by an office, asked of a seat, or to be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from alliance.messages import Button


@dataclass(frozen=True)
class Task:
    """``state`` is one of the board's, said in ``words``; ``due`` is a local day, None for what has no deadline.

    ``facts`` are (label, value), of which empty ones say nothing. ``link`` leads to all of it, ``number`` is what it is
    called by in a command, 0 for what is no obligation. ``more`` is what can be done instead of settling it, ``handed``
    whether a colleague does it, so that it waits for them.
    """

    heading: str
    state: str
    words: str
    due: date | None
    facts: tuple[tuple[str, str], ...]
    buttons: tuple[Button, ...]
    link: str
    number: int = 0
    more: tuple[Button, ...] = ()
    handed: bool = False
