"""A lean way out to chat.postMessage for the benches: aiohttp and orjson, one session, no keys to find it by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aiohttp
import orjson

from alliance.deliveries import Parcel, Sender, Uncertain, Undeliverable
from alliance.messages import Message, Text
from alliance.pacing import Rate
from bench.cards import blocks_of

HEADERS = {"Content-Type": "application/json; charset=utf-8", "Authorization": "Bearer xoxb-bench"}


class LeanSlack:
    """Posts each parcel to its channel; a 429 shuts the channel for everybody. ``after`` so many it calls."""

    channel = "slack"
    can_be_asked = False

    def __init__(
        self,
        provider: str,
        at_once: int = 50,
        lane_gap_ms: int = 0,
        after: tuple[int, Callable[[], None]] = (0, lambda: None),
    ) -> None:
        self.at_once, self.rate = at_once, Rate(lane_gap_ms=lane_gap_ms)
        self.sent, self._after = 0, after
        self._url = f"{provider}chat.postMessage"
        self._session: aiohttp.ClientSession | None = None

    @property
    def sender(self) -> Sender:
        return Sender("Tovholder", "tovholder@bench.example")

    async def send(self, parcel: Parcel) -> str:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self.at_once)
            timeout = aiohttp.ClientTimeout(total=30)
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, headers=HEADERS)
        body = orjson.dumps(_card(parcel))
        try:
            async with self._session.post(self._url, data=body) as response:
                receipt = _receipt(response, orjson.loads(await response.read()))
        except aiohttp.ClientConnectorError as error:
            raise Undeliverable(False, f"connect: {error}") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Uncertain(f"{type(error).__name__}: {error}") from error
        self.sent += 1
        if self.sent == self._after[0]:
            self._after[1]()
        return receipt

    async def find(self, parcel: Parcel) -> str | None:
        return None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


def _card(parcel: Parcel) -> dict[str, Any]:
    channel = parcel.to_address.rpartition("/")[2]
    return {"channel": channel, "text": parcel.message.summary, "blocks": blocks_of(_paragraphs(parcel.message))}


def _paragraphs(message: Message) -> list[str]:
    return [
        f"_{block.text}_" if block.tone == "subtle" else block.text
        for block in message.blocks
        if isinstance(block, Text)
    ]


def _receipt(response: aiohttp.ClientResponse, answer: dict[str, Any]) -> str:
    if response.status == 429:
        wait = float(response.headers.get("Retry-After", "1"))
        raise Undeliverable(False, "ratelimited", wait, park="lane")
    if response.status >= 500:
        raise Uncertain(f"answered {response.status}")
    if not answer.get("ok"):
        raise Undeliverable(True, str(answer.get("error")))
    return str(answer["ts"])
