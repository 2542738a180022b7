"""Who holds what from when: what taking an office changes, and who is meant by a name and an address."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from alliance.errors import Refused
from alliance.members import Membership, MembershipRole, OfficeTerm, Person
from alliance.terms import Joined, Taken, has_held, join, owner, take
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
        # Two began on one day: noting one again puts it right.
        ([ANNES, term(BO, BEGAN)], ANNES, Taken(ANNES, (term(BO, BEGAN),))),
        ([ANNES, term(BO, BEGAN, BEGAN)], ANNES, Taken(ANNES, changes=False)),
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


def member(since: date, until: date | None = None, role: MembershipRole = "member") -> Membership:
    return Membership(KOEGE, role, Validity(since, until))


@pytest.mark.parametrize(
    ("known", "new", "joined"),
    [
        ([], member(JAN), Joined(member(JAN))),
        ([member(JAN)], member(JAN), None),
        ([member(JAN)], member(JAN + ONE), None),
        ([member(JAN)], member(DEC), Joined(member(DEC), member(JAN))),
        ([member(JAN)], member(JAN - ONE, JAN), Joined(member(JAN - ONE, JAN))),
        ([member(JAN)], member(JAN - ONE, JAN + ONE), Joined(member(JAN - ONE), member(JAN))),
        ([member(JAN, ENDS)], member(DEC), Joined(member(DEC, ENDS), member(JAN, ENDS))),
        ([member(BEGAN, DEC)], member(DEC - ONE), None),
        ([member(BEGAN, DEC)], member(DEC), Joined(member(DEC))),
        ([member(BEGAN, DEC), member(ENDS)], member(JAN), Joined(member(JAN), member(ENDS))),
        ([member(BEGAN, DEC), member(ENDS)], member(JAN, ENDS), Joined(member(JAN, ENDS))),
        ([member(JAN, JAN)], member(DEC), Joined(member(DEC))),
        ([member(JAN, role="observer")], member(DEC), Joined(member(DEC))),
    ],
)
def test_nobody_is_a_member_twice_on_a_day(known: list[Membership], new: Membership, joined: Joined | None) -> None:
    assert join(known, new) == joined


@pytest.mark.parametrize(("until", "refused"), [(None, True), (ENDS + ONE, True), (ENDS, False), (JAN, False)])
def test_a_first_day_that_could_be_that_of_two_memberships_is_refused(until: date | None, refused: bool) -> None:
    known = [member(JAN, ENDS), member(ENDS)]
    if not refused:
        assert join(known, member(DEC, until))
        return
    with pytest.raises(Refused) as found:
        join(known, member(DEC, until))
    assert found.value.reason == "joined_overlaps"
