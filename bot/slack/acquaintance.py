"""Whose Slack account this is: by its id, else by the verified mail address of its profile."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from alliance.alliances import Alliance
from alliance.members import Person
from alliance.messages import Message
from bot.commands.people.linking import code_in, link
from bot.request import Reply, Request
from bot.router import handle, look
from bot.slack.fields import suggestions
from bot.slack.tiers import Tiers
from bot.slack.writing import escaped
from storage import journal
from storage.bookmarks import keep_place, refused_by
from storage.changes import register as changes
from storage.engine import reading, writing
from storage.queries import actors, register
from templates import write_in
from templates.makers.words import command
from templates.phrases import Phrases

log = logging.getLogger("tovholder.slack")
Found = tuple[Alliance, Person]
BOTH = ("da", "en")
"""The languages of whoever we do not know the language of, in their order."""
CLOSED = "recipient: account_closed"
"""Why an address does not work whose account Slack said was closed."""
GONE = (CLOSED, *(f"recipient: {code}" for code in ("user_disabled", "user_not_found", "users_not_found")))
"""The reasons that an open account takes back."""


@dataclass(frozen=True)
class Acquaintance:
    """Who is who in a workspace. ``clock`` gives aware UTC; ``base_url`` is where our pages stand, if anywhere.

    ``alliance_of`` says which alliance the workspace of an address belongs to: nobody of another is meant there. None
    where the one workspace is of all alliances of this installation.
    """

    engine: Engine
    clock: Callable[[], datetime]
    base_url: str = ""
    alliance_of: Callable[[str], int | None] = lambda address: None

    @property
    def tiers(self) -> Tiers:
        """The limits of single methods, as the way out keeps them too."""
        return Tiers(self.engine, self.clock)

    def known(self, address: str) -> bool:
        return self._found(address) is not None

    def catalog(self, address: str) -> Phrases:
        """The words of the language they read; Danish for somebody we do not know, and while nobody can tell."""
        try:
            found = self._found(address)
        except SQLAlchemyError:
            log.exception("whose language it is cannot be read")
            found = None
        return Phrases(found[1].language, found[0].charter.zone) if found else Phrases("da")

    def not_from_there(self, address: str) -> str:
        """Why somebody we know is not heard from another workspace; empty for anybody else."""
        return escaped(self.catalog(address)("not_linked.from_there")) if self.known(address) else ""

    def answer(self, request: Request) -> Reply:
        only = self.alliance_of(request.address)
        asked = request if only is None else replace(request, alliance_id=only)
        return handle(self.engine, asked, self.clock(), self.base_url)

    def answer_and_catalog(self, request: Request) -> tuple[Reply, Phrases]:
        """Answer a request, with the words of the language they read from then on."""
        reply = self.answer(request)
        return reply, Phrases(reply.language, reply.zone)

    def suggested(self, address: str, words: str, field: str, typed: str) -> dict[str, Any]:
        """The choices of a field in the form that answers these words, for what was typed into it."""
        asked = Request(address, words, channel="slack", alliance_id=self.alliance_of(address))
        message = look(self.engine, asked, self.clock(), self.base_url)
        return suggestions(message, field, typed)

    def home(self, address: str) -> list[Message]:
        """What their page shows: the board or what they owe, what is coming, the newest papers, their settings."""
        found = self._found(address)
        if found is None:
            return [write_in(BOTH, "not_linked", why="unknown", mail="")]
        say = Phrases(found[1].language, found[0].charter.zone)
        with reading(self.engine) as connection:
            today = found[0].charter.calendar.day(self.clock())
            secretariat = actors.actor(connection, *found, today).secretariat
        names = ("board" if secretariat else "list", "meeting", "paper", "settings")
        return [self.answer(Request(address, command(say, name), channel="slack")).message for name in names]

    def meet(self, address: str, profile: Mapping[str, Any], words: str = "") -> Message | None:
        """Link an account to whom its profile's verified address belongs; why not, where that cannot be.

        ``words`` are what they said: a code counts for guests and people of other workspaces too, and it is answered.
        """
        code, only = None if _is_no_person(profile) else code_in(words), self.alliance_of(address)
        if code is not None:
            with writing(self.engine) as connection:
                return link(connection, "slack", address, code, _languages_of(profile), self.clock(), only)
        mail, why = _mail_of(profile, address.partition("/")[0])
        if why:
            return write_in(_languages_of(profile), "not_linked", why=why, mail=mail)
        with writing(self.engine) as connection:
            found = register.whose(connection, mail, only)
            if found is None:
                return write_in(_languages_of(profile), "not_linked", why="unknown", mail=mail)
            if register.whose(connection, address, only) is None:
                self._link(connection, *found, address)
        return None

    def unanswered(self) -> Message:
        """What somebody is told whom Slack would not tell us of."""
        return write_in(BOTH, "not_linked", why="no_answer", mail="")

    def refused(self, team: str, code: str, needed: str) -> None:
        """Slack would not let us show something there: noted for the audit, which tells the secretariat elsewhere."""
        reason, only = " ".join(filter(None, (f"access: {code}", needed))), self.alliance_of(team)
        with writing(self.engine) as connection:
            for alliance in register.alliances(connection):
                if only in (None, alliance.id):
                    name = refused_by("slack", team if only else "")
                    keep_place(connection, alliance.id, name, reason, self.clock())

    def account_changed(self, address: str, *, closed: bool) -> None:
        """An account was closed, or is open: what is sent to its owner goes by mail until it is open again.

        Only what says that the account itself was gone is taken back. Hearing it again changes nothing.
        """
        if not self.known(address):
            return  # Slack tells of everybody in the workspace
        only = self.alliance_of(address)
        with writing(self.engine) as connection:
            found = register.whose(connection, address, only)
            if found is None:
                return
            alliance, person = found
            known = register.addresses(connection, alliance.id, [person.id])[person.id]
            account = next(each for each in known if each.value == address)
            reason = register.unreachable_reasons(connection, alliance.id).get(account.id)
            if closed and reason is None:
                changes.mark_unreachable(connection, account.id, CLOSED, self.clock())
                self._note(connection, alliance, person, "slack_closed")
            elif not closed and reason in GONE:
                changes.mark_reachable(connection, account.id)
                self._note(connection, alliance, person, "slack_opened")

    def _note(self, connection: Connection, alliance: Alliance, person: Person, action: str) -> None:
        about = f"person:{person.id}"
        journal.write_down(connection, alliance.id, self.clock(), action, person_id=person.id, about=about)

    def _link(self, connection: Connection, alliance: Alliance, person: Person, address: str) -> None:
        changes.add_address(connection, alliance.id, person.id, "slack", address, self.clock(), verified=True)
        self._note(connection, alliance, person, "slack_linked")

    def _found(self, address: str) -> Found | None:
        only = self.alliance_of(address)
        with reading(self.engine) as connection:
            return register.whose(connection, address, only)


def _mail_of(profile: Mapping[str, Any], team: str) -> tuple[str, str]:
    """The mail address that Slack has verified, and why it does not count.

    Whoever is a guest or comes from another workspace was let in by somebody else than the people of this one.
    """
    mail = str((profile.get("profile") or {}).get("email") or "")
    if _is_no_person(profile):
        return mail, "no_person"
    if profile.get("is_stranger") or profile.get("team_id") not in (team, None):
        return mail, "other_workspace"
    if profile.get("is_restricted") or profile.get("is_ultra_restricted"):
        return mail, "guest"
    if not mail or profile.get("is_email_confirmed") is not True:  # what Slack does not say, it has not confirmed
        return mail, "no_mail"
    return mail, ""


def _is_no_person(profile: Mapping[str, Any]) -> bool:
    return bool(profile.get("is_bot") or profile.get("deleted"))


def _languages_of(profile: Mapping[str, Any]) -> tuple[str, ...]:
    """Danish for whoever reads Slack in it; all others may be Danes too, who read it in the English it came in."""
    return BOTH[:1] if str(profile.get("locale") or "").startswith("da") else BOTH
