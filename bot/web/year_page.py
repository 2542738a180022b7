"""The year wheel: a picture of the year, and the same in words."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from alliance.year_wheel import marks, quiet_spans
from bot.commands.meetings.year import may_plan
from bot.web import wheel
from bot.web.site import Site, Trouble
from storage.engine import reading
from storage.queries.meetings import meetings
from templates.makers.meeting_words import state_words

FARTHEST = 5
"""Years before and after this one that can be looked at."""


def year(site: Site, request: Request) -> Response:
    """``/year`` and ``/year/2027``: what happens in it, for everybody in the alliance."""
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
        alliance = reader.known.alliance
        known = meetings(connection, alliance)
    today = alliance.charter.calendar.day(reader.now)
    shown: int = request.path_params.get("year", today.year)
    if abs(shown - today.year) > FARTHEST:
        raise Trouble(404, "not_found")
    found = marks(alliance.charter, known, shown)
    return site.page(
        request,
        reader,
        "year",
        year=shown,
        name=alliance.charter.name.in_(reader.language),
        dots=wheel.dots(found),
        months=wheel.months(shown),
        rests=[wheel.arc(first, last) for first, last in quiet_spans(alliance.charter, shown)],
        hand=wheel.hand(today) if shown == today.year else None,
        today=today,
        before=shown - 1 if shown > today.year - FARTHEST else None,
        after=shown + 1 if shown < today.year + FARTHEST else None,
        states=[state_words(reader.say, mark.meeting) if mark.meeting else "–" for mark in found],
        may_plan=reader.known.actor.secretariat and may_plan(alliance, known, shown, today),
    )
