"""Files that people put into a form: fetched from Slack with our token, and from nowhere else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.request import Upload

log = logging.getLogger("tovholder.slack")

MOST_BYTES = 20_000_000
"""More than any command takes, so that it is the command that says no to a file that is only a little too large."""
SLACKS_FILES = "slack.com"
PIECE = 65_536


class NotFetched(Exception):
    """A file that could not be had; ``reason`` is a key of the catalogs: ``too_large`` or ``not_there``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


async def fetched(client: AsyncWebClient, id_: str) -> Upload:
    """Fetch a file by its id; raises NotFetched where that cannot be, whatever the reason."""
    try:
        about: Mapping[str, Any] = (await client.files_info(file=id_))["file"]
        return await _brought(client, about)
    except (SlackApiError, aiohttp.ClientError, OSError, KeyError, ValueError) as error:  # OSError: time-outs too
        log.warning("a file was not fetched: %s", type(error).__name__)
        raise NotFetched("not_there") from error


async def all_fetched(client: AsyncWebClient, ids: Mapping[str, tuple[str, ...]]) -> dict[str, Upload]:
    """Fetch the first file of each question, by its key; raises NotFetched with the first that cannot be had."""
    return dict(zip(ids, await asyncio.gather(*(fetched(client, each[0]) for each in ids.values())), strict=True))


async def _brought(client: AsyncWebClient, about: Mapping[str, Any]) -> Upload:
    url, size = str(about["url_private_download"]), int(about["size"])
    if not _is_slacks(url, client.base_url):
        log.warning("a file that stands at %s was not fetched: that is not Slack", urlsplit(url).hostname)
        raise NotFetched("not_there")
    if size > MOST_BYTES:
        raise NotFetched("too_large")
    media_type = str(about.get("mimetype") or "application/octet-stream")
    return Upload(str(about["name"]), media_type, await _content(client, url, size, media_type))


async def _content(client: AsyncWebClient, url: str, size: int, media_type: str) -> bytes:
    """The bytes; a token that may not read files gets a page to log in on instead of them, and no error."""
    assert client.session is not None, "files are fetched while the app is open"
    headers = {"Authorization": f"Bearer {client.token}"}
    async with client.session.get(url, headers=headers, allow_redirects=False) as answer:
        if answer.status != 200 or (answer.content_type == "text/html" and media_type != "text/html"):
            log.warning("a file was not fetched: HTTP %s, %s", answer.status, answer.content_type)
            raise NotFetched("not_there")
        content = bytearray()
        async for piece in answer.content.iter_chunked(PIECE):
            content += piece
            if len(content) > MOST_BYTES:
                raise NotFetched("too_large")
    if len(content) != size:
        log.warning("a file was not fetched: %s of %s bytes came", len(content), size)
        raise NotFetched("not_there")
    return bytes(content)


def _is_slacks(url: str, api_url: str) -> bool:
    """Whether our token may be shown there: Slack's own hosts, or where its Web API is for us."""
    asked, api = urlsplit(url), urlsplit(api_url)
    if (asked.scheme, asked.netloc) == (api.scheme, api.netloc):
        return True
    host = asked.hostname or ""
    return asked.scheme == "https" and asked.port in (None, 443) and f".{host}".endswith(f".{SLACKS_FILES}")
