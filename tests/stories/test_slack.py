"""The stories as they happen in Slack: prompts arrive there, and are answered there by signed requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from bot.mail.local import LocalMailTransport
from bot.slack.blocks import dressed
from bot.slack.transport import SlackTransport
from scheduling import ticks
from storage.changes import register as changes
from storage.engine import writing
from storage.queries import register
from templates.phrases import Phrases
from tests.conftest import LETTERHEAD, Played, local
from tests.slack_server import Slack
from tests.workspace import TOKEN, Workspace, workspace

COORDINATOR, ANNE = "klima@koege.example", "UANNE"
MORNING = "2027-02-26T08:00"


@dataclass
class Office:
    """A coordinator who is written to in Slack, in the played demo; ``at`` is what our clock shows."""

    played: Played
    slack: Workspace
    at: str = MORNING

    def tick(self, at: str) -> None:
        self.at = at
        sender = LETTERHEAD.sender
        slack = SlackTransport(
            TOKEN, sender, lambda p: dressed(p.message, Phrases(p.language)), api_url=self.slack.slack.url
        )
        ways = {"slack": slack, "mail": LocalMailTransport(self.played.engine, LETTERHEAD)}
        ticks.tick(self.played.engine, ways, lambda: local(at), move_clock=True)

    def buttons(self, blocks: Any) -> dict[str, dict[str, Any]]:
        rows = [element for block in blocks for element in block.get("elements", []) if block["type"] == "actions"]
        return {element["text"]["text"]: element for element in rows if "value" in element}


@pytest.fixture
def office(played: Played) -> Iterator[Office]:
    with writing(played.engine) as connection:
        person = register.person_at(connection, 1, COORDINATOR)
        assert person
        changes.add_address(connection, 1, person.id, "slack", f"T1/{ANNE}", local(MORNING), verified=True)
    made = Office(played, None)  # type: ignore[arg-type]
    slack = Slack(open_house=False)
    slack.add_user(ANNE, COORDINATOR)
    with workspace(played.engine, lambda: local(made.at), slack) as made.slack:
        yield made


@pytest.mark.slow
def test_the_morning_reminder_arrives_in_slack_and_its_button_settles_what_it_reminds_of(office: Office) -> None:
    office.tick(MORNING)
    (message,) = office.slack.slack.posted(ANNE)
    assert "tov_outbox" in json.dumps(message) and COORDINATOR not in json.dumps(message)
    (record,) = [r for r in office.played.outbox() if r.channel == "slack"]
    assert record.state == "sent" and message["ts"] in record.receipt
    buttons = office.buttons(message["blocks"])
    office.slack.press(ANNE, buttons[next(label for label in buttons if "ndberet" in label)])
    (view,) = office.slack.slack.views.values()
    assert view["type"] == "modal" and view["submit"]


@pytest.mark.slow
def test_nobody_is_reminded_in_slack_after_answering_there(office: Office) -> None:
    office.tick(MORNING)
    before = len(office.slack.slack.posted(ANNE))
    office.tick("2027-02-26T09:00")
    assert len(office.slack.slack.posted(ANNE)) == before == 1
