"""A meeting of a body, or an event: when, where, and by when an answer is owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from alliance.charter import Words


@dataclass(frozen=True)
class Meeting:
    """Times are aware UTC. ``revision`` rises with every change that asks everyone again (a change of time)."""

    id: int
    kind: str
    title: Words
    year: int
    starts_at: datetime
    ends_at: datetime
    place: str
    answer_by: date
    revision: int = 0
