"""Slack's Web API, asked in such a way that every failure says what became of the message."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from alliance.deliveries import Uncertain, Undeliverable
from bot.plain import clean
from bot.slack.refusals import Refusal, refusal
from bot.slack.tiers import Tiers

log = logging.getLogger("tovholder.slack")

API_URL = "https://slack.com/api/"
NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)
Answer = Mapping[str, Any]
Request = Callable[[AsyncWebClient], Awaitable[AsyncSlackResponse]]
Limit = tuple[str, str]
"""A workspace, and a method of which Slack counts the requests there."""
Page = Callable[[AsyncWebClient, str], Awaitable[AsyncSlackResponse]]


class Web:
    """One token's access, over one pool of connections that belongs to one event loop.

    ``timeout`` is seconds for one request; ``tiers`` are the limits of single methods, kept where they are given.
    Nothing is tried again here: whoever sends a message twice must know it.

    Raises ValueError where ``api_url`` is not an address or there is no token.
    """

    def __init__(
        self, token: str, api_url: str = API_URL, timeout: float = 15.0, proxy: str = "", tiers: Tiers | None = None
    ) -> None:
        if urlsplit(api_url).scheme not in ("http", "https") or not urlsplit(api_url).hostname:
            raise ValueError(f"{api_url!r} is not where Slack's Web API can be; wanted {API_URL}")
        if not token.strip():
            raise ValueError("Slack needs a bot token (xoxb-…) and got none")
        self._timeout = aiohttp.ClientTimeout(total=timeout, sock_connect=timeout)
        self._tiers = tiers
        self._client = AsyncWebClient(token=token, base_url=api_url, retry_handlers=[])
        self._client.proxy = proxy or None  # else the library takes one from the environment

    async def ask(
        self, request: Request, *, posts: bool = False, lane: bool = False, limit: Limit | None = None
    ) -> Answer:
        """Make a request and return the answer; ``posts`` and ``lane`` are as for ``refusal``.

        ``limit`` is the workspace and the method of one that has a limit of its own: a turn is waited for, and where
        Slack wants it left alone nothing else rests. Raises Undeliverable where nothing can have been posted, Uncertain
        where it may.
        """
        if limit and self._tiers and (wait := await self._tiers.turn(*limit)):
            raise Undeliverable(False, f"busy: {limit[1]} has no turn yet", wait, cause="busy")
        try:
            answer = await request(self._connected())
        except SlackApiError as error:
            refused = _refused(error.response, posts, lane)
            if limit and self._tiers and isinstance(refused, Refusal) and refused.cause == "busy":
                await self._tiers.rest(*limit, refused.retry_after)
                refused.park = ""
            raise _noted(refused) from error
        except (aiohttp.ClientError, OSError) as error:  # OSError: time-outs too
            raise _failed(error, posts) from error
        except (AttributeError, ValueError) as error:  # the library's words for an answer that is not Slack's
            raise _failed(error, posts) from error
        return dict(answer.data) if isinstance(answer.data, dict) else {}

    async def upload(self, url: str, content: bytes) -> None:
        """Bring a file's bytes where Slack said; nobody sees them before the upload is completed."""
        try:
            async with self._session().post(url, data=content, proxy=self._client.proxy) as answer:
                if answer.status != 200:
                    raise _noted(refusal("", answer.status, answer.headers.get("Retry-After")))
        except (aiohttp.ClientError, OSError) as error:
            raise _failed(error, posts=False) from error

    async def messages(self, page: Page, limit: Limit) -> AsyncIterator[Answer]:
        """Go through messages page by page; raises Uncertain where Slack has more and does not say how to get it."""
        cursor = ""
        while True:
            answer = await self.ask(lambda client, at=cursor: page(client, at), limit=limit)  # type: ignore[misc]
            for message in answer["messages"]:
                yield message
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor and answer.get("has_more"):
                raise Uncertain("slack: more messages and no way to them")
            if not cursor:
                return

    async def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        if self._client.session is not None:
            await self._client.session.close()
            self._client.session = None

    def _connected(self) -> AsyncWebClient:
        self._session()
        return self._client

    def _session(self) -> aiohttp.ClientSession:
        """The pool: given to the client because it would else make one a request. Its time-out is then the pool's."""
        if self._client.session is None:
            self._client.session = aiohttp.ClientSession(timeout=self._timeout)
        return self._client.session


def _refused(response: Any, posts: bool, lane: bool) -> Refusal | Uncertain:
    """``response`` is the library's, or aiohttp's where what came was no JSON."""
    status = response.status_code if isinstance(response, AsyncSlackResponse) else response.status
    data = getattr(response, "data", None)
    data = data if isinstance(data, dict) else {}
    needed = str(data.get("needed") or "")
    retry_after = response.headers.get("Retry-After")
    return refusal(str(data.get("error") or ""), status, retry_after, posts=posts, lane=lane, more=_one_line(needed))


def _noted(refused: Refusal | Uncertain) -> Refusal | Uncertain:
    """What only we can mend is an error in the log, by its code."""
    if isinstance(refused, Refusal) and refused.permanent and not refused.address_is_wrong:
        log.error("Slack refuses us: %s", refused.reason)
    return refused


def _failed(error: Exception, posts: bool) -> Undeliverable | Uncertain:
    said = _one_line(str(error))[:200] or type(error).__name__
    if isinstance(error, NEVER_SENT):
        return Undeliverable(False, f"connect: {said}")
    lost = f"lost: {type(error).__name__} {said}"
    return Uncertain(lost) if posts else Undeliverable(False, lost)


def _one_line(text: str) -> str:
    return clean(" ".join(text.split()))
