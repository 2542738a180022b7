"""What each shipped alliance says of itself, and how long somebody has been in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from alliance.charter import Charter
from alliance.charter_file import read_charter
from alliance.months import span
from alliance.validity import Validity, unbroken_since

FOLDER = Path(__file__).parents[2] / "alliance" / "charters"
SHIPPED = [read_charter(file.read_text(encoding="utf-8"), file.name) for file in sorted(FOLDER.glob("*.toml"))]
TODAY = date(2027, 3, 1)


@pytest.mark.parametrize("charter", SHIPPED, ids=lambda charter: charter.key)
def test_each_alliance_names_its_network_its_goal_and_the_partners_with_what_to_read(charter: Charter) -> None:
    about = charter.about
    assert {"parent", "sister"} & {network.relation for network in about.networks}
    assert about.reference is not None and "1,5 grader" in about.reference.da
    assert {partner.code for partner in about.partners_on(TODAY)} == {"C40", "CONCITO", "REALDANIA", "KL"}
    assert all(partner.resources for partner in about.partners)
    assert [(t.year, t.reduction_pct, t.base_year) for t in about.targets] == [(2030, 70, 1990), (2050, None, None)]


@pytest.mark.parametrize(("day", "there"), [(date(2020, 6, 25), 0), (date(2020, 6, 26), 2), (TODAY, 2)])
def test_the_national_targets_are_dated(day: date, there: int) -> None:
    assert len(SHIPPED[0].about.targets_on(day)) == there


@pytest.mark.parametrize(("day", "there"), [(date(2028, 3, 31), True), (date(2028, 4, 1), False)])
def test_a_partner_whose_term_is_over_is_a_partner_no_more(day: date, there: bool) -> None:
    newer = next(charter for charter in SHIPPED if charter.key == "klimaalliancen")
    assert ("KL" in {partner.code for partner in newer.about.partners_on(day)}) is there


@pytest.mark.parametrize(
    ("since", "day", "told"),
    [
        (date(2021, 6, 4), date(2021, 6, 4), (0, 0)),
        (date(2021, 6, 4), date(2021, 7, 3), (0, 0)),
        (date(2021, 6, 4), date(2021, 7, 4), (0, 1)),
        (date(2021, 6, 4), date(2026, 12, 3), (5, 5)),
        (date(2021, 6, 4), date(2026, 12, 4), (5, 6)),
        (date(2024, 2, 29), date(2025, 2, 27), (0, 11)),
        (date(2024, 2, 29), date(2025, 2, 28), (1, 0)),  # the last day there is
        (date(2027, 1, 31), date(2027, 2, 28), (0, 1)),
        (date(2027, 3, 2), date(2027, 3, 1), (0, 0)),
    ],
)
def test_years_and_months_are_counted_whole(since: date, day: date, told: tuple[int, int]) -> None:
    assert span(since, day) == told


FIRST, GAP, SECOND = date(2021, 6, 4), date(2024, 1, 1), date(2025, 1, 1)


@pytest.mark.parametrize(
    ("spans", "since"),
    [
        ([], None),
        ([Validity(FIRST)], FIRST),
        ([Validity(FIRST, TODAY)], None),
        ([Validity(TODAY)], TODAY),
        ([Validity(date(2027, 3, 2))], None),
        ([Validity(FIRST, SECOND), Validity(SECOND)], FIRST),  # carried on from one day to the next
        ([Validity(FIRST, GAP), Validity(SECOND)], SECOND),  # left, and came back
    ],
)
def test_who_left_and_came_back_is_a_member_since_they_came_back(spans: list[Validity], since: date | None) -> None:
    assert unbroken_since(spans, TODAY) == since
