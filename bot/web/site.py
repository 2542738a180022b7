"""What every page shares, in the demo and outside it: who reads it, and the one way a page is made."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from sqlalchemy import Connection, Engine
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from alliance.messages import Message, Text
from bot.request import Upload
from bot.web.conversation import Conversations
from bot.web.dress import html
from bot.web.jumps import Mover
from bot.web.tour import TOUR, Tour, going_on, story_of, tour
from bot.web.visitors import LANGUAGE, Visitor, Who
from storage import mailbox
from storage.engine import reading
from storage.queries import register
from storage.queries.oversight import sees
from templates.phrases import LANGUAGES, ZONE, Phrases

log = logging.getLogger("tovholder.web")
LARGEST_FIELD = 20_000_000
"""Bytes of one field of a form: far more than any may hold, so that the answer to too much is in our words."""

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Demo:
    """What the demo's pages need from the wiring.

    ``now`` is the demo's clock (aware UTC). ``move_to`` moves it, plays every morning in between and sends what is
    due; a year takes many seconds. ``progress`` is (days played, days in all) while it runs, else None.
    """

    engine: Engine
    now: Callable[[], datetime]
    move_to: Callable[[datetime], None]
    progress: Callable[[], tuple[int, int] | None]


@dataclass(frozen=True)
class Backstage:
    """What only the demo has: a clock that can be moved, and how far a move has come."""

    mover: Mover
    progress: Callable[[], tuple[int, int] | None]


class Trouble(Exception):
    """A page cannot be shown; ``reason`` is a key of the catalogs (``page.trouble.<reason>``)."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(status, reason)
        self.status, self.reason = status, reason


@dataclass(frozen=True)
class Reader:
    """Whoever looks at a page now, known (``visitor``) or not."""

    visitor: Visitor | None
    language: str
    now: datetime
    governs: bool = False
    """Whether they see the overview of the alliance."""

    @property
    def say(self) -> Phrases:
        return Phrases(self.language, self.visitor.alliance.charter.zone if self.visitor else ZONE)

    @property
    def known(self) -> Visitor:
        """The visitor; raises Trouble for a page that is only for somebody."""
        if self.visitor is None:
            raise Trouble(403, "nobody")
        return self.visitor

    @property
    def today(self) -> date:
        """The local day of the visitor's alliance; raises Trouble for nobody."""
        return self.known.alliance.charter.calendar.day(self.now)

    @property
    def overseer(self) -> Visitor:
        """The visitor, if they see the board, or some of it; raises Trouble for anybody else."""
        if not self.known.actor.may("oversee"):
            raise Trouble(403, "secretariat_only")
        return self.known

    @property
    def governing(self) -> Visitor:
        """The visitor, if they govern the alliance; raises Trouble for anybody else."""
        visitor = self.known
        if not self.governs:
            raise Trouble(403, "governing_only")
        return visitor

    @property
    def secretary(self) -> Visitor:
        """The visitor, if they work for the secretariat; raises Trouble for anybody else."""
        if not self.known.actor.secretariat:
            raise Trouble(403, "secretariat_only")
        return self.known


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("templates", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["inline"] = _inline
    return environment


def _inline(text: str) -> Markup:
    """Small Markdown as a run of text, without the paragraph around it."""
    return Markup(html(Message(text, (Text(text),))).removeprefix("<p>").removesuffix("</p>"))


@dataclass
class Site:
    """The pages' shared state. ``now`` gives the time (aware UTC), ``who`` tells who looks.

    ``url`` is where the pages are reached from outside; empty where that is as each request says.
    """

    engine: Engine
    now: Callable[[], datetime]
    who: Who
    url: str = ""
    demo: Backstage | None = None
    conversations: Conversations = field(default_factory=Conversations)
    environment: Environment = field(default_factory=_environment)

    @classmethod
    def of_demo(cls, demo: Demo, who: Who) -> Site:
        """The pages of a demo."""

        def mails() -> int:
            with reading(demo.engine) as connection:
                return sum(mailbox.count(connection, alliance.id) for alliance in register.alliances(connection))

        return cls(demo.engine, demo.now, who, demo=Backstage(Mover(demo.move_to, mails), demo.progress))

    @property
    def backstage(self) -> Backstage:
        """What only the demo has; raises Trouble where there is none."""
        if self.demo is None:
            raise Trouble(404, "not_found")
        return self.demo

    @property
    def secure(self) -> bool:
        """Whether a browser may be told to send cookies over https only."""
        return self.url.startswith("https://")

    def base_url(self, request: Request) -> str:
        """Where the pages are, for links that leave them."""
        return self.url or str(request.base_url).rstrip("/")

    # ------------------------------------------------------------------------------------------------- readers

    def reader(self, connection: Connection, request: Request) -> Reader:
        """Whoever the cookie names; their own language, else the one chosen on the first page."""
        now = self.now()
        visitor = self.who.visitor(connection, request, now)
        if visitor is None:
            return Reader(None, chosen_language(request), now)
        today = visitor.alliance.charter.calendar.day(now)
        governs = sees(connection, visitor.alliance, visitor.actor, today)
        return Reader(visitor, visitor.language, now, governs)

    # --------------------------------------------------------------------------------------------------- pages

    def page(self, request: Request, reader: Reader, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
        """A page of the template's name, in the reader's language."""
        led = self._tour(request, reader)
        content = self.environment.get_template(f"{template}.html").render(
            say=reader.say,
            lang=reader.language,
            visitor=reader.visitor,
            governs=reader.governs,
            now=reader.now,
            here=_here(request),
            path=request.url.path,
            demo=self.demo is not None,
            moving=self.demo is not None and self.demo.mover.running,
            tour=led,
            **facts,
        )
        response = HTMLResponse(content, status)
        if led and led.page == request.url.path and response.status_code == 200:  # it goes on with the next page
            remember(response, TOUR, going_on(request, str(led.step)))
        return response

    def _tour(self, request: Request, reader: Reader) -> Tour | None:
        """The story that whoever looks follows in the demo."""
        if self.demo is None or reader.visitor is None or not story_of(request):
            return None
        with reading(self.engine) as connection:
            return tour(connection, request, reader.visitor, reader.now)

    def trouble(self, request: Request, status: int, reason: str) -> HTMLResponse:
        """The calm page that says why not, and what to do."""
        if self.demo is None and reason == "secretariat_only":  # nobody can become somebody else here
            reason = "not_secretariat"
        try:
            with reading(self.engine) as connection:
                reader = self.reader(connection, request)
        except Exception:
            log.exception("the page of a trouble does not know its reader")
            reader = Reader(None, chosen_language(request), self.now())
        return self.page(request, reader, "trouble", status=status, reason=reason)

    # ----------------------------------------------------------------------------------------------- endpoints

    def get(self, handler: Callable[[Site, Request], Response]) -> Callable[[Request], Response]:
        """An endpoint that looks; Starlette runs it in a worker thread."""
        return lambda request: self._answered(request, handler(self, request))

    def _answered(self, request: Request, response: Response) -> Response:
        self.who.seen(self.engine, request, self.now())
        return response

    def post(self, handler: Callable[[Site, Request, Pairs], Response]) -> Callable[[Request], Any]:
        """An endpoint that is handed what the form sent, in a worker thread; files wait for ``uploads``."""

        async def endpoint(request: Request) -> Response:
            async with request.form(max_part_size=LARGEST_FIELD) as form:
                pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
                request.state.uploads = await _files(form)
            return await run_in_threadpool(lambda: self._answered(request, handler(self, request, pairs)))

        return endpoint


async def _files(form: FormData) -> dict[str, Upload]:
    """The files of a form by the name of their field; a field left empty sends a file without a name."""
    sent = [(name, value) for name, value in form.multi_items() if isinstance(value, UploadFile)]
    return {name: await _upload(file) for name, file in sent if file.filename or file.size}


async def _upload(file: UploadFile) -> Upload:
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    return Upload(name, file.content_type or "application/octet-stream", await file.read())


def uploads(request: Request) -> dict[str, Upload]:
    """The files that came with a posted form, by the name of their field."""
    found: dict[str, Upload] = getattr(request.state, "uploads", {})
    return found


def chosen_language(request: Request) -> str:
    chosen = request.cookies.get(LANGUAGE, "")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def _here(request: Request) -> str:
    """The path and query of a page, to come back to it."""
    if request.method != "GET":
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def on_our_site(path: str, otherwise: str = "/") -> str:
    """A path to go on to, if it is one of ours."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if ours else otherwise


def see(path: str) -> RedirectResponse:
    """Go on to a page after something was done."""
    return RedirectResponse(path, 303)


def remember(response: Response, name: str, value: str, *, secure: bool = False) -> Response:
    """Set one of our cookies that no link from outside needs; it ends with the browser."""
    response.set_cookie(name, value, httponly=True, samesite="strict", secure=secure)
    return response


def page_number(request: Request) -> int:
    """``?page=3``; anything else is the first."""
    typed = request.query_params.get("page", "")
    return max(1, int(typed)) if typed.isdecimal() and len(typed) < 6 else 1
