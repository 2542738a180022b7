"""Snoozing and quiet hours in Slack, by signed requests to the app itself: pressed, typed, and shown on the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from storage.changes import register as changes
from storage.engine import reading, writing
from storage.queries import register
from tests.conftest import Played, local
from tests.workspace import Workspace, workspace

NOW, COORDINATOR, ANNE = "2027-03-01T09:30", "klima@koege.example", "UANNE"


@pytest.fixture
def slack(played: Played) -> Iterator[Workspace]:
    """Køge's coordinator, who has been linked, on a Monday of March."""
    played.plan("2027-03-01T08:00")
    with writing(played.engine) as connection:
        person = register.person_at(connection, 1, COORDINATOR)
        assert person
        changes.add_address(connection, 1, person.id, "slack", f"T1/{ANNE}", local(NOW), verified=True)
    with workspace(played.engine, lambda: local(NOW)) as made:
        made.slack.add_user(ANNE, COORDINATOR)
        yield made


def report(played: Played) -> int:
    rows = (row for row in played.rows("obligation") if row["requirement"] == "report")
    with reading(played.engine) as connection:
        koege = register.organisation_by_code(connection, 1, "0259", date(2027, 3, 1))
    assert koege
    return next(int(row["id"]) for row in rows if row["organisation_id"] == koege.id)


def buttons(blocks: Any) -> dict[str, dict[str, Any]]:
    """Every button by the words it says."""
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    return {element["value"]: element for row in rows for element in row if "value" in element}


def shown(slack: Workspace) -> dict[str, Any]:
    return dict(list(slack.slack.views.values())[-1])


def test_it_is_asked_until_when_and_a_press_or_a_day_that_is_typed_hides_it(slack: Workspace, played: Played) -> None:
    number = report(played)
    slack.command(ANNE, f"udskyd {number}")
    asked = shown(slack)
    day = f"udskyd {number} 08-03-2027"
    slack.press(ANNE, buttons(asked["blocks"])[day], {**asked, "type": "modal"})
    assert [row["until"] for row in played.rows("snooze")] == [date(2027, 3, 8)]
    slack.command(ANNE, f"udskyd {number}")
    picked = {"ask:until_day": {"typed": {"type": "datepicker", "selected_date": "2027-12-24"}}}
    answered = slack.hand_in(ANNE, {**shown(slack), "type": "modal"}, picked)
    assert answered.said["response_action"] == "update" and "30. marts 2027" in answered.text
    assert [row["until"] for row in played.rows("snooze") if row["ended_at"] is None] == [date(2027, 3, 30)]


def test_what_cannot_be_a_day_is_told_at_its_field(slack: Workspace, played: Played) -> None:
    slack.command(ANNE, f"udskyd {report(played)}")
    picked = {"ask:until_day": {"typed": {"type": "datepicker", "selected_date": "2027-03-01"}}}
    answered = slack.hand_in(ANNE, {**shown(slack), "type": "modal"}, picked)
    assert answered.said["response_action"] == "errors" and "efter i dag" in answered.text
    assert played.rows("snooze") == []


def test_the_page_shows_what_is_hidden_with_the_way_back_and_the_quiet_hours(slack: Workspace, played: Played) -> None:
    number = report(played)
    slack.command(ANNE, f"udskyd {number} 1 uge")
    slack.command(ANNE, "stille 12-14")
    slack.visit(ANNE)
    home = slack.slack.home(ANNE)
    assert home
    assert "minder dig ikke om det før mandag den 8. marts 2027" in json.dumps(home, ensure_ascii=False)
    slack.press(ANNE, buttons(home["blocks"])[f"udskyd {number} fortryd"], home)
    assert all(row["ended_at"] for row in played.rows("snooze"))
    slack.press(ANNE, {"action_id": "page:2", "type": "button", "value": "2"}, slack.slack.home(ANNE))
    turned = slack.slack.home(ANNE)
    assert turned and "stille timer kl. 12-14" in json.dumps(turned, ensure_ascii=False)
    assert "stille" in buttons(turned["blocks"])
