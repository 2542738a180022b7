"""When a dated element is valid: from its day (inclusive) until its day (exclusive)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar


@dataclass(frozen=True)
class Validity:
    """From inclusive, until exclusive; an open end is None."""

    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

    @property
    def is_empty(self) -> bool:
        """Whether it covers no day: what ended the day it began never was."""
        return self.until is not None and self.until <= self.since

    def cut(self, until: date | None) -> Validity:
        """The same, over by a day (exclusive) at the latest; None cuts nothing."""
        ends = [end for end in (self.until, until) if end is not None]
        return Validity(self.since, max(self.since, min(ends)) if ends else None)

    def overlaps(self, start: date, end: date) -> bool:
        """Whether any day of [start, end) is covered."""
        return self.since < end and (self.until is None or start < self.until)


class Dated(Protocol):
    @property
    def validity(self) -> Validity: ...


D = TypeVar("D", bound=Dated)


def valid_on(elements: Iterable[D], day: date) -> tuple[D, ...]:
    """The elements that are valid on the day, in their order."""
    return tuple(element for element in elements if element.validity.covers(day))


def unbroken_since(spans: Iterable[Validity], day: date) -> date | None:
    """Since when the spans cover every day up to this one; None where they do not cover it."""
    since: date | None = None
    for span in sorted((span for span in spans if span.since <= day), key=lambda span: span.since, reverse=True):
        if span.covers(day) if since is None else span.until == since:
            since = span.since
    return since
