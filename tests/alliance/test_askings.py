"""Who is asked is worked out twice, by the planner and by the audit: both come to the same."""

from __future__ import annotations

import random
from datetime import date

from alliance.askings import should_be_asked
from alliance.members import OfficesOn, OfficeTerm
from alliance.validity import Validity

ALWAYS = Validity(date(2021, 6, 4), None)
PEOPLE, ORGANISATIONS, OFFICES = range(1, 7), (1, 2), ("mayor", "climate_coordinator", "official")


def drawn(chance: random.Random) -> OfficesOn:
    """Some people in some offices, some of whom cannot be reached, are away, or handed something to a colleague."""
    terms = tuple(
        OfficeTerm(chance.choice(ORGANISATIONS), chance.choice(OFFICES), person, ALWAYS, chance.random() < 0.3)
        for person in PEOPLE
        for _ in range(chance.choice([0, 1, 1, 2]))
    )
    unreachable = frozenset(person for person in PEOPLE if chance.random() < 0.3)
    deputies = (None, *PEOPLE)
    away = {person: chance.choice(deputies) for person in PEOPLE if chance.random() < 0.3}
    handed = {(1, chance.choice(OFFICES), person): chance.choice(PEOPLE) for person in PEOPLE if chance.random() < 0.2}
    return OfficesOn(terms, unreachable, away, handed)


def test_the_audit_and_the_planner_ask_the_same_people() -> None:
    chance, asked = random.Random(4), 0
    for _ in range(4_000):
        known, obligation, owner = drawn(chance), chance.choice([1, 2]), chance.choice((None, *PEOPLE))
        wanted = chance.sample(OFFICES, chance.choice([1, 2, 3]))
        should = should_be_asked(known, 1, wanted, obligation, owner)
        assert should == known.asked(1, wanted, obligation, owner), (known, wanted, obligation, owner)
        asked += len(should)
    assert asked > 2_000
