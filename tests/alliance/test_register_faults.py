"""What cannot be in a register is found, whoever wrote it; and the rules by which it is written let none of it in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.errors import Refused
from alliance.members import Membership, MembershipRole, OfficeTerm, SeatTerm
from alliance.register_faults import register_faults
from alliance.seats import give, is_member, within
from alliance.terms import join, take
from alliance.validity import Validity

KOEGE, GREVE = 259, 253
ANNE, BO = 1, 2
FROM, DAY, ENDS = date(2026, 1, 1), date(2027, 7, 1), date(2028, 1, 1)
ONE = timedelta(days=1)
SINGLE = {"mayor"}


def held(
    who: int, since: date, until: date | None = None, office: str = "mayor", *, acting: bool = False
) -> OfficeTerm:
    return OfficeTerm(KOEGE, office, who, Validity(since, until), acting)


def seat(
    who: int, since: date, until: date | None = None, where: str = "SJ", *, chair: bool = False, body: str = "group"
) -> SeatTerm:
    return SeatTerm(body, where, who, Validity(since, until), chair)


def member(who: int, since: date, until: date | None = None, role: MembershipRole = "member") -> Membership:
    return Membership(who, role, Validity(since, until))


JOINED = (member(KOEGE, FROM), member(GREVE, FROM))


def found(
    offices: Sequence[OfficeTerm] = (),
    seats: Sequence[SeatTerm] = (),
    memberships: Sequence[Membership] = JOINED,
    since: date = date.min,
) -> list[tuple[str, str]]:
    faults = register_faults(offices, seats, memberships, SINGLE, since)
    return [(fault.kind, str(fault.facts["day"])) for fault in faults]


@pytest.mark.parametrize(
    ("until", "day"), [(None, DAY), (DAY - ONE, None), (DAY, None), (DAY + ONE, DAY), (ENDS, DAY), (FROM, None)]
)
def test_an_office_with_one_holder_has_one_a_day(until: date | None, day: date | None) -> None:
    wrong = [("two_holders", str(day))] if day else []
    assert found([held(ANNE, FROM, until), held(BO, DAY)]) == wrong
    assert found([held(BO, DAY), held(ANNE, FROM, until)]) == wrong
    assert found([held(ANNE, FROM, until, "official"), held(BO, DAY, office="official")]) == []
    assert found([held(ANNE, FROM, until), held(BO, DAY, acting=True)]) == []
    assert found([held(ANNE, FROM, until), held(ANNE, DAY)]) == []


@pytest.mark.parametrize(("since", "day"), [(DAY, DAY), (DAY + ONE, DAY + ONE), (ENDS - ONE, ENDS - ONE), (ENDS, None)])
def test_what_was_wrong_and_is_over_is_let_be(since: date, day: date | None) -> None:
    both = [held(ANNE, FROM, ENDS), held(BO, DAY)]
    assert found(both, since=since) == ([("two_holders", str(day))] if day else [])


@pytest.mark.parametrize(
    ("seats", "wrong"),
    [
        ([seat(KOEGE, FROM), seat(GREVE, DAY)], [("two_seated", str(DAY))]),
        ([seat(KOEGE, FROM, DAY), seat(GREVE, DAY)], []),
        ([seat(KOEGE, FROM), seat(GREVE, DAY, where="HS")], []),
        ([seat(KOEGE, FROM), seat(GREVE, DAY, body="other")], []),
        ([seat(KOEGE, FROM), seat(KOEGE, FROM, chair=True)], []),
        ([seat(KOEGE, FROM, chair=True), seat(GREVE, DAY, where="HS", chair=True)], [("two_chairs", str(DAY))]),
        ([seat(KOEGE, FROM, DAY, chair=True), seat(GREVE, DAY, where="HS", chair=True)], []),
        ([seat(KOEGE, FROM, chair=True), seat(GREVE, DAY, body="other", chair=True)], []),
    ],
)
def test_a_seat_and_the_chair_have_one_holder_a_day(seats: list[SeatTerm], wrong: list[tuple[str, str]]) -> None:
    assert found(seats=seats) == wrong


@pytest.mark.parametrize(
    ("memberships", "since", "day"),
    [
        ([member(KOEGE, FROM)], FROM, None),
        ([member(KOEGE, FROM, role="partner")], FROM, None),
        ([member(KOEGE, FROM, role="observer")], FROM, FROM),
        ([member(KOEGE, FROM + ONE)], FROM, FROM),
        ([member(KOEGE, FROM + ONE)], FROM + ONE, None),
        ([member(KOEGE, FROM, DAY)], FROM, DAY),
        ([member(KOEGE, FROM, DAY), member(KOEGE, DAY)], FROM, None),
        ([member(KOEGE, FROM, DAY), member(KOEGE, DAY + ONE)], FROM, DAY),
        ([member(KOEGE, FROM, ENDS)], FROM, None),
        ([member(KOEGE, FROM, ENDS - ONE)], FROM, ENDS - ONE),
        ([], FROM, FROM),
    ],
)
def test_who_has_a_seat_takes_part(memberships: list[Membership], since: date, day: date | None) -> None:
    wrong = [("seat_outside", str(day))] if day else []
    assert found(seats=[seat(KOEGE, FROM, ENDS)], memberships=memberships, since=since) == wrong


@pytest.mark.parametrize(("until", "wrong"), [(DAY - ONE, False), (DAY, False), (DAY + ONE, True), (None, True)])
def test_nobody_is_a_member_twice_a_day(until: date | None, wrong: bool) -> None:
    twice = [member(KOEGE, FROM, until), member(KOEGE, DAY)]
    assert found(memberships=twice) == ([("two_memberships", str(DAY))] if wrong else [])
    assert found(memberships=[member(KOEGE, FROM, until), member(KOEGE, DAY, role="observer")]) == []


# ------------------------------------------------------------------------- what is written down by the rules

DAYS = st.integers(0, 12).map(lambda number: FROM + number * ONE)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 4), DAYS), max_size=8))
def test_whoever_takes_an_office_in_whatever_order_it_has_one_holder(steps: list[tuple[int, date]]) -> None:
    known: list[OfficeTerm] = []
    for who, since in steps:
        taken = take(known, held(who, since), single=True)
        if taken.changes:
            same = (who, since)
            kept = [t for t in known if t not in taken.ends and (t.person_id, t.validity.since) != same]
            ended = [term._replace(validity=term.validity.cut(since)) for term in taken.ends]
            known = [*kept, *ended, taken.term]
        assert [term.person_id for term in known if term.validity.covers(since)] == [who]
    assert found(known) == []


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from([KOEGE, GREVE, 265]), st.booleans(), DAYS), max_size=8),
    st.dictionaries(st.sampled_from([KOEGE, GREVE]), DAYS),
)
def test_whoever_is_given_a_seat_in_whatever_order_it_has_one_holder_who_takes_part(
    steps: list[tuple[int, bool, date]], left: dict[int, date]
) -> None:
    memberships = [member(who, FROM, left.get(who)) for who in (KOEGE, GREVE, 265)]
    stored: list[SeatTerm] = []
    for who, chair, since in steps:
        new = seat(who, since, where="HS" if who == 265 else "SJ", chair=chair)
        with suppress(Refused):
            if is_member(memberships, who, since):
                ends = give(within(stored, memberships), new).ends
                starts = {(t.organisation_id, t.chair, t.validity.since) for t in ends}
                stored = [
                    seat(t.organisation_id, t.validity.since, since, t.constituency, chair=t.chair)
                    if (t.organisation_id, t.chair, t.validity.since) in starts
                    else t
                    for t in stored
                ] + [new]
    assert found(seats=within(stored, memberships), memberships=memberships) == []


@settings(max_examples=40)
@given(st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=6))
def test_whatever_days_a_member_is_said_to_have_joined_it_is_a_member_once_a_day(
    steps: list[tuple[date, date | None]],
) -> None:
    known: list[Membership] = []
    for since, until in steps:
        with suppress(Refused):
            joined = join(known, member(KOEGE, since, until if until and until > since else None))
            if joined:
                known = [*(m for m in known if m != joined.corrects), joined.term]
    assert found(memberships=known) == []
