"""What members have learned and share: an entry of the collection, and finding one by words however they are spelled.

Instants are aware UTC, days local. Nothing is deleted: what was taken back stays, with who and when.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from functools import cached_property

from alliance.members import Organisation
from alliance.names import fold
from alliance.words import Words

LONGEST = 500
MOST_MEANT = 3
WITHIN = 4
"""Letters from which a word is also found inside another: Danish words are put together (``fjernvarme``)."""
SHORTEST_STEM = 4
ENDINGS = ("ernes", "erne", "ene", "ens", "ets", "ers", "er", "en", "et", "e", "s")
_WORD = re.compile(r"[a-z0-9]+")
_AS_TYPED = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Experience:
    """What a member shared. ``theme`` is a key of its charter, or ""; ``settlement_id``: it is also this evidence."""

    id: int
    organisation_id: int
    what: str
    link: str
    theme: str
    shared_at: datetime
    shared_by: int
    shared_by_name: str = ""
    on_behalf: bool = False
    settlement_id: int | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True)
class Entry:
    """The same as it is read: whose it is, on which local day it was shared, and whom to ask ("" for nobody)."""

    id: int
    organisation: Organisation
    what: str
    link: str
    theme: Words | None
    day: date
    contact: str
    settlement_id: int | None = None

    @cached_property
    def said(self) -> str:
        """Everything that is searched, as it was typed."""
        theme = (self.theme.da, self.theme.en) if self.theme else ()
        return " ".join((self.what, self.organisation.name, *theme))

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(_words(self.said))

    def has(self, word: str) -> bool:
        """Whether a word as ``asked`` gives it is one of the entry's."""
        return stands_in(word, self.words)


def stands_in(word: str, words: Iterable[str]) -> bool:
    """Whether a word as ``asked`` gives it begins one of these, or stands in one if it is long enough."""
    return any(word in each if len(word) >= WITHIN else each.startswith(word) for each in words)


def has_all(text: str, query: str) -> bool:
    """Whether every word of a query is found in a text, however either is spelled."""
    words = frozenset(_words(text))
    return all(stands_in(word, words) for word in asked(query))


def _words(text: str) -> list[str]:
    """The words of a text in the one spelling that all spellings of them share: ``ø``, ``oe`` and ``o`` are alike."""
    return [word.replace("oe", "o").replace("aa", "a") for word in _WORD.findall(fold(text))]


def asked(text: str) -> tuple[str, ...]:
    """The words to look for, each once and without its ending: ``varmepumperne`` also means ``varmepumpe``."""
    return tuple(dict.fromkeys(_stem(word) for word in _words(text)))


def _stem(word: str) -> str:
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word.removesuffix(ending)
    return word


def found(entries: Iterable[Entry], text: str) -> tuple[Entry, ...]:
    """The entries that have all the words of a text, in their order; all of them where it has none."""
    words = asked(text)
    return tuple(entry for entry in entries if all(entry.has(word) for word in words))


def meant(entries: Sequence[Entry], text: str) -> tuple[str, ...]:
    """Other texts to look for where nothing has all the words: each finds something, the likest first.

    A word that nothing has is put right; where all of them are known, each is looked for by itself.
    """
    typed = _AS_TYPED.findall(text)
    said = (word for entry in entries for word in _AS_TYPED.findall(entry.said))
    known = {_words(word)[0]: word.lower() for word in said if _words(word)}
    alike = [_alike(entries, word, known) for word in typed]
    if all(one == [word] for one, word in zip(alike, typed, strict=True)):
        return tuple(dict.fromkeys(typed))[:MOST_MEANT] if len(typed) > 1 else ()
    whole = (" ".join(one[min(n, len(one) - 1)] for one in alike if one) for n in range(MOST_MEANT))
    return tuple(one for one in dict.fromkeys(whole) if one and found(entries, one))


def _alike(entries: Sequence[Entry], word: str, known: dict[str, str]) -> list[str]:
    """The word where something has it, else those that are spelled most like it."""
    wanted = asked(word)
    if not wanted or any(entry.has(wanted[0]) for entry in entries):
        return [word]
    return [known[key] for key in get_close_matches(_words(word)[0], known, MOST_MEANT)]
