"""The stand-in over HTTP, in the running loop or in a thread of its own."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from aiohttp import web

from tests.slack_server.faults import Call, Fault, SlackError, too_many
from tests.slack_server.team import Slack


def application(first: Slack, *others: Slack) -> web.Application:
    """The server as an aiohttp application; ``first.url`` must be set to where it is served.

    A request is for the workspace of its token, or of its code; for the first where it has neither.
    """

    async def api(request: web.Request) -> web.StreamResponse:
        method, args = request.match_info["method"], await _arguments(request)
        slack = _meant(request, args, (first, *others))
        fault = slack.faults[method].pop(0) if slack.faults[method] else slack.befalls(method, args)
        slack.calls.append(Call(method, args, fault))
        token = _token(request)
        return await _serve(slack, request, Call(method, args, fault), token)

    async def upload(request: web.Request) -> web.StreamResponse:
        file, content = first.files.get(request.match_info["id"]), await request.read()
        fault = first.faults["upload"].pop(0) if first.faults["upload"] else first.befalls("upload", {})
        first.calls.append(Call("upload", {"id": request.match_info["id"], "length": len(content)}, fault))
        if fault is not None and not fault.done:
            return await _fail(request, fault, {})
        if file is None or len(content) != file["size"]:
            return web.Response(status=400, text="no such upload, or not as long as was said")
        file["content"] = content
        if fault is not None:
            return await _fail(request, fault, {})
        return web.Response(text=f"OK - {len(content)}")

    async def download(request: web.Request) -> web.StreamResponse:
        """A file's bytes; a token that may not read files gets a page to log in on, and no error."""
        file, token = first.files.get(request.match_info["id"]), request.headers.get("Authorization", "")
        fault = first.faults["download"].pop(0) if first.faults["download"] else first.befalls("download", {})
        first.calls.append(Call("download", {"id": request.match_info["id"], "token": token}, fault))
        if fault is not None:
            return await _fail(request, fault, {})
        if file is None or not token or (first.scopes is not None and "files:read" not in first.scopes):
            return web.Response(text="<html>Sign in to Slack</html>", content_type="text/html")
        return web.Response(body=file["content"], content_type=file["mimetype"])

    app = web.Application(client_max_size=50_000_000)
    app.router.add_get("/files-pri/{id}", download)
    app.router.add_route("*", "/api/{method}", api)
    app.router.add_post("/upload/{id}", upload)
    first.also(app)
    return app


def _token(request: web.Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def _meant(request: web.Request, args: Mapping[str, Any], known: tuple[Slack, ...]) -> Slack:
    token, code = _token(request), args.get("code")
    return next((one for one in known if token == one.token or code in one.codes), known[0])


async def _serve(slack: Slack, request: web.Request, call: Call, token: str) -> web.StreamResponse:
    fault = call.fault
    answer: dict[str, Any] = {"ok": True}
    if fault is None or fault.done:
        try:
            answer = slack.answer(call.method, call.args, token)
        except SlackError as error:
            if error.retry_after is not None:
                return await _fail(request, too_many(error.retry_after), {})
            answer = error.answer
    slack.noted(call.method, call.args, fault)
    if slack.answers_after:
        await asyncio.sleep(slack.answers_after)
    return web.json_response(answer) if fault is None else await _fail(request, fault, answer)


async def _fail(request: web.Request, fault: Fault, answer: Mapping[str, Any]) -> web.StreamResponse:
    await asyncio.sleep(fault.hang)
    if fault.drop:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    headers = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
    if fault.body is not None:
        return web.Response(text=fault.body, status=fault.status, headers=headers, content_type=fault.content_type)
    said = {"ok": False, "error": fault.error, **fault.more} if fault.error else dict(answer)
    return web.json_response(said, status=fault.status, headers=headers)


async def _arguments(request: web.Request) -> dict[str, Any]:
    """From the address, a form or JSON, as Slack takes them; what is JSON within a form is read."""
    args: dict[str, Any] = dict(request.query)
    if request.headers.get("Authorization", "").startswith("Basic "):
        app = base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
        args |= dict(zip(("client_id", "client_secret"), app.split(":", 1), strict=True))
    if request.content_type == "application/json":
        args |= await request.json()
    else:
        args |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    for name in ("blocks", "metadata", "view", "files"):
        if isinstance(args.get(name), str):
            args[name] = json.loads(args[name])
    return args


@contextlib.asynccontextmanager
async def served(slack: Slack, *others: Slack) -> Any:
    """The server in the running loop; yields where its Web API is."""
    runner = web.AppRunner(application(slack, *others), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    slack.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    try:
        yield slack.url
    finally:
        await runner.cleanup()


@contextlib.contextmanager
def running(slack: Slack, *others: Slack) -> Iterator[str]:
    """The server in a thread with a loop of its own; yields where its Web API is."""
    up, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with served(slack, *others):
            up.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), name="slack", daemon=True)
    thread.start()
    assert up.wait(30), "the stand-in for Slack did not come up"
    try:
        yield slack.url
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
