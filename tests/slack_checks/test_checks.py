"""The checks are worth something: they let pass what Slack takes, and catch what it refuses."""

from __future__ import annotations

import pytest

from tests.slack_checks import limits, models, schema
from tests.slack_checks.planted import GOOD, PLANTED, good


@pytest.mark.parametrize("name", GOOD)
def test_what_slack_takes_passes_all_three(name: str) -> None:
    assert [*models.faults(good(name)), *schema.faults(good(name)), *limits.faults(good(name))] == []


@pytest.mark.parametrize("name", PLANTED)
def test_our_own_table_catches_every_planted_fault(name: str) -> None:
    assert limits.faults(PLANTED[name]()) != []


@pytest.mark.parametrize(("check", "least"), [(models, 20), (schema, 10)])
def test_the_others_catch_what_is_theirs_to_catch(check, least: int) -> None:  # type: ignore[no-untyped-def]
    assert sum(check.faults(plant()) != [] for plant in PLANTED.values()) >= least


def test_there_are_enough_planted_faults() -> None:
    assert len(PLANTED) >= 60
