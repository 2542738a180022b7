"""Slack's requests over HTTP: turned away unless they are small, readable, signed, fresh and of a workspace of ours."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.slack.homes import Homes
from bot.slack.replying import NotSaid, Respond

log = logging.getLogger("tovholder.slack")
logging.getLogger("slack_bolt.AsyncRequestVerification").setLevel(logging.ERROR)  # it logs whole bodies

PATH = "/slack/events"
MOST_BYTES = 1_000_000
Check = Callable[[AsyncBoltRequest], Awaitable[BoltResponse | None]]
GOODBYES = ("app_uninstalled", "tokens_revoked")
STAMP = "x-slack-request-timestamp"
SECONDS = re.compile(r"[0-9]{1,12}")
"""A time stamp as Slack writes it; int() raises for one of thousands of digits."""
VERIFIED = "tov_verified"
"""What the context of a request says from the door on: Slack signed it, or it came over a connection of ours."""


def slack_route(app: AsyncApp) -> Route:
    """Where Slack sends commands, presses, forms and events to."""

    return Route(PATH, _Heard(app), methods=["POST"])


class _Heard:
    """What answers there: an object, to which the route hands a request as it is."""

    def __init__(self, app: AsyncApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answered(scope, receive)
        await answer(scope, receive, send)

    async def _answered(self, scope: Scope, receive: Receive) -> Response:
        body = await _read(receive)
        if body is None:
            return _refused(413, f"more than {MOST_BYTES} bytes")
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return _refused(400, "not UTF-8")
        # Of a header that comes twice the first counts.
        headers = {name.decode("latin-1"): said.decode("latin-1") for name, said in reversed(list(scope["headers"]))}
        if not SECONDS.fullmatch(headers.get(STAMP, "")):
            return _refused(401, f"{STAMP} is not a number of seconds")
        try:
            asked = AsyncBoltRequest(body=text, headers=headers)
        except (
            ValueError,
            TypeError,
            AttributeError,
            RecursionError,
        ):  # the library's words for what Slack never writes
            return _refused(400, "not a request as Slack writes them")
        answer = await self._app.async_dispatch(asked)
        if answer.status >= 400:
            log.warning("a request from Slack was answered with %s", answer.status)
        return Response(answer.body, answer.status, dict(answer.first_headers_without_set_cookie()))


async def _read(receive: Receive) -> bytes | None:
    """The body, or None where it is larger than Slack's ever are; raises ClientDisconnect where it breaks off."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            return None
        more = message.get("more_body", False)
    return bytes(body)


def _refused(status: int, why: str) -> Response:
    log.warning("a request to %s was turned away: %s", PATH, why)
    return PlainTextResponse("turned away\n", status)


class Door(AsyncMiddleware):
    """Stands before everything: ``check`` returns the answer to what is turned away, None for what may go on.

    A class of the library's, because a function is handed all that a listener could ask for, at every request.
    """

    def __init__(self, web: AsyncWebClient, check: Check) -> None:
        """Answers share the session of ``web``."""
        self._web, self._check = web, check

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[Any]]
    ) -> BoltResponse | None:
        req.context[VERIFIED] = True
        req.context["respond"] = Respond(req.context.response_url, self._web)
        refused = await self._check(req)
        if refused is None:
            await next()
            return resp
        return refused


def only_from(homes: Homes, reason: Callable[[str], Awaitable[str]]) -> Check:
    """A check that turns away what comes from a workspace we are not installed in.

    Whose account it is we take from our own workspaces only, and in each from itself. ``reason`` says that to somebody
    we know (by a user's id), and is empty for anybody else.
    """

    async def check(req: AsyncBoltRequest) -> BoltResponse | None:
        context, theirs = req.context, req.context.team_id
        if not theirs or _says_goodbye(req) or (await homes.has(theirs) and not await _is_from_another(homes, req)):
            return None
        log.warning("a request from the workspace %s was turned away", theirs)
        why = await reason(str(context.user_id))
        if why and context.response_url and context.respond:
            try:
                await context.respond(why, response_type="ephemeral", replace_original=False)
            except (NotSaid, aiohttp.ClientError, OSError) as error:
                log.error("why it was turned away could not be said: %s", error or type(error).__name__)
        return BoltResponse(status=403, body="turned away")

    return check


def _says_goodbye(request: AsyncBoltRequest) -> bool:
    """Whether Slack says that our access was taken back, perhaps for the second time."""
    return (request.body.get("event") or {}).get("type") in GOODBYES


async def _is_from_another(homes: Homes, request: AsyncBoltRequest) -> bool:
    """Whether somebody of one of our workspaces presses what stands in another, over a channel that both share."""
    spoken, there = str((request.body.get("team") or {}).get("id") or ""), request.context.team_id
    return bool(spoken) and spoken != there and await homes.has(spoken)
