"""A Slack workspace as a test plays it: signed requests to our app as Slack would send them, and what it shows.

The app is the real one, asked through ASGI; its Web API is the stand-in of ``tests.slack_server`` over the loopback.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any
from urllib.parse import urlencode

import anyio.from_thread
import httpx
from aiohttp import web
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import Engine
from starlette.applications import Starlette

from bot.slack.acquaintance import Acquaintance
from bot.slack.app import SlackApp, SlackSettings
from bot.slack.door import PATH
from storage.changes import register as changes
from storage.engine import writing
from storage.queries import register
from tests.slack_checks import sent
from tests.slack_server import TEAM, Fault, Slack, running
from tests.slack_socket import Sockets

SECRET, TOKEN = "8f742231b10e8888abcd99yyyzzz85a5", "xoxb-test"
JSON_TYPE = {"content-type": "application/json"}
FORM_TYPE = {"content-type": "application/x-www-form-urlencoded"}


@dataclass
class Answered:
    """What Slack got for a request: the status, and the body read."""

    status: int
    said: dict[str, Any]
    text: str


@dataclass
class Workspace:
    """People of a workspace, who type, press and hand in."""

    slack: Slack
    portal: Any
    client: httpx.AsyncClient
    app: SlackApp
    responses: list[dict[str, Any]]
    response_url: str
    sockets: Sockets | None = None
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    answers_fail: list[Fault] = field(default_factory=list)
    """What befalls the next things that are said to a response_url: taken, unless its status says otherwise."""
    answers: list[dict[str, Any]] = field(default_factory=list)
    """What was answered to all that people did, in its own response."""
    lines: set[object] = field(default_factory=set)
    """The connections by which something was said to a response_url."""

    # ---------------------------------------------------------------------------------------- what people do

    def command(self, user: str, text: str, **more: str) -> Answered:
        asked = {"command": "/tovholder", "text": text, "team_id": self.slack.team, "user_id": user, "channel_id": "D1"}
        return self.deliver("slash_commands", {**asked, **self._means(), **more})

    def press(
        self,
        user: str,
        action: Mapping[str, Any],
        view: Mapping[str, Any] | None = None,
        at: Mapping[str, Any] | None = None,
    ) -> Answered:
        """Press a button as it stood in some blocks; ``at`` says in which message (``channel_id``, ``message_ts``)."""
        body: dict[str, Any] = {"type": "block_actions", "actions": [{**action, "action_ts": str(next(self.numbers))}]}
        if view is None:
            body |= {"container": {"type": "message", "channel_id": "D1", **(at or {})}}
        else:
            body |= {"container": {"type": "view"}, "view": view}
        return self.interact(user, body, respond=view is None)

    def hand_in(self, user: str, view: Mapping[str, Any], state: Mapping[str, Any]) -> Answered:
        return self.interact(user, {"type": "view_submission", "view": {**view, "state": {"values": state}}})

    def close(self, user: str, view: Mapping[str, Any], state: Mapping[str, Any]) -> Answered:
        return self.interact(user, {"type": "view_closed", "view": {**view, "state": {"values": state}}})

    def type_into(self, user: str, view: Mapping[str, Any], block_id: str, typed: str) -> list[str]:
        """Type into a list that is searched; returns the labels that it offers."""
        asked = {"type": "block_suggestion", "action_id": "typed", "block_id": block_id, "value": typed, "view": view}
        answered = self.interact(user, asked)
        assert answered.status == 200, answered
        return [option["text"]["text"] for option in answered.said["options"]]

    def visit(self, user: str) -> Answered:
        event = {"type": "app_home_opened", "user": user, "tab": "home", "channel": "D1"}
        body = {
            "type": "event_callback",
            "team_id": self.slack.team,
            "event_id": f"Ev{next(self.numbers)}",
            "event": event,
        }
        return self.deliver("events_api", body)

    def event(self, **event: Any) -> Answered:
        """Something that happened in the workspace, as Slack tells of it."""
        team, id_ = self.slack.team, f"Ev{next(self.numbers)}"
        return self.deliver("events_api", {"type": "event_callback", "team_id": team, "event_id": id_, "event": event})

    def interact(self, user: str, body: Mapping[str, Any], *, respond: bool = False) -> Answered:
        view = str((body.get("view") or {}).get("id") or "")
        whole = {
            "team": {"id": self.slack.team},
            "user": {"id": user, "team_id": self.slack.team},
            **self._means(view),
            **body,
        }
        if not respond:
            whole.pop("response_url")
        answered = self.deliver("interactive", whole)
        if answered.said.get("response_action") == "push":
            self.slack.push(answered.said["view"], view)
        return answered

    def _means(self, view: str = "") -> dict[str, str]:
        return {"trigger_id": self.slack.trigger(view), "response_url": self.response_url, "api_app_id": "A1"}

    # --------------------------------------------------------------------------------------------- requests

    def faults(self) -> list[str]:
        """What Slack would not have taken of all that was sent to it."""
        calls = [(call.method, call.args) for call in self.slack.calls]
        return sent.faults(calls, [*self.answers, *self.responses])

    def deliver(self, kind: str, body: dict[str, Any]) -> Answered:
        """Bring what people did to the app, by HTTP or by its socket, and wait for all that is shown after it."""
        answered = self._delivered(kind, body)
        self.answers.append(answered.said)
        return answered

    def _delivered(self, kind: str, body: dict[str, Any]) -> Answered:
        if self.sockets is not None:
            said = self.sockets.ask(kind, body)
            self.portal.call(self.app.finish)
            return Answered(200, said, json.dumps(said) if said else "")
        if kind == "events_api":
            return self.send(json.dumps(body), JSON_TYPE)
        fields = body if kind == "slash_commands" else {"payload": json.dumps(body)}
        return self.send(urlencode(fields), FORM_TYPE)

    def send(
        self,
        body: str | bytes,
        headers: Mapping[str, str],
        *,
        after: float = 0.0,
        secret: str = SECRET,
        signed: Mapping[str, str] | None = None,
    ) -> Answered:
        """Send a request as Slack signs it, and wait for all that is shown after it.

        ``after``: seconds that Slack's clock is ahead of ours. ``signed``: other headers than its signature.
        """
        stamp = str(int(time.time() + after))
        raw = body if isinstance(body, bytes) else body.encode()
        signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=raw.decode("latin-1")) or ""
        sealed = {"x-slack-request-timestamp": stamp, "x-slack-signature": signature} if signed is None else signed

        async def ask() -> httpx.Response:
            answer = await self.client.post(PATH, content=raw, headers={**headers, **sealed})
            await self.app.finish()
            return answer

        answer = self.portal.call(ask)
        said = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        return Answered(answer.status_code, said, answer.text)


def link(engine: Engine, mail: str, user: str, at: datetime, team: str = TEAM) -> None:
    """Let somebody of the register be known by an account of a workspace."""
    with writing(engine) as connection:
        found = register.whose(connection, mail)
        assert found, mail
        alliance, person = found
        changes.add_address(connection, alliance.id, person.id, "slack", f"{team}/{user}", at, verified=True)


@contextmanager
def workspace(
    engine: Engine,
    clock: Callable[[], datetime],
    slack: Slack | None = None,
    *,
    by_socket: bool = False,
    api_url: str = "",
    token: str = TOKEN,
) -> Iterator[Workspace]:
    """A workspace in which our app is installed and served, by HTTP or by Socket Mode.

    With ``api_url`` its Web API is somewhere else, and ``slack`` only knows the team and its triggers.
    """
    slack = slack or Slack(open_house=False)
    sockets = Sockets(slack) if by_socket else None
    serving = nullcontext(api_url) if api_url else running(slack)
    with serving as url, anyio.from_thread.start_blocking_portal() as portal:
        responses: list[dict[str, Any]] = []
        settings = SlackSettings(SECRET, token, slack.app_token if by_socket else "", url)
        app = SlackApp(settings, Acquaintance(engine, clock))
        served = Starlette(routes=list(app.routes()))
        lines: set[object] = set()
        fails: list[Fault] = []
        takes = Taking(responses, lines, fails)
        taking, open_ = (portal.wrap_async_context_manager(one) for one in (takes, app.open()))
        with taking as response_url, open_:
            client = httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://slack.test")
            made = Workspace(
                slack, portal, client, app, responses, response_url, sockets, answers_fail=fails, lines=lines
            )
            yield made
            portal.call(client.aclose)
            assert made.faults() == []


class Taking:
    """Takes what is said to a response_url."""

    def __init__(
        self, responses: list[dict[str, Any]], lines: set[object] | None = None, fails: list[Fault] | None = None
    ) -> None:
        self._responses, self._lines = responses, set() if lines is None else lines
        self._fails = [] if fails is None else fails

    async def __aenter__(self) -> str:
        async def take(request: web.Request) -> web.Response:
            fault = self._fails.pop(0) if self._fails else Fault()
            if fault.status != 200:
                return web.Response(status=fault.status, text=fault.error)
            self._responses.append(await request.json())
            self._lines.add(request.transport and request.transport.get_extra_info("peername"))
            await asyncio.sleep(fault.hang)
            if fault.drop and request.transport:
                request.transport.abort()
            return web.Response(text="ok")

        served = web.Application(client_max_size=10_000_000)
        served.router.add_post("/response", take)
        self._runner = web.AppRunner(served, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/response"

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
