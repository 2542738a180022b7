"""Several workspaces in one installation, each of one alliance: where we are at home, and how they install us."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Engine
from starlette.routing import Route

from bot.slack.installations import Access, Installations
from bot.slack.installing import Installing, OurApp
from bot.slack.sealing import Seal


@dataclass(frozen=True)
class Several:
    """What it takes to be installed in several workspaces, instead of a bot token."""

    app: OurApp
    seal: Seal = field(repr=False)
    installations: Installations

    @staticmethod
    def made(app: OurApp, keys: Sequence[str], engine: Engine, clock: Callable[[], datetime]) -> Several:
        """``clock`` gives aware UTC. Raises ValueError for a key that is none."""
        seal = Seal(keys)
        return Several(app, seal, Installations(engine, seal, clock))

    @property
    def homes(self) -> SeveralWorkspaces:
        return SeveralWorkspaces(self.installations)

    def pages(self, client: AsyncWebClient, clock: Callable[[], datetime]) -> tuple[Route, ...]:
        """The pages by which a workspace installs us."""
        return Installing(self.app, client, self.installations, self.seal, clock).routes()


class SeveralWorkspaces:
    """The workspaces that installed us; nothing is asked of Slack, and the database only now and then."""

    def __init__(self, installations: Installations) -> None:
        self._installations = installations

    async def us(self, team: str) -> AuthorizeResult | None:
        access = await self._access(team)
        if access is None:
            return None
        known = access.workspace
        return AuthorizeResult(
            enterprise_id=known.enterprise or None,
            team_id=known.team,
            bot_user_id=known.bot_user,
            bot_token=access.token,
        )

    async def prepare(self) -> None:
        """Our database knows it."""

    async def has(self, team: str) -> bool:
        return await self._access(team) is not None

    async def teams(self) -> list[str]:
        return await asyncio.to_thread(self._installations.teams)

    async def left(self, team: str, why: str) -> None:
        await asyncio.to_thread(self._installations.lose, team, why)

    async def _access(self, team: str) -> Access | None:
        known = self._installations.remembered(team)
        return known[0] if known is not None else await asyncio.to_thread(self._installations.access, team)
