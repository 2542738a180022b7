"""Several workspaces of Slack as a test plays them: one app, which each of them installs by a link, as people do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import anyio.from_thread
import httpx
from sqlalchemy import Engine
from starlette.applications import Starlette

from bot.mail.local import LocalMailTransport
from bot.slack.acquaintance import Acquaintance
from bot.slack.app import SlackApp, SlackSettings
from bot.slack.blocks import dressed
from bot.slack.by_workspace import ByWorkspace
from bot.slack.installing import BACK, OurApp, install_link
from bot.slack.several import Several
from bot.slack.transport import SlackTransport
from scheduling.deliver import send_due
from templates.phrases import Phrases
from tests.conftest import LETTERHEAD
from tests.slack_server import Slack, running
from tests.workspace import SECRET, Taking, Workspace

KEY = "c2VjcmV0LWtleS1mb3ItdGVzdHMtMzItYnl0ZXMhISE="
APP = OurApp("1234.5678", "client-secret-of-the-app", "https://slack.test")


@dataclass
class Houses:
    """One app, and the workspaces it may be installed in, by their team."""

    engine: Engine
    app: SlackApp
    several: Several
    at: dict[str, Workspace]
    clock: Callable[[], datetime]
    url: str

    def __getitem__(self, team: str) -> Workspace:
        return self.at[team]

    def link(self, alliance: int) -> str:
        return install_link(APP.base_url, self.several.seal, alliance, self.clock())

    def get(self, address: str, cookie: str = "") -> httpx.Response:
        """Open one of our pages as a browser would, without going on to where it sends us."""
        house = next(iter(self.at.values()))

        async def ask() -> httpx.Response:
            return await house.client.get(address, headers={"cookie": cookie} if cookie else {})

        answer: httpx.Response = house.portal.call(ask)
        house.client.cookies.clear()
        return answer

    def begin(self, link: str) -> tuple[str, str]:
        """Follow a link to Slack; returns the state that Slack is given, and our cookie."""
        sent = self.get(link)
        assert sent.status_code == 302, sent.text
        asked = parse_qs(urlsplit(sent.headers["location"]).query)
        return asked["state"][0], sent.headers["set-cookie"].partition(";")[0]

    def install(self, team: str, alliance: int, link: str = "", /, **said: Any) -> httpx.Response:
        """Install the app in a workspace; ``said`` is what Slack says differently of it."""
        state, cookie = self.begin(link or self.link(alliance))
        return self.come_back(team, state, cookie, **said)

    def come_back(self, team: str, state: str, cookie: str, /, **said: Any) -> httpx.Response:
        code = f"code-{team}-{len(self[team].slack.calls)}"
        self[team].slack.codes[code] = said
        return self.get(f"{APP.base_url}{BACK}?code={code}&state={state}", cookie)

    def send(self) -> Mapping[str, int]:
        """Send all that is due, by Slack where it can be, else into the mailbox of the demo."""

        def way(token: str) -> SlackTransport:
            def dress(parcel: Any) -> Any:
                return dressed(parcel.message, Phrases(parcel.language))

            return SlackTransport(token, LETTERHEAD.sender, dress, api_url=self.url)

        ways = {
            "slack": ByWorkspace(self.several.installations, LETTERHEAD.sender, way),
            "mail": LocalMailTransport(self.engine, LETTERHEAD),
        }
        return send_due(self.engine, ways, self.clock)


@contextmanager
def houses(
    engine: Engine, clock: Callable[[], datetime], *teams: str, keys: tuple[str, ...] = (KEY,)
) -> Iterator[Houses]:
    """An app that may be installed in these workspaces, and is in none."""
    known: dict[str, Any] = {"open_house": False, "clock": lambda: clock().timestamp()}
    slacks = [
        Slack(team=team, token=f"xoxb-{team}", client=(APP.client_id, APP.client_secret), **known) for team in teams
    ]
    several = Several.made(APP, keys, engine, clock)
    with running(*slacks) as url, anyio.from_thread.start_blocking_portal() as portal:
        responses: list[dict[str, Any]] = []
        people = Acquaintance(engine, clock, alliance_of=several.installations.alliance_of)
        app = SlackApp(SlackSettings(SECRET, api_url=url), people, several)
        served = Starlette(routes=list(app.routes()))
        taking, open_ = (portal.wrap_async_context_manager(one) for one in (Taking(responses), app.open()))
        with taking as response_url, open_:
            client = httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url=APP.base_url)
            one = Workspace(slacks[0], portal, client, app, responses, response_url)
            yield Houses(engine, app, several, {s.team: replace(one, slack=s) for s in slacks}, clock, url)
            portal.call(client.aclose)
