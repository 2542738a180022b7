"""The stand-in for Slack keeps to what Slack documents: what it lets through must not be more than the real one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack_server import Fault, Slack, served, too_many

Story = Callable[[AsyncWebClient], Awaitable[Any]]
HELLO = {"type": "home", "blocks": []}
METADATA = {"event_type": "tov_outbox", "event_payload": {"key": "k"}}


def tell(slack: Slack, story: Story, token: str = "xoxb-1") -> Any:
    async def scenario() -> Any:
        async with served(slack) as url:
            return await story(AsyncWebClient(token=token, base_url=url, retry_handlers=[]))

    return asyncio.run(scenario())


def refused(slack: Slack, story: Story, token: str = "xoxb-1") -> str:
    with pytest.raises(SlackApiError) as error:
        tell(slack, story, token)
    return str(error.value.response["error"])


async def opened(client: AsyncWebClient, user: str = "U1") -> str:
    return str((await client.conversations_open(users=user))["channel"]["id"])


def test_metadata_is_shown_only_to_who_asks_for_it() -> None:
    async def story(client: AsyncWebClient) -> list[bool]:
        channel = await opened(client)
        first = await client.chat_postMessage(channel=channel, text="Hej", metadata=METADATA)
        await client.chat_postMessage(channel=channel, text="Og", metadata=METADATA, thread_ts=first["ts"])
        reads = [
            await client.conversations_history(channel=channel, include_all_metadata=asked) for asked in (True, False)
        ] + [
            await client.conversations_replies(channel=channel, ts=first["ts"], include_all_metadata=asked)
            for asked in (True, False)
        ]
        return ["metadata" in read["messages"][-1] for read in reads]

    assert tell(Slack(), story) == [True, False, True, False]


def test_history_has_no_replies_is_newest_first_and_ends_its_pages() -> None:
    async def story(client: AsyncWebClient) -> tuple[list[str], list[str], list[str]]:
        channel, posted = await opened(client), []
        for n in range(5):
            posted.append((await client.chat_postMessage(channel=channel, text=str(n)))["ts"])
        await client.chat_postMessage(channel=channel, text="svar", thread_ts=posted[0])
        pages = await client.conversations_history(channel=channel, limit=2)
        read = [message["text"] async for page in pages for message in page["messages"]]
        since = await client.conversations_history(channel=channel, oldest=posted[2])
        thread = await client.conversations_replies(channel=channel, ts=posted[0])
        return read, [m["text"] for m in since["messages"]], [m["text"] for m in thread["messages"]]

    assert tell(Slack(), story) == (["4", "3", "2", "1", "0"], ["4", "3"], ["0", "svar"])


def test_a_trigger_is_good_once_and_for_three_seconds() -> None:
    now = [1_000.0]
    slack = Slack(clock=lambda: now[0])
    trigger, late = slack.trigger(), slack.trigger()
    assert tell(slack, lambda client: client.views_open(trigger_id=trigger, view=HELLO))["view"]["id"] == "V1"
    assert refused(slack, lambda client: client.views_open(trigger_id=trigger, view=HELLO)) == "exchanged_trigger_id"
    assert refused(slack, lambda client: client.views_push(trigger_id="x", view=HELLO)) == "invalid_trigger_id"
    now[0] += 3.1
    assert refused(slack, lambda client: client.views_open(trigger_id=late, view=HELLO)) == "expired_trigger_id"


def test_a_view_that_changed_meanwhile_is_not_overwritten() -> None:
    async def story(client: AsyncWebClient) -> Any:
        first = (await client.views_publish(user_id="U1", view=HELLO))["view"]
        await client.views_update(view_id=first["id"], view=HELLO, hash=first["hash"])
        return await client.views_publish(user_id="U1", view=HELLO, hash=first["hash"])

    slack = Slack()
    assert refused(slack, story) == "hash_conflict"
    assert refused(slack, lambda client: client.views_update(view_id="V99", view=HELLO)) == "not_found"


def test_people_are_found_by_id_and_by_address_and_listed_in_pages() -> None:
    slack = Slack(open_house=False)
    for n in range(5):
        slack.add_user(f"U{n}", f"u{n}@alliance.example", deleted=n == 4)
    found = tell(slack, lambda client: client.users_lookupByEmail(email="u1@alliance.example"))
    assert found["user"]["id"] == "U1"
    assert tell(slack, lambda client: client.users_info(user="U4"))["user"]["deleted"]
    assert refused(slack, lambda client: client.users_lookupByEmail(email="u4@alliance.example")) == "users_not_found"
    assert refused(slack, lambda client: client.conversations_open(users="U4")) == "user_disabled"
    assert refused(slack, lambda client: client.conversations_open(users="U9")) == "user_not_found"

    async def story(client: AsyncWebClient) -> list[int]:
        return [len(page["members"]) async for page in await client.users_list(limit=2)]

    assert tell(slack, story) == [2, 2, 1]


def test_a_message_can_be_changed_and_an_ephemeral_one_stands_nowhere() -> None:
    async def story(client: AsyncWebClient) -> None:
        channel = await opened(client)
        ts = (await client.chat_postMessage(channel=channel, text="Før", metadata=METADATA))["ts"]
        await client.chat_update(channel=channel, ts=ts, text="Efter")
        await client.chat_postEphemeral(channel=channel, user="U1", text="Kun du")
        await client.chat_update(channel=channel, ts="1.2", text="Ingen")

    slack = Slack()
    assert refused(slack, story) == "message_not_found"
    (message,) = slack.posted("U1")
    assert (message["text"], message["metadata"], len(slack.ephemeral)) == ("Efter", METADATA, 1)


def test_an_upload_is_shared_when_it_is_completed_and_only_once() -> None:
    async def story(client: AsyncWebClient) -> None:
        channel = await opened(client)
        await client.files_upload_v2(channel=channel, content=b"indhold", filename="a.txt")
        await client.files_completeUploadExternal(files=[{"id": "F1"}], channel_id=channel)

    slack = Slack()
    assert refused(slack, story) == "file_not_found"
    assert [file["name"] for message in slack.posted() for file in message["files"]] == ["a.txt"]
    assert slack.files["F1"]["content"] == b"indhold"


def test_a_conversation_takes_a_message_in_a_while() -> None:
    async def story(client: AsyncWebClient) -> Any:
        other, channel = await opened(client, "U2"), await opened(client)
        for each in (channel, other, channel):
            await client.chat_postMessage(channel=each, text="Hej")

    slack = Slack(gap=60)
    assert refused(slack, story) == "ratelimited" and len(slack.posted()) == 2


def test_faults_come_in_the_order_they_were_planned_and_then_no_more() -> None:
    slack = Slack()
    slack.plan("auth.test", too_many("1.5"), Fault(status=503, body="<html>"), Fault("invalid_auth", done=True))
    for wanted in ("ratelimited", "None", "invalid_auth"):
        assert refused(slack, lambda client: client.auth_test()) == wanted
    assert tell(slack, lambda client: client.auth_test())["team_id"] == "T1"
    assert len(slack.asked("auth.test")) == 4


def test_tokens_and_scopes_are_asked_for() -> None:
    slack = Slack(token="xoxb-1", scopes=frozenset({"chat:write"}))
    assert refused(slack, lambda client: client.auth_test(), token="xoxb-2") == "invalid_auth"
    assert refused(slack, lambda client: client.auth_test(), token="") == "not_authed"
    assert refused(slack, lambda client: client.conversations_open(users="U1")) == "missing_scope"
    assert refused(slack, lambda client: client.api_call("chat.unheardOf")) == "unknown_method"
