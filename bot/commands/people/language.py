"""``sprog en``: choose the language of everything I read."""

from __future__ import annotations

from alliance.errors import Refused
from alliance.messages import Message
from alliance.names import fold
from bot.context import Command, Context
from storage.changes import register
from templates import write

LANGUAGES = {"da": "da", "dansk": "da", "danish": "da", "en": "en", "engelsk": "en", "english": "en"}


def handle(ctx: Context) -> Message:
    typed = " ".join(ctx.args)
    language = LANGUAGES.get(fold(typed))
    if language is None:
        raise Refused("language_unknown", got=typed)
    before = ctx.language
    if language != before:
        register.set_language(ctx.connection, ctx.alliance.id, ctx.actor.person.id, language)
        ctx.note("language_changed", language=language)
        ctx.reads(language)
    return write("language_set", language, before="" if language == before else before)


COMMAND = Command("language", ("sprog", "language"), "look", handle)
