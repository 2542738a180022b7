"""A paper on screen: the page, the file and the attachments, each in the copy that its reader may have.

What somebody may not see is not found, exactly like what is not there.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from alliance.alliances import Alliance
from alliance.papers import PAPER_LANGUAGE, Copy, Issued
from bot.web.guards import PDF_CSP
from bot.web.site import Site, Trouble
from storage.engine import reading
from storage.queries import agendas, meetings, papers
from storage.queries.recipients import readable_copy
from templates.papers import page, reprinted


def paper(site: Site, request: Request) -> Response:
    """``/papers/3``: the paper as an accessible page."""
    with reading(site.engine) as connection:
        alliance, issued, copy = _found(site, connection, request)
        language = site.reader(connection, request).language
        shown = papers.copy_of(connection, alliance.id, issued, copy)
    attached = (attachment.id for item in shown.items for attachment in item.attachments)
    links = {number: f"/papers/{issued.id}/attachments/{number}" for number in attached}
    return HTMLResponse(page(shown, PAPER_LANGUAGE, links, f"/meetings/{issued.meeting_id}", reader=language))


def pdf(site: Site, request: Request) -> Response:
    """``/papers/3.pdf``: the very bytes that were kept, unless something in them was closed since."""
    with reading(site.engine) as connection:
        alliance, issued, copy = _found(site, connection, request)
        kept = papers.paper_file(connection, alliance.id, issued.id, copy)
        told = papers.copy_of(connection, alliance.id, issued, copy)
    if kept is None:
        raise Trouble(404, "not_found")
    file = reprinted(told, kept)
    response = _handed_out(file.content, file.name, "application/pdf", "inline")
    response.headers["Content-Security-Policy"] = PDF_CSP
    return response


def attachment(site: Site, request: Request) -> Response:
    """``/papers/3/attachments/7``: an attachment that the reader's copy names, to be kept and not shown."""
    number = request.path_params["number"]
    with reading(site.engine) as connection:
        alliance, issued, copy = _found(site, connection, request)
        items = papers.copy_of(connection, alliance.id, issued, copy).items
        named = next((a for item in items for a in item.attachments if a.id == number), None)
        content = agendas.contents(connection, alliance.id, [number]).get(number) if named else None
    if named is None or content is None:
        raise Trouble(404, "not_found")
    return _handed_out(content, named.name, named.media_type, "attachment")


def _found(site: Site, connection: Connection, request: Request) -> tuple[Alliance, Issued, Copy]:
    """The paper that the address names and the copy its reader may have; raises Trouble(404) for all else."""
    reader = site.reader(connection, request)
    known = reader.known
    alliance = known.alliance
    issued = papers.paper(connection, alliance.id, request.path_params["id"])
    meeting = meetings.meeting(connection, alliance, issued.meeting_id) if issued else None
    if issued is None or meeting is None:
        raise Trouble(404, "not_found")
    today = alliance.charter.calendar.day(reader.now)
    copy = readable_copy(connection, alliance, known.actor, meeting, issued.paper, today)
    if copy is None:
        raise Trouble(404, "not_found")
    return alliance, issued, copy


def _handed_out(content: bytes, name: str, media_type: str, how: Literal["attachment", "inline"]) -> Response:
    disposition = f"{how}; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, headers={"Content-Disposition": disposition}, media_type=media_type)
