"""What each shipped alliance says of itself, and how long somebody has been in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from alliance.charter import Charter
from alliance.charter_file import read_charter

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
