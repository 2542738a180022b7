"""What the members have shared, as a page to search."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import Refused
from alliance.experience import LONGEST, found, meant
from bot.commands.sharing.record import check_reader, shares
from bot.web.site import Site, Trouble, page_number
from bot.web.visitors import asking
from storage.engine import reading
from storage.queries import experience as experiences

ON_A_PAGE = 25


def experience(site: Site, request: Request) -> Response:
    """``/experience?q=varmepumper&page=2``: the same as ``erfaringer`` says, newest first."""
    query = " ".join(request.query_params.get("q", "")[:LONGEST].split())
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
        ctx = asking(connection, reader.known, reader.now)
        try:
            check_reader(ctx)
        except Refused:
            raise Trouble(403, "experience") from None
        known = experiences.entries(connection, ctx.alliance, ctx.today)
        may_share = shares(ctx)
    hits = found(known, query)
    number = min(page_number(request), max(1, -(-len(hits) // ON_A_PAGE)))
    return site.page(
        request,
        reader,
        "experience",
        query=query,
        entries=hits[(number - 1) * ON_A_PAGE : number * ON_A_PAGE],
        total=len(hits),
        of=len(known),
        meant=() if hits else meant(known, query),
        number=number,
        more=number * ON_A_PAGE < len(hits),
        shares=may_share,
    )
