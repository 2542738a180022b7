"""A plan's target is compared with the national one for the same year and from the same base year."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from alliance.about import About, NationalTarget
from alliance.members import Organisation
from alliance.national_targets import Ambition, Compared, ambition, neutrality, reduction
from alliance.plans import Plan, PlanRecord, PlanVersion
from alliance.validity import Validity
from alliance.words import Words

SAID = Words("mål", "target")
FIRST, NEXT = Validity(date(2020, 6, 26), date(2028, 1, 1)), Validity(date(2028, 1, 1))
NATION = NationalTarget("reduction", SAID, 2030, FIRST, SAID, 70, 1990)
STRICTER = replace(NATION, validity=NEXT, reduction_pct=80)
NEUTRAL = NationalTarget("neutral", SAID, 2050, Validity(date(2020, 6, 26)), SAID)
ABOUT = About(targets=(NEUTRAL, NATION, STRICTER))
TODAY = date(2027, 3, 1)
VERSION = PlanVersion(
    id=1,
    organisation_id=7,
    version=1,
    title="Klimaplan",
    link="",
    standard="capf",
    reduction="",
    net_zero_year=2050,
    risks=(),
    resilient_year=None,
    adopted_on=date(2023, 2, 28),
    adopted_by="byrådet",
    valid_until=None,
    recorded_at=datetime(2023, 3, 1, tzinfo=UTC),
    recorded_by=1,
)
NUMBERS = ("target_pct", "target_year", "target_base")


def plan(*numbers: int | None) -> PlanVersion:
    return replace(VERSION, **dict(zip(NUMBERS, numbers, strict=True)))


@pytest.mark.parametrize(
    ("numbers", "compared"),
    [
        ((71, 2030, 1990), Compared("beyond", NATION)),
        ((70, 2030, 1990), Compared("meets", NATION)),
        ((69, 2030, 1990), Compared("below", NATION)),
        ((80, 2030, 2018), Compared("other_base", NATION)),
        ((90, 2035, 1990), Compared("no_national")),
        ((None, None, None), Compared("not_said")),
    ],
)
def test_a_reduction_goes_beyond_the_national_one_of_its_year_and_base_or_cannot_be_compared(numbers, compared) -> None:
    assert reduction(plan(*numbers), ABOUT.targets_on(TODAY)) == compared


@pytest.mark.parametrize(
    ("day", "verdict"),
    [
        (date(2020, 6, 25), "no_national"),
        (TODAY, "beyond"),
        (date(2027, 12, 31), "beyond"),
        (date(2028, 1, 1), "below"),
    ],
)
def test_it_is_the_national_target_in_force_on_the_day_that_counts(day, verdict) -> None:
    assert reduction(plan(75, 2030, 1990), ABOUT.targets_on(day)).verdict == verdict


@pytest.mark.parametrize(("year", "verdict"), [(2049, "beyond"), (2050, "meets"), (2051, "below")])
def test_an_earlier_net_zero_year_goes_beyond_that_of_the_country(year, verdict) -> None:
    assert neutrality(replace(VERSION, net_zero_year=year), ABOUT.targets_on(TODAY)).verdict == verdict


def test_adopted_plans_that_hold_are_counted_by_how_they_stand() -> None:
    koege = Organisation(7, "0259", "Køge", "Køge Kommune", "municipality")
    drafted, over = replace(plan(90, 2030, 1990), adopted_on=None), replace(plan(90, 2030, 1990), valid_until=TODAY)
    versions = [plan(n, 2030, 1990) for n in (80, 75, 70, 60)] + [plan(None, None, None), drafted, over]
    records = [PlanRecord(koege, (Plan(version),)) for version in versions] + [PlanRecord(koege)]
    found = ambition(records, ABOUT.targets_on(TODAY), TODAY)
    assert found == Ambition(plans=5, beyond=2, meets=1, below=1) and found.compared == 4
