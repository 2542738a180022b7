"""Away for a while: who is asked instead. Offices stay where they are; only what is asked of them goes elsewhere.

Whoever acts for the office or shares it is asked; if nobody does, the deputy that was named, if they have to do with
the same member; if there is none, the person themselves after all, for somebody must be.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from alliance.errors import Refused
from alliance.validity import Validity

LONGEST = 366
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Absence:
    """A person is away for a term of local days; ``deputy_id`` is a person too, None if they named nobody."""

    person_id: int
    validity: Validity
    deputy_id: int | None = None
    id: int = 0

    @property
    def last(self) -> date:
        """The last local day of it."""
        return (self.validity.until or date.max) - ONE_DAY


def away(first: date, last: date, today: date) -> Validity:
    """The term of somebody who is away from one local day to another, both included; it begins today at the earliest.

    Raises Refused: ``away_over`` (the last day is past), ``away_turned`` (it is before the first), ``away_too_long``.
    """
    if last < first:
        raise Refused("away_turned", first=first, last=last)
    if last < today:
        raise Refused("away_over", last=last)
    if (last - first).days >= LONGEST:
        raise Refused("away_too_long", first=first, last=last)
    return Validity(max(first, today), last + ONE_DAY)
