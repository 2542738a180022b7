"""The demo's climate action plans: invented, and each says so. Who came through DK2020 has one; none is certified.

Days are Tuesdays of a year outside the summer, so that some updates are overdue when the demo begins and some fall due.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.plans import PlanStep, PlanVersion, StepKind
from alliance.standards import standards_for
from storage.changes import plans
from storage.municipalities import municipalities

TITLE, EXAMPLE = "Klimahandlingsplan (eksempel til demoen)", "Eksempel til demoen."
ADOPTED_IN: Final = 2023
WEEKS: Final = (*range(3, 26), *range(34, 51))
WITHOUT = ("unknown", "c40_member")
PILOTS = "pilot_2019"
RISKS = (("flooding",), ("flooding", "groundwater"), ("flooding", "drought"), ("groundwater", "stormflod"))
TARGETS = ((70, 1990), (75, 1990), (70, 1990), (80, 1990), (65, 1990), (50, 2018))
YEARS = (2050, 2045, 2050, 2040)
UPDATING, SENT_IN = 6, 2  # so many write their next version, where there is a newer standard, and so many sent it in


def adopted_days() -> dict[str, date]:
    """By the code of each municipality that has a plan in the demo, when its council adopted it: invented."""
    codes = [m.code for m in municipalities() if m.cohort not in WITHOUT]
    return {code: date.fromisocalendar(ADOPTED_IN, WEEKS[n * 7 % len(WEEKS)], 2) for n, code in enumerate(codes)}


def plant_plans(
    connection: Connection,
    alliance: Alliance,
    planted: Mapping[str, int],
    settled: Mapping[int, int],
    recorder: int,
    start: datetime,
) -> None:
    """Plant a plan of each; ``planted`` are organisations by code, ``settled`` what a plan met, by organisation."""
    pilots = {m.code for m in municipalities() if m.cohort == PILOTS}
    today = alliance.charter.calendar.day(start)
    versions = []
    for number, (code, day) in enumerate(adopted_days().items()):
        version = _version(alliance, planted[code], day, number, recorder, start)
        versions.append(
            version if planted[code] not in settled else replace(version, settlement_id=settled[planted[code]])
        )
        if code in pilots:
            _step(connection, alliance, version, "sent", day, recorder, start)
            _step(connection, alliance, version, "approved", day, recorder, start)
    newest = alliance.charter.standard_on(today)
    if newest and any(version.standard != newest.key for version in versions):
        updating = [version for version in versions if version.organisation_id in {planted[c] for c in pilots}]
        for number, version in enumerate(updating[:UPDATING]):
            versions.append(_next(version, newest.key))
            _step(connection, alliance, version, "evaluated", today, recorder, start)
            if number < SENT_IN:
                _step(connection, alliance, versions[-1], "sent", today, recorder, start)
    plans.add_versions(connection, alliance.id, versions)


def _version(
    alliance: Alliance, organisation: int, day: date, number: int, recorder: int, start: datetime
) -> PlanVersion:
    per_cent, base = TARGETS[number % len(TARGETS)]
    return PlanVersion(
        id=0,
        organisation_id=organisation,
        version=1,
        title=TITLE,
        link="",
        standard=standards_for(alliance.charter.standards, day)[0].key,
        reduction=f"{per_cent} % i 2030 i forhold til {base} (eksempel)",
        net_zero_year=YEARS[number % len(YEARS)],
        risks=RISKS[number % len(RISKS)],
        resilient_year=2050,
        adopted_on=day,
        adopted_by="kommunalbestyrelsen",
        valid_until=None,
        recorded_at=start,
        recorded_by=recorder,
        on_behalf=True,
        target_pct=per_cent,
        target_year=2030,
        target_base=base,
    )


def _next(version: PlanVersion, standard: str) -> PlanVersion:
    """The version that follows, under way and not adopted."""
    return replace(version, version=2, standard=standard, adopted_on=None, adopted_by="", settlement_id=None)


def _step(
    connection: Connection,
    alliance: Alliance,
    version: PlanVersion,
    kind: StepKind,
    day: date,
    recorder: int,
    start: datetime,
) -> None:
    standard = alliance.charter.standard(version.standard)
    marks = tuple(point.key for point in standard.criteria) if standard and kind == "approved" else ()
    comment = "" if kind == "sent" else EXAMPLE
    step = PlanStep(
        0, version.organisation_id, version.version, kind, day, "", marks, comment, "", None, start, recorder
    )
    plans.add_step(connection, alliance.id, step)
