"""Who is signed in: a cookie holds the secret, the database its hash and whose it is."""

from __future__ import annotations

import secrets
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import Connection, Engine
from starlette.requests import Request
from starlette.responses import Response

from alliance.alliances import Alliance
from alliance.doors import SEEN_EVERY
from bot.web.visitors import Visitor, visitor_of, with_others
from storage import doors, journal
from storage.doors import Door
from storage.engine import writing
from storage.queries import register

BYTES = 32


class Sessions:
    """The real pages' way to know who looks at them; ``secure`` where they are reached over https."""

    def __init__(self, secure: bool) -> None:
        self.secure = secure
        # With this name a browser takes the cookie from this very host only, over https, and for all of its pages.
        self.cookie = "__Host-tovholder" if secure else "tovholder"

    def visitor(self, connection: Connection, request: Request, now: datetime) -> Visitor | None:
        """Whoever is signed in and still has something to do with the alliance."""
        secret = request.cookies.get(self.cookie, "")
        door = doors.session(connection, secret, now) if secret else None
        if door is None:
            return None
        if door.seen_at and now - door.seen_at > SEEN_EVERY:
            request.state.session = door
        visitor = holder(connection, door, now)
        return with_others(connection, visitor, now) if visitor else None

    def switch(self, connection: Connection, request: Request, response: Response, to: Alliance, now: datetime) -> bool:
        """Let the session be that of the same mailbox's person in another alliance: as old, and in the same browser."""
        secret = request.cookies.get(self.cookie, "")
        door = doors.session(connection, secret, now) if secret else None
        there = doors.door_at(connection, to.id, door.address) if door else None
        if door is None or there is None or holder(connection, there, now) is None:
            return False
        doors.move_session(connection, door, there)
        doors.verify(connection, there.address_id, now)
        about = f"person:{there.person_id}"
        journal.write_down(connection, to.id, now, "switched_alliance", person_id=there.person_id, about=about)
        return True

    def seen(self, engine: Engine, request: Request, now: datetime) -> None:
        door: Door | None = getattr(request.state, "session", None)
        if door:
            with writing(engine) as connection:
                doors.seen(connection, door, now)

    def asks(self, request: Request) -> str:
        to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return "/sign-in" if request.method != "GET" or to == "/chat" else f"/sign-in?to={quote(to)}"

    def begin(self, connection: Connection, response: Response, door: Door, now: datetime) -> None:
        """Open a session, and let the browser keep its secret until it is closed.

        Lax, so that a link in a mail leads to the page it names; no other site's form is sent with it.
        """
        secret = secrets.token_urlsafe(BYTES)
        doors.open_session(connection, door, secret, now)
        response.set_cookie(self.cookie, secret, path="/", httponly=True, secure=self.secure, samesite="lax")

    def end(self, connection: Connection, request: Request) -> None:
        """End the session of whoever is signed in here, if anybody is."""
        doors.end_session(connection, request.cookies.get(self.cookie, ""))

    def forget(self, response: Response) -> None:
        """Let the browser throw its cookie away."""
        response.delete_cookie(self.cookie, path="/", httponly=True, secure=self.secure, samesite="lax")


def holder(connection: Connection, door: Door, now: datetime) -> Visitor | None:
    """Whose a link or a session is; None for somebody who has nothing to do with the alliance any more."""
    alliance = register.alliance(connection, door.alliance_id)
    person = register.people(connection, door.alliance_id, [door.person_id]).get(door.person_id)
    if person is None:
        return None
    found = visitor_of(connection, alliance, person, door.address, now)
    return found if found.actor.in_office else None
