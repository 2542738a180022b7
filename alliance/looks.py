"""When an obligation must be looked at again: never later than the first day on which what it asks may change.

Too early costs a glance, too late a reminder. What no day changes by itself, a new fact does: whoever writes a fact
sets the day back (``storage/changes/looks.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from alliance.charter import Requirement
from alliance.obligations import Obligation, Settlement
from alliance.validity import Validity

ONE_DAY = timedelta(days=1)


def first_after(today: date, days: Iterable[date | None]) -> date | None:
    """The first of the days that is still to come, None if none is."""
    return min((day for day in days if day is not None and day > today), default=None)


def edges_of_standing(
    obligation: Obligation, requirement: Requirement, facts: Iterable[Settlement]
) -> Iterable[date | None]:
    """The days on which the obligation may stand differently though nobody records anything.

    A fact for this very period that does not carry counts whatever the day is; the others begin and end, and what they
    count for may depend on the due day or on the period being over.
    """
    own, yearly = obligation.id, not requirement.carries
    running = [fact for fact in facts if fact.withdrawn_at is None]
    if yearly and any(fact.obligation_id == own and fact.kind != "dispensation" for fact in running):
        return
    for fact in running:
        yield from _edges(fact.validity)
    if requirement.carries:
        yield from (obligation.period.start, obligation.period.end)
    if running and obligation.due is not None:
        yield obligation.due + ONE_DAY
    if obligation.event_day is not None:
        yield obligation.event_day + ONE_DAY


def _edges(validity: Validity) -> Iterable[date | None]:
    yield validity.since
    yield validity.until
