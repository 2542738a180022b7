"""Slack as bots meet it over Socket Mode: somebody says something, and the time until the reply is taken.

``python -m bench.replies_provider`` prints its port. ``GET /talk?how=HOW&times=N&patience=S`` says so many things, one
after the other, to the app that is connected, and answers with the seconds of each; with 504 if a reply does not come.
HOW is ``ping`` or ``keep`` (in a direct message, to bots that remember nothing, or what was chosen; the reply is a
chat.postMessage), ``command`` (a slash command; the reply is what its envelope is answered with) or ``press`` (a button
beneath a message; the reply is what is posted to its response_url).
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web

from bench.slack_asking import TEAM, USER, WORDS

CHANNEL, BOT, BOT_ID = "D0000001", "UBOT", "BBOT"
SAID = {"ping": ("ping",), "keep": ("keep en", "keep da")}
PROFILE = {
    "avatar_hash": "g1",
    "real_name": "Person",
    "display_name": "person",
    "real_name_normalized": "Person",
    "display_name_normalized": "person",
    "email": "person@koege.example",
    "team": TEAM,
}


def person(id_: str, *, is_bot: bool = False) -> dict[str, Any]:
    known = {"id": id_, "team_id": TEAM, "name": id_.lower(), "deleted": False, "profile": PROFILE}
    return {**known, "is_bot": is_bot, "updated": 1, "is_app_user": False, "is_email_confirmed": True}


CONVERSATION: dict[str, Any] = {"id": CHANNEL, "created": 1, "is_im": True, "user": "U0000001"}
CONVERSATION |= {"is_archived": False, "is_org_shared": False, "is_member": True}
ANSWERS: dict[str, dict[str, Any]] = {
    "auth.test": {"url": "https://bench.example/", "team": "bench", "user": "bot", "team_id": TEAM, "user_id": BOT}
    | {"bot_id": BOT_ID},
    "bots.info": {"bot": {"id": BOT_ID, "name": "bot", "user_id": BOT, "deleted": False, "app_id": "A1"}},
    "users.list": {"members": [person("U0000001"), person(BOT, is_bot=True)], "response_metadata": {"next_cursor": ""}},
    "conversations.list": {"channels": [CONVERSATION], "response_metadata": {"next_cursor": ""}},
    "conversations.info": {"channel": {**CONVERSATION, "name": "dm"}},
    "conversations.open": {"channel": {"id": CHANNEL}},
    "team.info": {"team": {"id": TEAM, "name": "bench", "domain": "bench"}},
}


@dataclass
class Provider:
    """One app's connection, and the reply that is waited for."""

    port: int = 0
    socket: web.WebSocketResponse | None = None
    replied: asyncio.Future[tuple[float, str]] | None = None
    acknowledged: dict[str, asyncio.Future[tuple[float, Any]]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    numbers: Any = field(default_factory=lambda: count(1))

    async def api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.calls[method] += 1
        if method == "apps.connections.open":
            return web.json_response({"ok": True, "url": f"ws://127.0.0.1:{self.port}/link/?ticket=1"})
        if method == "chat.postMessage":
            fields = await (request.json() if request.content_type == "application/json" else request.post())
            self._take(str(fields.get("text")))
            return web.json_response({"ok": True, "channel": CHANNEL, "ts": f"{time.time():.6f}", "message": {}})
        if method == "users.info":
            asked = {**request.query, **(await request.post())}.get("user", BOT)
            return web.json_response({"ok": True, "user": person(str(asked), is_bot=asked == BOT)})
        answer = {"ok": True, **ANSWERS.get(method, {})}
        return web.json_response(answer, headers={"x-oauth-scopes": "chat:write,im:history"})

    async def response(self, request: web.Request) -> web.Response:
        """What is said to a response_url."""
        self._take(str((await request.json()).get("text")))
        return web.Response(text="ok")

    def _take(self, text: str) -> None:
        if self.replied is not None and not self.replied.done():
            self.replied.set_result((time.perf_counter(), text))

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1, "debug_info": {}, "connection_info": {}})
        self.socket = socket
        async for message in socket:
            if message.type == WSMsgType.TEXT and "envelope_id" in (said := json.loads(message.data)):
                waiting = self.acknowledged.get(said["envelope_id"])
                if waiting is not None and not waiting.done():
                    waiting.set_result((time.perf_counter(), said.get("payload")))
        if self.socket is socket:
            self.socket = None
        return socket

    async def talk(self, request: web.Request) -> web.Response:
        """Say so many things; the next once the one before is replied to and acknowledged."""
        how, times, patience = (request.query[name] for name in ("how", "times", "patience"))
        self.calls.clear()
        seconds, texts = [], Counter[str]()
        for _ in range(int(times)):
            took, text = await asyncio.wait_for(self._said(how), float(patience))
            seconds.append(took)
            texts[text] += 1
        return web.json_response({"seconds": seconds, "texts": texts, "calls": self.calls})

    async def _said(self, how: str) -> tuple[float, str]:
        assert self.socket is not None, "nobody is connected"
        number, loop = next(self.numbers), asyncio.get_running_loop()
        id_ = f"envelope-{number}"
        self.replied, self.acknowledged[id_] = loop.create_future(), loop.create_future()
        kind, payload = self._payload(how, number)
        envelope = {"envelope_id": id_, "type": kind, "payload": payload, "accepts_response_payload": True}
        start = time.perf_counter()
        await self.socket.send_json(envelope)
        at, answer = await self.acknowledged[id_]
        del self.acknowledged[id_]
        text = str((answer or {}).get("text"))
        if how != "command":
            at, text = await self.replied
        return at - start, text

    def _payload(self, how: str, number: int) -> tuple[str, dict[str, Any]]:
        words, stamp = WORDS[number % len(WORDS)], f"{time.time():.6f}"
        means = {"trigger_id": f"{number}.{stamp}.bench", "response_url": f"http://127.0.0.1:{self.port}/response"}
        if how in SAID:
            said = SAID[how][number % len(SAID[how])]
            event = {"type": "message", "user": "U0000001", "text": said, "channel": CHANNEL, "channel_type": "im"}
            told = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{number}"}
            return "events_api", {**told, "event": {**event, "ts": stamp, "event_ts": stamp}}
        if how == "command":
            who = {"team_id": TEAM, "user_id": USER, "channel_id": CHANNEL, "command": "/tovholder", "text": words}
            return "slash_commands", {**who, **means}
        action = {"type": "button", "action_id": "say:1", "value": words, "action_ts": stamp}
        where = {"container": {"type": "message", "channel_id": CHANNEL, "message_ts": f"{number}.1"}}
        who = {"team": {"id": TEAM}, "user": {"id": USER, "team_id": TEAM}}
        return "interactive", {"type": "block_actions", "actions": [action], **where, **who, **means}

    async def ready(self, _request: web.Request) -> web.Response:
        return web.json_response({"connected": self.socket is not None})


async def serve() -> None:
    provider = Provider()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", provider.api)
    app.router.add_post("/response", provider.response)
    app.router.add_get("/link/", provider.link)
    app.router.add_get("/talk", provider.talk)
    app.router.add_get("/ready", provider.ready)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    provider.port = runner.addresses[0][1]
    print(provider.port, flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until whoever started it goes away
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve())
