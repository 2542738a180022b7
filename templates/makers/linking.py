"""For a chat account that we cannot tell whose it is."""

from __future__ import annotations

from alliance.messages import Message, Text
from templates.makers.kinds import maker
from templates.phrases import Phrases


@maker("not_linked")
def not_linked(say: Phrases, *, why: str, mail: str) -> Message:
    """Why the account ``mail`` belongs to is nobody's here, and what to do.

    ``why``: ``unknown``, ``no_mail``, ``guest``, ``other_workspace`` or ``no_person``.
    """
    summary = say(f"not_linked.{why}", mail=mail)
    return Message(summary, (Text(summary), Text(say("not_linked.then", why=why))))
