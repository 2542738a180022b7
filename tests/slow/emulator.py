"""npm ``emulate`` as a Slack workspace: another's idea of the Web API, pinned in ``emulate/``.

Started as a process; before it a bridge, because it takes reading methods only as POST and no arguments in addresses.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

PINNED = Path(__file__).with_name("emulate")
TOKEN = "test_token_admin"
SEED = """\
slack:
  team: {name: Alliancen, domain: alliance}
  users:
    - {name: anne, real_name: Anne Holm, email: klima@koege.example}
    - {name: bo, real_name: Bo Hede, email: sekretariat@frederiksberg.example}
"""
NAMED = {"content-type", "authorization"}
STARTS = 30.0  # seconds


@dataclass(frozen=True)
class Emulator:
    """A workspace that runs. ``url`` is where its Web API is for us."""

    url: str

    def ask(self, method: str, **args: Any) -> dict[str, Any]:
        """Ask it directly, as its administrator."""
        request = urllib.request.Request(
            f"{self.url}{method}", urlencode(args).encode(), {"Authorization": f"Bearer {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=STARTS) as answer:
            told: dict[str, Any] = json.load(answer)
        assert told["ok"], told
        return told

    def user(self, name: str) -> str:
        members = self.ask("users.list")["members"]
        return str(next(member["id"] for member in members if member["name"] == name))

    def conversation(self, user: str) -> list[dict[str, Any]]:
        """What stands in somebody's conversation with the app, oldest first."""
        channel = self.ask("conversations.open", users=user)["channel"]["id"]
        told = self.ask("conversations.history", channel=channel, limit=200, include_all_metadata="true")
        return list(reversed(told["messages"]))


@contextlib.contextmanager
def emulator(script: Path, node: str, folder: Path) -> Iterator[Emulator]:
    """Start it, with the bridge before it."""
    port = _free_port()
    (folder / "seed.yaml").write_text(SEED)
    with _bridge(port) as url:
        command = [node, str(script), "start", "--service", "slack", "--port", str(port), "--base-url", url]
        environment = {**os.environ, "NO_COLOR": "1"}
        with (folder / "emulate.log").open("w") as log:
            child = subprocess.Popen(
                [*command, "--seed", str(folder / "seed.yaml")], stdout=log, stderr=log, cwd=folder, env=environment
            )
        try:
            _await_port(port, child, folder / "emulate.log")
            yield Emulator(f"{url}/api/")
        finally:
            child.terminate()
            child.wait(10)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _await_port(port: int, child: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS
    while time.monotonic() < until and child.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("localhost", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"emulate did not come up:\n{log.read_text()}")


# --------------------------------------------------------------------------------------------------- the bridge


@contextlib.contextmanager
def _bridge(port: int) -> Iterator[str]:
    """A server in a thread that hands everything on in the way it is understood there."""
    loop, stop, up = asyncio.new_event_loop(), asyncio.Event(), threading.Event()
    place: list[str] = []

    async def serve() -> None:
        async with aiohttp.ClientSession(f"http://localhost:{port}", auto_decompress=False) as onward:
            app = web.Application(client_max_size=50_000_000)
            app.router.add_route("*", "/{path:.*}", partial(_hand_on, onward))
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            place.append(f"http://127.0.0.1:{runner.addresses[0][1]}")
            up.set()
            await stop.wait()
            await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), name="bridge", daemon=True)
    thread.start()
    assert up.wait(STARTS), "the bridge did not come up"
    try:
        yield place[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


async def _hand_on(onward: aiohttp.ClientSession, request: web.Request) -> web.Response:
    headers = {name: value for name, value in request.headers.items() if name.lower() in NAMED}
    body: Any = await request.read()
    method, address = request.method, request.path_qs
    if request.path.startswith("/api/") and request.content_type != "application/json":
        form = {**request.query, **{k: v for k, v in (await request.post()).items() if isinstance(v, str)}}
        headers.pop("Content-Type", None)
        body, method, address = urlencode(form).encode(), "POST", request.path
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    async with onward.request(method, address, data=body, headers=headers) as answer:
        kind = answer.headers.get("Content-Type", "application/octet-stream")
        said = await answer.read()
        if request.path == "/api/users.info":  # which lacks what Slack says there
            told = json.loads(said)
            told.get("user", {}).setdefault("is_email_confirmed", True)
            said = json.dumps(told).encode()
        return web.Response(body=said, status=answer.status, headers={"Content-Type": kind})
