"""The pages: the demo's, for one person at this machine, and the real ones, for people who sign in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.convertors import register_url_convertor
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.web import (
    clock_page,
    experience_page,
    influence_page,
    mail_pages,
    meeting_page,
    meetings_page,
    mine_page,
    outbox_page,
    overview_page,
    overviews,
    own_data_page,
    papers_page,
    switching,
    talk,
    tour_page,
    welcome,
    year_page,
)
from bot.web.feeds import feed_route
from bot.web.guards import HOSTS, Refuse, guards
from bot.web.links import Links
from bot.web.sessions import Sessions
from bot.web.short_numbers import ShortNumber
from bot.web.sign_in import Entrance
from bot.web.site import Demo, Pairs, Site, Trouble, see
from bot.web.visitors import Personas

__all__ = ["Demo", "demo_app", "pages_app"]


def demo_app(demo: Demo, extra_hosts: Sequence[str] = ()) -> Starlette:
    """The pages of a demo, answering only to this machine's names (and ``extra_hosts``, for tests)."""
    site = Site.of_demo(demo, Personas())
    looks = {
        "/": welcome.welcome,
        "/act": talk.act,
        "/mailbox": mail_pages.mailbox,
        "/mailbox/{id:short}": mail_pages.mail,
        "/mailbox/{id:short}/attachments/{number:short}": mail_pages.attachment,
        "/mailbox/{id:short}/attachments/{number:short}/view": mail_pages.viewed,
        "/clock.json": clock_page.clock_json,
        "/health": clock_page.health,
    }
    does = {"/persona": welcome.persona, "/tour": tour_page.followed, "/act": talk.acted, "/clock": clock_page.moved}
    feed = feed_route(site.engine, site.now)
    return _app(site, looks, does, [feed], guards(_refuse(site), [*HOSTS, *extra_hosts]))


def pages_app(engine: Engine, now: Callable[[], datetime], url: str) -> Starlette:
    """The pages of an installation, for people who sign in. ``now`` gives aware UTC, ``url`` is where they are reached.

    They answer only to the host of ``url``: one over https, or this machine.
    """
    host, sessions = urlsplit(url).hostname or "", Sessions(url.startswith("https://"))
    site, entrance = Site(engine, now, sessions, url), Entrance(sessions)
    links = Links(entrance.limits)
    looks = {
        "/": entrance.front,
        "/say": lambda _site, _request: see("/chat"),  # an answer that is asked for again
        "/sign-in": entrance.front,
        "/sign-in/{secret}": entrance.link,
        "/act/{secret}": links.link,
    }
    does = {
        "/sign-in": entrance.asked,
        "/sign-in/{secret}": entrance.used,
        "/sign-out": entrance.out,
        "/act/{secret}": links.pressed,
    }
    return _app(site, looks, does, [], guards(_refuse(site), HOSTS if host in HOSTS else [host], url))


register_url_convertor("short", ShortNumber())

Look = Callable[[Site, Request], Response]
Do = Callable[[Site, Request, Pairs], Response]
LOOKS: dict[str, Look] = {
    "/chat": talk.chat,
    "/about": talk.about,
    "/data.zip": own_data_page.download,
    "/obligations/{id:short}": talk.obligation,
    "/papers/{id:short}": papers_page.paper,
    "/papers/{id:short}.pdf": papers_page.pdf,
    "/papers/{id:short}/attachments/{number:short}": papers_page.attachment,
    "/mine": mine_page.my_list,
    "/meetings": meetings_page.meetings,
    "/meetings/{id:short}": meeting_page.meeting,
    "/meetings/{id:short}.ics": meeting_page.ics,
    "/influence": influence_page.influence,
    "/experience": experience_page.experience,
    "/year": year_page.year,
    "/year/{year:short}": year_page.year,
    "/overview": overview_page.overview,
    "/board": overviews.board,
    "/board.csv": overviews.board_csv,
    "/board.json": overviews.board_json,
    "/journal": overviews.journal,
    "/outbox": outbox_page.outbox,
}
"""What both have, beside what each adds."""
DOES: dict[str, Do] = {"/language": welcome.language, "/alliance": switching.switched, "/say": talk.said}


def _app(
    site: Site,
    looks: Mapping[str, Look],
    does: Mapping[str, Do],
    others: Sequence[BaseRoute],
    middleware: Sequence[Middleware],
) -> Starlette:
    return Starlette(
        routes=[
            *(Route(path, site.post(handler), methods=["POST"]) for path, handler in {**DOES, **does}.items()),
            *(Route(path, site.get(handler), methods=["GET"]) for path, handler in {**LOOKS, **looks}.items()),
            *others,
            Mount("/static", StaticFiles(packages=[("templates", "pages/static")])),
        ],
        middleware=middleware,
        exception_handlers={
            Trouble: lambda request, trouble: _trouble(site, request, trouble),
            HTTPException: lambda request, error: _http_error(site, request, error),
            500: lambda request, error: site.trouble(request, 500, "broken"),
        },
    )


def _refuse(site: Site) -> Refuse:
    async def refuse(request: Request, status: int, reason: str) -> Response:
        return await run_in_threadpool(site.trouble, request, status, reason)

    return refuse


def _trouble(site: Site, request: Request, trouble: Exception) -> Response:
    assert isinstance(trouble, Trouble)
    if trouble.reason == "nobody" and site.demo is None:
        return see(site.who.asks(request))
    return site.trouble(request, trouble.status, trouble.reason)


def _http_error(site: Site, request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    reasons = {404: "not_found", 405: "wrong_method"}
    return site.trouble(request, error.status_code, reasons.get(error.status_code, "otherwise"))
