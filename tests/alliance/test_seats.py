"""Seats and the chair: who leaves when somebody is given one, which stand empty, and when an end is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from alliance.charter import Body, Party
from alliance.errors import Refused
from alliance.members import Membership, MembershipRole, SeatTerm
from alliance.months import months_before, years_after
from alliance.seats import chair_ending, give, is_member, party_endings, vacancies, within
from alliance.validity import Validity
from alliance.words import Words
from storage.charters import charter

BODY: Body = charter("dk2020").body("steering_group")
FROM, DAY = date(2026, 2, 1), date(2027, 7, 1)
KOEGE, GREVE, AARHUS = 259, 253, 751
SJ, MJ = "KKR Sjælland", "KKR Midtjylland"


def seat(who: int, since: date, until: date | None = None, where: str = SJ, *, chair: bool = False) -> SeatTerm:
    return SeatTerm("steering_group", where, who, Validity(since, until), chair)


SEATED = (seat(KOEGE, FROM), seat(AARHUS, FROM, where=MJ))
CHAIR = seat(KOEGE, FROM, date(2028, 2, 1), chair=True)


@pytest.mark.parametrize(
    ("terms", "new", "ends"),
    [
        (SEATED, seat(GREVE, DAY), [SEATED[0]]),
        ((*SEATED, CHAIR), seat(GREVE, DAY), [SEATED[0], CHAIR]),
        ((*SEATED, CHAIR), seat(AARHUS, DAY, where=MJ, chair=True), [CHAIR]),
        ((seat(KOEGE, FROM, DAY),), seat(GREVE, DAY), []),  # the seat is empty from that day already
        ((), seat(GREVE, DAY), []),
        ((seat(KOEGE, FROM, DAY),), seat(KOEGE, DAY), []),  # the same again for another term
    ],
)
def test_who_had_the_seat_leaves_it_and_the_chair_with_it(
    terms: tuple[SeatTerm, ...], new: SeatTerm, ends: list[SeatTerm]
) -> None:
    assert list(give(terms, new).ends) == ends


def test_of_two_who_were_given_the_chair_one_is_noted_again_and_the_other_leaves() -> None:
    both = (*SEATED, CHAIR, seat(AARHUS, FROM + timedelta(days=1), where=MJ, chair=True))
    assert give(both, seat(KOEGE, DAY, chair=True)).ends == both[2:]
    assert give(both[:2] + both[3:], seat(KOEGE, DAY, chair=True)).ends == both[3:]


@pytest.mark.parametrize(
    ("terms", "new", "reason"),
    [
        (SEATED, seat(KOEGE, DAY), "seat_held"),
        ((*SEATED, CHAIR), seat(KOEGE, DAY, chair=True), "seat_held"),
        ((*SEATED, seat(GREVE, DAY)), seat(GREVE, DAY - timedelta(days=1)), "seat_given_later"),
        ((seat(GREVE, DAY),), seat(KOEGE, DAY), "seat_given_later"),
        (SEATED, seat(GREVE, DAY, chair=True), "chair_without_seat"),
        ((seat(KOEGE, FROM, DAY),), seat(KOEGE, DAY, chair=True), "chair_without_seat"),
    ],
)
def test_a_seat_cannot_be_given_twice_nor_the_chair_to_who_has_no_seat(
    terms: tuple[SeatTerm, ...], new: SeatTerm, reason: str
) -> None:
    with pytest.raises(Refused) as refused:
        give(terms, new)
    assert refused.value.reason == reason


def test_a_seat_is_empty_from_the_day_after_its_last_and_the_charter_says_by_when_it_is_filled() -> None:
    ended = seat(KOEGE, FROM, DAY)
    for day, empty in ((DAY - timedelta(days=1), []), (DAY, [SJ]), (DAY + timedelta(days=1), [SJ])):
        found = [v for v in vacancies(BODY, (ended, SEATED[1]), day) if v.since]
        assert [v.constituency for v in found] == empty
    (vacancy,) = found
    assert (vacancy.since, vacancy.fill_by(BODY)) == (DAY, DAY + timedelta(days=BODY.vacancy_days))
    assert len(vacancies(BODY, (ended, SEATED[1]), DAY)) == BODY.seats - 1  # the others were never given
    assert vacancies(replace(BODY, seats=1), (seat(GREVE, FROM),), DAY) == ()


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2027, 7, 31), None),
        (date(2027, 8, 1), 6),
        (date(2027, 10, 31), 6),
        (date(2027, 11, 1), 3),
        (date(2027, 12, 31), 3),
        (date(2028, 1, 1), 1),
        (date(2028, 1, 31), 1),
        (date(2028, 2, 1), None),
    ],
)
def test_the_end_of_a_chairs_term_is_told_six_three_and_one_month_before(day: date, told: int | None) -> None:
    ending = chair_ending((*SEATED, CHAIR), "steering_group", (6, 3, 1), day)
    assert (ending.months if ending else None) == told
    followed = seat(AARHUS, date(2028, 2, 1), where=MJ, chair=True)
    assert chair_ending((*SEATED, CHAIR, followed), "steering_group", (6, 3, 1), day) is None


def test_the_end_of_a_partnership_is_told_a_year_ahead_unless_the_party_goes_on() -> None:
    party = Party(
        "KL", Words("KL", "KL"), "KL", "association", "partner", "", Validity(FROM, date(2028, 4, 1)), (12, 1)
    )
    assert party_endings((party,), date(2027, 3, 31)) == ()
    (ending,) = party_endings((party,), date(2027, 4, 1))
    assert (ending.kind, ending.key, ending.until, ending.months) == ("party", "KL", date(2028, 4, 1), 12)
    goes_on = replace(party, validity=Validity(date(2028, 4, 1)))
    assert party_endings((party, goes_on), date(2027, 4, 1)) == ()
    assert party_endings((replace(party, told_before=()),), date(2028, 3, 31)) == ()


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2027, 8, 31), 6, date(2027, 2, 28)),
        (date(2028, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 1, 1), 1, date(2027, 12, 1)),
        (date(2027, 3, 15), 12, date(2026, 3, 15)),
    ],
)
def test_months_are_counted_by_the_calendar(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


def test_two_years_after_a_leap_day_is_the_last_of_february() -> None:
    assert years_after(date(2028, 2, 29), 2) == date(2030, 2, 28)


def membership(since: date, until: date | None = None, role: MembershipRole = "member") -> Membership:
    return Membership(KOEGE, role, Validity(since, until))


ONE, AGAIN = timedelta(days=1), date(2028, 1, 1)
JOINED = membership(date(2023, 1, 1))
LEFT = membership(date(2023, 1, 1), DAY)


@pytest.mark.parametrize(
    ("memberships", "until"),
    [
        ([JOINED], None),
        ([LEFT], DAY),
        ([LEFT, membership(AGAIN)], DAY),  # the seat does not come back with it
        ([membership(AGAIN), LEFT], DAY),
        ([LEFT, membership(DAY)], None),  # no day between: it never left
        ([LEFT, membership(DAY + ONE)], DAY),
        ([LEFT, membership(AGAIN, role="observer")], DAY),
        ([membership(FROM, role="observer")], FROM),
        ([membership(FROM, role="partner")], None),
        ([LEFT, membership(FROM, FROM)], DAY),
        ([membership(FROM + ONE)], None),  # it begins a day early: that is for people to put right
        ([membership(date(2023, 1, 1), FROM)], FROM),
        ([membership(date(2023, 1, 1), FROM + ONE)], FROM + ONE),
        ([], FROM),
    ],
)
def test_a_seat_is_over_when_its_member_leaves_the_alliance(memberships: list[Membership], until: date | None) -> None:
    others = [Membership(AARHUS, "member", Validity(FROM))]
    assert within(SEATED, [*others, *memberships]) == (seat(KOEGE, FROM, until), SEATED[1])


@pytest.mark.parametrize(
    ("ended", "until"), [(None, DAY), (DAY - ONE, DAY - ONE), (DAY, DAY), (DAY + ONE, DAY), (FROM, FROM)]
)
def test_a_seat_that_ended_before_its_member_left_ended_then(ended: date | None, until: date) -> None:
    assert within([seat(KOEGE, FROM, ended)], [LEFT]) == (seat(KOEGE, FROM, until),)


def test_a_term_that_was_over_before_its_member_joined_covers_no_day() -> None:
    assert within([seat(KOEGE, FROM, DAY)], [membership(DAY)]) == (seat(KOEGE, FROM, FROM),)


def test_what_covers_no_day_neither_bars_a_seat_nor_leaves_it_empty() -> None:
    never = seat(KOEGE, AGAIN, AGAIN)
    assert give([never], seat(GREVE, DAY)).ends == ()
    assert [v.constituency for v in vacancies(BODY, [never], AGAIN)] == [""] * BODY.seats


@pytest.mark.parametrize(("day", "member"), [(FROM - ONE, False), (FROM, True), (DAY - ONE, True), (DAY, False)])
def test_only_a_member_of_the_day_is_given_a_seat(day: date, member: bool) -> None:
    assert is_member([membership(FROM, DAY)], KOEGE, day) == member
    assert not is_member([membership(FROM, DAY, "partner")], KOEGE, day)
