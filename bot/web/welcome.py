"""The first page: what this is, whom to be, what to try. And the choices made there."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.request import Request as Ask
from bot.router import handle
from bot.web.site import Pairs, Reader, Site, on_our_site, remember, see
from bot.web.tour import story_of
from bot.web.visitors import ALLIANCE, LANGUAGE, PERSONA, Cast, Visitor, casts, named, visitor_at
from storage.engine import reading
from templates.phrases import LANGUAGES

ROLES = ("climate_coordinator", "mayor")
USUAL_MEMBER = "0259"  # Køge, whom the stories are told about


def welcome(site: Site, request: Request) -> Response:
    """``/``: a newcomer's first minute."""
    return _welcome(site, request, request.query_params.get("q", ""))


def _welcome(site: Site, request: Request, query: str, missing: str = "", status: int = 200) -> Response:
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
        known = casts(connection, reader.now)
    if not known:
        return site.page(request, reader, "trouble", status=503, reason="empty")
    first, *others = known
    return site.page(
        request,
        reader,
        "welcome",
        status=status,
        cast=first,
        others=others,
        roles=[first.alliance.charter.office(key) for key in ROLES],
        usual=USUAL_MEMBER,
        query=query,
        following=story_of(request),
        found=named(known, query),
        missing=missing,
        to=on_our_site(request.query_params.get("to", ""), ""),
    )


def persona(site: Site, request: Request, pairs: Pairs) -> Response:
    """``POST /persona``: become the person at an address, or the one in an office of a municipality."""
    form = dict(pairs)
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
        known = next(iter(casts(connection, reader.now)), None)
        address = form.get("address", "") or (_in_office(known, form) if known else "")
        visitor = visitor_at(connection, address, reader.now)
    if visitor is None:
        return _welcome(site, request, "", _vacant(known, form, reader) if known else "", 404)
    _keep_language(site, request, visitor, reader)
    response = remember(see(on_our_site(form.get("to", ""), "/chat")), PERSONA, visitor.address)
    response.delete_cookie(ALLIANCE, httponly=True, samesite="strict")  # whoever was played before may be in another
    return response


def _keep_language(site: Site, request: Request, visitor: Visitor, reader: Reader) -> None:
    """Whoever reads the pages in a language that they chose goes on reading it, whomever they are."""
    chosen = request.cookies.get(LANGUAGE, "")
    if chosen in LANGUAGES and chosen != visitor.language:
        words = f"{reader.say('words.language')} {chosen}"
        handle(site.engine, Ask(visitor.address, words, alliance_id=visitor.alliance.id), reader.now)


def _in_office(known: Cast, form: dict[str, str]) -> str:
    found = known.holder(form.get("municipality", ""), form.get("office", ""))
    return found.address if found else ""


def _vacant(known: Cast, form: dict[str, str], reader: Reader) -> str:
    """Why nobody was found, in words."""
    member = known.member(form.get("municipality", ""))
    titles = {office.key: office.title.in_(reader.language) for office in known.alliance.charter.offices}
    if member and form.get("office", "") in titles:
        return reader.say("page.welcome.vacant", organisation=member.name, office=titles[form["office"]])
    return reader.say("page.welcome.unknown")


def language(site: Site, request: Request, pairs: Pairs) -> Response:
    """``POST /language``: the command ``sprog`` for somebody known, and a cookie for the first page."""
    form = dict(pairs)
    chosen = form.get("language", "")
    chosen = chosen if chosen in LANGUAGES else LANGUAGES[0]
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
    if reader.visitor and reader.language != chosen:
        words = f"{reader.say('words.language')} {chosen}"
        asked = Ask(reader.visitor.address, words, alliance_id=reader.visitor.alliance.id)
        handle(site.engine, asked, reader.now)
    return remember(see(on_our_site(form.get("to", ""))), LANGUAGE, chosen, secure=site.secure)
