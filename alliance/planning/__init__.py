"""Planning a year: a day for each meeting and event that the charter asks for, with the reason for each choice.

Pure: the same charter, year, day and meetings give the same plan, and nothing is written. A body meets once in each
equal part of the calendar year (declaration of 4 June 2021, annex: "fire gange om året"), an event within its window.
Days are local, instants aware UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from alliance.charter import Charter
from alliance.meetings import Meeting
from alliance.planning.campaigns import campaigns
from alliance.planning.search import Planner, View
from alliance.planning.slots import body_slots, event_slot
from alliance.planning.values import Campaign, Proposal, Reason, YearPlan

__all__ = ["NOTICE_DAYS", "Campaign", "Proposal", "Reason", "YearPlan", "is_planned", "parts_of", "propose_year"]
NOTICE_DAYS = 15


def propose_year(
    charter: Charter, year: int, *, today: date, existing: Iterable[Meeting], notice_days: int = NOTICE_DAYS
) -> YearPlan:
    """Propose a day for every meeting and event of a year that has none yet.

    ``today`` is a local day; nothing is proposed within ``notice_days`` working days of it.
    """
    planner = Planner(charter, year, today, notice_days, tuple(existing))
    proposals: list[Proposal] = []
    warnings: list[Reason] = []
    for slots in planner.series():
        days = planner.search(slots, {charter.calendar.day(p.starts_at) for p in proposals})
        proposals += planner.proposals(days)
        warnings += planner.warnings(days)
    kinds = {cadence.body for cadence in charter.meetings} | {cadence.key for cadence in charter.events}
    kept = sorted((m for m in planner.standing if m.year == year and m.kind in kinds), key=_order)
    return YearPlan(
        year,
        tuple(sorted(proposals, key=_order)),
        tuple(kept),
        tuple(campaigns(charter, year)),
        tuple(warnings),
    )


def is_planned(charter: Charter, year: int, *, today: date, existing: Iterable[Meeting]) -> bool:
    """Whether no meeting or event of a year is missing for which there still is a day; looks for none.

    ``today`` is a local day. Where it is False, ``propose_year`` may still find that every day left is ruled out.
    """
    planner = Planner(charter, year, today, NOTICE_DAYS, tuple(existing))
    missing = (slot for slots in planner.series() for slot in slots)
    return not any(slot.until >= View(planner, slot.kind, set()).earliest(slot) for slot in missing)


def parts_of(charter: Charter, kind: str, year: int) -> tuple[date, ...]:
    """The last day of each part of a year in which the charter wants a meeting of a body, or an event, in order."""
    slots = [slot for cadence in charter.meetings if cadence.body == kind for slot in body_slots(cadence, year)]
    events = [event_slot(cadence, year) for cadence in charter.events if cadence.key == kind]
    return tuple(slot.last for slot in (*slots, *(e for e in events if e.cadence.validity.covers(e.last))))


def _order(planned: Proposal | Meeting) -> tuple[datetime, str, int]:
    return planned.starts_at, planned.kind, planned.id if isinstance(planned, Meeting) else planned.number
