"""What an installation answers over HTTP. Chats and pages join in as channels are added; the demo adds its own page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.web.health import health_route

Open = Callable[[], AbstractAsyncContextManager[None]]
"""What stays open for as long as the app is served."""


def app(healthy: Callable[[], dict[str, object]], *routes: BaseRoute, opens: Open = nullcontext) -> Starlette:
    """The ASGI app of ``web``. ``healthy`` tells how things are, with ``ok``; it runs in a worker thread."""
    return Starlette(routes=[health_route(healthy), *routes], lifespan=lambda _app: opens())
