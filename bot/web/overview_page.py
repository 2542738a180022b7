"""``/overview``: how the alliance is doing, for those who govern it; the same words as in a chat, on one sheet."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from alliance.messages import Message
from bot.web.dress import html
from bot.web.site import Site
from storage.engine import reading
from storage.queries import oversight
from templates.makers.overviews import overview_blocks, summary


def overview(site: Site, request: Request) -> Response:
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
        found = oversight.overview(connection, reader.governing.alliance, reader.now)
    said = summary(reader.say, found)
    parts = html(Message(said, overview_blocks(reader.say, found)), heading_level=2, id_prefix="overview")
    return site.page(request, reader, "overview", summary=said, parts=parts)
