"""A member's own data: what there is, and the file."""

from __future__ import annotations

from alliance.messages import Block, Button, Link, Message, Table, Text
from alliance.own_data import OwnData
from templates.makers.forms import button_row
from templates.makers.kinds import maker
from templates.makers.words import command
from templates.own_data import packed
from templates.phrases import Phrases


@maker("own_data")
def own_data(say: Phrases, *, data: OwnData, download: str, sends: bool, prefix: str) -> Message:
    """What is kept about the member, and how to get it: from ``download``, an address, or sent where ``sends``.

    Where there is neither, the file comes with the message.
    """
    summary = say("own_data.summary", organisation=data.organisation.official_name)
    blocks: list[Block] = [Text(summary), *_contents(say, data), Text(say("own_data.left_out"), "subtle")]
    ways = [Link(say("own_data.download"), download)] if download else []
    send = [
        Button(say("own_data.send"), command(say, "own_data", say("words.own_data_send"), prefix=prefix), "primary")
    ]
    blocks += button_row(*(send if sends else []), *ways)
    return Message(summary, (*blocks, *([] if sends or download else [packed(say, data)])))


def _contents(say: Phrases, data: OwnData) -> list[Block]:
    rows = tuple((say(f"own_data.subject.{s.key}"), str(len(s.rows))) for s in data.subjects if s.rows)
    if not rows:
        return [Text(say("own_data.nothing"))]
    return [Table(say("own_data.caption"), (say("own_data.what"), say("own_data.count")), rows)]


@maker("own_data_coming")
def own_data_coming(say: Phrases, *, organisation: str) -> Message:
    summary = say("own_data_coming.summary", organisation=organisation)
    return Message(summary, (Text(summary),))


@maker("own_data_sent")
def own_data_sent(say: Phrases, *, data: OwnData) -> Message:
    """The file on its way, with what is kept as it is when it leaves."""
    summary = say("own_data_sent.summary", organisation=data.organisation.official_name)
    shown = (Text(summary, "heading"), *_contents(say, data), Text(say("own_data.left_out"), "subtle"))
    return Message(summary, (*shown, packed(say, data)))
