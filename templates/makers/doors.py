"""For people without a chat: the link to sign in by, and what was done by a link from a mail."""

from __future__ import annotations

from datetime import datetime

from alliance.messages import Block, Button, Buttons, Link, Message, Text
from alliance.words import Words
from templates import formats
from templates.makers.forms import fact_pairs
from templates.makers.kinds import maker
from templates.phrases import Phrases, listed


@maker("sign_in")
def sign_in(
    say: Phrases, *, person: str, links: tuple[tuple[Words, tuple[str, ...], str], ...], until: datetime
) -> Message:
    """The mail with a link to sign in by for each alliance; ``until`` is when they work no more.

    ``links`` are (name, whom its reader speaks for where that is needed to tell two apart, address).
    """
    several = len(links) > 1
    named = [(_named(say, name, towns), url) for name, towns, url in links]
    alliances = listed(tuple(name for name, _ in named), say.language)
    labels = [say("sign_in.go_to", alliance=name) if several else say("sign_in.go") for name, _ in named]
    buttons = tuple(Link(label, url) for label, (_, url) in zip(labels, named, strict=True))
    return Message(
        say("sign_in.summary", several=several),
        (
            Text(say("sign_in.opening", person=person, alliances=alliances, several=several)),
            Buttons(buttons),
            Text(say("sign_in.note", until=until, several=several)),
            Text(say("sign_in.not_you"), "subtle"),
        ),
    )


def _named(say: Phrases, name: Words, towns: tuple[str, ...]) -> str:
    return f"{name.in_(say.language)} ({', '.join(towns)})" if towns else name.in_(say.language)


@maker("link_used")
def link_used(say: Phrases, *, summary: str, label: str, at: datetime, buttons: tuple[tuple[str, str], ...]) -> Message:
    """The receipt of a link that was pressed: what was answered to it, and how it is changed."""
    blocks: list[Block] = [
        Text(summary),
        fact_pairs(
            (say("link_used.pressed"), label),
            (say("link_used.at"), formats.moment(at, say.language, say.zone)),
        ),
        Text(say("link_used.by_link")),
    ]
    if buttons:
        blocks += [
            Text(say("link_used.change")),
            Buttons(tuple(Button(written, words) for written, words in buttons)),
        ]
    return Message(say("link_used.summary", summary=summary), (*blocks, Text(say("link_used.not_you"), "subtle")))
