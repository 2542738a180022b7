"""Slack's app: the listeners, the workspaces it is installed in, and the connections they share."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import Route

from bot.slack.acquaintance import Acquaintance
from bot.slack.door import Door, only_from, slack_route
from bot.slack.ears import Ears
from bot.slack.homes import Homes, OneWorkspace
from bot.slack.mishaps import apology
from bot.slack.socket import Socket
from bot.slack.web import API_URL

if TYPE_CHECKING:
    from bot.slack.several import Several

# Where it finds a client id in the environment it says that it keeps installations in files; it is never asked to.
logging.getLogger("slack_bolt.AsyncApp").setLevel(logging.WARNING)
log = logging.getLogger("tovholder.slack")
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
    """The app as it is served: ``bolt`` answers requests while ``open`` lasts. In one workspace, or in ``several``."""

    def __init__(self, settings: SlackSettings, people: Acquaintance, several: Several | None = None) -> None:
        self._settings = settings
        # Nothing is sent again by the library: whoever posts twice must know it.
        self._client = AsyncWebClient(settings.bot_token or None, base_url=settings.api_url, retry_handlers=[])
        self._homes: Homes = several.homes if several else OneWorkspace(self._client, settings.bot_token)
        self._pages = several.pages(self._client, people.clock) if several else ()

        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
            return await self._homes.us(team_id or "")

        self.bolt = AsyncApp(
            signing_secret=settings.signing_secret,
            client=self._client,
            authorize=authorize,  # type: ignore[arg-type]  # None is nobody: the library says so, too
            before_authorize=Door(self._client, only_from(self._homes, self._not_from_there)),
            process_before_response=True,  # the answer leaves when it is committed, and not at the next poll
            attaching_function_token_enabled=False,  # we have none of the functions whose tokens it would look for
        )
        self.bolt.error(apology)
        self._people, self._ears = people, Ears(self.bolt, people, self._homes.left)
        token = settings.app_token
        self._socket = Socket(self.bolt, token, settings.api_url) if token else None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Share one pool of connections while the block runs; what is still to be shown is shown at its end.

        Who we are is asked at once, so that no request waits for it, and the start does not wait either.
        """
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            self._client.session = session
            preparing = asyncio.create_task(self._prepare(), name="slack-prepare")
            try:
                async with self._socket.listening() if self._socket else nullcontext():
                    yield
            finally:
                preparing.cancel()
                with suppress(asyncio.CancelledError):
                    await preparing
                await self.finish()
                self._client.session = None

    def routes(self) -> tuple[Route, ...]:
        """Where requests come in by HTTP: without a secret nobody can tell who signed them, and there are none."""
        if not self._settings.signing_secret:
            return ()
        return (slack_route(self.bolt), *self._pages)

    def trouble(self) -> str:
        """Why people in Slack are not heard, in a few words; empty where they are, as far as we can tell."""
        return self._socket.trouble if self._socket else ""

    async def finish(self) -> None:
        """Wait for what is shown after the acknowledgement."""
        await self._ears.finish()

    async def _prepare(self) -> None:
        try:
            await self._homes.prepare()
        except Exception as error:
            log.warning("who we are in Slack is asked again at the first request: %s", error)

    async def _not_from_there(self, user: str) -> str:
        """Why somebody whom one of our workspaces knows is not heard from another; empty for anybody else."""
        for team in await self._homes.teams():
            if why := await asyncio.to_thread(self._people.not_from_there, f"{team}/{user}"):
                return why
        return ""
