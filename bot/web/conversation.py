"""What was said and answered, per person; kept in memory only, and only the newest."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from markupsafe import Markup

LONGEST = 30


@dataclass(frozen=True)
class Exchange:
    """One thing said and its answer, as it stood then. ``at`` is the demo's clock, aware UTC."""

    number: int
    words: str
    summary: str
    reply: Markup
    at: datetime
    done: bool = True


class Conversations:
    """Every person's conversation since the page was started, the oldest dropped first."""

    def __init__(self) -> None:
        self._numbers: Iterator[int] = count(1)
        self._by_person: dict[int, deque[Exchange]] = {}
        self._lock = threading.Lock()

    def number(self) -> int:
        """A number that no exchange of this page has, for ids that must differ."""
        with self._lock:
            return next(self._numbers)

    def add(self, person_id: int, exchange: Exchange) -> None:
        with self._lock:
            self._by_person.setdefault(person_id, deque(maxlen=LONGEST)).append(exchange)

    def of(self, person_id: int) -> tuple[Exchange, ...]:
        """The person's exchanges, oldest first."""
        with self._lock:
            return tuple(self._by_person.get(person_id, ()))
