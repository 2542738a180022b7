"""``/feeds/<token>.ics``: somebody's meetings for their calendar program, which comes back to ask what is new."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from storage.engine import reading
from storage.queries.feeds import feed_of
from templates.ics import feed
from templates.phrases import Phrases

HEADERS = {"Cache-Control": "private, max-age=0, must-revalidate", "X-Robots-Tag": "noindex"}


def feed_route(engine: Engine, now: Callable[[], datetime]) -> Route:
    """The route of every installation; ``now`` is aware UTC."""

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(_answer, engine, request, now())

    return Route("/feeds/{token}.ics", endpoint, methods=["GET"])


def _answer(engine: Engine, request: Request, now: datetime) -> Response:
    with reading(engine) as connection:
        found = feed_of(connection, request.path_params["token"], now)
    if found is None:  # the same for a token that never was and one that was revoked
        return Response("Not found\n", 404, HEADERS, "text/plain")
    name = Phrases(found.person.language)(
        "calendar_feed.name", alliance=found.alliance.charter.name.in_(found.person.language)
    )
    content = feed(name, found.events, zone=found.alliance.charter.zone)
    headers = {
        **HEADERS,
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        "Last-Modified": format_datetime(found.changed_at.astimezone(UTC), usegmt=True),
    }
    if _known(request, headers["ETag"], found.changed_at):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="text/calendar; charset=utf-8")


def _known(request: Request, tag: str, changed_at: datetime) -> bool:
    """Whether the reader has this content (RFC 9110 13.1.2); a date counts only where there is no tag (13.1.3)."""
    if "If-None-Match" not in request.headers:
        return _is_later(request.headers.get("If-Modified-Since", ""), changed_at)
    sent = [known.strip().removeprefix("W/") for known in request.headers.get("If-None-Match", "").split(",")]
    return tag in sent or "*" in sent


def _is_later(typed: str, changed_at: datetime) -> bool:
    try:
        since = parsedate_to_datetime(typed)
    except ValueError:
        return False
    return since.tzinfo is not None and since >= changed_at.replace(microsecond=0)
