"""Following the demo's tour: beginning a story, going on after a look, closing its line on a page, ending it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.web.site import Pairs, Site, on_our_site, remember, see
from bot.web.tour import STORIES, TOUR, going_on
from storage.engine import reading
from storage.queries import journal


def followed(site: Site, request: Request, pairs: Pairs) -> Response:
    """``POST /tour``: follow a story, from the first page on; ``looked`` goes on, ``aside`` closes its line on pages.

    None of them ends the tour. ``to`` is the page to come back to.
    """
    form = dict(pairs)
    story, looked, back = form.get("story", ""), form.get("looked", ""), on_our_site(form.get("to", ""), "/chat#latest")
    if looked.isdecimal() and len(looked) < 3 and (going := going_on(request, looked)):
        return remember(see(back), TOUR, going)
    if form.get("aside") and (going := going_on(request, aside=True)):
        return remember(see(back), TOUR, going)
    if story not in STORIES:
        response = see(on_our_site(form.get("to", ""), "/chat"))
        response.delete_cookie(TOUR)
        return response
    with reading(site.engine) as connection:
        newest = journal.newest_entry(connection)
    return remember(see("/#choose"), TOUR, f"{story}.{newest}.{int(site.now().timestamp())}.0")
