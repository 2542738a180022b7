"""Signing in: one asks with a mail address, and is let in by the link that is mailed there."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alliance.doors import MOST_SIGN_INS, SIGN_IN_FOR
from alliance.notifications import sign_in
from bot.mail.dress import address_of
from bot.web.limits import ASKING, FOR_ONE, TRYING, Limits, network_address
from bot.web.sessions import Sessions, holder
from bot.web.site import Pairs, Reader, Site, Trouble, on_our_site, see
from bot.web.visitors import Visitor
from storage import doors, journal, outbox
from storage.doors import Door
from storage.engine import reading, writing
from storage.queries import actors, register

LONGEST_ADDRESS = 254  # RFC 5321 4.5.3.1.3, without the angle brackets
HOME = "/chat"


@dataclass(frozen=True)
class Entrance:
    """The pages in front of the pages."""

    sessions: Sessions
    limits: Limits = field(default_factory=Limits)

    # ----------------------------------------------------------------------------------------- asking for a link

    def front(self, site: Site, request: Request) -> Response:
        """``/`` and ``/sign-in``: whoever is known goes on, everybody else writes their address."""
        with reading(site.engine) as connection:
            reader = site.reader(connection, request)
        to = on_our_site(request.query_params.get("to", ""), HOME)
        return see(to) if reader.visitor else _ask(site, request, reader, to)

    def asked(self, site: Site, request: Request, pairs: Pairs) -> Response:
        """``POST /sign-in``: the same answer whether we know the address or not; the mail is posted afterwards."""
        form = dict(pairs)
        typed, to = form.get("address", "").strip()[: LONGEST_ADDRESS + 1], on_our_site(form.get("to", ""), HOME)
        with reading(site.engine) as connection:
            reader = site.reader(connection, request)
        if not _is_address(typed):
            return _ask(site, request, reader, to, typed, status=400)
        if not self.limits.passes(ASKING, network_address(request)):
            raise Trouble(429, "too_often")
        response = site.page(request, reader, "sign_in_asked", to=to)
        if self.limits.passes(FOR_ONE, typed.lower()):
            response.background = BackgroundTask(_post_links, site, typed, to)
        return response

    # -------------------------------------------------------------------------------------------- using the link

    def link(self, site: Site, request: Request) -> Response:
        """``/sign-in/<secret>``: names who is about to sign in. A scanner that follows it has changed nothing."""
        with reading(site.engine) as connection:
            reader = site.reader(connection, request)
            door, visitor = self._found(site, connection, request)
        if door is None or visitor is None:
            return self._not_found(site, request, reader)
        reader = Reader(reader.visitor, visitor.language, reader.now)
        return site.page(request, reader, "sign_in_link", meant=visitor)

    def used(self, site: Site, request: Request, pairs: Pairs) -> Response:
        """``POST /sign-in/<secret>``: uses the link up, and begins the session."""
        with writing(site.engine) as connection:
            door, visitor = self._found(site, connection, request)
            if door and visitor and doors.use_sign_in(connection, door, site.now()):
                return self._signed_in(site, connection, request, door, visitor)
        with reading(site.engine) as connection:
            return self._not_found(site, request, site.reader(connection, request))

    def _found(self, site: Site, connection: Connection, request: Request) -> tuple[Door | None, Visitor | None]:
        if not self.limits.is_open(TRYING, network_address(request)):
            raise Trouble(429, "too_often")
        door = doors.sign_in(connection, request.path_params["secret"], site.now())
        return door, holder(connection, door, site.now()) if door else None

    def _signed_in(
        self, site: Site, connection: Connection, request: Request, door: Door, visitor: Visitor
    ) -> RedirectResponse:
        now, person = site.now(), visitor.actor.person
        response = see(on_our_site(door.leads_to, HOME))
        doors.verify(connection, door.address_id, now)
        self.sessions.end(connection, request)  # of whoever used this browser before
        self.sessions.begin(connection, response, door, now)
        journal.write_down(
            connection, door.alliance_id, now, "signed_in", person_id=person.id, about=f"person:{person.id}"
        )
        return response

    def _not_found(self, site: Site, request: Request, reader: Reader) -> Response:
        self.limits.passes(TRYING, network_address(request))
        return site.page(request, reader, "sign_in_gone", status=410)

    def out(self, site: Site, request: Request, pairs: Pairs) -> Response:
        """``POST /sign-out``."""
        response = see("/")
        with writing(site.engine) as connection:
            self.sessions.end(connection, request)
        self.sessions.forget(response)
        return response


def _ask(site: Site, request: Request, reader: Reader, to: str, typed: str = "", status: int = 200) -> Response:
    return site.page(request, reader, "sign_in", status=status, to=to, typed=typed, wrong=status != 200)


def _is_address(typed: str) -> bool:
    try:
        return len(typed) <= LONGEST_ADDRESS and bool(address_of(typed))
    except ValueError:
        return False


def _post_links(site: Site, typed: str, to: str) -> None:
    """Post a link to whoever has the address: one mail, also where several alliances know it."""
    now, mailed = site.now(), set[str]()
    with writing(site.engine) as connection:
        for alliance, person in register.known_at(connection, typed):
            actor = actors.actor(connection, alliance, person, alliance.charter.calendar.day(now))
            there = outbox.address_of(connection, alliance.id, person.id, ("mail",)) if actor.in_office else None
            if there is None or there.value in mailed:
                continue
            mailed.add(there.value)  # what goes there has a link for each
            if doors.asked_lately(connection, alliance.id, person.id, now) < MOST_SIGN_INS:
                outbox.post(connection, alliance.id, sign_in(person.id, to, now, now + SIGN_IN_FOR), now)
