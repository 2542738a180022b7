"""Our ways in and out of Slack against an emulator that somebody else wrote: posting, metadata, pages, files, views."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from alliance.deliveries import Parcel
from alliance.messages import Button, Buttons, File, Message, Text
from bot.request import Upload
from bot.slack.blocks import dressed
from bot.slack.files import fetched
from bot.slack.modal import modal
from bot.slack.receipts import Posted
from bot.slack.transport import SlackTransport
from storage.engine import reading
from storage.queries import register
from templates.phrases import Phrases
from tests.conftest import LETTERHEAD, Played, local
from tests.npm import installed, tools
from tests.slack_server import Slack
from tests.slow.emulator import PINNED, TOKEN, Emulator, emulator
from tests.workspace import Workspace, workspace

pytestmark = pytest.mark.slow

NOW = "2027-03-01T09:30"
TEAM = "T000000001"
PDF = File("Dagsorden æøå.pdf", "application/pdf", b"%PDF-1.7 " + bytes(range(256)) * 40)


@pytest.fixture(scope="module")
def slack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    found = tools()
    if found is None:
        if os.environ.get("TOVHOLDER_TEST_SYSTEM_REQUIRED") == "1":
            pytest.fail("Node 20 and npm are not here, and they are required")
        pytest.skip("Node 20 and npm are not here")
    node, npm = found
    folder = tmp_path_factory.mktemp("emulate")
    program = installed(PINNED, folder, npm) / "emulate" / "dist" / "index.js"
    with emulator(program, node, folder) as running:
        yield running


# ----------------------------------------------------------------------------------------------------- the way out


def parcel(user: str, text: str, *files: File) -> Parcel:
    said = Message(text, (Text(text), Buttons((Button("Se", "liste"),)), *files))
    return Parcel(1, str(uuid4()), "Anne Holm", f"{TEAM}/{user}", "da", said, datetime.now(UTC))


def transport(slack: Emulator) -> SlackTransport:
    say = Phrases("da")
    return SlackTransport(TOKEN, LETTERHEAD.sender, lambda p: dressed(p.message, say), api_url=slack.url)


async def _sent(slack: Emulator, *parcels: Parcel) -> list[str]:
    way = transport(slack)
    try:
        return [await way.send(one) for one in parcels]
    finally:
        await way.close()


async def _found(slack: Emulator, one: Parcel) -> str | None:
    way = transport(slack)  # another process: it knows nothing but the key
    try:
        return await way.find(one)
    finally:
        await way.close()


def test_what_is_posted_is_found_again_by_its_key_and_nothing_else_is(slack: Emulator) -> None:
    anne = slack.user("anne")
    first, never = parcel(anne, "Husk indberetningen."), parcel(anne, "Kom aldrig frem.")
    (receipt,) = asyncio.run(_sent(slack, first))
    assert asyncio.run(_found(slack, first)) == receipt
    assert asyncio.run(_found(slack, never)) is None
    (message,) = [one for one in slack.conversation(anne) if one["ts"] == Posted.of(receipt).ts]
    assert message["metadata"]["event_type"] == "tov_outbox" and "Husk indberetningen." in message["text"]
    assert "klima@koege.example" not in json.dumps(message)


def test_it_is_found_however_many_pages_back_it_stands(slack: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.transport.PAGE", 2)
    bo = slack.user("bo")
    many = [parcel(bo, f"Besked {n}.") for n in range(7)]
    receipts = asyncio.run(_sent(slack, *many))
    for one, receipt in zip(many, receipts, strict=True):
        assert asyncio.run(_found(slack, one)) == receipt


def test_a_file_goes_into_the_thread_of_its_message_once(slack: Emulator) -> None:
    anne = slack.user("anne")
    one = parcel(anne, "Dagsordenen er her.", PDF)
    (receipt,) = asyncio.run(_sent(slack, one))
    posted = Posted.of(receipt)
    assert asyncio.run(_found(slack, one)) == receipt
    replies = slack.ask("conversations.replies", channel=posted.channel, ts=posted.ts)["messages"]
    files = [file for reply in replies for file in reply.get("files", ())]
    assert [(file["name"], file["size"]) for file in files] == [(PDF.name, len(PDF.content))]


# ------------------------------------------------------------------------------------------------------ the way in


class Team(Slack):
    """The emulator's team, as far as requests to us must know it."""

    emulated: Emulator
    user = ""

    def trigger(self, view: str = "") -> str:
        return str(self.emulated.ask("views.generateTriggerId", user_id=self.user)["trigger_id"])


@pytest.fixture
def office(slack: Emulator, played: Played) -> Iterator[Workspace]:
    """Our app, installed in the emulator's workspace."""
    played.plan("2027-03-01T08:00")
    team = Team(team=TEAM, open_house=False)
    team.emulated, team.user = slack, slack.user("anne")
    with workspace(played.engine, lambda: local(NOW), team, api_url=slack.url, token=TOKEN) as made:
        yield made


def test_somebody_is_known_by_the_mail_address_of_their_profile(
    slack: Emulator, office: Workspace, played: Played
) -> None:
    anne = slack.user("anne")
    office.command(anne, "liste")
    assert "Køge" in json.dumps(office.responses, ensure_ascii=False)
    with reading(played.engine) as connection:
        known = register.person_at(connection, 1, f"{TEAM}/{anne}")
        assert known is not None and known == register.person_at(connection, 1, "klima@koege.example")


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What our app wrote of what Slack would not have: it shows things after the answer, and nobody waits for that."""
    return [record.getMessage() for record in caplog.records if record.name == "tovholder.slack"]


def test_forms_open_and_change_and_the_page_is_published(
    slack: Emulator, office: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    anne = slack.user("anne")
    office.command(anne, "liste")
    assert office.visit(anne).status == 200
    assert office.command(anne, "indberet").text == ""
    view = opened(slack, anne)
    office.press(anne, {"action_id": "say:0", "type": "button", "value": "liste"}, view)
    assert complaints(caplog) == []


def test_a_view_that_has_changed_meanwhile_is_changed_again_and_a_trigger_that_is_spent_is_noticed(
    slack: Emulator, office: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    anne = slack.user("anne")
    office.command(anne, "liste")
    stale = {**opened(slack, anne), "hash": "0.0"}
    office.press(anne, {"action_id": "say:0", "type": "button", "value": "liste"}, stale)
    assert complaints(caplog) == []
    office.command(anne, "indberet", trigger_id="spent")
    assert complaints(caplog) == ["a modal was not opened: invalid_trigger_id"]
    assert "open:0" in json.dumps(office.responses[-1])  # said with a button that opens it


def opened(slack: Emulator, user: str) -> dict[str, Any]:
    """A modal of ours that stands open at somebody's."""
    view = modal(Message("Liste", (Text("Liste"),)), Phrases("da"))
    trigger = slack.ask("views.generateTriggerId", user_id=user)["trigger_id"]
    shown: dict[str, Any] = slack.ask("views.open", trigger_id=trigger, view=json.dumps(view))["view"]
    return shown


def test_a_file_that_was_put_into_slack_is_fetched_byte_for_byte(slack: Emulator) -> None:
    one = parcel(slack.user("bo"), "Et bilag.", PDF)
    posted = Posted.of(asyncio.run(_sent(slack, one))[0])
    replies = slack.ask("conversations.replies", channel=posted.channel, ts=posted.ts)["messages"]
    (id_,) = [file["id"] for reply in replies for file in reply.get("files", ())]

    async def fetching() -> Upload:
        async with aiohttp.ClientSession() as session:
            return await fetched(AsyncWebClient(TOKEN, base_url=slack.url, session=session), id_)

    brought = asyncio.run(fetching())
    assert (brought.name, brought.content) == (PDF.name, PDF.content)
