"""Slack's app: one workspace, one token, the listeners, and the connections they share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.acquaintance import Acquaintance
from bot.slack.door import only_from
from bot.slack.ears import Ears
from bot.slack.mishaps import apology
from bot.slack.socket import Socket
from bot.slack.web import API_URL

TIMEOUT = aiohttp.ClientTimeout(total=15)


@dataclass(frozen=True)
class SlackSettings:
    """How we are installed: the secret requests are signed with, our token, and the token of Socket Mode if it is used.

    ``api_url`` is another base address of the Web API, for tests.
    """

    signing_secret: str = field(repr=False, default="")
    bot_token: str = field(repr=False, default="")
    app_token: str = field(repr=False, default="")
    api_url: str = API_URL


class SlackApp:
    """The app as it is served: ``bolt`` answers requests while ``open`` lasts."""

    def __init__(self, settings: SlackSettings, people: Acquaintance) -> None:
        self._settings = settings
        # Nothing is sent again by the library: whoever posts twice must know it.
        self._client = AsyncWebClient(settings.bot_token, base_url=settings.api_url, retry_handlers=[])
        self._us: AuthorizeResult | None = None

        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
            return await self._identity()

        self.bolt = AsyncApp(
            signing_secret=settings.signing_secret,
            client=self._client,
            authorize=authorize,
            before_authorize=only_from(self._team, self._not_from_there),
            process_before_response=True,  # the answer leaves when it is committed, and not at the next poll
        )
        self.bolt.error(apology)
        self._people, self._ears = people, Ears(self.bolt, people)
        token = settings.app_token
        self._socket = Socket(self.bolt, token, settings.api_url) if token else None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Share one pool of connections while the block runs; what is still to be shown is shown at its end."""
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            self._client.session = session
            try:
                async with self._socket.listening() if self._socket else nullcontext():
                    yield
            finally:
                await self.finish()
                self._client.session = None

    @property
    def by_http(self) -> bool:
        """Whether requests may come by HTTP: without a secret nobody can tell who signed them."""
        return bool(self._settings.signing_secret)

    def trouble(self) -> str:
        """Why people in Slack are not heard, in a few words; empty where they are, as far as we can tell."""
        return self._socket.trouble if self._socket else ""

    async def finish(self) -> None:
        """Wait for what is shown after the acknowledgement."""
        await self._ears.finish()

    async def _identity(self) -> AuthorizeResult:
        """Who we are in which workspace, asked once. Raises SlackApiError for a token that Slack does not know."""
        if self._us is None:
            told = await self._client.auth_test()
            self._us = AuthorizeResult(
                enterprise_id=told.get("enterprise_id"),
                team_id=told.get("team_id"),
                bot_user_id=told.get("user_id"),
                bot_id=told.get("bot_id"),
                bot_token=self._settings.bot_token,
            )
        return self._us

    async def _not_from_there(self, address: str) -> str:
        return await asyncio.to_thread(self._people.not_from_there, address)

    async def _team(self) -> str:
        return str((await self._identity()).team_id)
