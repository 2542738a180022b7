"""Nothing typed is lost: every form keeps what its reader types, and holds it when it is asked for again.

A form is known by the words its first button says, without the stamp of what its reader had seen and without what
confirms a preview: ``møde flyt 2/2027`` is one form, and so is its preview. Said without answers, those words show the
form; so a draft needs no knowledge of any form. A form with words of its own that keep it (the report) is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.errors import Refused
from alliance.members import Person
from alliance.messages import FOR_MEMBER, Ask, Block, Button, Buttons, Form, Message, Section, Text
from bot.request import Reply, Request, after
from storage import unsent
from storage.unsent import Unsent
from templates import write
from templates.phrases import Phrases

KEEP, ANEW = ("kladde", "draft"), ("forfra", "anew")
"""The words before a form's own that keep what is typed into it, and that begin it anew. Folded."""
AFTER = re.compile(r" (?:bekræft|confirm)(?: .*)?$| r\d+(?: .*)?$")
STAMP = re.compile(r" r\d+(?= |$)")
STAMPED = re.compile(r"^(r\d+) (.+)$")  # what keeps: the stamp before the words, since it is that of then for good
Asking = Callable[[Request], Reply]


def form_words(words: str) -> str:
    """What a form is known by: the same for all its buttons that send it in."""
    return AFTER.sub("", " ".join(words.split()))


def without_anew(words: str) -> str:
    """The words that show a form, with what was typed into it."""
    return after(words, ANEW) or words


def is_anew(words: str) -> bool:
    return bool(after(words, ANEW))


@dataclass(frozen=True)
class Unsents:
    """What one person has typed and not sent in, within the transaction of a request. ``now`` is aware UTC."""

    connection: Connection
    alliance: Alliance
    person: Person
    now: datetime

    def answered(self, request: Request, ask: Asking) -> Reply:
        """Answer a request, keeping what is typed into its forms and laying it upon those that are asked for."""
        if words := after(request.words, KEEP):
            return self._keep(replace(request, words=STAMPED.sub(r"\2 \1", words)), ask)
        if words := after(request.words, ANEW):
            request = replace(request, words=words, answers={}, files={})
            self._forget(form_words(words))
        name = form_words(request.words)
        reply = ask(request)
        before = self._found(reply.message)
        if request.answers:
            self._sent_in(name, request, reply, ask)
        elif before and self._says_more(reply.message, request, ask):
            return replace(reply, message=self._beside(reply.message, before))
        return replace(reply, message=self._laid(reply.message, before, name if request.answers else ""))

    def refused(self, request: Request, ask: Asking) -> None:
        """Keep what was typed into a form that was not taken, where it can still be asked for."""
        self._keep_typed(form_words(request.words), request, ask, whole=True)

    # ------------------------------------------------------------------------------------------------- keeping

    def _keep(self, request: Request, ask: Asking) -> Reply:
        name = form_words(request.words)
        if not self._keep_typed(name, request, ask):
            raise Refused("nothing_to_keep", got=name[:80])
        return Reply(write("draft_kept", self.person.language, zone=self.alliance.charter.zone))

    def _sent_in(self, name: str, request: Request, reply: Reply, ask: Asking) -> None:
        """What was taken is kept no longer; what comes back, with what is wrong or to be confirmed, still is."""
        if _form(reply.message, name):
            self._keep_typed(name, request, ask, whole=True)
        elif reply.done:
            self._forget(name)

    def _keep_typed(self, name: str, request: Request, ask: Asking, *, whole: bool = False) -> bool:
        """Keep what differs from what the form shows by itself; returns whether there is such a form.

        ``whole``: all of the form was sent, in which a page leaves out the boxes that are not ticked.
        """
        shown = self._shown(name, request, ask)
        if shown is None:
            return False
        known = {ask.key: ask.value for ask in _asks(shown) if ask.kind != "file"}
        boxes = {ask.key: "" for ask in _asks(shown) if ask.kind == "check" and whole}
        old = self._unsent(name)
        said = {**(old.answers if old else {}), **boxes, **request.answers}
        typed = {key: value for key, value in said.items() if key in known and value != known[key]}
        kept = Unsent(request.words, typed, self.now)
        unsent.keep(self.connection, self.alliance.id, self.person.id, name, kept)
        return True

    def _shown(self, name: str, request: Request, ask: Asking) -> Form | None:
        """The form as it would be shown now; whatever showing it changes is undone."""
        asked = replace(request, words=name, answers={}, files={}, key="", pressed="")
        undo = self.connection.begin_nested()
        try:
            return _form(ask(asked).message, name)
        except Refused:
            return None
        finally:
            undo.rollback()

    def _unsent(self, name: str) -> Unsent | None:
        return unsent.unsent(self.connection, self.alliance.id, self.person.id, name)

    def _forget(self, name: str) -> None:
        unsent.forget(self.connection, self.alliance.id, self.person.id, name)

    # -------------------------------------------------------------------------------------------------- laying

    def _found(self, message: Message) -> Unsent | None:
        """What was typed into the form of a message, before this request."""
        form = _form(message)
        return self._unsent(form_words(form.buttons[0].words)) if form else None

    def _says_more(self, message: Message, request: Request, ask: Asking) -> bool:
        """Whether the words themselves filled something into the form: ``møde flyt 2/2027 24-03-2027``."""
        form = _form(message)
        name = form_words(form.buttons[0].words) if form else ""
        if form is None or name == form_words(request.words):
            return False
        plain = self._shown(name, request, ask)
        return plain is not None and [ask.value for ask in _asks(plain)] != [ask.value for ask in _asks(form)]

    def _beside(self, message: Message, before: Unsent) -> Message:
        """The message as it is: what is said now goes before what was typed earlier, which is one press away."""
        form = _form(message)
        if form is None:
            return message
        say, name = Phrases(self.person.language, self.alliance.charter.zone), form_words(form.buttons[0].words)
        earlier = Buttons((Button(say("form_draft.see"), name),))
        at, kept = message.blocks.index(form), replace(form, keep=f"{say('words.keep')} {name}")
        told = Text(say("form_draft.beside", at=before.at), "subtle")
        return replace(message, blocks=(*message.blocks[:at], told, earlier, kept, *message.blocks[at + 1 :]))

    def _laid(self, message: Message, before: Unsent | None, sent_in: str) -> Message:
        """The message whose form keeps what is typed and holds what was; one just sent in holds its own answers."""
        form = _form(message)
        if form is None:
            return message
        say = Phrases(self.person.language, self.alliance.charter.zone)
        name = form_words(form.buttons[0].words)
        held = _holding(form, before) if before and name != sent_in else form
        stamp = STAMP.search(held.buttons[0].words)
        kept = replace(held, keep=f"{say('words.keep')}{stamp[0] if stamp else ''} {name}")
        told = _told(say, before, name) if before else ()
        at = message.blocks.index(form)
        return replace(message, blocks=(*message.blocks[:at], *told, kept, *message.blocks[at + 1 :]))


def _told(say: Phrases, before: Unsent, name: str) -> tuple[Block, ...]:
    anew = Button(say("form_draft.anew"), f"{say('words.anew')} {name}")
    return Text(say("form_draft.here", at=before.at), "subtle"), Buttons((anew,))


def _holding(form: Form, typed: Unsent) -> Form:
    """The form with what was typed. Its stamp is that of then: what somebody else wrote since is not overwritten."""
    stamp = STAMP.search(typed.words)

    def button(old: Button) -> Button:
        return replace(old, words=STAMP.sub(stamp[0], old.words)) if stamp else old

    def section(old: Section) -> Section:
        return replace(old, asks=tuple(_answered(ask, typed.answers) for ask in old.asks))

    return replace(form, sections=tuple(map(section, form.sections)), buttons=tuple(map(button, form.buttons)))


def _answered(ask: Ask, answers: Mapping[str, str]) -> Ask:
    """A question with what was answered; a choice that there is no longer is not made."""
    value = answers.get(ask.key, ask.value)
    gone = ask.kind == "choice" and value not in {choice.value for choice in ask.choices}
    return ask if gone else replace(ask, value=value)


def _form(message: Message, name: str = "") -> Form | None:
    """The form of a message that can keep what is typed, known by this name if one is given."""
    forms = [block for block in message.blocks if isinstance(block, Form) and _can_keep(block)]
    return next((form for form in forms if name in ("", form_words(form.buttons[0].words))), None)


def _can_keep(form: Form) -> bool:
    return not form.keep and any(ask.kind != "file" and ask.key != FOR_MEMBER for ask in _asks(form))


def _asks(form: Form) -> tuple[Ask, ...]:
    return tuple(ask for section in form.sections for ask in section.asks)
