"""Handing over: whoever is asked for an obligation lets a colleague of the same member answer that one in their place.

It never changes who owes it. While it holds the colleague is asked instead of the giver, and may answer this and
nothing else of the member. It holds as long as the giver has an office by which they were asked, a year at most.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

LONGEST = timedelta(days=366)
"""How long it holds at most: what is owed by then is the giver's again, and nobody is known for longer than needed."""
LONGEST_NOTE = 500
MOST_AT_WORK = 2
"""Two people's time at most: whoever is asked, and whoever has handed it over."""


@dataclass(frozen=True, slots=True)
class Handover:
    """A person handed an obligation to a colleague until a local day (exclusive). Instants are aware UTC.

    ``offices`` are those by which the giver was asked; ``ended_at`` is when it was taken back, declined or replaced.
    """

    obligation_id: int
    organisation_id: int
    giver_id: int
    colleague_id: int
    offices: tuple[str, ...]
    until: date
    recorded_at: datetime
    note: str = ""
    ended_at: datetime | None = None
    id: int = 0

    def holds(self, held_offices: Collection[str], day: date) -> bool:
        """Whether it holds on a local day on which the giver has these offices of the member."""
        return self.ended_at is None and day < self.until and any(office in held_offices for office in self.offices)


def until(today: date) -> date:
    """The local day on which what is handed over today is the giver's again."""
    return today + LONGEST


def domain_of(mail: str) -> str:
    """What stands after the @ of a mail address, in small letters."""
    return mail.rpartition("@")[2].strip().lower()
