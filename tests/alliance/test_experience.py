"""Finding what others have shared: all words, however they are spelled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from alliance.experience import Entry, found, meant
from alliance.members import Organisation
from alliance.words import Words

RINGSTED = Organisation(1, "0329", "Ringsted", "Ringsted Kommune", "municipality")
KOEGE = Organisation(2, "0259", "Køge", "Køge Kommune", "municipality")
HEATING = Words("Energi og varme", "Energy and heating")
PUMPS = Entry(1, RINGSTED, "Fælles indkøb af luft-vand-varmepumper", "", HEATING, date(2027, 1, 1), "")
HARBOUR = replace(PUMPS, id=2, organisation=KOEGE, what="Fjernvarme på Søndre Havn og en supercykelsti", theme=None)
ALL = (PUMPS, HARBOUR)


@pytest.mark.parametrize(
    "typed, ids",
    [
        ("", [1, 2]),
        ("varmepumper ringsted", [1]),  # all words, in what and in the municipality
        ("RINGSTED varmepumpe", [1]),  # however many of it, in any order
        ("varmepumpernes", [1]),
        ("varme", [1, 2]),  # also within a word that is put together
        ("cykelstier", [2]),
        ("energi", [1]),  # by the theme, in either language
        ("heating", [1]),
        ("indkøb", [1]),
        ("indkoeb", [1]),
        ("indkob", [1]),
        ("Søndre", [2]),
        ("paa sondre", [2]),
        ("hav", [2]),  # the beginning of a word
        ("avn", []),  # but of a short one not its end
        ("varmepumper køge", []),
        ("; DROP TABLE", []),
        ("%", [1, 2]),  # no word at all
    ],
)
def test_an_entry_is_found_by_all_words_however_they_are_spelled(typed: str, ids: list[int]) -> None:
    assert [entry.id for entry in found(ALL, typed)] == ids


@pytest.mark.parametrize(
    "typed, offered",
    [
        ("varmpumper", "varmepumper"),
        ("ringstd", "ringsted"),
        ("varmepumper ringstd", "varmepumper ringsted"),
        ("ringsted fjernvarme", "ringsted"),  # both are known, nothing has both
    ],
)
def test_what_was_meant_is_offered_and_finds_something(typed: str, offered: str) -> None:
    ways = meant(ALL, typed)
    assert ways[0] == offered and all(found(ALL, way) for way in ways) and len(ways) <= 3


@pytest.mark.parametrize("typed", ["qqqqq", "ringsted qqqqq zzzzz", ""])
def test_what_is_like_nothing_is_not_guessed(typed: str) -> None:
    assert all(found(ALL, way) for way in meant(ALL, typed))
    assert meant((), typed) == ()
