"""What is said at a ``response_url``: over the connections that all we ask of Slack shares."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

Next = Callable[[], Awaitable[Any]]
Before = Callable[..., Awaitable[BoltResponse | None]]


def sharing(web: AsyncWebClient, then: Before) -> Before:
    """Middleware that lets answers share the session of ``web``, and goes on with ``then``."""

    async def share(context: Any, next: Next, req: AsyncBoltRequest) -> BoltResponse | None:
        context["respond"] = _Respond(context.response_url, web)
        return await then(context, next, req)

    return share


class _Respond(AsyncRespond):
    """The library's opens a connection for every answer."""

    def __init__(self, url: str | None, web: AsyncWebClient) -> None:
        super().__init__(response_url=url)
        self._web = web

    async def __call__(self, text: str = "", **said: Any) -> WebhookResponse:  # type: ignore[override]
        if self.response_url is None:
            raise ValueError("there is no response_url to answer at")
        webhook = AsyncWebhookClient(self.response_url, session=self._web.session, proxy=self._web.proxy)
        return await webhook.send(text=text, **said)
