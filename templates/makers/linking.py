"""For a chat account that we cannot tell whose it is."""

from __future__ import annotations

from datetime import datetime

from alliance.messages import Message, Text
from templates.makers.kinds import maker
from templates.makers.words import command
from templates.phrases import Phrases


@maker("not_linked")
def not_linked(say: Phrases, *, why: str, mail: str) -> Message:
    """Why the account ``mail`` belongs to is nobody's here, and what to do.

    ``why``: ``unknown``, ``no_mail``, ``guest``, ``other_workspace``, ``no_person`` or ``no_answer`` (of Slack's).
    """
    summary = say(f"not_linked.{why}", mail=mail)
    return Message(summary, (Text(summary), Text(say("not_linked.then", why=why, words=command(say, "link")))))


@maker("link_code")
def link_code(say: Phrases, *, person: str, code: str, until: datetime) -> Message:
    """A code to be read out: what the person types, and until when."""
    summary = say("link_code.summary", person=person, code=code)
    then = say("link_code.then", words=f"/tovholder {command(say, 'link', code)}", until=until, person=person)
    return Message(summary, (Text(summary), Text(then)))


@maker("linked")
def linked(say: Phrases, *, person: str, fresh: bool) -> Message:
    """Whose the account is, and what can be done now."""
    summary = say("linked.fresh" if fresh else "linked.already", person=person)
    return Message(summary, (Text(summary), Text(say("linked.then", words=f"/tovholder {command(say, 'list')}"))))


@maker("link_refused")
def link_refused(say: Phrases, *, why: str) -> Message:
    """Why a code was not taken (``wrong``, ``too_often``), and what to do."""
    summary = say(f"link_refused.{why}")
    return Message(summary, (Text(summary), Text(say("link_refused.then"))))
