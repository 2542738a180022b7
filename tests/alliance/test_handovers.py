"""One thing is handed to a colleague: who is asked for it, and from when to when that holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from alliance.handovers import Handover, domain_of, until
from alliance.members import OfficesOn, OfficeTerm
from alliance.roles import Actor, Person
from alliance.validity import Validity

NOW, TODAY = datetime(2027, 3, 1, 8, tzinfo=UTC), date(2027, 3, 1)
MAYOR, PROXY, COORDINATOR, COLLEAGUE, DEPUTY = 1, 2, 3, 9, 4
THIS, OTHER, KOEGE = 126, 127, 259
HOLD = Validity(date(2026, 1, 1))
TERMS = (
    OfficeTerm(KOEGE, "mayor", MAYOR, HOLD),
    OfficeTerm(KOEGE, "climate_coordinator", COORDINATOR, HOLD),
    OfficeTerm(KOEGE, "official", DEPUTY, HOLD),
)
WITH_PROXY = (*TERMS, OfficeTerm(KOEGE, "mayor", PROXY, HOLD, acting=True))
WITHOUT_COORDINATOR = tuple(term for term in TERMS if term.person_id != COORDINATOR)
BY_COORDINATOR = {(THIS, "climate_coordinator", COORDINATOR): COLLEAGUE}
BY_MAYOR = {(THIS, "mayor", MAYOR): COLLEAGUE}
BOTH, ONE = ("mayor", "climate_coordinator"), ("climate_coordinator",)

ASKED = {
    "nobody handed it over": (TERMS, ONE, {}, {}, set(), (COORDINATOR,)),
    "the colleague is asked instead": (TERMS, ONE, BY_COORDINATOR, {}, set(), (COLLEAGUE,)),
    "in the place of that office only": (TERMS, BOTH, BY_COORDINATOR, {}, set(), (MAYOR, COLLEAGUE)),
    "both handed it to the same": (TERMS, BOTH, BY_COORDINATOR | BY_MAYOR, {}, set(), (COLLEAGUE,)),
    "the giver has left": (WITHOUT_COORDINATOR, ONE, BY_COORDINATOR, {}, set(), ()),
    "the colleague cannot be reached": (TERMS, ONE, BY_COORDINATOR, {}, {COLLEAGUE}, (COORDINATOR,)),
    "the colleague is away": (TERMS, ONE, BY_COORDINATOR, {COLLEAGUE: None}, set(), (COORDINATOR,)),
    "the giver is away": (TERMS, ONE, BY_COORDINATOR, {COORDINATOR: DEPUTY}, set(), (COLLEAGUE,)),
    "both are away": (TERMS, ONE, BY_COORDINATOR, {COORDINATOR: DEPUTY, COLLEAGUE: None}, set(), (DEPUTY,)),
    "a proxy came later": (WITH_PROXY, ("mayor",), BY_MAYOR, {}, set(), (COLLEAGUE,)),
}


@pytest.mark.parametrize("what", ASKED)
def test_who_is_asked_for_what_was_handed_over(what: str) -> None:
    terms, asks, handed, away, unreachable, asked = ASKED[what]
    offices = OfficesOn(terms, frozenset(unreachable), away, handed)
    assert offices.asked(KOEGE, asks, THIS) == asked
    as_ever = OfficesOn(terms, frozenset(unreachable), away)
    assert offices.asked(KOEGE, asks, OTHER) == offices.asked(KOEGE, asks) == as_ever.asked(KOEGE, asks)


HANDED = Handover(THIS, KOEGE, COORDINATOR, COLLEAGUE, ONE, until(TODAY), NOW)
LAST = TODAY + timedelta(days=365)


@pytest.mark.parametrize(
    ("day", "offices", "holds"),
    [
        (TODAY, ONE, True),
        (LAST, ONE, True),
        (LAST + timedelta(days=1), ONE, False),
        (TODAY, BOTH, True),
        (TODAY, ("mayor",), False),
        (TODAY, (), False),
    ],
)
def test_it_holds_for_a_year_at_most_and_while_its_giver_has_the_office(
    day: date, offices: tuple[str, ...], holds: bool
) -> None:
    assert HANDED.holds(offices, day) is holds


def test_who_was_handed_something_may_answer_that_and_act_for_nobody() -> None:
    actor = Actor(Person(COLLEAGUE, "Bo Lund", "da"), (), secretariat=False, handed=(HANDED,))
    assert actor.in_office and actor.helped == (KOEGE,) and actor.organisations == ()
    assert actor.was_handed(THIS) and not actor.was_handed(OTHER)
    assert not any(actor.may(action, KOEGE) for action in ("answer", "act_for_member", "oversee", "run_secretariat"))


@pytest.mark.parametrize(
    ("mail", "domain"), [("bo@koege.example", "koege.example"), ("Bo@KOEGE.example ", "koege.example"), ("bo", "bo")]
)
def test_a_domain_is_what_stands_after_the_at(mail: str, domain: str) -> None:
    assert domain_of(mail) == domain
