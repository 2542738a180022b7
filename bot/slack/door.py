"""Slack's requests over HTTP: turned away unless they are small, readable, signed, fresh and of our workspace."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

log = logging.getLogger("tovholder.slack")
logging.getLogger("slack_bolt.AsyncRequestVerification").setLevel(logging.ERROR)  # it logs whole bodies

PATH = "/slack/events"
MOST_BYTES = 1_000_000
STAMP = "x-slack-request-timestamp"


def slack_route(app: AsyncApp) -> Route:
    """Where Slack sends commands, presses, forms and events to."""

    async def heard(request: Request) -> Response:
        body = await _read(request)
        if body is None:
            return _refused(413, f"more than {MOST_BYTES} bytes")
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return _refused(400, "not UTF-8")
        if not request.headers.get(STAMP, "").isdecimal():
            return _refused(401, f"{STAMP} is not a number of seconds")
        try:
            asked = AsyncBoltRequest(body=text, headers=dict(request.headers))
        except (ValueError, TypeError, AttributeError):  # the library's words for what is not as Slack writes it
            return _refused(400, "not a request as Slack writes them")
        answer = await app.async_dispatch(asked)
        if answer.status >= 400:
            log.warning("a request from Slack was answered with %s", answer.status)
        return Response(answer.body, answer.status, dict(answer.first_headers_without_set_cookie()))

    return Route(PATH, heard, methods=["POST"])


async def _read(request: Request) -> bytes | None:
    """The body, or None where it is larger than Slack's ever are."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _refused(status: int, why: str) -> Response:
    log.warning("a request to %s was turned away: %s", PATH, why)
    return PlainTextResponse("turned away\n", status)


def only_from(
    team: Callable[[], Awaitable[str]], reason: Callable[[str], Awaitable[str]]
) -> Callable[..., Awaitable[Any]]:
    """Middleware that turns away what comes from a workspace we are not installed in.

    Whose account it is we take from our own workspace only. ``reason`` says that to somebody we know (by an address in
    our workspace), and is empty for anybody else.
    """

    async def check(context: Any, next: Callable[[], Awaitable[Any]], req: AsyncBoltRequest) -> BoltResponse | None:
        ours, theirs = await team(), context.team_id
        if not theirs or theirs == ours:
            await next()
            return None
        log.warning("a request from the workspace %s was turned away", theirs)
        why = await reason(f"{ours}/{context.user_id}")
        if why and context.response_url:
            await context.respond(why, response_type="ephemeral", replace_original=False)
        return BoltResponse(status=403, body="turned away")

    return check
