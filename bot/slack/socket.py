"""Socket Mode: the same listeners over a connection that we open, for whoever cannot be reached from outside.

The library tries for ever where it is refused, and with an address that has run out. So the address is asked for here,
and the library begun anew where it stays away for long; what it is about to answer is answered before it is closed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

log = logging.getLogger("tovholder.slack")

LOOKS_EVERY = 0.25  # seconds
PINGS_EVERY = 5.0
"""Seconds; a line that was cut is noticed, and another opened, about as fast."""
PATIENCE = 30.0
"""Seconds without a connection after which the library's client is begun anew."""
ANSWERS_WITHIN = 15
"""Seconds that Slack has to say where to connect."""
FAILURES = (SlackApiError, aiohttp.ClientError, OSError, AttributeError, ValueError)
"""How Slack fails to say where to connect; the last two are the library's words for an answer that is not Slack's."""
FIRST_REST, LONGEST_REST = 2.0, 60.0
"""Seconds until we ask again after we were refused: twice as many each time."""


class Socket:
    """Keeps a connection open while ``listening`` lasts. ``trouble`` says why there is none, empty where there is."""

    def __init__(self, app: AsyncApp, token: str, api_url: str) -> None:
        self._app, self._token = app, token
        self._web = AsyncWebClient(token, base_url=api_url, timeout=ANSWERS_WITHIN, retry_handlers=[])
        self.trouble = "not connected"

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Connect and stay connected in the background: whatever else is served does not wait for it."""
        keeping = asyncio.create_task(self._keep(), name="slack-socket")
        try:
            yield
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping

    async def _keep(self) -> None:
        rest = FIRST_REST
        while True:
            try:
                address = await self._address()
            except FAILURES as error:
                self._lost(_code(error))
                await asyncio.sleep(rest)
                rest = min(2 * rest, LONGEST_REST)
                continue
            rest = FIRST_REST
            await self._connected(address)

    async def _address(self) -> str:
        """Where to connect; raises one of ``FAILURES``."""
        address = (await self._web.apps_connections_open(app_token=self._token))["url"]
        if not isinstance(address, str) or not address.startswith(("ws:", "wss:")):
            raise ValueError("no address to connect to")
        return address

    async def _connected(self, address: str) -> None:
        """Be connected for as long as the library manages to."""
        handler = _Handler(self._app, self._token, web_client=self._web, ping_interval=PINGS_EVERY)
        handler.client.wss_uri = address
        connecting = asyncio.create_task(handler.connect_async())  # type: ignore[no-untyped-call]
        loop = asyncio.get_running_loop()
        seen = loop.time()
        try:
            while loop.time() - seen < PATIENCE:
                if await handler.client.is_connected():
                    self._found()
                    seen = loop.time()
                else:
                    self._lost("not connected")
                await asyncio.sleep(LOOKS_EVERY)
        finally:
            connecting.cancel()
            await handler.close_gently()

    def _found(self) -> None:
        if self.trouble:
            log.info("Slack's Socket Mode is connected")
        self.trouble = ""

    def _lost(self, why: str) -> None:
        if self.trouble != why:
            log.warning("Slack's Socket Mode: %s", why)
        self.trouble = why


class _Handler(AsyncSocketModeHandler):
    """The library's, which knows what it is about to answer."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._underway: set[asyncio.Task[Any]] = set()

    async def handle(self, client: Any, req: Any) -> None:
        work: asyncio.Task[Any] = asyncio.ensure_future(super().handle(client, req))
        self._underway.add(work)
        work.add_done_callback(self._underway.discard)
        await work

    async def close_gently(self) -> None:
        """Close once what has been heard is answered."""
        if self._underway:
            await asyncio.wait(self._underway, timeout=PATIENCE)
        await self.close_async()  # type: ignore[no-untyped-call]


def _code(error: Exception) -> str:
    """Slack's own word for a refusal, else what kind of failure it was."""
    if not isinstance(error, SlackApiError):
        return type(error).__name__
    data = getattr(error.response, "data", None)  # aiohttp's response has none, and what is no JSON is no dict
    return str((data.get("error") if isinstance(data, dict) else "") or "refused")
