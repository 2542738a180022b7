"""Moving the demo's clock, and how far a move has come."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from alliance.errors import Refused
from bot.web.jumps import target
from bot.web.site import Pairs, Reader, Site, see
from storage.engine import reading


def moved(site: Site, request: Request, pairs: Pairs) -> Response:
    """``POST /clock``: begin to move to a day; a long move goes on while the page shows how far it is."""
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
    try:
        to = target(reader.known.alliance, reader.now, dict(pairs).get("to", ""))
    except Refused as refusal:
        return _refused(site, request, reader, refusal)
    site.backstage.mover.start(to, reader.known.address)
    return see("/chat#clock")


def _refused(site: Site, request: Request, reader: Reader, refusal: Refused) -> Response:
    words = reader.say(f"page.clock.refused.{refusal.reason}", **refusal.facts)
    return site.page(request, reader, "refused", status=400, words=words)


def clock_json(site: Site, request: Request) -> Response:
    """``/clock.json``: whether a move is running, and how many days of how many it has played."""
    clock = site.backstage
    played, days = clock.progress() or (0, 0)
    return JSONResponse({"running": clock.mover.running, "played": played, "days": days})


def health(site: Site, request: Request) -> Response:
    with reading(site.engine) as connection:
        connection.exec_driver_sql("SELECT 1")
    return JSONResponse({"ok": True, "now": site.now().isoformat()})
