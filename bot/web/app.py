"""The local chat page: the demo's web channel, for one person at this machine."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.web import clock_page, mail_pages, overviews, papers_page, talk, welcome
from bot.web.feeds import feed_route
from bot.web.guards import guards
from bot.web.site import Demo, Site, Trouble

__all__ = ["Demo", "demo_app"]


def demo_app(demo: Demo, extra_hosts: Sequence[str] = ()) -> Starlette:
    """The pages of a demo, answering only to this machine's names (and ``extra_hosts``, for tests)."""
    site = Site(demo)

    async def refuse(request: Request, status: int, reason: str) -> Response:
        return await run_in_threadpool(site.trouble, request, status, reason)

    return Starlette(
        routes=_routes(site),
        middleware=guards(refuse, extra_hosts),
        exception_handlers={
            Trouble: lambda request, trouble: _trouble(site, request, trouble),
            HTTPException: lambda request, error: _http_error(site, request, error),
            500: lambda request, error: site.trouble(request, 500, "broken"),
        },
    )


def _trouble(site: Site, request: Request, trouble: Exception) -> Response:
    assert isinstance(trouble, Trouble)
    return site.trouble(request, trouble.status, trouble.reason)


def _http_error(site: Site, request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    reasons = {404: "not_found", 405: "wrong_method"}
    return site.trouble(request, error.status_code, reasons.get(error.status_code, "otherwise"))


def _routes(site: Site) -> list[BaseRoute]:
    looks = {
        "/": welcome.welcome,
        "/chat": talk.chat,
        "/act": talk.act,
        "/obligations/{id:int}": talk.obligation,
        "/mailbox": mail_pages.mailbox,
        "/mailbox/{id:int}": mail_pages.mail,
        "/mailbox/{id:int}/attachments/{number:int}": mail_pages.attachment,
        "/mailbox/{id:int}/attachments/{number:int}/view": mail_pages.viewed,
        "/papers/{id:int}": papers_page.paper,
        "/papers/{id:int}.pdf": papers_page.pdf,
        "/papers/{id:int}/attachments/{number:int}": papers_page.attachment,
        "/board": overviews.board,
        "/board.csv": overviews.board_csv,
        "/board.json": overviews.board_json,
        "/journal": overviews.journal,
        "/outbox": overviews.outbox,
        "/clock.json": clock_page.clock_json,
        "/health": clock_page.health,
    }
    does = {
        "/persona": welcome.persona,
        "/language": welcome.language,
        "/say": talk.said,
        "/act": talk.acted,
        "/clock": clock_page.moved,
    }
    return [
        *(Route(path, site.post(handler), methods=["POST"]) for path, handler in does.items()),
        *(Route(path, site.get(handler), methods=["GET"]) for path, handler in looks.items()),
        feed_route(site.demo.engine, site.demo.now),
        Mount("/static", StaticFiles(packages=[("templates", "pages/static")])),
    ]
