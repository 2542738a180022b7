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

from alliance.words import Words
from bot.web.visitors import Visitor
from storage.queries import journal, register

TOUR = "tour"
"""Cookie: ``member.412.1803800000.0``. The story, the journal's newest entry and the demo's clock when it began, and
how many of its steps were clicked on; ``.aside`` after it for whoever reads of it beside the conversation only."""
CHOSEN, LATER = "chosen", "later"
"""Steps that leave nothing in the journal: whom to be is chosen, and the clock was moved."""
STORIES: dict[str, tuple[frozenset[str], ...]] = {
    name: tuple(map(frozenset, steps))
    for name, steps in {
        "member": ({CHOSEN}, {"answered"}, {"report_draft_saved"}, {"report_submitted"}, {LATER}),
        "secretariat": ({CHOSEN}, set(), set(), {"broadcast_sent"}, {"exemption_recorded"}),
        "meeting": ({"year_planned"}, {"meeting_called"}, {"answered_seat"}, {"meeting_moved"}),
        "papers": ({"item_added"}, {"agenda_published"}, {"meeting_held"}, {"minutes_approved"}),
    }.items()
}
"""What the journal says when each step is done, by story, as ``page.story`` tells them; nothing for a look."""
LOOKED_AT = {("secretariat", 2): "/board"}
"""The page that a look is at, by story and step: whoever has opened it has looked."""


@dataclass(frozen=True)
class Tour:
    """A story under way; ``done`` of its steps are, and ``step`` (from 1) is next, 0 once all are done.

    ``looks`` says that the next one leaves no trace: whoever has looked says so. ``aside``: it was closed on the other
    pages, and stands beside the conversation only. ``home`` is the alliance it is told in, for whoever is in another.
    """

    story: str
    done: int
    steps: int
    looks: bool = False
    aside: bool = False
    home: Words | None = None

    @property
    def step(self) -> int:
        return self.done + 1 if self.done < self.steps else 0

    @property
    def page(self) -> str:
        """The page that the next step is a look at, if it is one."""
        return LOOKED_AT.get((self.story, self.step), "")


def tour(connection: Connection, request: Request, visitor: Visitor, now: datetime) -> Tour | None:
    """The story somebody follows and how far they are; None for whoever follows none."""
    found = _followed(request)
    if found is None:
        return None
    first = register.alliances(connection)[0]
    if visitor.alliance.id != first.id:
        return Tour(found[1], 0, len(STORIES[found[1]]), aside=bool(found[5]), home=first.charter.name)
    since, began = int(found[2]), datetime.fromtimestamp(int(found[3]), UTC)
    happened = journal.actions_since(connection, visitor.alliance.id, since) | {CHOSEN}
    happened |= {LATER} if now > began else set()
    steps = STORIES[found[1]]
    done = max((number for number, step in enumerate(steps, start=1) if step & happened), default=0)
    done = max(done, min(int(found[4]), len(steps)))
    return Tour(found[1], done, len(steps), looks=done < len(steps) and not steps[done], aside=bool(found[5]))


def story_of(request: Request) -> str:
    """The story somebody has begun to follow, or nothing."""
    found = _followed(request)
    return found[1] if found else ""


def going_on(request: Request, looked: str = "", *, aside: bool = False) -> str:
    """The cookie of the story that is followed, with so many steps clicked on, or closed; empty where there is none."""
    found = _followed(request)
    if found is None:
        return ""
    clicked = int(looked or found[4])
    return f"{found[1]}.{found[2]}.{found[3]}.{clicked}{'.aside' if aside or found[5] else ''}"


def _followed(request: Request) -> re.Match[str] | None:
    found = re.fullmatch(r"([a-z]+)\.(\d{1,12})\.(\d{1,12})\.(\d{1,2})(\.aside)?", request.cookies.get(TOUR, ""))
    return found if found and found[1] in STORIES else None
