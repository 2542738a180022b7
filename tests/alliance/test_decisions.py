"""Decisions are found by words, however they are spelled and wherever they stand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from alliance.decisions import DecidedAction, Decision, with_words
from alliance.meetings import Meeting
from alliance.words import Words

AT = datetime(2027, 3, 10, 9, tzinfo=UTC)
TITLE = Words("Styregruppemøde 1/2027", "Steering group meeting 1/2027")
MEETING = Meeting(1, "steering_group", TITLE, 2027, AT, AT, "", AT.date(), number=1)
ACTION = DecidedAction("Sender notat om biler", "Køge Kommune, klimakoordinator", date(2027, 4, 12), "open")
ONE = Decision(MEETING, 1, 1, "Årets handlinger", False, "Fælles indkøb af elbusser vedtaget.", (ACTION,))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", True),
        ("elbusser", True),
        ("ELBUS", True),
        ("aarets faelles", True),
        ("årets solceller", False),  # every word
        ("notat koege", True),
        ("1/2027", True),
        ("steering", True),
        ("2028", False),
    ],
)
def test_every_word_must_stand_somewhere_in_it(typed: str, found: bool) -> None:
    assert with_words([ONE], typed) == ((ONE,) if found else ())
