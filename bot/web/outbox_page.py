"""The outbox as the secretariat sees it: every delivery, what it told and how it ended, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from alliance.alliances import Alliance
from alliance.whys import Delivered
from bot.web.site import Reader, Site, page_number
from storage.engine import reading
from storage.queries import accounts, meetings
from storage.queries.outbox_looking import Sought, found
from storage.queries.papers import paper_meetings
from templates.makers.knowing import kind_words, reason_words

PAGE_SIZE = 100


@dataclass(frozen=True)
class Shown:
    """A delivery as it is read out; ``about`` are pairs of words and the obligation they lead to, if any. Aware UTC."""

    at: datetime
    person: str
    address: str
    what: str
    about: tuple[tuple[str, object], ...]
    state: str
    again_at: datetime | None
    reason: str


def outbox(site: Site, request: Request) -> Response:
    """``/outbox``: every delivery and how it ended, newest first."""
    number = page_number(request)
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
        alliance = reader.secretary.alliance
        sought = Sought(limit=PAGE_SIZE + 1, offset=PAGE_SIZE * (number - 1))
        newest = found(connection, alliance.id, sought)[::-1]
        titles = _titles(connection, alliance, reader.language, newest)
    shown = [_shown(reader, one, titles) for one in newest[:PAGE_SIZE]]
    more = len(newest) > PAGE_SIZE
    return site.page(request, reader, "outbox", deliveries=shown, number=number, more=more)


def _shown(reader: Reader, one: Delivered, titles: dict[str, str]) -> Shown:
    say = reader.say
    listed = [(say("page.outbox.line", title=titles[str(line["requirement"])], line=line), line) for line in one.lines]
    lines = tuple((words, line["obligation"]) for words, line in listed)
    return Shown(
        one.posted_at,
        one.person,
        one.address,
        kind_words(say, one.what),
        lines or ((titles.get(one.about, "–"), None),),
        one.state,
        one.again_at,
        reason_words(say, one.reason) if one.reason else "",
    )


def _titles(
    connection: Connection, alliance: Alliance, language: str, shown: tuple[Delivered, ...]
) -> dict[str, str]:
    """What deliveries are about: requirements by key, and the meeting by ``meeting:3`` and ``paper:4``."""
    keys = {str(line["requirement"]) for one in shown for line in one.lines}
    titles = {key: accounts.requirement(connection, alliance, key).title.in_(language) for key in keys}
    held = {f"meeting:{m.id}": m.title.in_(language) for m in meetings.meetings(connection, alliance)}
    papers = {f"paper:{p}": held[f"meeting:{m}"] for p, m in paper_meetings(connection, alliance.id).items()}
    return titles | held | papers
