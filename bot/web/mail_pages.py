"""The demo's mailbox: everything that was sent, and each mail as its reader sees it."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from alliance.alliances import Alliance
from bot.web.guards import MAIL_CSP, PDF_CSP
from bot.web.letters import Attachment, Letter, envelope, letter
from bot.web.site import Reader, Site, Trouble, page_number
from bot.web.visitors import Candidate, casts, named
from storage import mailbox as mails
from storage.engine import reading
from storage.queries import register

PAGE_SIZE = 50


def mailbox(site: Site, request: Request) -> Response:
    """``/mailbox?to=``: every mail, newest first, or those to one address; a name leads to its addresses."""
    to = request.query_params.get("to", "").strip()
    number = page_number(request)
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
        alliance = _alliance(connection, reader)
        meant = _meant(connection, reader, to) if to else ()
        wanted = {to.lower(), *(person.address for person in meant)} if to else None
        found = mails.mailbox(connection, alliance.id, wanted, PAGE_SIZE + 1, PAGE_SIZE * (number - 1))
    return site.page(
        request,
        reader,
        "mailbox",
        to=to,
        mails=[envelope(mail) for mail in found[:PAGE_SIZE]],
        meant=meant,
        number=number,
        more=len(found) > PAGE_SIZE,
    )


def _alliance(connection: Connection, reader: Reader) -> Alliance:
    """The reader's alliance, else the only one there is: whoever looks over a shoulder may see the demo's mails."""
    if reader.visitor:
        return reader.visitor.alliance
    found = register.alliances(connection)
    if not found:
        raise Trouble(503, "empty")
    return found[0]


def _meant(connection: Connection, reader: Reader, typed: str) -> tuple[Candidate, ...]:
    return named(casts(connection, reader.now), typed)


def _letter(site: Site, request: Request) -> tuple[Reader, Letter]:
    number = request.path_params["id"]
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
        found = mails.mail(connection, _alliance(connection, reader).id, number)
    if found is None:
        raise Trouble(404, "no_mail")
    return reader, letter(found)


def mail(site: Site, request: Request) -> Response:
    """``/mailbox/12``: one mail, opened in a frame that may run nothing."""
    reader, opened = _letter(site, request)
    response = site.page(request, reader, "mail", letter=opened)
    response.headers["Content-Security-Policy"] = MAIL_CSP
    return response


def attachment(site: Site, request: Request) -> Response:
    """``/mailbox/12/attachments/0``: a file that came with a mail, to be kept and not shown."""
    return _handed_out(_attachment(site, request), "attachment")


def viewed(site: Site, request: Request) -> Response:
    """``/mailbox/12/attachments/0/view``: a PDF shown by the browser; other files might act as our page."""
    file = _attachment(site, request)
    if not file.is_pdf:
        raise Trouble(404, "no_mail")
    response = _handed_out(file, "inline")
    response.headers["Content-Security-Policy"] = PDF_CSP
    return response


def _attachment(site: Site, request: Request) -> Attachment:
    _, opened = _letter(site, request)
    number: int = request.path_params["number"]
    if number >= len(opened.attachments):
        raise Trouble(404, "no_mail")
    return opened.attachments[number]


def _handed_out(file: Attachment, how: Literal["attachment", "inline"]) -> Response:
    disposition = f"{how}; filename*=UTF-8''{quote(file.name, safe='')}"
    return Response(file.content, headers={"Content-Disposition": disposition}, media_type=file.media_type)
