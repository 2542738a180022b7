"""Who held which office on a day, who is asked, and who runs the secretariat."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.charter import SecretariatRule
from alliance.members import MOST_ASKED, OfficesOn, OfficeTerm, Organisation, Person, SeatTerm, secretariat_organisation
from alliance.roles import Actor
from alliance.validity import Validity


def day(text: str) -> date:
    return date.fromisoformat(text)


def term(
    person: int,
    office: str = "mayor",
    since: str = "2026-01-01",
    until: str | None = None,
    acting: bool = False,
    organisation: int = 1,
) -> OfficeTerm:
    return OfficeTerm(organisation, office, person, Validity(day(since), day(until) if until else None), acting)


def on(today: str, *terms: OfficeTerm) -> OfficesOn:
    return OfficesOn.of(terms, day(today))


# Who held it on that day


@pytest.mark.parametrize(
    ("today", "mayor"),
    [
        ("2025-12-31", ()),
        ("2026-01-01", (10,)),
        ("2026-12-31", (10,)),
        ("2027-01-01", (11,)),
        ("2027-05-31", (11,)),
        ("2027-06-01", ()),
        ("2027-06-02", ()),
        ("2027-06-03", (12,)),
    ],
)
def test_an_office_is_held_from_the_first_day_of_a_term_until_not_including_its_last(
    today: str, mayor: tuple[int, ...]
) -> None:
    terms = (
        term(10, until="2027-01-01"),
        term(11, since="2027-01-01", until="2027-06-01"),
        term(12, since="2027-06-03"),
    )
    assert on(today, *terms).holders(1, "mayor") == mayor


def test_an_office_is_held_at_one_member_and_not_at_another() -> None:
    offices = on("2027-01-01", term(10, organisation=1), term(20, organisation=2), term(11, office="official"))
    assert (offices.holders(1, "mayor"), offices.holders(2, "mayor")) == ((10,), (20,))
    assert offices.holders(3, "mayor") == ()


def test_who_acts_is_no_holder_and_the_holder_does_not_act() -> None:
    offices = on("2027-01-01", term(10), term(15, acting=True))
    assert (offices.holders(1, "mayor"), offices.acting(1, "mayor")) == ((10,), (15,))


def test_a_person_may_hold_several_offices() -> None:
    held = (term(10), term(10, "secretariat", organisation=2), term(10, "official", until="2026-06-01"))
    assert on("2027-01-01", *held, term(11)).of_person(10) == held[:2]


# Who is asked


@pytest.mark.parametrize(
    ("today", "asked"),
    [
        ("2027-02-28", (10,)),
        ("2027-03-01", (15,)),
        ("2027-03-31", (15,)),
        ("2027-04-01", (10,)),
    ],
)
def test_who_acts_for_an_office_is_asked_before_who_holds_it_while_they_act(today: str, asked: tuple[int, ...]) -> None:
    offices = on(today, term(10), term(15, since="2027-03-01", until="2027-04-01", acting=True))
    assert offices.asked(1, ["mayor"]) == asked


def test_somebody_who_cannot_be_reached_is_asked_only_if_nobody_else_can() -> None:
    always = Validity(date(2026, 1, 1))
    terms = (OfficeTerm(1, "mayor", 10, always), OfficeTerm(1, "mayor", 11, always, acting=True))
    assert OfficesOn(terms).asked(1, ["mayor"]) == (11,)
    assert OfficesOn(terms, frozenset({11})).asked(1, ["mayor"]) == (10,)
    assert OfficesOn(terms, frozenset({10, 11})).asked(1, ["mayor"]) == (11,)


def test_a_vacant_office_asks_nobody_and_the_next_office_is_asked_all_the_same() -> None:
    offices = on("2027-01-01", term(30, "climate_coordinator"))
    assert offices.asked(1, ["mayor", "climate_coordinator"]) == (30,)
    assert offices.asked(1, ["mayor"]) == ()


def test_somebody_in_both_offices_is_asked_once() -> None:
    offices = on("2027-01-01", term(10), term(10, "climate_coordinator"))
    assert offices.asked(1, ["mayor", "climate_coordinator"]) == (10,)


def test_one_person_is_asked_for_each_office() -> None:
    offices = on("2027-01-01", term(30, "official"), term(31, "official"), term(10))
    assert offices.asked(1, ["official", "mayor"]) == (30, 10)


def test_the_first_two_offices_with_somebody_in_them_are_asked() -> None:
    offices = on("2027-01-01", term(10, "a"), term(11, "c"), term(12, "d"))
    assert offices.asked(1, ["a", "b", "c", "d"]) == (10, 11)


OFFICES = ["mayor", "deputy_mayor", "climate_coordinator", "official"]
some_terms = st.lists(
    st.builds(
        lambda person, office, acting, organisation: term(person, office, acting=acting, organisation=organisation),
        st.integers(1, 9),
        st.sampled_from(OFFICES),
        st.booleans(),
        st.integers(1, 2),
    ),
    max_size=12,
)


@settings(deadline=None)
@given(some_terms, st.permutations(OFFICES))
def test_never_more_than_two_people_are_asked_and_only_people_of_that_member(
    terms: list[OfficeTerm], offices: list[str]
) -> None:
    asked = on("2027-01-01", *terms).asked(1, offices)
    assert len(asked) == len(set(asked)) <= MOST_ASKED == 2
    assert set(asked) <= {each.person_id for each in terms if each.organisation_id == 1}
    assert bool(asked) is any(each.organisation_id == 1 for each in terms)


# The secretariat

FOLLOWS = SecretariatRule("follows_chair", "secretariat", 30, ())


def chair(organisation: int, since: str, until: str | None = None, leads: bool = True) -> SeatTerm:
    return SeatTerm("steering_group", "kkr", organisation, Validity(day(since), day(until) if until else None), leads)


SEATS = (
    chair(2, "2025-07-01", "2027-03-01"),
    chair(1, "2023-07-01", "2025-07-01"),
    chair(3, "2027-05-01"),
    chair(4, "2021-06-04", leads=False),
)


@pytest.mark.parametrize(
    ("today", "organisation"),
    [
        ("2023-06-30", None),
        ("2023-07-01", 1),
        ("2025-06-30", 1),
        ("2025-07-01", 2),
        ("2027-02-28", 2),
        ("2027-03-01", 2),  # the chair is vacant: the last one's municipality goes on
        ("2027-04-30", 2),
        ("2027-05-01", 3),
        ("2030-01-01", 3),
    ],
)
def test_the_secretariat_follows_the_chair_also_through_a_vacancy(today: str, organisation: int | None) -> None:
    assert secretariat_organisation(FOLLOWS, SEATS, day(today)) == organisation


def test_a_seat_without_the_chair_brings_no_secretariat() -> None:
    assert secretariat_organisation(FOLLOWS, [chair(4, "2021-06-04", leads=False)], day("2027-01-01")) is None


def test_a_fixed_secretariat_stays_where_it_is() -> None:
    fixed = SecretariatRule("fixed", "secretariat", 0, (), "KL")
    assert secretariat_organisation(fixed, SEATS, day("2027-01-01")) == "KL"


# What somebody may do


def actor(*terms: OfficeTerm, secretariat: bool = False) -> Actor:
    return Actor(Person(10, "Ane", "da"), terms, secretariat)


@pytest.mark.parametrize(
    ("who", "look", "own", "others", "run"),
    [
        (actor(), True, False, False, False),
        (actor(term(10)), True, True, False, False),
        (actor(term(10, acting=True)), True, True, False, False),
        (actor(term(10, "secretariat")), True, False, False, False),
        (actor(term(10, "secretariat"), secretariat=True), True, True, True, True),
    ],
    ids=["nobody", "holder", "acting", "worked for the secretariat of an earlier chair", "secretariat"],
)
def test_who_may_do_what(who: Actor, look: bool, own: bool, others: bool, run: bool) -> None:
    assert who.may("look") is look
    assert who.may("act_for_member", 1) is own
    assert who.may("act_for_member", 2) is others
    assert who.may("run_secretariat") is who.may("run_secretariat", 1) is run


def test_nobody_may_act_for_no_member_at_all() -> None:
    assert not actor(term(10)).may("act_for_member")


def test_working_for_the_secretariat_does_not_speak_for_its_municipality() -> None:
    both = actor(term(10, "secretariat", organisation=1), term(10, "official", organisation=2), secretariat=True)
    assert both.organisations == (2,)


def test_a_member_is_listed_once_however_many_offices_one_holds_there() -> None:
    assert actor(term(10), term(10, "official"), term(10, organisation=2)).organisations == (1, 2)


def test_a_group_that_is_not_known_has_no_name() -> None:
    place = Organisation(1, "0580", "Aabenraa", "Aabenraa Kommune", "municipality", (("region", "Syddanmark"),))
    assert (place.group("region"), place.group("kkr")) == ("Syddanmark", "")
