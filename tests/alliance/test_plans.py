"""Plans as rules: how a version stands on a day, what may be recorded, and when it is to be updated."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from alliance.charter_file import read_charter
from alliance.errors import Refused
from alliance.members import Organisation
from alliance.months import years_after
from alliance.plans import (
    Plan,
    PlanRecord,
    PlanStep,
    PlanVersion,
    StepKind,
    check_certified,
    check_new,
    check_sent,
    coverage,
    faults,
    groups_of,
)

FILE = Path(__file__).parents[2] / "alliance" / "charters" / "klimaalliancen.toml"
CHARTER = read_charter(FILE.read_text(encoding="utf-8"), "klimaalliancen.toml")
CCTF, CAPF = CHARTER.standard("cctf"), CHARTER.standard("capf")
TODAY, ADOPTED = date(2027, 3, 1), date(2026, 10, 28)
VERSION = PlanVersion(
    id=1,
    organisation_id=7,
    version=1,
    title="Klimaplan",
    link="",
    standard="cctf",
    reduction="70 % i 2030",
    net_zero_year=2045,
    risks=("flooding",),
    resilient_year=2050,
    adopted_on=ADOPTED,
    adopted_by="Byrådet",
    valid_until=None,
    recorded_at=datetime(2026, 11, 1, tzinfo=UTC),
    recorded_by=3,
)


def step(kind: StepKind, by: str = "", until: date | None = None, number: int = 1) -> PlanStep:
    at = datetime(2027, 2, 1, tzinfo=UTC)
    return PlanStep(number, 7, 1, kind, date(2027, 2, 1), by, (), "", "", until, at, 3)


def plan(*steps: PlanStep, **other: Any) -> Plan:
    return Plan(replace(VERSION, **other), steps, CCTF)


SENT, APPROVED, RETURNED = step("sent"), step("approved"), step("returned")
BY_C40, BY_CONCITO = step("certified", "C40"), step("certified", "CONCITO")
OF_C40 = step("certified", "C40", date(2027, 3, 1))


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ((), "adopted"),
        ((step("evaluated"),), "adopted"),
        ((SENT,), "sent"),
        ((SENT, APPROVED), "approved"),
        ((SENT, RETURNED), "returned"),
        ((SENT, RETURNED, SENT), "sent"),  # what was answered before it was sent in again counts no more
        ((SENT, APPROVED, BY_C40), "certifying"),
        ((SENT, APPROVED, BY_C40, BY_CONCITO), "certified"),
        ((SENT, APPROVED, BY_C40, step("returned", "CONCITO")), "returned"),
        ((SENT, APPROVED, OF_C40, BY_CONCITO), "lapsed"),
        ((SENT, APPROVED, BY_C40, BY_CONCITO, SENT), "sent"),
    ],
)
def test_how_a_plan_stands_follows_from_what_was_recorded_about_it(steps: tuple[PlanStep, ...], state: str) -> None:
    assert plan(*steps).state(TODAY) == state


@pytest.mark.parametrize(
    ("day", "state"), [(date(2027, 2, 28), "certified"), (date(2027, 3, 1), "lapsed"), (date(2027, 3, 2), "lapsed")]
)
def test_a_certificate_runs_until_its_day(day: date, state: str) -> None:
    assert plan(SENT, APPROVED, OF_C40, BY_CONCITO).state(day) == state


@pytest.mark.parametrize(
    ("day", "state", "holds"),
    [
        (date(2026, 10, 27), "draft", False),
        (date(2026, 10, 28), "adopted", True),
        (date(2027, 2, 28), "adopted", True),
        (date(2027, 3, 1), "expired", False),
    ],
)
def test_a_plan_holds_from_the_day_it_is_adopted_until_it_ends(day: date, state: str, holds: bool) -> None:
    one = plan(valid_until=date(2027, 3, 1))
    assert one.state(day) == state and record(one).has_plan(day) is holds


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [
        ("net_zero_year", 2050, ""),
        ("net_zero_year", 2051, "goal_late"),
        ("resilient_year", 2050, ""),
        ("resilient_year", 2051, "goal_late"),
        ("resilient_year", None, ""),
        ("adopted_on", TODAY, ""),
        ("adopted_on", date(2027, 3, 2), "adopted_future"),
        ("adopted_on", date(2026, 5, 1), "adopted_early"),  # the day of the version before
        ("adopted_by", "", "adopted_by_missing"),
        ("valid_until", ADOPTED, "until_early"),
        ("valid_until", date(2026, 10, 29), ""),
    ],
)
def test_what_is_wrong_with_a_version_is_said_of_its_field(field: str, value: object, wrong: str) -> None:
    earlier = replace(VERSION, adopted_on=date(2026, 5, 1))
    found = faults(replace(VERSION, version=2, **{field: value}), earlier, CHARTER, TODAY)
    assert found == ({field: wrong} if wrong else {})


@pytest.mark.parametrize(
    ("standard", "adopted", "taken"),
    [
        ("capf", date(2020, 12, 1), True),  # before the alliance there was no other
        ("capf", date(2023, 12, 31), True),
        ("capf", date(2024, 1, 1), False),
        ("capf", None, False),  # a case is begun today
        ("cctf", date(2023, 12, 31), False),
        ("cctf", date(2024, 1, 1), True),
        ("cctf", None, True),
        ("", None, False),
    ],
)
def test_from_its_day_plans_are_made_by_the_newer_standard_and_older_ones_keep_theirs(
    standard: str, adopted: date | None, taken: bool
) -> None:
    version = replace(VERSION, standard=standard, adopted_on=adopted)
    assert ("standard" not in faults(version, None, CHARTER, TODAY)) is taken


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({}, ()),
        ({"reduction": ""}, ("reduction",)),
        ({"risks": ()}, ("risks",)),
        ({"resilient_year": None, "risks": ()}, ("risks", "resilient_year")),
    ],
)
def test_a_plan_has_two_tracks_and_is_not_sent_in_with_one(change: dict[str, Any], missing: tuple[str, ...]) -> None:
    one = plan(**change)
    assert one.version.missing == missing
    if missing:
        with pytest.raises(Refused, match="plan_incomplete"):
            check_sent(one, TODAY)
    else:
        check_sent(one, TODAY)


@pytest.mark.parametrize(
    ("one", "by", "reason"),
    [
        (plan(SENT, APPROVED), "C40", ""),
        (plan(SENT, APPROVED, BY_C40), "CONCITO", ""),
        (plan(SENT, APPROVED, BY_C40), "C40", "plan_certified_already"),
        (plan(SENT), "C40", "plan_not_approved"),
        (plan(), "C40", "plan_not_approved"),
        (plan(SENT, APPROVED, adopted_on=None), "C40", "plan_not_adopted"),
        (plan(SENT, APPROVED, adopted_on=date(2027, 3, 2)), "C40", "plan_not_adopted"),
        (plan(SENT, APPROVED), "KL", "plan_no_certifying"),
        (Plan(replace(VERSION, standard="capf"), (SENT, APPROVED), CAPF), "C40", "plan_no_certifying"),
    ],
)
def test_the_council_adopts_and_it_is_approved_before_it_is_certified(one: Plan, by: str, reason: str) -> None:
    if not reason:
        check_certified(one, by, TODAY)
        return
    with pytest.raises(Refused) as refused:
        check_certified(one, by, TODAY)
    assert refused.value.reason == reason


def test_a_version_is_evaluated_before_the_next_is_begun() -> None:
    check_new(())
    check_new((plan(step("evaluated")),))
    for plans, reason in (((plan(),), "plan_not_evaluated"), ((plan(adopted_on=None),), "plan_under_way")):
        with pytest.raises(Refused, match=reason):
            check_new(plans)


@pytest.mark.parametrize(
    ("adopted", "until", "due"),
    [
        (ADOPTED, None, date(2030, 10, 28)),
        (date(2024, 2, 29), None, date(2028, 2, 29)),
        (ADOPTED, date(2028, 1, 1), date(2028, 1, 1)),  # it ends before
    ],
)
def test_a_plan_is_to_be_updated_when_its_standard_says_or_it_ends(
    adopted: date, until: date | None, due: date
) -> None:
    assert plan(adopted_on=adopted, valid_until=until).update_due() == due
    assert years_after(date(2024, 2, 29), 1) == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("day", "soon", "late"),
    [
        (date(2030, 4, 27), False, False),
        (date(2030, 4, 28), True, False),
        (date(2030, 10, 28), True, False),
        (date(2030, 10, 29), True, True),
    ],
)
def test_an_update_is_pointed_out_half_a_year_before_and_is_late_the_day_after(
    day: date, soon: bool, late: bool
) -> None:
    one = record(plan())
    assert (one.falls_due(day), one.is_overdue(day)) == (soon, late)


def record(*plans: Plan, group: str = "KKR Sjælland") -> PlanRecord:
    return PlanRecord(Organisation(7, "0259", "Køge", "Køge Kommune", "municipality", (("kkr", group),)), plans)


def test_what_is_in_force_and_what_is_under_way_stand_side_by_side() -> None:
    old = Plan(replace(VERSION, standard="capf", adopted_on=date(2021, 3, 2)), (SENT, APPROVED), CAPF)
    new = plan(version=2, adopted_on=None)
    one = record(old, new)
    assert (one.in_force(TODAY), one.coming(TODAY), one.state(TODAY)) == (old, new, "approved")
    assert one.is_overdue(TODAY)
    both = record(old, plan(version=2))
    assert both.state(TODAY) == "adopted" and both.coming(TODAY) is None and not both.is_overdue(TODAY)
    assert both.state(date(2026, 10, 27)) == "approved"  # and before, the one of then


def test_the_country_is_counted_member_by_member_and_group_by_group() -> None:
    certified = plan(SENT, APPROVED, BY_C40, BY_CONCITO)
    listed = (
        record(certified),
        record(plan(SENT, APPROVED)),
        record(plan(valid_until=date(2027, 3, 1))),
        record(plan(adopted_on=None), group="KKR Nordjylland"),
        record(group="KKR Nordjylland"),
    )
    whole = coverage(listed, TODAY)
    assert (whole.members, whole.adopted, whole.approved, whole.certified, whole.overdue) == (5, 2, 2, 1, 0)
    assert {name: len(found) for name, found in groups_of(listed, "kkr").items()} == {
        "KKR Nordjylland": 2,
        "KKR Sjælland": 3,
    }
