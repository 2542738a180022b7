"""What somebody asks and gets, before any platform's dress."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from alliance.messages import FOR_MEMBER, Message
from alliance.names import fold

FOR = "for"
"""The word before a member's name that says whom a request is about: ``for Køge: liste``."""


ZONE = "Europe/Copenhagen"
"""The time zone of somebody we do not know."""


@dataclass(frozen=True)
class Upload:
    """A file that came with a form, as its sender named it; nothing about it is checked yet."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Typed:
    """Which of somebody's forms was typed into, and when (aware UTC), by the clock of where it was typed."""

    form: str
    at: datetime


@dataclass(frozen=True)
class Request:
    """``address`` says who asks (mail, Slack id …), ``words`` what; ``answers`` are a form's fields as typed,
    ``files`` those that were filled in with a file.

    A button, a slash command, a web form and the command line all become the same request. ``key`` tells what was done
    from everything else that is done on the channel, and is the same when the channel repeats itself: a request with a
    key is carried out once. Empty where a channel does not repeat itself. ``pressed`` is the receipt of the message of
    ours whose button was pressed, if it was one: what came in since then is not overwritten by it. ``typed`` orders
    what is kept letter by letter: what comes after something newer is not kept.

    ``alliance_id`` is the alliance that is meant, where the channel knows it: one address may be known to several.
    ``offered_at`` (aware UTC) is when a mail, or what one person alone is shown, offered the words: an answer to a time
    that was moved since is none. With ``overwrites`` False, what came in since then is not overwritten either.
    """

    address: str
    words: str
    answers: Mapping[str, str] = field(default_factory=dict)
    channel: str = "web"
    files: Mapping[str, Upload] = field(default_factory=dict)
    key: str = ""
    pressed: str = ""
    typed: Typed | None = None
    alliance_id: int | None = None
    offered_at: datetime | None = None
    overwrites: bool = True


def tokens(words: str) -> list[str]:
    """The words one by one, without our own name before them."""
    found = words.split()
    return found[1:] if found and fold(found[0].lstrip("/")) == "tovholder" else found


def after(words: str, verbs: Collection[str]) -> str | None:
    """What stands after one of these verbs (folded); None where the words do not begin with one."""
    verb, *others = tokens(words) or [""]
    return " ".join(others) if fold(verb) in verbs else None


def about_chosen(request: Request) -> Request:
    """Let the member that was chosen from a list stand before the words, as if it had been typed there."""
    if FOR_MEMBER not in request.answers:
        return request
    answers = {key: value for key, value in request.answers.items() if key != FOR_MEMBER}
    name = " ".join(request.answers[FOR_MEMBER].replace(":", " ").split())
    named = f"{FOR} {name}: {request.words}" if name else request.words
    return replace(request, words=named, answers=answers)


@dataclass(frozen=True)
class Reply:
    """``done`` is False when nothing was changed because we could not do what was asked.

    ``repeated`` is True for what was carried out and answered before: nothing needs to be shown again. ``known`` is
    False where nobody has the address that asked. ``language`` and ``zone`` are those in which whoever asked reads from
    then on; Danish ones for somebody we do not know.
    """

    message: Message
    done: bool = True
    repeated: bool = False
    known: bool = True
    language: str = "da"
    zone: str = ZONE
