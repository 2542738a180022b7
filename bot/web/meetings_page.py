"""The meetings of a year as a list, with the newest papers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from alliance.decisions import Decision, with_words
from alliance.meeting_steps import Step
from alliance.meetings import Meeting
from alliance.messages import Message, Text
from bot.commands.meetings.year import may_plan
from bot.commands.papers.papers import latest
from bot.commands.sharing.record import takes_part
from bot.web.dress import html
from bot.web.site import Reader, Site, Trouble, page_number
from bot.web.visitors import asking
from bot.web.year_page import FARTHEST
from storage.engine import reading
from storage.queries import decisions as decided
from storage.queries import meetings as queries
from storage.queries.meeting_steps import steps
from templates.makers.decisions import heading, said_lines
from templates.makers.meeting_words import state_words, when_words, where_words
from templates.makers.papers_sent import paper_name
from templates.phrases import Phrases

PER_PAGE = 10
MOST_TYPED = 80


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
        if not takes_part(asking(connection, visitor, reader.now)):
            raise Trouble(403, "meetings")
        year = _year(request, today.year)
        known = queries.meetings(connection, visitor.alliance)
        found = [m for m in known if visitor.alliance.charter.calendar.day(m.starts_at).year == year]
        coming = steps(connection, visitor.alliance, found, reader.now) if visitor.actor.secretariat else {}
        newest = latest(asking(connection, visitor, reader.now))
        agreed = decided.decisions(connection, visitor.alliance, visitor.actor, today)
    meeting_lines = [_line(reader, meeting, coming.get(meeting.id)) for meeting in found]
    return site.page(
        request,
        reader,
        "meetings",
        year=year,
        years=[each for each in (year - 1, year, year + 1) if abs(each - today.year) <= FARTHEST],
        sections=_sections(meeting_lines),
        papers=[(id_, paper_name(reader.say, paper, title), paper.issued_at) for id_, paper, title in newest],
        decisions=_decisions(reader, agreed, request.query_params.get("q", ""), page_number(request)),
        may_plan=visitor.actor.secretariat and may_plan(visitor.alliance, known, year, today),
    )


@dataclass(frozen=True)
class Decisions:
    """One page of what was decided: its summary, each decision's heading, words and minutes; ``words`` as typed."""

    summary: str
    lines: tuple[tuple[str, Markup, int], ...]
    words: str
    query: str
    number: int
    more: bool


def _decisions(reader: Reader, known: tuple[Decision, ...], typed: str, number: int) -> Decisions:
    """Of any year, the newest first; a page beyond the last is the last."""
    say, words = reader.say, " ".join(typed.split())[:MOST_TYPED]
    found = with_words(known, words)
    pages = max(1, -(-len(found) // PER_PAGE))
    number = min(number, pages)
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    summary = say("decisions.summary", count=len(found), words=words, number=number, pages=pages)
    lines = ((heading(say, one), _said(say, one), one.paper_id) for one in shown)
    query = f"&q={quote(words)}" if words else ""
    return Decisions(summary, tuple(lines), words, query, number, number < pages)


def _said(say: Phrases, one: Decision) -> Markup:
    words = "\n".join(said_lines(say, one))
    return html(Message(words, (Text(words),)))


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


def _sections(known: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """What is ahead, the next one first; then what has been or was called off, the last one first."""
    found = list(known)
    ahead = [line for line in found if line.ahead]
    been = [line for line in found if not line.ahead][::-1]
    return [(name, part) for name, part in (("ahead", ahead), ("been", been)) if part]
