"""Who holds what from when: what taking an office changes, and who is meant by a name and an address."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from alliance.errors import Refused
from alliance.members import OfficeTerm, Person
from alliance.terms import Taken, has_held, owner, take
from alliance.validity import Validity

KOEGE, ANNE, BO, CLARA = 259, 1, 2, 3
JAN, DEC, ENDS = date(2028, 1, 1), date(2027, 12, 1), date(2030, 1, 1)
BEGAN = date(2026, 1, 1)
ONE = timedelta(days=1)


def term(
    who: int, since: date, until: date | None = None, office: str = "mayor", *, acting: bool = False
) -> OfficeTerm:
    return OfficeTerm(KOEGE, office, who, Validity(since, until), acting)


ANNES = term(ANNE, BEGAN)


@pytest.mark.parametrize(
    ("known", "new", "taken"),
    [
        ([], term(BO, JAN), Taken(term(BO, JAN))),
        ([ANNES], term(BO, JAN), Taken(term(BO, JAN), (ANNES,))),
        ([term(ANNE, BEGAN, JAN)], term(BO, JAN), Taken(term(BO, JAN))),
        ([term(ANNE, BEGAN, JAN + ONE)], term(BO, JAN), Taken(term(BO, JAN), (term(ANNE, BEGAN, JAN + ONE),))),
        ([term(ANNE, JAN)], term(BO, JAN), Taken(term(BO, JAN), (term(ANNE, JAN),))),  # hers never was
        # A successor is noted, then an interim: the day before, the day and the day after.
        ([ANNES, term(BO, JAN)], term(CLARA, DEC), Taken(term(CLARA, DEC, JAN), (ANNES,), term(BO, JAN))),
        ([term(BO, JAN)], term(CLARA, JAN - ONE), Taken(term(CLARA, JAN - ONE, JAN), (), term(BO, JAN))),
        ([term(BO, JAN)], term(CLARA, JAN), Taken(term(CLARA, JAN), (term(BO, JAN),))),
        ([term(BO, JAN)], term(CLARA, JAN + ONE), Taken(term(CLARA, JAN + ONE), (term(BO, JAN),))),
        ([term(BO, JAN, JAN)], term(CLARA, DEC), Taken(term(CLARA, DEC))),  # who never was follows nobody
        # History that is brought later.
        ([term(ANNE, JAN), term(BO, ENDS)], term(CLARA, DEC), Taken(term(CLARA, DEC, JAN), (), term(ANNE, JAN))),
        # The same again.
        ([ANNES], ANNES, Taken(ANNES, changes=False)),
        (
            [term(CLARA, DEC, JAN), term(BO, JAN)],
            term(CLARA, DEC),
            Taken(term(CLARA, DEC, JAN), follows=term(BO, JAN), changes=False),
        ),
        # Another office, somebody who may act for it: nobody makes way.
        ([term(ANNE, BEGAN, office="climate_coordinator")], term(BO, JAN), Taken(term(BO, JAN))),
        ([term(ANNE, BEGAN, acting=True)], term(BO, JAN), Taken(term(BO, JAN))),
        ([ANNES, term(BO, JAN)], term(CLARA, DEC, acting=True), Taken(term(CLARA, DEC, acting=True))),
    ],
)
def test_an_office_with_one_holder_has_one_on_every_day(known: list[OfficeTerm], new: OfficeTerm, taken: Taken) -> None:
    assert take(known, new, single=True) == taken


@pytest.mark.parametrize(
    ("known", "new", "taken"),
    [
        ([ANNES, term(BO, JAN)], term(CLARA, DEC), Taken(term(CLARA, DEC))),
        ([ANNES], term(ANNE, JAN), Taken(term(ANNE, JAN), (ANNES,))),
        ([term(ANNE, JAN)], term(ANNE, DEC), Taken(term(ANNE, DEC, JAN), (), term(ANNE, JAN))),
    ],
)
def test_of_an_office_with_several_only_ones_own_terms_make_way(
    known: list[OfficeTerm], new: OfficeTerm, taken: Taken
) -> None:
    assert take(known, new, single=False) == taken


@pytest.mark.parametrize(
    ("terms", "since", "held"),
    [
        ([], JAN, False),
        ([term(ANNE, JAN)], JAN - ONE, True),
        ([term(ANNE, JAN)], JAN, True),
        ([term(ANNE, JAN)], JAN + ONE, True),
        ([term(ANNE, BEGAN, JAN)], JAN - ONE, True),
        ([term(ANNE, BEGAN, JAN)], JAN, False),
        ([term(ANNE, BEGAN, JAN)], None, True),
        ([term(ANNE, JAN, JAN)], JAN, True),
        ([term(ANNE, JAN, JAN)], JAN + ONE, False),
        ([term(BO, JAN)], None, False),
        ([term(ANNE, JAN, acting=True)], None, False),
        ([term(ANNE, JAN, office="official")], None, False),
    ],
)
def test_who_held_an_office_on_the_day_is_not_given_it_again(
    terms: list[OfficeTerm], since: date | None, held: bool
) -> None:
    assert has_held(terms, ANNE, "mayor", since) == held


NORA, IDA = Person(1, "Nora Ny", "da"), Person(2, "Ida Igen", "da")


@pytest.mark.parametrize(
    ("using", "used", "meant"),
    [(None, None, None), (IDA, None, IDA), (IDA, NORA, IDA), (None, NORA, NORA)],
)
def test_an_address_means_who_uses_it_else_who_used_it_last(
    using: Person | None, used: Person | None, meant: Person | None
) -> None:
    assert owner("nora  ny", using, used) == meant


def test_an_address_that_was_somebody_elses_means_nobody() -> None:
    with pytest.raises(Refused) as refused:
        owner("Nora Nye", None, NORA)
    assert refused.value.reason == "mail_was_anothers"
