"""The reference facts about the municipalities that the product ships."""

from __future__ import annotations

from collections import Counter

from storage.municipalities import municipalities


def test_every_municipality_says_when_it_came_into_dk2020() -> None:
    """Copenhagen was in C40 before, and of three it is not known."""
    assert Counter(m.cohort for m in municipalities()) == {
        "pilot_2019": 20,
        "wave1_2020": 44,
        "wave2_2021": 30,
        "c40_member": 1,
        "unknown": 3,
    }
