"""The parts of a year in which the charter wants a meeting, and the days that each has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, pairwise

from alliance.cadences import EventCadence, MeetingCadence


@dataclass(frozen=True)
class Slot:
    """One meeting to be found a day for: ``part`` of ``parts`` of the year, best from ``first`` to ``last``."""

    kind: str
    cadence: MeetingCadence | EventCadence
    part: int
    parts: int
    first: date
    last: date

    @property
    def of_body(self) -> bool:
        return isinstance(self.cadence, MeetingCadence)

    @property
    def middle(self) -> date:
        return self.first + (self.last - self.first) / 2

    @property
    def until(self) -> date:
        """The last day that is possible: of its part of the year, for an event of the whole year."""
        return self.last if self.of_body else date(self.first.year, 12, 31)

    @property
    def possible(self) -> Iterator[date]:
        """A body meets in its part of the year; an event outside its window rather than not at all."""
        first = self.first if self.of_body else date(self.first.year, 1, 1)
        days = (first + timedelta(days=n) for n in range((self.until - first).days + 1))
        return (day for day in days if self.cadence.validity.covers(day))

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def body_slots(cadence: MeetingCadence, year: int) -> tuple[Slot, ...]:
    starts = [_part_start(year, part, cadence.per_year) for part in range(cadence.per_year + 1)]
    slots = (
        Slot(cadence.body, cadence, part, cadence.per_year, first, until - timedelta(days=1))
        for part, (first, until) in enumerate(pairwise(starts), start=1)
    )
    return tuple(slot for slot in slots if cadence.validity.covers(slot.middle))


def _part_start(year: int, part: int, parts: int) -> date:
    """The first day of a part, counted from 0: of a month where the months can be shared out, as in a quarter."""
    if 12 % parts == 0:
        months = part * 12 // parts
        return date(year + months // 12, months % 12 + 1, 1)
    new_year = date(year, 1, 1)
    return new_year + (date(year + 1, 1, 1) - new_year) * part // parts


def event_slot(cadence: EventCadence, year: int) -> Slot:
    first, last = (edge.in_year(year) for edge in cadence.between)
    return Slot(cadence.key, cadence, 1, 1, first, last)


def unfilled(slots: Sequence[Slot], days: Sequence[date]) -> tuple[Slot, ...]:
    """The parts of the year that no meeting fills: each one fills the part it lies in or, in order, the nearest."""
    if len(days) >= len(slots):
        return ()

    def distance(chosen: Sequence[Slot]) -> int:
        pairs = zip(chosen, days, strict=True)
        return sum(max((slot.first - day).days, (day - slot.last).days, 0) for slot, day in pairs)

    filled = min(combinations(slots, len(days)), key=distance)
    return tuple(slot for slot in slots if slot not in filled)
