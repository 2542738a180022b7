"""How many reminders a person gets in a month: the fewer are left, the closer to its due day a rung must be.

Never held back are the first telling of an obligation, so that nobody meets a deadline unwarned, and the last rung
before the due day. What is held back stays current: it goes along with the next reminder that may go, or by itself in
the next month, if it is still owed then.

Ten a month is far from what one member's year asks for (at most six in the fullest month), and well below one every
working day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from alliance.cadences import Ladder


@dataclass(frozen=True)
class Telling:
    """A rung that is current and not told; ``first`` when this person was never told of the obligation."""

    offset: int
    first: bool


def left_needed(ladder: Ladder, offset: int) -> int:
    """How many reminders must be left in the month for a rung to go: 1 for the nearest to the due day, then 2, 3 …"""
    distances = sorted({*ladder.before, *ladder.after})
    return distances.index(abs(offset)) + 1 if abs(offset) in distances else 1


def most_needed(ladder: Ladder) -> int:
    """With this many left every rung may go."""
    return len({*ladder.before, *ladder.after})


def never_held_back(ladder: Ladder, telling: Telling) -> bool:
    last_before = -ladder.before[-1] if ladder.before else None
    return telling.first or telling.offset == last_before


def may_go(ladder: Ladder, had: int, tellings: Iterable[Telling]) -> bool:
    """Whether one more reminder may go to somebody who ``had`` so many this calendar month, for what it would tell."""
    if ladder.monthly is None:
        return True
    left = ladder.monthly - had
    return any(never_held_back(ladder, t) or left >= left_needed(ladder, t.offset) for t in tellings)
