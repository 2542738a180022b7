"""The meetings of a year as a list, with the newest papers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from alliance.meeting_steps import Step
from alliance.meetings import Meeting
from bot.commands.papers import latest
from bot.commands.year import may_plan
from bot.web.site import Reader, Site, Trouble
from bot.web.visitors import asking
from bot.web.year_page import FARTHEST
from storage.engine import reading
from storage.queries import meetings as queries
from storage.queries.meeting_steps import steps
from templates.makers.meeting_words import state_words, when_words, where_words
from templates.makers.papers_sent import paper_name


@dataclass(frozen=True)
class Line:
    """A meeting of the list; ``next`` is what the secretariat does about it, empty for anybody else."""

    id: int
    title: str
    when: str
    where: str
    state: str
    next: str
    ahead: bool


def meetings(site: Site, request: Request) -> Response:
    """``/meetings?year=2027``: what is ahead in a year and what has been, and the newest papers."""
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
        visitor, today = reader.known, reader.today
        year = _year(request, today.year)
        known = queries.meetings(connection, visitor.alliance)
        found = [m for m in known if visitor.alliance.charter.calendar.day(m.starts_at).year == year]
        coming = steps(connection, visitor.alliance, found, reader.now) if visitor.actor.secretariat else {}
        newest = latest(asking(connection, visitor, reader.now))
    lines = [_line(reader, meeting, coming.get(meeting.id)) for meeting in found]
    return site.page(
        request,
        reader,
        "meetings",
        year=year,
        years=[each for each in (year - 1, year, year + 1) if abs(each - today.year) <= FARTHEST],
        sections=_sections(lines),
        papers=[(id_, paper_name(reader.say, paper, title), paper.issued_at) for id_, paper, title in newest],
        may_plan=visitor.actor.secretariat and may_plan(visitor.alliance, known, year, today),
    )


def _year(request: Request, this: int) -> int:
    """``?year=2028``, else this one; raises Trouble for one that is too far away."""
    typed = request.query_params.get("year", str(this))
    if not (typed.isascii() and typed.isdecimal() and len(typed) == 4) or abs(int(typed) - this) > FARTHEST:
        raise Trouble(404, "not_found")
    return int(typed)


def _line(reader: Reader, meeting: Meeting, step: Step | None) -> Line:
    say = reader.say
    return Line(
        meeting.id,
        meeting.title.in_(say.language),
        when_words(say, meeting),
        where_words(say, meeting),
        state_words(say, meeting),
        say(f"page.meetings.step.{step.key}", due=step.due) if step else "",
        _is_ahead(meeting, reader.now),
    )


def _is_ahead(meeting: Meeting, now: datetime) -> bool:
    return meeting.state in ("planned", "called") and meeting.ends_at > now


def _sections(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """What is ahead, the next one first; then what has been or was called off, the last one first."""
    ahead = [line for line in lines if line.ahead]
    been = [line for line in lines if not line.ahead][::-1]
    return [(name, found) for name, found in (("ahead", ahead), ("been", been)) if found]
