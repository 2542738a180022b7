"""Evidence that was not always there, or is no more: what can be given on a day, and what was given stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from alliance.charter_file import read_charter

FILE = Path(__file__).parents[2] / "alliance" / "charters" / "dk2020.toml"
DECLARATION = next(
    n for n in read_charter(FILE.read_text(encoding="utf-8"), FILE.name).requirements if n.key == "declaration"
)


@pytest.mark.parametrize(
    ("day", "count"),
    [
        (date(2020, 9, 21), 6),
        (date(2020, 9, 22), 7),
        (date(2021, 6, 4), 8),
        (date(2021, 6, 30), 8),
        (date(2021, 7, 1), 10),
    ],
)
def test_there_were_as_many_declarations_as_had_been_launched_by_the_day(day: date, count: int) -> None:
    assert len(DECLARATION.as_on(day).evidence) == count
    assert all(kind.was and kind.begins for kind in DECLARATION.evidence)


@pytest.mark.parametrize(("day", "there"), [(date(2028, 12, 31), True), (date(2029, 1, 1), False)])
def test_one_that_is_ended_is_given_until_the_day_before_and_still_read(day: date, there: bool) -> None:
    first, *others = DECLARATION.evidence
    ended = replace(DECLARATION, evidence=(replace(first, ends=date(2029, 1, 1)), *others))
    assert (ended.as_on(day).evidence_kind(first.key) is not None) is there
    assert ended.evidence_kind(first.key) is not None
