"""The checks are worth something: they let pass what Slack takes, and catch what it refuses."""

from __future__ import annotations

import pytest

from tests.slack_checks import limits, models, schema, sent
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


def test_what_was_sent_is_looked_at_wherever_it_was_said() -> None:
    for name, plant in PLANTED.items():
        payload = plant()
        if "type" in payload:
            assert sent.faults([("views.open", {"view": payload})], []), name
            assert sent.faults([], [{"response_action": "update", "view": payload}]), name
        elif payload["blocks"]:
            assert sent.faults([("chat.postMessage", payload)], []) and sent.faults([], [payload]), name
    long = {"text": "æ" * 2_001, "blocks": good("the least")["blocks"]}
    assert sent.faults([("chat.update", long)], []) and not sent.faults([("chat.postMessage", long)], [])
    options = [{"text": {"type": "plain_text", "text": "x"}, "value": "1"}]
    assert sent.faults([], [{"options": options * 101}]) and not sent.faults([], [{"options": options}])


def test_there_are_enough_planted_faults() -> None:
    assert len(PLANTED) >= 60
