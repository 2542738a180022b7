"""What stands before every page: no foreign host, no foreign form, no huge body, and headers that keep it so.

The demo's page has no sign-in, so that only somebody at this machine may talk to it. Browsers say where a form comes
from (``Sec-Fetch-Site``, ``Origin``), and send our cookie with no other site's form: so the forms carry no token.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS = ("127.0.0.1", "localhost", "[::1]", "::1")
MOST_BYTES = 1_000_000
MOST_UPLOADED = 64_000_000
"""With files: more than any command takes, so that it is the command that says no and keeps what was typed."""
MOST_DRAINED = 1_000_000_000
CSP = (
    "default-src 'none'; style-src 'self'{styles}; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP.format(styles=""),
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": with it a browser says "Origin: null" even for our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
OUTSIDE = {"Strict-Transport-Security": "max-age=31536000", "X-Robots-Tag": "noindex"}
"""For pages that can be reached from everywhere."""
MAIL_CSP = CSP.format(styles=" 'unsafe-inline'")
"""For the page that shows a mail: its frame takes over the page's policy, and mails carry their own styles."""

PDF_CSP = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
"""For a PDF that is opened by itself: the browser's own viewer is an object with styles of its own."""

Refuse = Callable[[Request, int, str], Awaitable[Response]]
"""Makes the page that says why: (request, status, reason)."""


def guards(refuse: Refuse, hosts: Sequence[str], url: str = "") -> list[Middleware]:
    """The layers in front of the pages, outermost first.

    ``hosts`` are the names they answer to; ``url`` where they are, if that is one place known to all.
    """
    outside = url.startswith("https://")
    return [
        Middleware(_Headers, headers={**HEADERS, **OUTSIDE} if outside else HEADERS),
        Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
        Middleware(_OwnFormsOnly, refuse=refuse, url=url),
        Middleware(_SmallBodiesOnly, refuse=refuse),
    ]


class _Headers:
    """Adds the security headers that a response does not set itself."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self.app, self.headers = app, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers)


class _OwnFormsOnly:
    """Turns away what another site posts: a browser says where a form came from."""

    def __init__(self, app: ASGIApp, refuse: Refuse, url: str) -> None:
        self.app, self.refuse, self.url = app, refuse, url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST" and not _is_own(Headers(scope=scope), self.url):
            await (await self.refuse(Request(scope), 403, "foreign"))(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _is_own(headers: Headers, url: str) -> bool:
    """Whether a form came from our own pages; a program that is no browser says nothing, and may."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    said = headers.get("origin") or headers.get("referer")
    if not said:
        return True
    if url:
        return _origin(said) == _origin(url)
    try:
        return urlsplit(said).netloc.lower() == headers.get("host", "").lower()
    except ValueError:  # no address at all
        return False


def _origin(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port (RFC 6454 4)."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return "", None, None


class _SmallBodiesOnly:
    """Reads the whole body before anything is done with it, and turns it away when it is too large."""

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self.app, self.refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        body = await _read(scope, receive)
        if body is None:
            await (await self.refuse(Request(scope), 413, "too_large"))(scope, receive, send)
        else:
            await self.app(scope, _again(body, receive), send)


async def _read(scope: Scope, receive: Receive) -> bytes | None:
    """The body of a request, or None where it is larger than we take.

    What is too large is still heard out: a browser shows no answer to what it could not finish saying.
    """
    most = _most(Headers(scope=scope))
    body, length, more = bytearray(), 0, True
    while more and length <= MOST_DRAINED:
        message = await receive()
        chunk = message.get("body", b"")
        length += len(chunk)
        if length <= most:
            body += chunk
        more = message.get("more_body", False) and message["type"] == "http.request"
    return bytes(body) if length <= most else None


def _most(headers: Headers) -> int:
    return MOST_UPLOADED if headers.get("content-type", "").startswith("multipart/form-data") else MOST_BYTES


def _again(body: bytes, receive: Receive) -> Receive:
    """Hand out a body that has been read; after it, whatever else the browser says (that it left)."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again
