"""The demo's guided tour: one of four stories, told step by step as somebody plays it.

A step is done when the journal says so, whoever did it and on whichever page: nothing has to be clicked away. A later
step that is done counts for those before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from bot.web.site import Pairs, Site, remember, see
from bot.web.visitors import Visitor
from storage.engine import reading
from storage.queries import journal

TOUR = "tour"
"""Cookie: ``member.412.1803800000``, the story, the newest entry of the journal when it began, and the demo's clock."""
CHOSEN, LATER = "chosen", "later"
"""Steps that leave nothing in the journal: whom to be is chosen, and the clock was moved."""
STORIES: dict[str, tuple[frozenset[str], ...]] = {
    name: tuple(map(frozenset, steps))
    for name, steps in {
        "member": ({CHOSEN}, {"answered"}, {"report_draft_saved"}, {"report_submitted"}, {LATER}),
        "secretariat": ({CHOSEN}, {"broadcast_sent"}, {"broadcast_sent"}, {"broadcast_sent"}, {"exemption_recorded"}),
        "meeting": ({"year_planned"}, {"meeting_called"}, {"answered_seat"}, {"meeting_moved"}),
        "papers": ({"item_added"}, {"agenda_published"}, {"meeting_held"}, {"minutes_approved"}),
    }.items()
}
"""What the journal says when each step is done, by story, as ``page.story`` tells them."""


@dataclass(frozen=True)
class Tour:
    """A story under way; ``done`` of its steps are, and ``step`` (from 1) is next, 0 once all are done."""

    story: str
    done: int
    steps: int

    @property
    def step(self) -> int:
        return self.done + 1 if self.done < self.steps else 0


def tour(connection: Connection, request: Request, visitor: Visitor, now: datetime) -> Tour | None:
    """The story somebody follows and how far they are; None for whoever follows none."""
    found = re.fullmatch(r"([a-z]+)\.(\d{1,12})\.(\d{1,12})", request.cookies.get(TOUR, ""))
    if found is None or found[1] not in STORIES:
        return None
    since, began = int(found[2]), datetime.fromtimestamp(int(found[3]), UTC)
    happened = journal.actions_since(connection, visitor.alliance.id, since) | {CHOSEN}
    happened |= {LATER} if now > began else set()
    steps = STORIES[found[1]]
    done = max((number for number, step in enumerate(steps, start=1) if step & happened), default=0)
    return Tour(found[1], done, len(steps))


def followed(site: Site, request: Request, pairs: Pairs) -> Response:
    """``POST /tour``: follow a story from now on, from the first page; none ends the tour."""
    story = dict(pairs).get("story", "")
    if story not in STORIES:
        response = see("/chat")
        response.delete_cookie(TOUR)
        return response
    with reading(site.engine) as connection:
        newest = journal.newest_entry(connection)
    return remember(see("/#choose"), TOUR, f"{story}.{newest}.{int(site.now().timestamp())}")
