"""How a workspace installs us: by a link that an operator made, and Slack's OAuth.

``/slack/install`` sends whoever follows a good link to Slack, which changes nothing: mail scanners follow links too.
Slack sends them back to ``/slack/oauth_redirect`` with a code; only then the link is used up. What is said is said in
both languages, because nobody knows yet who reads it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator, OAuthStateUtils
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from alliance.workspaces import LINK_GOOD_FOR, STATE_GOOD_FOR, Workspace
from bot.slack.installations import Installations
from bot.slack.sealing import NotSealedByUs, Seal
from storage import hearing
from templates.phrases import Phrases

log = logging.getLogger("tovholder.slack")
logging.getLogger("slack_sdk.web.async_base_client").setLevel(logging.INFO)  # beneath, it logs tokens as they come

INSTALL, BACK = "/slack/install", "/slack/oauth_redirect"
SCOPES = (
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "im:history",
    "im:write",
    "users:read",
    "users:read.email",
)
"""What we ask for: the same as the manifest."""
LINK, STATE = "install-link", "install-state"
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@dataclass(frozen=True)
class OurApp:
    """What Slack knows us by, and where people reach us (``https://tovholder.example``)."""

    client_id: str
    client_secret: str = field(repr=False)
    base_url: str

    @property
    def back(self) -> str:
        """Where Slack sends people back to."""
        return self.base_url.rstrip("/") + BACK


@dataclass(frozen=True)
class _Link:
    """Which alliance a link is for; ``name`` tells it from every other."""

    alliance: int
    name: str


def install_link(base_url: str, seal: Seal, alliance_id: int, now: datetime) -> str:
    """An address by which one workspace may be installed for an alliance, once and within ``LINK_GOOD_FOR``."""
    link = seal.sealed(LINK, json.dumps([alliance_id, secrets.token_hex(16)]), now)
    return f"{base_url.rstrip('/')}{INSTALL}?link={quote(link)}"


class Installing:
    """The two pages of an installation. ``clock`` gives aware UTC."""

    def __init__(
        self,
        app: OurApp,
        client: AsyncWebClient,
        installations: Installations,
        seal: Seal,
        clock: Callable[[], datetime],
    ) -> None:
        self._app, self._client, self._installations = app, client, installations
        self._seal, self._clock = seal, clock
        self._browser = OAuthStateUtils(expiration_seconds=int(STATE_GOOD_FOR.total_seconds()))
        self._slack = AuthorizeUrlGenerator(
            client_id=quote(app.client_id), scopes=SCOPES, redirect_uri=quote(app.back, safe="")
        )

    def routes(self) -> tuple[Route, ...]:
        return Route(INSTALL, self.go, methods=["GET"]), Route(BACK, self.come_back, methods=["GET"])

    async def go(self, request: Request) -> Response:
        """Send whoever followed a link to Slack, if the link is good; changes nothing."""
        try:
            link = self._seal.opened(LINK, request.query_params.get("link", ""), self._clock(), LINK_GOOD_FOR)
        except NotSealedByUs:
            return _page("bad_link", 404)
        state = self._seal.sealed(STATE, link, self._clock())
        cookie = self._browser.build_set_cookie_for_new_state(state) + "; SameSite=Lax"
        return RedirectResponse(self._slack.generate(quote(state)), 302, {**HEADERS, "Set-Cookie": cookie})

    async def come_back(self, request: Request) -> Response:
        """Slack sends somebody back who allowed us in, or did not."""
        link = self._link(request)
        if link is None:
            return _page("bad_state", 400)
        code = request.query_params.get("code", "")
        if not code:
            return _page("cancelled", 200)
        try:
            told = await self._client.oauth_v2_access(
                client_id=self._app.client_id,
                client_secret=self._app.client_secret,
                code=code,
                redirect_uri=self._app.back,
            )
        except SlackApiError as error:
            log.warning("a workspace was not installed: %s", error.response.get("error"))
            return _page("not_taken", 502)
        except (aiohttp.ClientError, OSError, ValueError, AttributeError) as error:  # and what is not Slack's answer
            log.warning("a workspace was not installed: %s", type(error).__name__)
            return _page("not_taken", 502)
        return await self._keep(link, told.data if isinstance(told.data, dict) else {})

    def _link(self, request: Request) -> _Link | None:
        """The link that this browser came from, a short while ago."""
        state = request.query_params.get("state", "")
        if not self._browser.is_valid_browser(state, {"cookie": request.headers.get("cookie", "")}):
            return None
        try:
            alliance, name = json.loads(self._seal.opened(STATE, state, self._clock(), STATE_GOOD_FOR))
        except NotSealedByUs:
            return None
        return _Link(int(alliance), str(name))

    async def _keep(self, link: _Link, told: Mapping[str, Any]) -> Response:
        """Keep what Slack gave us, and use the link up."""
        team, token = told.get("team") or {}, str(told.get("access_token") or "")
        if told.get("is_enterprise_install") or not team.get("id"):
            return _page("whole_organisation", 400)
        if told.get("token_type") != "bot" or not token or told.get("refresh_token"):
            return _page("rotating", 400)
        new = Workspace(
            alliance_id=link.alliance,
            team=str(team["id"]),
            name=str(team.get("name") or team["id"]),
            enterprise=str((told.get("enterprise") or {}).get("id") or ""),
            bot_user=str(told.get("bot_user_id") or ""),
            sealed="",
            scopes=tuple(filter(None, str(told.get("scope") or "").split(","))),
            at=self._clock(),
            by=str((told.get("authed_user") or {}).get("id") or ""),
        )

        def once(connection: Connection) -> bool:
            return hearing.first_time(connection, link.alliance, f"slack-install {link.name}", new.at)

        wrong = await asyncio.to_thread(self._installations.install, new, token, once)
        if wrong:
            return _page(wrong, 409)
        log.info("installed in the workspace %s", new.team)
        return _page("done", 200, workspace=new.name)


def _page(what: str, status: int, **facts: str) -> Response:
    said = "\n\n".join(Phrases(language)(f"installing.{what}", **facts) for language in ("da", "en"))
    return PlainTextResponse(said + "\n", status, HEADERS)
