"""The geometry of the year wheel: where on it a day stands, and how marks that are close make room for each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from alliance.year_wheel import Mark, MarkKind

CENTRE = 200.0
MONTHS_OUTER, MONTHS_INNER, REST = 190.0, 160.0, 153.0
RINGS: dict[MarkKind, float] = {"meeting": 134.0, "event": 134.0, "due": 82.0, "opens": 82.0}
STEP, ROOM, NEAREST = 26.0, 25.0, 56.0
"""How far apart the places of one day are, how near two marks may come, and how near the middle."""
ASIDE = (1, -1, 2, -2, 3, -3)
"""Where every place of the day is taken: so many marks beside it, after it first."""


@dataclass(frozen=True)
class Dot:
    """A mark with its number and where its middle stands, in units of the picture (400 x 400)."""

    number: int
    mark: Mark
    x: float
    y: float


@dataclass(frozen=True)
class Slice:
    """A month of the ring: the outline, and where its name stands."""

    month: date
    path: str
    x: float
    y: float


def angle(day: date) -> float:
    """Clockwise from the top, in radians: 1 January is at the top, and the year goes round once."""
    first = date(day.year, 1, 1)
    return 2 * math.pi * (day - first).days / (date(day.year + 1, 1, 1) - first).days


def at(radius: float, turned: float) -> tuple[float, float]:
    return round(CENTRE + radius * math.sin(turned), 1), round(CENTRE - radius * math.cos(turned), 1)


def dots(marks: Sequence[Mark]) -> tuple[Dot, ...]:
    """Each mark where its day is; one that would cover an earlier one makes room."""
    placed: list[Dot] = []
    for number, mark in enumerate(marks, start=1):
        places = _places(RINGS[mark.kind], angle(mark.day))
        free = (place for place in places if all(math.dist(place, (dot.x, dot.y)) >= ROOM for dot in placed))
        placed.append(Dot(number, mark, *next(free, places[-1])))
    return tuple(placed)


def _places(ring: float, turned: float) -> list[tuple[float, float]]:
    """On its ring, then towards the middle, then outwards, all on its day; beside it only where there is no other."""
    outer = max(RINGS.values())
    inwards = [ring - STEP * level for level in range(int((ring - NEAREST) // STEP) + 1)]
    outwards = [ring + STEP * level for level in range(1, int((outer - ring) // STEP) + 1)]
    aside = (at(outer, turned + step * ROOM / outer) for step in ASIDE)
    return [*(at(radius, turned) for radius in (*inwards, *outwards)), *aside]


def months(year: int) -> tuple[Slice, ...]:
    return tuple(_slice(date(year, month, 1)) for month in range(1, 13))


def _slice(first: date) -> Slice:
    start, end = angle(first), _end_of(first)
    x, y = at((MONTHS_OUTER + MONTHS_INNER) / 2, (start + end) / 2)
    return Slice(first, _ring(MONTHS_OUTER, MONTHS_INNER, start, end), x, y)


def _end_of(first: date) -> float:
    return 2 * math.pi if first.month == 12 else angle(date(first.year, first.month + 1, 1))


def _ring(outer: float, inner: float, start: float, end: float) -> str:
    """A piece of a ring that is less than half of it, as the path of an outline."""
    (ax, ay), (bx, by) = at(outer, start), at(outer, end)
    (cx, cy), (dx, dy) = at(inner, end), at(inner, start)
    return f"M{ax} {ay}A{outer} {outer} 0 0 1 {bx} {by}L{cx} {cy}A{inner} {inner} 0 0 0 {dx} {dy}Z"


def arc(first: date, last: date) -> str:
    """The stretch from the first to the last day (of one year, less than half of it), as the path of a line."""
    start, end = angle(first), angle(last) + angle(date(last.year, 1, 2))
    (ax, ay), (bx, by) = at(REST, start), at(REST, end)
    return f"M{ax} {ay}A{REST} {REST} 0 0 1 {bx} {by}"


def hand(day: date) -> tuple[float, float, float, float]:
    """Today's hand: from the middle's edge to the ring."""
    turned = angle(day)
    return (*at(42.0, turned), *at(MONTHS_INNER - 2, turned))
