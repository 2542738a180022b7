"""``/health`` and ``/metrics``: how the installation is, for whoever runs it. Neither names anybody."""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

METRICS_TYPE = "text/plain; version=1.0.0; charset=utf-8"


def health_route(healthy: Callable[[], dict[str, object]]) -> Route:
    """``healthy`` tells how things are, with ``ok``; it runs in a worker thread. 503 while it is not."""

    async def health(_request: Request) -> JSONResponse:
        report = await run_in_threadpool(healthy)
        return JSONResponse(report, status_code=200 if report["ok"] else 503)

    return Route("/health", health)


def metrics_route(measured: Callable[[], bytes | None]) -> Route:
    """``measured`` gives the figures in Prometheus' text format, None while nothing can be measured."""

    async def metrics(_request: Request) -> Response:
        figures = await run_in_threadpool(measured)
        if figures is None:
            return Response("the database does not answer\n", 503, media_type="text/plain")
        return Response(figures, media_type=METRICS_TYPE)

    return Route("/metrics", metrics)
