"""Who is it, may they, one transaction, refusals into words. Every channel's requests pass through ``handle``."""

from __future__ import annotations

import difflib
import logging
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from alliance.alliances import Alliance
from alliance.errors import Refused
from alliance.members import Organisation, Person
from alliance.messages import Form, Message
from alliance.names import danish_key, find, fold
from alliance.roles import Action, Actor
from bot.commands import Command, Context
from bot.context import NotTheirs
from bot.meant import BY_NAME, meant
from bot.request import FOR, ZONE, Reply, Request, Typed, about_chosen, tokens
from bot.unsent import Unsents
from storage import hearing, journal, outbox
from storage.engine import reading, writing
from storage.queries import actors, register
from storage.queries.journal import newest_entry
from templates import write
from templates.phrases import Phrases

log = logging.getLogger("tovholder.router")
LONGEST_WORDS = 2_000
HALVES = re.compile("[\ud800-\udfff]")
MOST_BUTTONS = 10
"""Members that are offered as buttons; more than that are a list."""


def _storable(request: Request) -> Request:
    """The request without halves of characters, which no database takes."""
    said = (request.address, request.words, *request.answers, *request.answers.values(), *request.files)
    if not any(map(HALVES.search, (*said, *(file.name for file in request.files.values())))):  # nearly always
        return request
    return replace(
        request,
        address=_whole(request.address),
        words=_whole(request.words),
        answers={_whole(key): _whole(value) for key, value in request.answers.items()},
        files={_whole(key): replace(file, name=_whole(file.name)) for key, file in request.files.items()},
    )


def _whole(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@dataclass
class _Asking:
    """What is known about a request so far: in which words it is answered, and whose it is (an alliance's id)."""

    language: str = "da"
    zone: str = ZONE
    alliance: int = 0

    def reads(self, language: str) -> None:
        """From now on whoever asks reads this."""
        self.language = language


def handle(
    engine: Engine,
    request: Request,
    now: datetime,
    url: str = "",
    also: Callable[[Connection, Reply], None] = lambda _connection, _reply: None,
) -> Reply:
    """Answer a request: everything it changes is one transaction, and a refusal changes nothing.

    ``now`` is aware UTC; ``url`` is where the pages of this installation are, if it has any. ``also`` is done in the
    same transaction once the answer is known; what it refuses undoes all of it.
    """
    asking = _Asking()
    reply = _handled(engine, about_chosen(_storable(request)), now, url, asking, also)
    return replace(reply, language=asking.language, zone=asking.zone)


def _handled(
    engine: Engine,
    request: Request,
    now: datetime,
    url: str,
    asking: _Asking,
    also: Callable[[Connection, Reply], None],
) -> Reply:
    try:
        try:
            with writing(engine) as connection:
                reply = _answer_once(connection, request, now, url, asking)
                also(connection, reply)
                return reply
        except Refused as refusal:
            return _refused_once(engine, request, now, asking, refusal)
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("request failed, reference %s", reference)
        return Reply(write("sorry", asking.language, reference=reference), done=False)


def look(engine: Engine, request: Request, now: datetime, url: str = "") -> Message:
    """Answer a request as ``handle`` does, and undo whatever that changed: to see again what was seen before."""
    try:
        return _undone(engine, request, now, url, _Asking())[0].message
    except Refused:
        return Message(request.words or "?")


def foreseen(engine: Engine, request: Request, now: datetime, url: str = "") -> tuple[Reply, bool]:
    """What a request would be answered, and whether it would do anything; all of that is undone."""
    asking = _Asking()
    try:
        return _undone(engine, request, now, url, asking)
    except Refused as refusal:
        return _refusal(refusal, asking), False


def _undone(engine: Engine, request: Request, now: datetime, url: str, asking: _Asking) -> tuple[Reply, bool]:
    asked = replace(about_chosen(_storable(request)), key="")
    try:
        return _tried_in(reading, engine, asked, now, url, asking)
    except SQLAlchemyError:  # what only reads may not even try to write
        return _tried_in(writing, engine, asked, now, url, asking)


def _tried_in(
    open_: Callable[[Engine], Any], engine: Engine, request: Request, now: datetime, url: str, asking: _Asking
) -> tuple[Reply, bool]:
    found: list[tuple[Reply, bool]] = []
    try:
        with open_(engine) as connection:
            before = newest_entry(connection)
            reply = _answer_once(connection, request, now, url, asking)
            found.append((reply, newest_entry(connection) != before))
            raise _Undone
    except _Undone:
        return found[0]


class _Undone(Exception):
    """Ends a transaction of which nothing shall stay."""


def _refused_once(engine: Engine, request: Request, now: datetime, asking: _Asking, refusal: Refused) -> Reply:
    """Refuse, and note that this was heard: the note was undone with all else.

    Whoever repeated it in between has answered it, and noted that.
    """
    if request.key:
        with writing(engine) as connection:
            if not hearing.first_time(connection, asking.alliance, request.key, now):
                return _heard_already(asking)
    return _refusal(refusal, asking)


def _heard_already(asking: _Asking) -> Reply:
    return Reply(write("already_heard", asking.language, zone=asking.zone), repeated=True)


def _refusal(refusal: Refused, asking: _Asking) -> Reply:
    words = write("refused", asking.language, zone=asking.zone, reason=refusal.reason, facts=refusal.facts)
    return Reply(words, done=False)


def _answer_once(connection: Connection, request: Request, now: datetime, url: str, asking: _Asking) -> Reply:
    """Answer a request unless it is the repetition of one that was answered.

    Its key is written down in the transaction that carries it out: what failed is forgotten with all else, and may
    come again. Of a form that is refused what was typed is kept; any other refusal is the caller's to undo and to note.
    """
    found = register.whose(connection, request.address, request.alliance_id)
    if found is None:
        return Reply(write("unknown_person", "da", address=request.address), done=False, known=False)
    alliance, person = found
    asking.language, asking.zone, asking.alliance = person.language, alliance.charter.zone, alliance.id
    unsents = Unsents(connection, alliance, person, now)

    def ask(asked: Request) -> Reply:
        return _answer(connection, alliance, person, asked, now, url, asking)

    if request.key and not hearing.first_time(connection, alliance.id, request.key, now):
        return _heard_already(asking)
    if request.typed and not hearing.is_newest(connection, alliance.id, *_typed(person, request.typed)):
        return _heard_already(asking)
    if not request.answers:
        return unsents.answered(request, ask)
    try:
        with connection.begin_nested():
            reply = unsents.answered(request, ask)
    except Refused as refusal:  # the form stays where it was, and may be sent in again as it is
        hearing.not_heard(connection, alliance.id, request.key)
        unsents.refused(request, ask)
        return _refusal(refusal, asking)
    if request.key and _is_wrong(reply.message):
        # It was not taken: handed in again, also unchanged, it must be looked at again and not passed over.
        hearing.not_heard(connection, alliance.id, request.key)
    return reply


def _typed(person: Person, typed: Typed) -> tuple[str, datetime]:
    return f"typed {person.id} {typed.form}", typed.at


def _is_wrong(message: Message) -> bool:
    """Whether a form comes back with something wrong in it."""
    forms = [block for block in message.blocks if isinstance(block, Form)]
    return any(ask.error for form in forms for section in form.sections for ask in section.asks)


def _answer(
    connection: Connection,
    alliance: Alliance,
    person: Person,
    request: Request,
    now: datetime,
    url: str,
    asking: _Asking,
) -> Reply:
    today = alliance.charter.calendar.day(now)
    actor = actors.actor(connection, alliance, person, today)
    said = request.words[:LONGEST_WORDS]
    named, words = _named(meant(said, lambda: register.organisation_names(connection, alliance.id)))
    try:
        member = _member(connection, alliance, named, now)
    except Refused as refusal:
        if not _may_choose(actor, words, refusal):
            raise
        return _who_is_meant(connection, alliance, actor, refusal, words)
    command, args = _command(words)
    if command is None:
        return _unknown(request, actor, member, words)
    if command.about_member and member is None:
        own = register.organisations(connection, alliance.id, today, _own(actor, command))
        if len(own) != 1:
            return _which_member(connection, alliance, tuple(o.name for o in own.values()), words, actor)
        member = next(iter(own.values()))
    context = Context(
        connection,
        alliance,
        actor,
        now,
        request.channel,
        args,
        request.answers,
        member,
        url,
        request.files,
        _asked_at(connection, alliance, person, request),
        request.offered_at,
        asking.reads,
    )
    theirs = actor.may(command.needs, member.id if member else None) and not _peeking(command, context)
    if not theirs and not (command.answers and context.helps):
        return _not_allowed(context, request.words)
    try:
        return Reply(command.handle(context))
    except NotTheirs as refusal:
        _tried(context, request.words)
        return Reply(context.write("refused", reason=refusal.reason, facts=refusal.facts), done=False)


def _own(actor: Actor, command: Command) -> tuple[int, ...]:
    """The members that a command may be about where none is named."""
    invited = actor.invited if command.needs == "answer" else ()
    return actor.organisations or invited or (actor.helped if command.answers else ())


def _asked_at(connection: Connection, alliance: Alliance, person: Person, request: Request) -> datetime | None:
    """When the message said what it says now whose button was pressed; what came in since is not overwritten."""
    if request.offered_at and not request.overwrites:
        return request.offered_at
    return outbox.said_at(connection, alliance.id, person.id, request.pressed) if request.pressed else None


def _peeking(command: Command, context: Context) -> bool:
    """Whether somebody asks about a member that is not theirs, with a command that only looks."""
    own: Action = "answer" if command.needs == "answer" else "act_for_member"
    return context.member is not None and not command.of_any and not context.actor.may(own, context.member.id)


def _named(words: str) -> tuple[str | None, str]:
    """The name that ``for Køge: …`` gives, None where it gives none, and the words after it."""
    said = tokens(words)
    if not said or fold(said[0]) != FOR:
        return None, words
    name, colon, after = " ".join(said[1:]).partition(":")
    return (name, after.strip()) if colon else _split_name(said[1:])


def _split_name(said: list[str]) -> tuple[str, str]:
    """A member's name without a colon after it: the words before the first that is a command."""
    cut = next((n for n, word in enumerate(said) if n and fold(word) in BY_NAME), len(said))
    return " ".join(said[:cut]), " ".join(said[cut:])


def _member(connection: Connection, alliance: Alliance, name: str | None, now: datetime) -> Organisation | None:
    if name is None:
        return None
    code = find(name, register.organisation_names(connection, alliance.id))
    return register.organisation_by_code(connection, alliance.id, code, alliance.charter.calendar.day(now))


def _command(words: str) -> tuple[Command | None, tuple[str, ...]]:
    """The command that the words begin with, and the words after it; nothing at all is a call for help."""
    said = tokens(words)
    if not said:
        return BY_NAME["help"], ()
    both = BY_NAME.get(fold(" ".join(said[:2])))
    if both is not None and len(said) > 1:  # a command of two words whose first may be another: mine, mine data
        return both, tuple(said[2:])
    return BY_NAME.get(fold(said[0]) or said[0]), tuple(said[1:])


def command_of(words: str) -> tuple[str, str]:
    """The key of the command that some words say, empty where there is none, and the member they name, if any."""
    named, said = _named(words)
    command, _ = _command(said)
    return command.key if command and said else "", named or ""


def _unknown(request: Request, actor: Actor, member: Organisation | None, words: str) -> Reply:
    """That no command begins like this, with those that may have been meant."""
    suggestions = _suggestions(words, actor, f"{FOR} {member.name}: " if member else "")
    message = write("unknown_command", actor.person.language, typed=request.words[:80], suggestions=suggestions)
    return Reply(message, done=False)


def _suggestions(words: str, actor: Actor, prefix: str) -> tuple[str, ...]:
    """The commands that look most like what was typed, of those the person may use, in the person's language."""
    usable = {name: command for name, command in BY_NAME.items() if _may_use(actor, command)}
    close = difflib.get_close_matches(fold(tokens(words)[0]), usable, n=3, cutoff=0.6)
    say = Phrases(actor.person.language)
    return tuple(dict.fromkeys(prefix + say(f"words.{usable[name].key}") for name in close))


def _may_use(actor: Actor, command: Command) -> bool:
    return actor.may(command.needs) or any(actor.may(command.needs, member) for member in actor.organisations)


def _which_member(
    connection: Connection, alliance: Alliance, names: tuple[str, ...], words: str, actor: Actor
) -> Reply:
    """Ask whom the words are about: those the person acts for, or for the secretariat any member."""
    if not names and not actor.secretariat:
        raise Refused("no_member")
    few = len(names) <= MOST_BUTTONS
    members = names if not few else () if names else _all_names(connection, alliance)
    shown = names if few else ()
    message = write("choose_member", actor.person.language, names=shown, members=members, words=words)
    return Reply(message, done=False)


def _may_choose(actor: Actor, words: str, refusal: Refused) -> bool:
    """Whether the names that look alike are offered: to the secretariat, and for what is shown of any member."""
    command, _ = _command(words)
    return bool(words) and (actor.secretariat or bool(command and command.of_any and refusal.facts["suggestions"]))


def _who_is_meant(connection: Connection, alliance: Alliance, actor: Actor, refusal: Refused, words: str) -> Reply:
    """Offer what looks like the name that was typed; the secretariat, which acts for all, the list of all too."""
    alike, members = refusal.facts["suggestions"], _all_names(connection, alliance) if actor.secretariat else ()
    got = refusal.facts["got"]
    message = write("choose_member", actor.person.language, names=alike, members=members, words=words, got=got)
    return Reply(message, done=False)


def _all_names(connection: Connection, alliance: Alliance) -> tuple[str, ...]:
    return tuple(sorted(register.member_names(connection, alliance.id).values(), key=danish_key))


def _not_allowed(context: Context, words: str) -> Reply:
    """Refuse politely, and write down that it was tried."""
    _tried(context, words)
    theirs = context.member is not None and context.member.id in context.actor.organisations
    organisation = context.member.name if context.member and not theirs else ""
    return Reply(context.write("not_allowed", words=words[:200], organisation=organisation), done=False)


def _tried(context: Context, words: str) -> None:
    journal.write_down(
        context.connection,
        context.alliance.id,
        context.now,
        "refused_role",
        person_id=context.actor.person.id,
        organisation_id=context.member.id if context.member else None,
        about="command",
        facts={"words": words[:200]},
    )
