"""Which answer counts, and how far who comes meets the requirement."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.attendance import Answer, Response, grade, meets, winning
from alliance.charter import Grade
from alliance.charter_file import read_charter

FILE = Path(__file__).parents[2] / "alliance" / "charters" / "dk2020.toml"
SUMMIT = read_charter(FILE.read_text(encoding="utf-8"), FILE.name).requirement("summit")


def answer(
    id: int = 1, revision: int = 0, at: str = "09:00", response: Response = "yes", office: str = "mayor"
) -> Answer:
    given_at = datetime.fromisoformat(f"2027-03-01T{at}").replace(tzinfo=UTC)
    return Answer(id, 5, 1, response, office, "N.N.", revision, given_at, 10, "web", False)


@pytest.mark.parametrize(
    ("given_", "revision", "counts"),
    [
        ([], 0, None),
        ([answer(1)], 0, 1),
        ([answer(1, at="09:00"), answer(2, at="10:00")], 0, 2),
        ([answer(1, at="10:00"), answer(2, at="09:00")], 0, 1),
        ([answer(1), answer(2)], 0, 2),  # the same second: the one stored last
        ([answer(1, revision=0)], 1, None),
        ([answer(1, revision=0, at="10:00"), answer(2, revision=1, at="09:00")], 1, 2),
        ([answer(1, revision=2)], 1, None),
    ],
    ids=["none", "one", "newer", "newer came first", "same instant", "older revision", "late reply to old", "future"],
)
def test_the_newest_answer_to_this_revision_counts(given_: list[Answer], revision: int, counts: int | None) -> None:
    found = winning(given_, revision)
    assert (found.id if found else None) == counts


answers = st.lists(
    st.builds(
        lambda id, revision, hour: answer(id, revision, f"{hour:02d}:00"),
        st.integers(1, 50),
        st.integers(0, 3),
        st.integers(0, 23),
    ),
    unique_by=lambda each: each.id,
    max_size=8,
)


@settings(deadline=None)
@given(answers, st.integers(0, 3), st.randoms(use_true_random=False))
def test_which_answer_counts_does_not_hang_on_the_order_they_are_read_in(
    given_: list[Answer], revision: int, random: object
) -> None:
    found = winning(given_, revision)
    shuffled = list(given_)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert winning(shuffled, revision) == found
    rivals = [each for each in given_ if each.revision == revision]
    assert (found is None) is (not rivals)
    assert found is None or all((each.given_at, each.id) <= (found.given_at, found.id) for each in rivals)


@pytest.mark.parametrize(
    ("office", "expected"),
    [
        ("mayor", "fulfilled"),
        ("committee_chair", "fulfilled"),
        ("deputy_mayor", "noted"),
        ("councillor", "noted"),
        ("climate_coordinator", "partial"),
        ("official", "partial"),
        ("secretariat", None),
        ("", None),
    ],
)
def test_mayor_or_chair_meets_another_elected_member_with_a_note_and_officials_partly(
    office: str, expected: Grade | None
) -> None:
    assert grade(SUMMIT, office) == expected
    assert meets(SUMMIT, answer(office=office)) is (expected in ("fulfilled", "noted"))


@pytest.mark.parametrize(("response", "expected"), [("yes", True), ("no", False), ("tentative", False)])
def test_only_a_yes_can_meet_the_requirement(response: Response, expected: bool) -> None:
    assert meets(SUMMIT, answer(response=response)) is expected
