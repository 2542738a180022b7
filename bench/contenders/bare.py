"""The floor: slack_sdk's AsyncWebClient in a loop, one shared session, 50 in flight. It remembers nothing.

``raw`` instead of ``sdk`` is the same by aiohttp and orjson alone. Where the provider has a rule, the SDK's own retry
handler obeys its 429s.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import aiohttp
import orjson
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bench.cards import card, channel_of, recipients, text_of
from bench.contenders.stage import Work, play, work_asked

IN_FLIGHT = 50
Post = Callable[[str, dict[str, Any]], Awaitable[None]]


async def send_all(work: Work, session: aiohttp.ClientSession, post: Post) -> int:
    shown = [card(text_of(f"{work.number}/{turn}")) for turn in range(work.each)]
    seen = dict.fromkeys(range(work.people), 0)

    def messages() -> Iterator[tuple[str, dict[str, Any]]]:
        for person in recipients(work.people, work.each, work.order):
            yield channel_of(person), shown[seen[person]]
            seen[person] += 1

    left = messages()

    async def sender() -> None:
        for channel, message in left:
            await post(channel, message)

    await asyncio.gather(*(sender() for _ in range(IN_FLIGHT)))
    return work.messages


def sdk(work: Work, session: aiohttp.ClientSession) -> Post:
    client = AsyncWebClient("xoxb-bench", base_url=work.provider, session=session)
    if work.gap_ms:
        client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1000))

    async def post(channel: str, message: dict[str, Any]) -> None:
        await client.chat_postMessage(channel=channel, **message)

    return post


def raw(work: Work, session: aiohttp.ClientSession) -> Post:
    url, headers = f"{work.provider}chat.postMessage", {"Content-Type": "application/json; charset=utf-8"}

    async def post(channel: str, message: dict[str, Any]) -> None:
        body = orjson.dumps({"channel": channel, **message})
        async with session.post(url, data=body, headers=headers) as response:
            assert orjson.loads(await response.read())["ok"]

    return post


async def run(work: Work, make: Callable[[Work, aiohttp.ClientSession], Post]) -> int:
    connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
    async with aiohttp.ClientSession(connector=connector) as session:
        return await send_all(work, session, make(work, session))


if __name__ == "__main__":
    asked, how = work_asked(), {"sdk": sdk, "raw": raw}[sys.argv[2]]
    play(lambda: asyncio.run(run(asked, how)))
