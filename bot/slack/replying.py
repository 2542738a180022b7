"""What is said at a ``response_url``: over the connections that all we ask of Slack shares."""

from __future__ import annotations

from typing import Any

from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient


class Respond(AsyncRespond):
    """The library's opens a connection for every answer."""

    def __init__(self, url: str | None, web: AsyncWebClient) -> None:
        super().__init__(response_url=url)
        self._web = web

    async def __call__(self, text: str = "", **said: Any) -> WebhookResponse:  # type: ignore[override]
        if self.response_url is None:
            raise ValueError("there is no response_url to answer at")
        webhook = AsyncWebhookClient(self.response_url, session=self._web.session, proxy=self._web.proxy)
        return await webhook.send(text=text, **said)
