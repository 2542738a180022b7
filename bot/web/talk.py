"""The conversation: what is said, what is answered, and the page where it happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from alliance.messages import Message
from bot.request import Reply
from bot.request import Request as Ask
from bot.router import handle
from bot.web.conversation import Exchange, has_form, pressed, stamp_of, without_forms
from bot.web.dress import answers_from, html
from bot.web.jumps import Moved, jumps
from bot.web.letters import Envelope, envelope
from bot.web.site import Backstage, Pairs, Reader, Site, remember, see, uploads
from bot.web.visitors import PERSONA, Visitor, visitor_at
from storage import mailbox
from storage.engine import reading
from templates.makers.words import command
from templates.phrases import Phrases

LONGEST_WORDS = 2_000
SHOWN = 3
NEWEST_MAILS = 5


@dataclass(frozen=True)
class Quick:
    """A button that says the most useful words of a role."""

    label: str
    words: str


@dataclass(frozen=True)
class Shown:
    """An exchange as the page shows it; ``overtaken`` where its form was left out."""

    words: str
    summary: str
    reply: Markup
    at: datetime
    done: bool
    overtaken: bool


def chat(site: Site, request: Request) -> Response:
    """``/chat``: the conversation; in the demo with clock and newest mails. ``?say=`` only fills the field in."""
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
    if reader.visitor is None:
        return see(site.who.asks(request))
    exchanges = site.conversations.of(reader.known.actor.person.id)
    newest = exchanges[-1] if exchanges else _first_look(site, request, reader.known, reader)
    return _chat(site, request, reader, exchanges[:-1], newest, spoken=bool(exchanges))


def _chat(
    site: Site, request: Request, reader: Reader, before: tuple[Exchange, ...], newest: Exchange, *, spoken: bool
) -> Response:
    past = [_shown(reader, exchange, past=True) for exchange in before]
    return site.page(
        request,
        reader,
        "chat",
        newest=_shown(reader, newest),
        spoken=spoken,
        earlier=past[-SHOWN:],
        oldest=past[:-SHOWN],
        prefill=request.query_params.get("say", "")[:LONGEST_WORDS],
        quick=_quick(reader.say, reader.known, reader.now),
        **(_beside(site, request, reader, site.demo) if site.demo else {}),
    )


def _beside(site: Site, request: Request, reader: Reader, demo: Backstage) -> dict[str, Any]:
    """What stands beside the demo's conversation: the clock and the newest mails."""
    visitor = reader.known
    with reading(site.engine) as connection:
        mails, to = _newest_mails(connection, visitor), jumps(connection, visitor.alliance, reader.now)
    return {
        "mails": mails,
        "jumps": to,
        "progress": demo.progress(),
        "moved": _moved_by(demo.mover.last, visitor),
        "stuck": demo.mover.failed,
        "today": visitor.alliance.charter.calendar.day(reader.now),
    }


def _moved_by(moved: Moved | None, visitor: Visitor) -> Moved | None:
    """The last move of the clock, for whoever made it: nobody else is told of what they did not do."""
    return moved if moved and moved.by == visitor.address else None


def _newest_mails(connection: Connection, visitor: Visitor) -> tuple[Envelope, ...]:
    found = mailbox.mailbox(connection, visitor.alliance.id, visitor.address, NEWEST_MAILS)
    return tuple(map(envelope, found))


def _first_look(site: Site, request: Request, visitor: Visitor, reader: Reader) -> Exchange:
    """What somebody sees who has not said anything yet: their list, or the board."""
    words = command(reader.say, "board" if visitor.actor.secretariat else "list")
    return _exchange(site, reader, words, _answer(site, request, visitor, reader, words, {}))


def _quick(say: Phrases, visitor: Visitor, now: datetime) -> tuple[Quick, ...]:
    if visitor.actor.secretariat:
        names = ("board", "missing", "meeting", "message", "journal", "help")
        return tuple(Quick(say(f"page.quick.{name}"), command(say, name)) for name in names)
    if visitor.actor.handed and not visitor.actor.terms:
        return tuple(Quick(say(f"page.quick.{name}"), command(say, name)) for name in ("list", "help"))
    charter, today = visitor.alliance.charter, visitor.alliance.charter.calendar.day(now)
    attended = (r.event_word for r in charter.requirements_on(today) if r.settled_by == "attendance")
    own = ("list", *(["report"] if charter.reporting.indicators else []), "meeting")
    found = {name: command(say, name) for name in own}
    if event := next(attended, None):
        found["rsvp"] = command(say, "rsvp", event.in_(say.language))
    return tuple(Quick(say(f"page.quick.{n}"), w) for n, w in {**found, "help": command(say, "help")}.items())


def _answer(
    site: Site, request: Request, visitor: Visitor, reader: Reader, words: str, answers: dict[str, str]
) -> Reply:
    asked = Ask(visitor.address, words, answers, files=uploads(request), alliance_id=visitor.alliance.id)
    return handle(site.engine, asked, reader.now, site.base_url(request))


def _exchange(site: Site, reader: Reader, words: str, reply: Reply) -> Exchange:
    return Exchange(site.conversations.number(), words, reply.message, reader.now, reply.done)


def _shown(reader: Reader, exchange: Exchange, *, past: bool = False, heading_level: int = 3) -> Shown:
    whole = exchange.message
    message = without_forms(whole) if past else whole
    reply = in_html(reader, message, f"m{exchange.number}", "/say", heading_level)
    return Shown(exchange.words, whole.summary, reply, exchange.at, exchange.done, past and has_form(whole))


def in_html(reader: Reader, message: Message, id_prefix: str, action: str, heading_level: int = 3) -> Markup:
    """A message on a page; its forms are sent to ``action``, or back to where the page came from."""
    say = reader.say
    return html(
        message,
        heading_level=heading_level,
        form_action=action,
        id_prefix=id_prefix,
        number_label=say("page.form.number"),
        required_label=say("page.form.required"),
        errors_label=say("page.form.errors"),
    )


def said(site: Site, request: Request, pairs: Pairs) -> Response:
    """``POST /say``: hand the words to the router; a browser goes on to the answer, a script gets its summary."""
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
    words, answers = answers_from(pairs)
    if reader.visitor is None or not words.strip():
        return see("/chat")
    quietly = "application/json" in request.headers.get("accept", "")
    reply = _say(site, request, reader.visitor, reader, words, answers, aloud=not quietly)
    if quietly:
        seen = stamp_of(reply.message)
        if reply.done:
            site.conversations.kept(reader.visitor.actor.person.id, words, answers, seen)
        told = {"summary": reply.message.summary, "done": reply.done, "seen": seen}
        return JSONResponse(told)
    if site.demo is None:  # another process may show the next page: the answer leaves with this one
        exchanges = site.conversations.of(reader.visitor.actor.person.id)
        return _chat(site, request, reader, exchanges[:-1], exchanges[-1], spoken=True)
    return see("/chat#latest")


def _say(
    site: Site,
    request: Request,
    visitor: Visitor,
    reader: Reader,
    words: str,
    answers: dict[str, str],
    *,
    aloud: bool,
) -> Reply:
    reply = _answer(site, request, visitor, reader, words[:LONGEST_WORDS], answers)
    if aloud:
        before = site.conversations.of(visitor.actor.person.id)
        seen = pressed(before[-1].message, words) if before else words
        exchange = _exchange(site, reader, seen[:LONGEST_WORDS], reply)
        site.conversations.add(visitor.actor.person.id, exchange)
    return reply


def act(site: Site, request: Request) -> Response:
    """``/act?say=…``: where a link in a mail leads. It asks first; nothing has happened yet."""
    words = request.query_params.get("say", "").strip()[:LONGEST_WORDS]
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
        meant = visitor_at(connection, request.query_params.get("as", ""), reader.now, _here(reader))
    actor = meant or reader.visitor
    return site.page(request, reader, "act", words=words, actor=actor)


def _here(reader: Reader) -> str:
    """The alliance whose mail was looked at: who is known in several by one address is meant in this one."""
    return reader.visitor.alliance.key if reader.visitor else ""


def acted(site: Site, request: Request, pairs: Pairs) -> Response:
    """``POST /act``: become who was meant, and say it."""
    form = dict(pairs)
    words = form.get("_words", "").strip()
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
        visitor = visitor_at(connection, form.get("_as", ""), reader.now, _here(reader)) or reader.visitor
    if visitor is None or not words:
        return see("/")
    reader = Reader(visitor, visitor.language, reader.now)
    _say(site, request, visitor, reader, words, {}, aloud=True)
    return remember(see("/chat#latest"), PERSONA, visitor.address)


def obligation(site: Site, request: Request) -> Response:
    """``/obligations/12``: what ``vis 12`` answers, as a page of its own."""
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
    visitor = reader.known
    number = request.path_params["id"]
    words = command(reader.say, "show", number)
    reply = _answer(site, request, visitor, reader, words, {})
    shown = _shown(reader, _exchange(site, reader, words, reply), heading_level=2)
    status = 200 if reply.done else 404
    return site.page(request, reader, "obligation", status=status, shown=shown, number=number)


def about(site: Site, request: Request) -> Response:
    """``/about``: what ``om`` answers, as a page of its own."""
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
    words = command(reader.say, "about")
    reply = _answer(site, request, reader.known, reader, words, {})
    shown = _shown(reader, _exchange(site, reader, words, reply), heading_level=2)
    return site.page(request, reader, "about", shown=shown)
