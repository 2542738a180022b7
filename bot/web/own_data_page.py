"""``/data.zip``: everything that is kept about a member, for who acts for it. Looking changes nothing."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from bot.web.site import Site, Trouble
from storage.engine import reading
from storage.queries import register
from storage.queries.own_data import own_data
from templates.own_data import packed


def download(site: Site, request: Request) -> Response:
    """The file of ``?member=0259``; who acts for one member alone need not name it."""
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
        known = reader.known
        alliance, own = known.alliance, known.actor.own
        found = register.organisations(connection, alliance.id, reader.today)
        code = request.query_params.get("member", "")
        named = [one for one in found.values() if one.code == code or (not code and own == (one.id,))]
        member = next((one for one in named if one.kind == alliance.charter.member_kind), None)
        if member is None or not known.actor.may("act_for_member", member.id):
            raise Trouble(404, "not_found")
        file = packed(reader.say, own_data(connection, alliance, member, reader.now))
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        "Cache-Control": "no-store",
    }
    return Response(file.content, headers=headers, media_type=file.media_type)
