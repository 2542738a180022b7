"""``spørg Ringsted: …``, ``bed Ringsted om hjælp: …``: ask another member something; its coordinator hears of it.

``spørg rådgiver: …`` asks whoever advises the member, else the secretariat.
"""

from __future__ import annotations

from dataclasses import replace

from alliance.errors import Refused
from alliance.members import Organisation
from alliance.messages import Message
from alliance.names import find, fold
from alliance.notifications import question_put, question_unanswered
from alliance.questions import LONGEST, Question
from bot.commands.sharing.asking import advising, contacts, shown
from bot.commands.sharing.record import members
from bot.context import Command, Context
from storage.changes import questions as changes
from storage.queries import actors, questions, register

FOR_HELP = (("om", "hjaelp"), ("for", "help"))
ADVISER = ("raadgiver", "adviser", "advisor")
MOST_WORDS = 4
"""Words that the name of a municipality may have."""


def handle(ctx: Context) -> Message:
    if ctx.organisation.id not in members(ctx):
        raise Refused("question_whose", organisation=ctx.organisation.name)
    if not ctx.args:
        raise Refused("question_whom")
    sparring = _of_an_adviser(ctx)
    asked, people, text = sparring or _of_a_member(ctx)
    text = " ".join(ctx.answers["text"].split()) if "text" in ctx.answers else text
    error = "question_missing" if "text" in ctx.answers and not text else ""
    error = "question_long" if len(text) > LONGEST else error
    if error or not text:
        return ctx.write(
            "ask_form",
            asking=ctx.organisation,
            asked=asked,
            typed={"text": text},
            errors={"text": error} if error else {},
            on_behalf=ctx.on_behalf,
            adviser=bool(sparring),
            prefix=ctx.prefix,
        )
    return _put(ctx, asked, people, text)


def _of_an_adviser(ctx: Context) -> tuple[Organisation, tuple[int, ...], str] | None:
    """Who advises the member and what they are asked, where the words say so: ``rådgiver: …``."""
    first, *rest = ctx.args
    if fold(first.rstrip(":")) not in ADVISER:
        return None
    return *advising(ctx, ctx.organisation), _without_help(tuple(rest)).lstrip(": ")


def _of_a_member(ctx: Context) -> tuple[Organisation, tuple[int, ...], str]:
    asked, text = _asked(ctx)
    if asked.id == ctx.organisation.id:
        raise Refused("question_self", organisation=asked.name)
    if asked.id not in members(ctx):
        raise Refused("question_no_member", organisation=asked.name)
    return asked, contacts(ctx, asked.id), text


def _asked(ctx: Context) -> tuple[Organisation, str]:
    """The member that is named, and what it is asked: after a colon, else after the longest name there is.

    Only a colon that stands near the beginning ends a name: questions have links and times of day in them.
    """
    name, colon, text = " ".join(ctx.args).partition(":")
    named = _bare(name.split())
    if colon and len(named.split()) <= MOST_WORDS:
        try:
            return _member(ctx, named), " ".join(text.split())
        except Refused:
            if len(named.split()) == 1:
                raise
    for count in range(min(MOST_WORDS, len(ctx.args)), 1, -1):
        try:
            return _member(ctx, " ".join(ctx.args[:count])), _without_help(ctx.args[count:])
        except Refused:
            continue
    return _member(ctx, ctx.args[0]), _without_help(ctx.args[1:])


def _bare(words: list[str]) -> str:
    """The name without ``om hjælp`` after it."""
    helped = tuple(map(fold, words[-2:])) in FOR_HELP
    return " ".join(words[:-2] if helped else words)


def _without_help(words: tuple[str, ...]) -> str:
    helped = tuple(map(fold, words[:2])) in FOR_HELP
    return " ".join(words[2:] if helped else words)


def _member(ctx: Context, name: str) -> Organisation:
    """The member of that name, however it is spelled; raises Refused with those that look like it."""
    code = find(name, register.organisation_names(ctx.connection, ctx.alliance.id))
    found = register.organisation_by_code(ctx.connection, ctx.alliance.id, code, ctx.today)
    assert found is not None
    return found


def _put(ctx: Context, asked: Organisation, people: tuple[int, ...], text: str) -> Message:
    """Write it down and tell whoever is asked; the same that waits already is shown as it stands."""
    known = questions.questions(ctx.connection, ctx.alliance.id, [ctx.organisation.id])
    same = (ctx.organisation.id, asked.id, text, "open")
    twin = next((one for one in known if (one.asking_id, one.asked_id, one.text, one.state) == same), None)
    if twin:
        return shown(ctx, twin.id, "twin")
    one = Question(0, ctx.organisation.id, asked.id, text, ctx.now, ctx.actor.person.id, on_behalf=ctx.on_behalf)
    added = changes.add_question(ctx.connection, ctx.alliance.id, one)
    ctx.note("question_asked", f"question:{added}", label=ctx.say("question.named", id=added, asked=asked.name))
    one = replace(one, id=added)
    if not people:  # nobody there would hear of it: the secretariat does, at once
        helpers = actors.secretariat_people(ctx.connection, ctx.alliance, ctx.today)
        if helpers:
            changes.escalate_question(ctx.connection, ctx.alliance.id, added, ctx.now)
        ctx.post_each(question_unanswered(one, person) for person in helpers)
    ctx.post_each(question_put(one, person) for person in people)
    return shown(ctx, added, "asked" if people else "nobody", people)


COMMAND = Command("ask", ("spørg", "spoerg", "ask", "bed"), "act_for_member", handle, about_member=True, own_words=True)
