"""``/act/<secret>``: a button of a mail. Opening it says what would happen and for whom; only pressing does it.

It acts for nobody but whom it was mailed to, says nothing but its own words and what the form that it opens offers, and
does it once. Whoever it was mailed to gets a receipt, so that a link which was passed on is noticed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from alliance.doors import ActingLink, Standing
from alliance.errors import Refused
from alliance.messages import FOR_MEMBER, Button, Buttons, Form, Message
from alliance.notifications import link_used
from bot.request import Reply, after
from bot.request import Request as Ask
from bot.router import command_of, foreseen, handle
from bot.unsent import KEEP, STAMP
from bot.web.conversation import has_form, stamp_of, without_forms
from bot.web.dress import answers_from
from bot.web.limits import TRYING, Limits, network_address
from bot.web.sessions import holder
from bot.web.site import Pairs, Reader, Site, Trouble, see, uploads
from bot.web.talk import in_html
from bot.web.visitors import Visitor
from storage import doors, journal, outbox
from storage.doors import Door
from storage.engine import reading
from storage.queries.register import people

ACTS = (
    "rsvp",
    "report",
    "evidence",
    "comment",
    "propose",
    "proposal",
    "withdraw",
    "take_back",
    "question",
    "plan_action",
)
"""The commands that a link says without signing in, each about one thing. All others show more than that."""
MOST_BUTTONS = 3
CHANNEL = "mail"
Why = Standing | Literal["other", "asks"]
GONE: dict[Why, int] = {"used": 200, "expired": 410, "gone": 410, "changed": 409, "other": 403, "asks": 200}
"""What a link that does nothing answers with, by why."""


@dataclass(frozen=True)
class Found:
    """A link, whom it was mailed to (None once they have nothing to do with the alliance), and who looks at it."""

    link: ActingLink
    meant: Visitor | None
    name: str
    reader: Reader
    standing: Why


@dataclass(frozen=True)
class Links:
    """The pages behind the buttons of mails."""

    limits: Limits

    def link(self, site: Site, request: Request) -> Response:
        """Show what a link would do; nothing is changed, whoever follows it."""
        found = self._found(site, request)
        if isinstance(found, Response):
            return found
        if found.standing != "works":
            return _does_nothing(site, request, found)
        asked = _ask(found, found.link.words)
        standing, acts = foreseen(site.engine, replace(asked, overwrites=False), found.reader.now, site.url)
        if not standing.done or has_form(standing.message):
            return _shown(site, request, found, standing)
        if acts:
            return _page(site, request, found, "press", reply=_words_of(found, standing.message))
        changed, acts = foreseen(site.engine, asked, found.reader.now, site.url)
        if not acts:
            return _shown(site, request, found, standing)
        stands = _words_of(found, standing.message, "now")
        return _page(site, request, found, "press", stands=stands, reply=_words_of(found, changed.message))

    def pressed(self, site: Site, request: Request, pairs: Pairs) -> Response:
        """``POST``: say the link's words, or what the form that it opened offers, as whom it was mailed to."""
        found = self._found(site, request)
        if isinstance(found, Response):
            return found
        if found.standing != "works":
            return _does_nothing(site, request, found)
        words, answers = answers_from(pairs)
        answers.pop(FOR_MEMBER, None)  # it speaks for the member it was written about
        shown, said = _shows(site, found), _bare(words)
        keeping = said in shown.keeps or after(said, KEEP) is not None
        if said not in {_bare(found.link.words), *shown.sends, *shown.keeps, *found.link.offered}:
            raise Trouble(403, "foreign")
        asked = replace(_ask(found, words), answers=answers, files=uploads(request))

        def settle(connection: Connection, reply: Reply) -> None:
            if reply.done and not keeping:
                _settle(connection, found, reply)

        reply = handle(site.engine, asked, found.reader.now, site.url, settle)
        if "application/json" in request.headers.get("accept", ""):
            told = {"summary": reply.message.summary, "done": reply.done, "seen": stamp_of(reply.message)}
            return JSONResponse(told)
        if not reply.done or has_form(reply.message):
            return _shown(site, request, found, reply)
        if keeping:
            return see(request.url.path)
        return _page(site, request, found, "done", reply=_words_of(found, reply.message, heading_level=2))

    def _found(self, site: Site, request: Request) -> Found | Response:
        """The link and how it stands; the page that says so where there is none."""
        if not self.limits.is_open(TRYING, network_address(request)):
            raise Trouble(429, "too_often")
        with reading(site.engine) as connection:
            reader = site.reader(connection, request)
            link = doors.acting(connection, request.path_params["secret"])
            found = _judged(connection, link, reader) if link else None
        if found is None:
            self.limits.passes(TRYING, network_address(request))
            return site.page(request, reader, "link_gone", status=404, why="unknown", link=None, name="", words="")
        return found


def _judged(connection: Connection, link: ActingLink, reader: Reader) -> Found | None:
    door = Door(link.id, link.alliance_id, link.person_id, 0, link.address)
    meant, person = holder(connection, door, reader.now), people(connection, link.alliance_id, [link.person_id])
    organisations = meant.actor.organisations if meant else ()
    standing: Why = link.standing(reader.now, meant is not None, organisations)
    if standing == "works" and reader.visitor and reader.visitor.address != link.address:
        standing = "other"  # it was passed on
    elif standing == "works" and command_of(link.words)[0] not in ACTS:
        standing = "asks"
    language = meant.language if meant and not reader.visitor else reader.language
    return Found(link, meant, person[link.person_id].name, Reader(reader.visitor, language, reader.now), standing)


def _ask(found: Found, words: str) -> Ask:
    link = found.link
    return Ask(link.address, words, channel=CHANNEL, alliance_id=link.alliance_id, offered_at=link.made_at)


# --------------------------------------------------------------------------------------------- what it may say


@dataclass(frozen=True)
class Said:
    """What the forms of a message say, without stamps: what sends them in, and what keeps what was typed."""

    sends: frozenset[str]
    keeps: frozenset[str]


def _said(link: ActingLink, message: Message) -> Said:
    """What the forms of a message say of the link's own command about its own member; the rest is not its business."""
    forms = [block for block in message.blocks if isinstance(block, Form)]
    sends = {_bare(button.words) for form in forms for button in form.buttons}
    keeps = {_bare(form.keep) for form in forms if form.keep}
    return Said(frozenset(filter(_is_of(link), sends)), frozenset(filter(_is_of(link), keeps)))


def _is_of(link: ActingLink) -> Callable[[str], bool]:
    """Tells whether some words are of the link's command, about the member that it names."""
    own = command_of(link.words)
    return lambda words: command_of(after(words, KEEP) or words) == own


def _bare(words: str) -> str:
    return STAMP.sub("", " ".join(words.split()))


def _shows(site: Site, found: Found) -> Said:
    """What the form says that the link leads to."""
    return _said(
        found.link, foreseen(site.engine, _ask(found, found.link.words), found.reader.now, site.url)[0].message
    )


# ---------------------------------------------------------------------------------------------- what it has done


def _settle(connection: Connection, found: Found, reply: Reply) -> None:
    """Use the link up with what it did, in the transaction that did it; a form that comes back leaves it as it is."""
    link, now = found.link, found.reader.now
    if has_form(reply.message):
        next_ = _said(link, reply.message)
        doors.offer_next(connection, link, {*link.offered, *next_.sends, *next_.keeps})
        return
    if not doors.use_acting(connection, link, now):
        raise Refused("link_used")
    whose, about, facts = link.person_id, f"link:{link.id}", {"label": link.label}
    journal.write_down(connection, link.alliance_id, now, "link_used", person_id=whose, about=about, facts=facts)
    if found.reader.visitor is None:  # whoever is signed in as them, is them
        buttons = [[button.label, button.words] for button in _buttons(link, reply.message)][:MOST_BUTTONS]
        said = {"summary": reply.message.summary, "label": link.label, "at": now.isoformat(), "buttons": buttons}
        told = link_used(link.id, link.person_id, said)
        outbox.post(connection, link.alliance_id, told, now)


def _buttons(link: ActingLink, message: Message) -> list[Button]:
    """The ways to change what was done: they become links of the receipt."""
    rows = (block.items for block in message.blocks if isinstance(block, Buttons))
    said = [item for row in rows for item in row if isinstance(item, Button)]
    return [b for b in said if _is_of(link)(b.words) or command_of(b.words)[0] == "withdraw"]


# ------------------------------------------------------------------------------------------------------ the pages


def _does_nothing(site: Site, request: Request, found: Found) -> Response:
    """Why it does nothing, what stands, and the way on."""
    link, reply = found.link, ""
    if found.standing == "used" and found.meant:
        asked = replace(_ask(found, link.words), overwrites=False)
        shown, acts = foreseen(site.engine, asked, found.reader.now, site.url)
        reply = "" if acts else _words_of(found, without_forms(shown.message))
    facts: dict[str, Any] = {"why": found.standing, "link": link, "name": found.name, "words": link.words}
    status = GONE[found.standing]
    return site.page(request, found.reader, "link_gone", status=status, reply=reply, **facts)


def _shown(site: Site, request: Request, found: Found, reply: Reply) -> Response:
    """A form, what was asked to be seen, or why it cannot be done."""
    how = "form" if has_form(reply.message) else "seen" if reply.done else "not_done"
    status = 200 if reply.done or how == "form" else 409
    said = _words_of(found, reply.message, heading_level=3 if how == "seen" else 2)
    return _page(site, request, found, how, status=status, reply=said)


def _words_of(found: Found, message: Message, id_prefix: str = "link", *, heading_level: int = 3) -> str:
    """A message without the buttons that would lead further than the link does; its headings follow the page's."""
    blocks = tuple(block for block in message.blocks if not isinstance(block, Buttons))
    return in_html(found.reader, replace(message, blocks=blocks), id_prefix, "", heading_level)


def _page(site: Site, request: Request, found: Found, how: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
    facts = {"stands": "", "reply": "", **facts}
    return site.page(request, found.reader, "link", status=status, how=how, link=found.link, meant=found.meant, **facts)
