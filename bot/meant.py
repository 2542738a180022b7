"""What was meant: the words of a command, from how people say it in a conversation.

``Køge: liste``, ``kontakter Køge``, ``aflys 4/2027`` and ``hvem mangler?`` become what a command understands. Whatever
is not certainly meant is left as it was said, and answered as such.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from alliance.errors import Refused
from alliance.names import find, fold
from bot.commands import COMMANDS
from bot.commands.meetings.meeting import VERBS as OF_A_MEETING
from bot.request import FOR, tokens

BY_NAME = {fold(name): command for command in COMMANDS for name in command.names}
MARKS = "?!.,:;"
LONGEST_NAME = 3
"""Words of a member's name."""
PHRASES = {"hvem mangler": "mangler", "hvem skylder": "mangler", "who is missing": "missing"}
NEED = ("krav", "requirement")
MEETING_VERBS = ("flyt", "move", "aflys", "cancel", "indkald", "call", "afhold", "hold", "opret")
"""What is only ever done to a meeting."""
ABOUT_ONE = frozenset(("list", "board", "missing", "message"))
"""Commands that need no member and yet are understood with one after them."""
MEANS = {"board": "liste", "missing": "liste"}
"""What of one member these would show is its list."""
Names = Callable[[], Mapping[str, str]]
"""The names by code of everybody in the register, read when it comes to that."""


def meant(words: str, names: Names) -> str:
    """The words as a command understands them; the same words where they are one already, or nothing we know."""
    said = tokens(words)
    if not said or fold(said[0]) == FOR:
        return words
    if fold(said[0]) in BY_NAME:
        return _with_member_after(said, names) or words
    if phrase := _phrase(" ".join(said).rstrip(MARKS + " ")):
        return phrase
    bare = said[0].rstrip(MARKS)
    if len(said) == 1 and fold(bare) in BY_NAME:
        return bare
    return _turned(said) or _with_member_before(words, said, names) or words


def _phrase(plain: str) -> str | None:
    """``hvem mangler`` and ``hvem mangler krav 2``, as it stands on the buttons."""
    for phrase, command in PHRASES.items():
        before, found, rest = fold(plain).partition(phrase)
        if found and not before and (not rest or rest.startswith(" ")):
            return " ".join((command, *(word for word in rest.split() if word not in NEED)))
    return None


def _turned(said: list[str]) -> str | None:
    """``flyt styregruppe 1/2027`` and ``move meeting 2/2027``: what is to be done stands before what it is done to."""
    verb = fold(said[0])
    if len(said) > 1 and fold(said[1]) in BY_NAME:
        command = BY_NAME[fold(said[1])]
        if command.key in ("meeting", "minutes", "agenda"):
            return " ".join((said[1], said[0], *said[2:]))
    if verb in MEETING_VERBS and verb in OF_A_MEETING:
        after = said[2:] if len(said) > 1 and fold(said[1]) in ("moedet",) else said[1:]
        return " ".join(("møde", said[0], *after))
    return None


def _with_member_after(said: list[str], names: Names) -> str | None:
    """``kontakter Køge``: about the member whose name stands right after the command."""
    command = BY_NAME[fold(said[0])]
    about_one = (command.about_member and not command.own_words) or command.key in ABOUT_ONE
    if len(said) == 1 or not about_one:
        return None
    found = _name_at_the_start(said[1:], names)
    if found is None:
        return None
    name, rest = found
    return " ".join((FOR, f"{name}:", MEANS.get(command.key, said[0]), *rest))


def _with_member_before(words: str, said: list[str], names: Names) -> str | None:
    """``Køge: liste``, ``Køge liste`` and ``Køge`` alone."""
    found = _name_at_the_start(said, names)
    if found is None:
        return None
    name, rest = found
    if rest and fold(rest[0]) not in BY_NAME:
        return None
    return " ".join((FOR, f"{name}:", *rest))


def _name_at_the_start(said: list[str], names: Names) -> tuple[str, list[str]] | None:
    """The name that the first words are, however it is spelled, and the words after it; a number is none."""
    known: Mapping[str, str] | None = None
    for cut in range(min(LONGEST_NAME, len(said)), 0, -1):
        typed = " ".join(said[:cut]).rstrip(MARKS + " ")
        if len(typed) < 2 or any(letter.isdigit() for letter in typed):
            continue
        known = names() if known is None else known
        try:
            return known[find(typed, known)], said[cut:]
        except Refused:
            continue
    return None
