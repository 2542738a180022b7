"""The outbox as the secretariat sees it: every delivery, what it told and how it ended, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from alliance.alliances import Alliance
from alliance.whys import Delivered
from bot.web.site import Reader, Site, page_number
from storage.engine import reading
from storage.queries import accounts, meetings
from storage.queries.outbox_counts import counts, people_called
from storage.queries.outbox_looking import HOW, Sought, found
from storage.queries.papers import paper_meetings
from templates.makers.knowing import kind_words, reason_words

PAGE_SIZE = 100
LONGEST = 200  # characters of a search; no name or address of ours is longer


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
    """``/outbox?how=lost&who=Køge``: every delivery and how it ended, newest first, or those that are asked for."""
    number, asked = page_number(request), request.query_params
    how, who = asked.get("how", ""), asked.get("who", "").strip()[:LONGEST]
    how = how if how in HOW else ""
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
        alliance = reader.secretary.alliance
        people = people_called(connection, alliance.id, who) if who else None
        sought = Sought(how=how, people=people, limit=PAGE_SIZE + 1, offset=PAGE_SIZE * (number - 1))
        newest = found(connection, alliance.id, sought)[::-1]
        titles = _titles(connection, alliance, reader.language, newest)
        lost = counts(connection, alliance.id)["lost"]
    shown = [_shown(reader, one, titles) for one in newest[:PAGE_SIZE]]
    return site.page(
        request,
        reader,
        "outbox",
        deliveries=shown,
        hows=HOW,
        how=how,
        who=who,
        lost=lost,
        number=number,
        more=len(newest) > PAGE_SIZE,
        query=_query(("how", how), ("who", who)),
    )


def _query(*asked: tuple[str, str]) -> str:
    """What was asked for, as it goes on behind the number of a page."""
    return "".join(f"&{urlencode({name: value})}" for name, value in asked if value)


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


def _titles(connection: Connection, alliance: Alliance, language: str, shown: tuple[Delivered, ...]) -> dict[str, str]:
    """What deliveries are about: requirements by key, and the meeting by ``meeting:3`` and ``paper:4``."""
    keys = {str(line["requirement"]) for one in shown for line in one.lines}
    titles = {key: accounts.requirement(connection, alliance, key).title.in_(language) for key in keys}
    held = {f"meeting:{m.id}": m.title.in_(language) for m in meetings.meetings(connection, alliance)}
    papers = {f"paper:{p}": held[f"meeting:{m}"] for p, m in paper_meetings(connection, alliance.id).items()}
    return titles | held | papers
