"""Danish names: in what order they come, and which municipality is meant however it is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from itertools import product

from alliance.errors import Refused

SUGGESTIONS = 3
LONGEST_NAME = 60  # characters of what may be a place; a longer label is spelled in one way only
SHORTEST_PREFIX = 4  # letters; fewer say too little about which name was begun

# What people call a municipality besides its name: exonyms, and names that lost their genitive.
ALSO_CALLED = {
    "helsingoer": ("elsinore",),
    "koebenhavn": ("copenhagen",),
    "nordfyns": ("nordfyn",),
    "vesthimmerlands": ("vesthimmerland",),
}

_RING, _DIAERESIS = "\u030a", "\u0308"
_ASCII = str.maketrans({"æ": "ae", "ä": "ae", "ø": "oe", "ö": "oe", "å": "aa"})
_ALIKE = str.maketrans({"ä": "æ", "ö": "ø", "ü": "y"})
# The three code points after z, so that the letters Danes put last come last.
_LAST = str.maketrans({"æ": "{", "ø": "|", "å": "}"})
_GAPS = re.compile(r"[\s\u2010-\u2015\u2212-]+")
_PLACE_WORDS = re.compile(
    r"(?:the )?(?:city|municipality) of (?P<after>.+)"
    r"|(?P<before>.+?) (?:(?:regions)?kommunes?|(?:regional )?municipality)"
)
_MARKS_AROUND = " .,;:!?'\"()"


@lru_cache(maxsize=1024)  # a request folds its words some ten times over
def fold(text: str) -> str:
    """Return text as it is compared: small ASCII letters where Danish has a way to write them so.

    `æ`, `ø` and `å` become `ae`, `oe` and `aa`, other accents go, runs of spaces and hyphens become one
    space, and characters nobody can see are dropped.
    """
    return _GAPS.sub(" ", _without_accents(_letters(text).translate(_ASCII))).strip()


@lru_cache(maxsize=4096)  # the names of the members are put in order at every turn
def danish_key(text: str) -> tuple[int, ...]:
    """Return a sort key in Danish order: `æ`, `ø`, `å` last, `aa` as `å`, capitals and accents as nothing."""
    letters = _letters(text).translate(_ALIKE).replace("aa", "å").translate(_LAST)
    return tuple(map(ord, _GAPS.sub(" ", _without_accents(letters)).strip()))


def matching(typed: str, names: Iterable[str]) -> list[str]:
    """Return the names that what was typed so far may mean: those that begin with it, then those that hold it.

    Spelled as people spell them, as in ``find``; where nothing fits, the names that look most like it. Names that fit
    equally well keep their order.
    """
    known, wanted = list(names), _squashed(_bare(typed))
    fits = {name: _fit(wanted, name) for name in known}
    found = sorted((name for name in known if fits[name] is not None), key=lambda name: fits[name] or 0)
    return found or list(_suggestions(wanted, known))


def _fit(wanted: str, name: str) -> int | None:
    """How well a name fits what was typed: 0 begins with it, 1 has a word that does, 2 holds it; None it does not."""
    spellings = _spellings(name) if len(name) <= LONGEST_NAME else frozenset({_squashed(fold(name))})
    if any(spelling.startswith(wanted) for spelling in spellings):
        return 0
    if any(word.startswith(wanted) for word in fold(name).split()):
        return 1
    return 2 if any(wanted in spelling for spelling in spellings) else None


def find(name: str, known: Mapping[str, str]) -> str:
    """Return the code of the municipality that is meant, given the known names by code.

    Raises Refused("unknown_municipality") or, where several fit as well, Refused("ambiguous_municipality");
    both tell what we ``got`` and up to three ``suggestions``.
    """
    wanted = _bare(name)
    for matches in (_by_code(wanted, known), _by_name(wanted, known), _by_spelling(wanted, known)):
        if len(matches) == 1:
            return matches[0]
        if matches:
            suggestions = tuple(known[code] for code in matches[:SUGGESTIONS])
            raise Refused("ambiguous_municipality", got=name, suggestions=suggestions)
    raise Refused("unknown_municipality", got=name, suggestions=_suggestions(wanted, known.values()))


def _by_code(wanted: str, known: Mapping[str, str]) -> list[str]:
    # Spreadsheets eat the zero in front of 0147.
    if not wanted.isdigit():
        return []
    return [code for code in known if code.lstrip("0") == wanted.lstrip("0")]


def _by_name(wanted: str, known: Mapping[str, str]) -> list[str]:
    return [code for code, name in known.items() if _squashed(wanted) == _key(name)]


def _by_spelling(wanted: str, known: Mapping[str, str]) -> list[str]:
    return [code for code, name in known.items() if _squashed(wanted) in _spellings(name)]


@lru_cache(maxsize=1024)
def _spellings(name: str) -> frozenset[str]:
    """Return every way to write a name: by its other names, in the genitive, with `o` for ø and `a` for å."""
    bare = _bare(name)
    names = {bare, *ALSO_CALLED.get(bare, ())}
    names |= {called + "s" for called in names if not called.endswith("s")}
    return frozenset(_squashed(spelling) for called in names for spelling in _shortened(called))


def _shortened(folded: str) -> Iterable[str]:
    parts = re.split(r"(oe|aa)", folded)
    return map("".join, product(*((part, part[0]) if part in ("oe", "aa") else (part,) for part in parts)))


@lru_cache(maxsize=1024)
def _key(name: str) -> str:
    return _squashed(_bare(name))


def _bare(name: str) -> str:
    """Return a folded name without the words that only say that it is a municipality."""
    folded = fold(name).strip(_MARKS_AROUND)
    match = _PLACE_WORDS.fullmatch(folded)
    return (match["after"] or match["before"]) if match else folded


def _squashed(folded: str) -> str:
    return folded.replace(" ", "")


def _suggestions(wanted: str, names: Iterable[str]) -> tuple[str, ...]:
    by_key = {_key(name): name for name in names}
    key = _squashed(wanted)
    # Likeness alone would offer Herning, and not Ringkøbing-Skjern, for "Ring".
    close = get_close_matches(key, by_key, n=SUGGESTIONS)
    begun = [other for other in by_key if len(key) >= SHORTEST_PREFIX and other.startswith(key)]
    return tuple(by_key[other] for other in dict.fromkeys([*begun, *close]))[:SUGGESTIONS]


def _letters(text: str) -> str:
    """Return small letters without what is invisible or stressed, but with the marks that make a letter."""
    seen = (c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) != "Cf")
    kept = (c for c in seen if unicodedata.category(c) != "Mn" or c in (_RING, _DIAERESIS))
    return unicodedata.normalize("NFC", "".join(kept).casefold())


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn")
