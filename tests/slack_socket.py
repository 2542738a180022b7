"""Slack's end of Socket Mode, beside its Web API: envelopes go out over a connection the app opened, answers come back.

Each address is good for one connection, as Slack's are. Used from a test's thread; the server runs in its own.
"""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web

from tests.slack_server import Slack

WAITS = 20.0  # seconds


@dataclass
class Sockets:
    """The connections of an app. ``answers`` are what it said to each envelope, one for each time it was answered."""

    slack: Slack
    answers: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    opened: int = 0
    closed: int = 0
    _live: list[web.WebSocketResponse] = field(default_factory=list)
    _lines: list[asyncio.BaseTransport] = field(default_factory=list)
    _used: set[str] = field(default_factory=set)
    _news: threading.Condition = field(default_factory=threading.Condition)
    _numbers: Any = field(default_factory=lambda: count(1))
    _loop: asyncio.AbstractEventLoop | None = None

    def __post_init__(self) -> None:
        self.slack.also = lambda app: app.router.add_get("/link/", self._serve) and None

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if not ticket or ticket in self._used:
            return web.Response(status=408, text="this address was used before")
        self._used.add(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._loop = asyncio.get_running_loop()
        if request.transport is not None:
            self._lines.append(request.transport)
        await socket.send_json({"type": "hello", "num_connections": len(self._live) + 1})
        self._tell(lambda: self._live.append(socket), opened=1)
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                said = message.json()
                self._tell(lambda said=said: self.answers[said["envelope_id"]].append(said.get("payload") or {}))
        self._tell(lambda: self._live.remove(socket), closed=1)
        return socket

    def _tell(self, change: Any, opened: int = 0, closed: int = 0) -> None:
        with self._news:
            change()
            self.opened += opened
            self.closed += closed
            self._news.notify_all()

    # ------------------------------------------------------------------------------------- from a test's thread

    def wait(self, wanted: Any, what: str) -> None:
        with self._news:
            assert self._news.wait_for(wanted, WAITS), what

    def ask(self, kind: str, payload: dict[str, Any], *, times: int = 1) -> dict[str, Any]:
        """Send an envelope, several times if asked to, and return what the app answered to it."""
        id_ = f"envelope-{next(self._numbers)}"
        envelope = {"envelope_id": id_, "type": kind, "payload": payload, "accepts_response_payload": True}
        for _ in range(times):
            self.send(envelope)
        self.wait(lambda: len(self.answers[id_]) >= times, f"no answer to {kind}")
        return self.answers[id_][0]

    def send(self, message: dict[str, Any]) -> None:
        self.wait(lambda: self._live, "nobody is connected")
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(self._live[-1].send_json(message), self._loop).result(WAITS)

    def refresh(self) -> None:
        """Tell the app to connect anew, as Slack does every few hours."""
        before = self.opened
        self.send({"type": "disconnect", "reason": "refresh_requested", "debug_info": {"host": "wss-111"}})
        self.wait(lambda: self.opened > before, "the app did not connect anew")

    def cut(self) -> None:
        """Cut every line without a word; returns once the app has connected anew."""
        before = self.opened
        assert self._loop is not None
        for line in self._lines:
            self._loop.call_soon_threadsafe(line.abort)  # type: ignore[attr-defined]
        self._lines.clear()
        self.wait(lambda: self.opened > before, "the app did not connect anew")
