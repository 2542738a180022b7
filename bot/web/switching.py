"""Somebody who is known in several alliances by one address looks at another of them; each page is of one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.web.site import Pairs, Site, Trouble, see
from storage.engine import writing


def switched(site: Site, request: Request, pairs: Pairs) -> Response:
    """``POST /alliance``: go on in the alliance with this key; raises Trouble where the visitor is nobody."""
    response = see("/chat")
    with writing(site.engine) as connection:
        visitor, now = site.reader(connection, request).known, site.now()
        wanted = next((one for one in visitor.also if one.key == dict(pairs).get("alliance")), None)
        if wanted is None or not site.who.switch(connection, request, response, wanted, now):
            raise Trouble(403, "not_there")
    return response
