"""Where we are at home: the one workspace of a token we were given, or several that installed us.

What comes from anywhere else is turned away before it is looked at, and what we say goes by the token of its workspace.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient


class Homes(Protocol):
    """``us`` may raise SlackApiError for a token that Slack does not know."""

    async def us(self, team: str) -> AuthorizeResult | None:
        """Who we are in a workspace, None where we are not installed."""
        ...

    async def prepare(self) -> None:
        """Find out what else the first request would have to wait for; may fail, and is then found out by that one."""
        ...

    async def has(self, team: str) -> bool:
        """Whether we are installed in a workspace."""
        ...

    async def teams(self) -> Sequence[str]:
        """The teams of all our workspaces."""
        ...

    async def left(self, team: str, why: str) -> None:
        """Slack took our access to a workspace back; safe to repeat."""
        ...


class OneWorkspace:
    """The workspace of a token: Slack is asked once which that is."""

    def __init__(self, client: AsyncWebClient, token: str) -> None:
        self._client, self._token = client, token
        self._us: AuthorizeResult | None = None
        self._asking = asyncio.Lock()

    async def us(self, team: str) -> AuthorizeResult:
        """Who we are there; ``team`` has been looked at before."""
        if self._us is not None:
            return self._us
        async with self._asking:
            self._us = self._us or await self._asked()
        return self._us

    async def prepare(self) -> None:
        await self.us("")

    async def _asked(self) -> AuthorizeResult:
        told = await self._client.auth_test()
        return AuthorizeResult(
            enterprise_id=told.get("enterprise_id"),
            team_id=told.get("team_id"),
            bot_user_id=told.get("user_id"),
            bot_id=told.get("bot_id"),
            bot_token=self._token,
        )

    async def has(self, team: str) -> bool:
        return [team] == await self.teams()

    async def teams(self) -> list[str]:
        return [str((await self.us("")).team_id)]

    async def left(self, team: str, why: str) -> None:
        """Whoever gave us the token hears of it when it is used: nothing of it is kept here."""
