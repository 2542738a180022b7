"""What is said at a ``response_url``: over the connections that all we ask of Slack shares."""

from __future__ import annotations

from typing import Any

from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.plain import clean


class NotSaid(Exception):
    """Slack did not take what was said at a response_url.

    ``status`` is HTTP's (0: it was not asked), and the words are Slack's own.
    """

    def __init__(self, status: int, why: str) -> None:
        super().__init__(f"http {status} {why}".strip())
        self.status = status


class Respond(AsyncRespond):
    """The library's opens a connection for every answer, and says what it does not know to have arrived once more."""

    def __init__(self, url: str | None, web: AsyncWebClient) -> None:
        super().__init__(response_url=url)
        self._web = web

    async def __call__(self, text: str = "", **said: Any) -> WebhookResponse:  # type: ignore[override]
        """Say something once; raises NotSaid where Slack does not take it, and what aiohttp raises where it is away."""
        if self.response_url is None:
            raise ValueError("there is no response_url to answer at")
        webhook = AsyncWebhookClient(
            self.response_url, session=self._web.session, proxy=self._web.proxy, retry_handlers=[]
        )
        answer = await webhook.send(text=text, **said)
        if answer.status_code != 200:  # used up, too old, too many
            raise NotSaid(answer.status_code, clean(" ".join(answer.body.split()))[:100])
        return answer
