"""What an installation answers over HTTP. Chats and pages join in as channels are added; the demo adds its own page."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route


def app(healthy: Callable[[], dict[str, object]], *routes: BaseRoute) -> Starlette:
    """The ASGI app of ``web``. ``healthy`` tells how things are, with ``ok``; it runs in a worker thread."""

    async def health(_request: Request) -> JSONResponse:
        report = await run_in_threadpool(healthy)
        return JSONResponse(report, status_code=200 if report["ok"] else 503)

    return Starlette(routes=[Route("/health", health), *routes])
