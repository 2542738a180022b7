"""What a member owes for a period, what settles it, and how it stands on each day around the one that decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.attendance import Answer, winning
from alliance.cadences import MonthDay
from alliance.charter import Charter, PeriodRule, Requirement
from alliance.charter_file import read_charter
from alliance.members import Membership, MembershipRole
from alliance.obligations import (
    STATES,
    EventDates,
    Obligation,
    Period,
    Result,
    Settlement,
    SettlementKind,
    Standing,
    State,
    falls_within,
    grade_result,
    opened,
    periods,
    standing,
)
from alliance.validity import Validity

FILE = Path(__file__).parents[2] / "alliance" / "charters" / "dk2020.toml"
DK2020 = read_charter(FILE.read_text(encoding="utf-8"), FILE.name)
YEARLY = PeriodRule(1, MonthDay(1, 1), 2000)
CHAIR_TERM = DK2020.requirement("sharing_global").period
NEW_YEAR_2027 = date(2027, 1, 1)
SUMMIT_2027 = EventDates(date(2027, 11, 11), date(2027, 10, 14))
WORKSHOP_2027 = EventDates(date(2027, 5, 20), date(2027, 5, 6))
EVENTS = {("summit", 2027): SUMMIT_2027, ("workshop", 2027): WORKSHOP_2027}


def day(text: str) -> date:
    return date.fromisoformat(f"2027-{text}" if len(text) == 5 else text)


def span(since: str, until: str | None = None) -> Validity:
    return Validity(day(since), day(until) if until else None)


def member(organisation: int = 1, since: str = "2021-06-04", until: str | None = None) -> Membership:
    return Membership(organisation, "member", span(since, until))


def owed(
    *memberships: Membership,
    today: str,
    since: str = "2027-01-01",
    charter: Charter = DK2020,
    events: Mapping[tuple[str, int], EventDates] = EVENTS,
) -> tuple[Obligation, ...]:
    return tuple(opened(charter, memberships, events, day(since), day(today)))


def keys(obligations: tuple[Obligation, ...]) -> set[str]:
    return {obligation.requirement for obligation in obligations}


# Periods


@pytest.mark.parametrize(
    ("first", "last", "starts"),
    [
        ("2027-01-01", "2027-01-01", [2027]),
        ("2026-12-31", "2026-12-31", [2026]),
        ("2026-12-31", "2027-01-01", [2026, 2027]),
        ("2027-01-01", "2027-12-31", [2027]),
        ("2025-05-05", "2028-05-05", [2025, 2026, 2027, 2028]),
    ],
)
def test_a_calendar_year_is_a_period_from_its_first_day_to_its_last(first: str, last: str, starts: list[int]) -> None:
    found = list(periods(YEARLY, day(first), day(last)))
    assert found == [Period(date(year, 1, 1), date(year + 1, 1, 1)) for year in starts]
    assert [period.label for period in found] == [str(year) for year in starts]


@pytest.mark.parametrize(
    ("first", "last", "starts"),
    [
        ("2027-06-30", "2027-06-30", [2025]),
        ("2027-07-01", "2027-07-01", [2027]),
        ("2027-06-30", "2027-07-01", [2025, 2027]),
        ("2026-01-01", "2026-12-31", [2025]),
        ("2021-07-01", "2021-07-01", [2021]),
        ("2021-06-30", "2021-06-30", [2019]),  # before the anchor year's period began
        ("2018-01-01", "2018-01-01", [2017]),  # an anchor says in which years, not from when
    ],
)
def test_a_chairs_term_is_two_years_from_the_first_of_july_of_an_odd_year(
    first: str, last: str, starts: list[int]
) -> None:
    found = list(periods(CHAIR_TERM, day(first), day(last)))
    assert found == [Period(date(year, 7, 1), date(year + 2, 7, 1)) for year in starts]
    assert found[0].label == f"{starts[0]}-{(starts[0] + 2) % 100}"


rules = st.builds(
    PeriodRule,
    st.integers(1, 5),
    st.sampled_from([MonthDay(1, 1), MonthDay(7, 1), MonthDay(12, 31), MonthDay(2, 28)]),
    st.integers(1999, 2040),
)
days = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@settings(deadline=None)
@given(rules, days, st.integers(0, 4000))
def test_periods_follow_each_other_without_gap_and_touch_every_day_asked_about(
    rule: PeriodRule, first: date, length: int
) -> None:
    last = first + timedelta(days=length)
    found = list(periods(rule, first, last))
    assert found[0].start <= first < found[0].end
    assert found[-1].start <= last < found[-1].end
    assert all(one.end == other.start for one, other in pairwise(found))
    assert all((period.start.year - rule.anchor) % rule.years == 0 for period in found)


@pytest.mark.parametrize(
    ("on", "nearest"),
    [("2026-12-31", "01-01"), ("01-01", "01-01"), ("12-31", "12-31"), ("2028-01-01", "12-31")],
)
def test_the_nearest_day_of_a_period_is_in_it(on: str, nearest: str) -> None:
    assert Period(NEW_YEAR_2027, date(2028, 1, 1)).nearest(day(on)) == day(nearest)


# What has opened


def test_each_requirement_opens_once_for_each_member_and_period() -> None:
    found = owed(member(1), member(2), member(3), today="12-31")
    assert Counter((o.organisation_id, o.requirement, o.period.start) for o in found).most_common(1)[0][1] == 1
    assert Counter(o.requirement for o in found) == {
        "plan": 3,
        "report": 3,
        "summit": 3,
        "workshop": 3,
        "declaration": 3,
        "sharing_local": 3,
        "sharing_global": 6,  # two terms of the chair have a day in 2027
    }


def test_what_is_owed_comes_as_the_charter_lists_it_then_by_member() -> None:
    found = owed(member(3), member(1), member(2), today="02-01")
    places = [need.key for need in DK2020.requirements]
    assert [(places.index(o.requirement), o.organisation_id) for o in found] == sorted(
        (places.index(o.requirement), o.organisation_id) for o in found
    )


@pytest.mark.parametrize(
    ("requirement", "opens"),
    [
        ("plan", "01-01"),
        ("report", "01-15"),
        ("summit", "01-15"),
        ("declaration", "01-15"),
        ("workshop", "04-01"),
        ("sharing_local", "01-01"),
    ],
)
def test_a_requirement_is_owed_from_the_day_it_opens(requirement: str, opens: str) -> None:
    the_day = day(opens)
    before = owed(member(), today=(the_day - timedelta(days=1)).isoformat())
    assert requirement not in {o.requirement for o in before if o.period.start == NEW_YEAR_2027}
    (found,) = (o for o in owed(member(), today=opens) if o.requirement == requirement)
    assert found.opens == the_day
    assert found.period == Period(NEW_YEAR_2027, date(2028, 1, 1))
    assert found.charter_hash == DK2020.hash


@pytest.mark.parametrize(
    ("requirement", "due", "event_day"),
    [
        ("report", day("03-31"), None),
        ("declaration", day("06-30"), None),
        ("summit", SUMMIT_2027.answer_by, SUMMIT_2027.day),
        ("workshop", WORKSHOP_2027.answer_by, WORKSHOP_2027.day),
        ("plan", None, None),
        ("sharing_local", None, None),
    ],
)
def test_an_event_dates_its_requirement_and_a_standing_duty_has_no_date(
    requirement: str, due: date | None, event_day: date | None
) -> None:
    (found,) = (o for o in owed(member(), today="12-01") if o.requirement == requirement)
    assert (found.due, found.event_day) == (due, event_day)


def test_an_event_that_is_not_planned_yet_has_no_deadline() -> None:
    found = owed(member(), today="12-01", events={})
    assert {o.requirement: o.due for o in found if o.requirement in ("summit", "workshop")} == {
        "summit": None,
        "workshop": None,
    }


@pytest.mark.parametrize(
    ("since", "owes"), [("03-30", True), ("03-31", True), ("04-01", False)], ids=["before", "on", "after"]
)
def test_what_fell_due_before_the_alliance_was_run_here_is_history(since: str, owes: bool) -> None:
    assert ("report" in keys(owed(member(), today="05-01", since=since))) is owes


@pytest.mark.parametrize(
    ("joined", "owes"),
    [("03-30", True), ("03-31", True), ("04-01", False)],
    ids=["the day before", "the due day", "the day after"],
)
def test_who_joins_after_the_due_day_does_not_owe_that_year(joined: str, owes: bool) -> None:
    assert ("report" in keys(owed(member(since=joined), today="12-31"))) is owes


@pytest.mark.parametrize(
    ("left", "owes"),
    [("03-31", False), ("04-01", True), ("2028-01-01", True)],
    ids=["leaves on the due day: no member then", "leaves the day after", "leaves at New Year"],
)
def test_who_has_left_by_the_due_day_does_not_owe(left: str, owes: bool) -> None:
    assert ("report" in keys(owed(member(until=left), today="12-31"))) is owes


@pytest.mark.parametrize(
    ("validity", "owes"),
    [
        (span("10-14"), True),
        (span("10-15"), False),  # joined when the time to answer was over
        (span("2021-06-04", "11-12"), True),
        (span("2021-06-04", "11-11"), False),  # gone on the day of the summit
        (span("2021-06-04", "10-20"), False),
    ],
)
def test_an_event_is_owed_by_who_is_a_member_at_its_deadline_and_on_its_day(validity: Validity, owes: bool) -> None:
    found = owed(Membership(1, "member", validity), today="12-31")
    assert ("summit" in keys(found)) is owes


def test_who_joins_in_mid_year_gets_only_what_falls_within() -> None:
    assert keys(owed(member(since="06-15"), today="12-31")) == {
        "plan",
        "declaration",
        "summit",
        "sharing_local",
        "sharing_global",
    }


def test_who_leaves_in_mid_year_keeps_only_what_fell_within() -> None:
    found = owed(member(until="06-15"), today="12-31")
    assert keys(found) == {"plan", "report", "workshop", "sharing_local", "sharing_global"}
    assert [o.period.start.year for o in found if o.requirement == "sharing_global"] == [2025]


@pytest.mark.parametrize("role", ["partner", "observer"])
def test_only_members_owe(role: MembershipRole) -> None:
    assert owed(Membership(1, role, span("2021-06-04")), today="12-31") == ()


def test_who_was_away_and_came_back_owes_once() -> None:
    found = owed(member(until="02-01"), member(since="03-01"), today="12-31")
    assert Counter(o.requirement for o in found if o.requirement != "sharing_global").most_common(1)[0][1] == 1
    assert "report" in keys(found)


def test_a_charter_of_another_alliance_may_count_its_years_from_july() -> None:
    """The due day lies in the period, not before it."""
    report = replace(DK2020.requirement("report"), period=PeriodRule(1, MonthDay(7, 1), 2000))
    july = replace(DK2020, requirements=(report,))
    (found,) = owed(member(), today="2028-02-01", since="2027-07-01", charter=july)
    assert found.period == Period(date(2027, 7, 1), date(2028, 7, 1))
    assert (found.opens, found.due) == (date(2028, 1, 15), date(2028, 3, 31))


def test_a_duty_of_two_years_opens_in_the_first_and_is_due_in_the_last() -> None:
    report = replace(DK2020.requirement("report"), period=CHAIR_TERM)
    terms = replace(DK2020, requirements=(report,))
    (found,) = owed(member(), today="2028-02-01", since="2027-07-01", charter=terms)
    assert (found.opens, found.due) == (date(2028, 1, 15), date(2029, 3, 31))


@pytest.mark.parametrize(
    ("in_force", "owes"),
    [("03-30", True), ("03-31", True), ("04-01", False), ("2028-01-01", False)],
)
def test_a_requirement_that_came_into_force_after_its_due_day_is_not_owed_that_year(in_force: str, owes: bool) -> None:
    newer = replace(DK2020.requirement("report"), validity=span(in_force))
    assert ("report" in keys(owed(member(), today="12-31", charter=replace(DK2020, requirements=(newer,))))) is owes


def test_a_requirement_that_has_ended_opens_no_more() -> None:
    ended = replace(DK2020.requirement("report"), validity=span("2021-06-04", "01-10"))
    assert owed(member(), today="02-01", charter=replace(DK2020, requirements=(ended,))) == ()


memberships_ = st.lists(
    st.builds(
        lambda organisation, since, length: Membership(
            organisation, "member", Validity(since, since + timedelta(days=length) if length else None)
        ),
        st.integers(1, 4),
        st.dates(date(2026, 1, 1), date(2028, 12, 31)),
        st.integers(0, 700),
    ),
    max_size=6,
)


@settings(deadline=None, max_examples=60)
@given(memberships_, st.dates(date(2027, 1, 1), date(2029, 6, 30)))
def test_never_two_obligations_for_a_member_requirement_and_period(memberships: list[Membership], today: date) -> None:
    found = tuple(opened(DK2020, memberships, EVENTS, NEW_YEAR_2027, today))
    assert not [
        key for key, times in Counter((o.organisation_id, o.requirement, o.period) for o in found).items() if times > 1
    ]
    for obligation in found:
        assert obligation.opens <= today
        theirs = [m.validity for m in memberships if m.organisation_id == obligation.organisation_id]
        assert any(_active_when_it_counts(validity, obligation) for validity in theirs)


def _active_when_it_counts(validity: Validity, obligation: Obligation) -> bool:
    if obligation.due:
        return validity.covers(obligation.due) and (not obligation.event_day or validity.covers(obligation.event_day))
    counted = range((obligation.period.end - obligation.period.start).days)
    return any(validity.covers(obligation.period.start + timedelta(days=n)) for n in counted)


@settings(deadline=None, max_examples=40)
@given(memberships_, st.dates(date(2027, 1, 1), date(2028, 12, 31)), st.integers(1, 300))
def test_what_has_opened_stays_open_so_a_late_tick_misses_nothing(
    memberships: list[Membership], today: date, later: int
) -> None:
    now = set(opened(DK2020, memberships, EVENTS, NEW_YEAR_2027, today))
    assert now <= set(opened(DK2020, memberships, EVENTS, NEW_YEAR_2027, today + timedelta(days=later)))


@pytest.mark.parametrize(
    ("since", "until", "within"),
    [
        ("2026-01-01", "01-01", False),
        ("2026-01-01", "01-02", True),
        ("12-31", None, True),
        ("2028-01-01", None, False),
    ],
)
def test_a_standing_duty_falls_within_any_day_of_its_period(since: str, until: str | None, within: bool) -> None:
    assert falls_within(span(since, until), Period(NEW_YEAR_2027, date(2028, 1, 1)), None, None) is within


# How it stands

REPORT = DK2020.requirement("report")
SUMMIT = DK2020.requirement("summit")
DECLARATION = DK2020.requirement("declaration")
PLAN = DK2020.requirement("plan")


def duty(requirement: Requirement, year: int = 2027, id: int = 7) -> Obligation:
    events = {"summit": SUMMIT_2027, "workshop": WORKSHOP_2027}
    event = events.get(requirement.event or "")
    due = requirement.due.in_year(year) if requirement.due else None
    return Obligation(
        1,
        requirement.key,
        Period(date(year, 1, 1), date(year + 1, 1, 1)),
        date(year, 1, 15),
        event.answer_by if event else due,
        event.day if event else None,
        id=id,
    )


def fact(
    requirement: Requirement,
    result: Result = "fulfilled",
    kind: SettlementKind | None = None,
    since: str = "2027-01-01",
    until: str | None = None,
    obligation_id: int = 7,
    id: int = 1,
    recorded: str = "2027-02-01T12:00",
    withdrawn: str | None = None,
) -> Settlement:
    return Settlement(
        id=id,
        obligation_id=obligation_id,
        organisation_id=1,
        requirement=requirement.key,
        kind=kind or requirement.settled_by,
        result=result,
        what="noget",
        link="",
        validity=span(since, until),
        recorded_at=datetime.fromisoformat(recorded).replace(tzinfo=UTC),
        recorded_by=1,
        withdrawn_at=datetime.fromisoformat(withdrawn).replace(tzinfo=UTC) if withdrawn else None,
    )


def dispensation(requirement: Requirement, since: str, until: str | None, **more: object) -> Settlement:
    return fact(requirement, "exempt", "dispensation", since, until)._replace(**more)  # type: ignore[arg-type]


def answer(revision: int = 0, response: str = "yes", office: str = "mayor", id: int = 1) -> Answer:
    given_at = datetime(2027, 3, 1, 9, id, tzinfo=UTC)
    return Answer(id, 5, 1, response, office, "N.N.", revision, given_at, 1, "web", False)  # type: ignore[arg-type]


def state(requirement: Requirement, on: str, *facts: Settlement, answered: Answer | None = None) -> State:
    return standing(duty(requirement), requirement, facts, answered, day(on)).state


@pytest.mark.parametrize(
    ("on", "expected"),
    [("01-15", "open"), ("03-30", "open"), ("03-31", "open"), ("04-01", "overdue"), ("2028-06-01", "overdue")],
)
def test_what_nothing_settles_is_open_to_the_end_of_its_due_day(on: str, expected: State) -> None:
    assert state(REPORT, on) == expected


@pytest.mark.parametrize(("on", "expected"), [("01-01", "open"), ("12-31", "open"), ("2028-01-01", "unfulfilled")])
def test_a_standing_duty_is_open_all_its_period_and_never_overdue(on: str, expected: State) -> None:
    assert state(PLAN, on) == expected


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("fulfilled", "fulfilled"),
        ("noted", "noted"),
        ("partial", "partial"),
        ("absent", "unfulfilled"),
    ],
)
@pytest.mark.parametrize("on", ["02-01", "03-31", "04-01", "2028-02-01"])
def test_a_fact_settles_before_and_after_the_due_day(result: Result, expected: State, on: str) -> None:
    assert state(REPORT, on, fact(REPORT, result)) == expected


def test_only_what_is_open_or_overdue_is_owed() -> None:
    assert {each for each in STATES if Standing(each).owes} == {"open", "overdue"}


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (["absent", "partial"], "partial"),
        (["partial", "noted"], "noted"),
        (["noted", "fulfilled"], "fulfilled"),
        (["fulfilled", "absent"], "fulfilled"),
        (["noted", "absent"], "noted"),
    ],
)
def test_the_fact_that_goes_furthest_decides_whatever_came_first(order: list[Result], expected: State) -> None:
    facts = [fact(REPORT, result, id=n) for n, result in enumerate(order)]
    assert state(REPORT, "02-01", *facts) == state(REPORT, "02-01", *reversed(facts)) == expected


def test_of_equal_facts_the_newest_is_named() -> None:
    older, newer = fact(REPORT, id=1), fact(REPORT, id=2, recorded="2027-02-02T12:00")
    found = standing(duty(REPORT), REPORT, [newer, older], None, day("03-01"))
    assert found.by == newer


def test_a_withdrawn_fact_counts_no_more() -> None:
    gone = fact(REPORT, withdrawn="2027-02-02T10:00")
    assert state(REPORT, "02-03", gone) == "open"
    assert state(REPORT, "04-01", gone) == "overdue"
    assert state(REPORT, "04-01", gone, fact(REPORT, "partial", id=2)) == "partial"


def test_a_withdrawn_dispensation_counts_no_more() -> None:
    gone = dispensation(REPORT, "01-01", "2028-01-01", withdrawn_at=datetime(2027, 2, 1, tzinfo=UTC))
    assert state(REPORT, "02-02", gone) == "open"


def test_what_settles_another_period_does_not_settle_this() -> None:
    assert state(REPORT, "02-01", fact(REPORT, obligation_id=6)) == "open"


def test_what_settles_another_requirement_does_not_settle_this() -> None:
    other = fact(DECLARATION, obligation_id=8)._replace(requirement="declaration")
    assert state(REPORT, "02-01", other, dispensation(DECLARATION, "01-01", "2028-01-01")) == "open"


# Dispensations


@pytest.mark.parametrize(
    ("since", "until", "on", "expected"),
    [
        # runs for a while before the due day, then ends: the duty is back
        ("02-01", "03-01", "01-31", "open"),
        ("02-01", "03-01", "02-01", "exempt"),
        ("02-01", "03-01", "02-28", "exempt"),
        ("02-01", "03-01", "03-01", "open"),
        ("02-01", "03-01", "04-01", "overdue"),
        # ends on the due day: it did not run on it
        ("02-01", "03-31", "03-30", "exempt"),
        ("02-01", "03-31", "03-31", "open"),
        ("02-01", "03-31", "04-01", "overdue"),
        # ends the day after the due day: it ran on the day that decides, so it counts for good
        ("02-01", "04-01", "03-31", "exempt"),
        ("02-01", "04-01", "04-01", "exempt"),
        ("02-01", "04-01", "2028-05-01", "exempt"),
        # has no end
        ("02-01", None, "2028-05-01", "exempt"),
        # was decided for the due day, and is known of before that
        ("03-31", "04-01", "02-01", "exempt"),
        # given when it was overdue already: counts while it runs, then the duty is back
        ("04-20", "05-01", "04-19", "overdue"),
        ("04-20", "05-01", "04-20", "exempt"),
        ("04-20", "05-01", "04-30", "exempt"),
        ("04-20", "05-01", "05-01", "overdue"),
    ],
)
def test_a_dispensation_counts_while_it_runs_and_for_good_if_it_ran_on_the_due_day(
    since: str, until: str | None, on: str, expected: State
) -> None:
    assert state(REPORT, on, dispensation(REPORT, since, until)) == expected


@pytest.mark.parametrize(
    ("until", "on", "expected"),
    [
        ("06-01", "05-31", "exempt"),
        ("06-01", "06-01", "open"),
        ("2028-01-01", "12-31", "exempt"),
        ("2028-01-01", "2028-03-01", "exempt"),
        ("12-31", "2028-03-01", "unfulfilled"),
    ],
)
def test_a_dispensation_from_a_standing_duty_is_decided_on_the_last_day_of_the_period(
    until: str, on: str, expected: State
) -> None:
    assert state(PLAN, on, dispensation(PLAN, "01-01", until)) == expected


def test_a_dispensation_over_several_years_covers_each_of_them() -> None:
    given_ = dispensation(REPORT, "2027-01-01", "2028-04-01", obligation_id=6)
    for year, expected in ((2027, "exempt"), (2028, "exempt"), (2029, "open")):
        found = standing(duty(REPORT, year), REPORT, [given_], None, date(year, 2, 1))
        assert found.state == expected


def test_a_dispensation_names_itself_as_the_reason() -> None:
    given_ = dispensation(REPORT, "01-01", "2028-01-01")
    assert standing(duty(REPORT), REPORT, [given_], None, day("02-01")).by == given_


# Evidence that carries


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2027-02-28", "fulfilled"),
        ("2027-03-01", "open"),
        ("2027-06-30", "open"),
        ("2027-07-01", "overdue"),
    ],
)
def test_evidence_given_in_another_year_carries_until_its_end(on: str, expected: State) -> None:
    joined = fact(DECLARATION, since="2024-05-01", until="2027-03-01", obligation_id=1)
    assert state(DECLARATION, on, joined) == expected


@pytest.mark.parametrize(
    ("since", "on", "expected"),
    [("03-01", "02-28", "open"), ("03-01", "03-01", "fulfilled"), ("03-01", "2029-01-01", "fulfilled")],
)
def test_evidence_that_carries_counts_from_its_first_day(since: str, on: str, expected: State) -> None:
    assert state(DECLARATION, on, fact(DECLARATION, since=since)) == expected


@pytest.mark.parametrize(
    ("until", "expected"),
    [("2028-01-01", "fulfilled"), ("12-31", "fulfilled"), ("07-01", "fulfilled"), ("06-30", "overdue")],
)
def test_what_ran_when_the_duty_fell_due_met_it_for_good(until: str, expected: State) -> None:
    assert state(DECLARATION, "2028-05-01", fact(DECLARATION, since="2024-05-01", until=until)) == expected


def test_evidence_that_does_not_carry_settles_its_own_period_only() -> None:
    local = DK2020.requirement("sharing_local")
    assert state(local, "02-01", fact(local, since="2026-01-01", obligation_id=1)) == "open"
    assert state(local, "02-01", fact(local, since="2026-01-01", until="2026-02-01")) == "fulfilled"


# Attendance


@pytest.mark.parametrize(
    ("answered", "on", "expected"),
    [
        (False, "10-14", "open"),
        (False, "10-15", "overdue"),
        (False, "11-11", "overdue"),
        (False, "11-12", "awaiting"),  # it is over: the secretariat records, nobody can answer any more
        (True, "03-02", "awaiting"),
        (True, "10-15", "awaiting"),
        (True, "11-12", "awaiting"),
    ],
)
def test_an_answer_stops_the_reminders_and_waits_for_the_day_itself(answered: bool, on: str, expected: State) -> None:
    assert state(SUMMIT, on, answered=answer() if answered else None) == expected


@pytest.mark.parametrize("response", ["yes", "no", "tentative"])
def test_any_answer_stops_the_reminders(response: str) -> None:
    found = standing(duty(SUMMIT), SUMMIT, [], answer(response=response), day("10-15"))
    assert (found.state, found.owes) == ("awaiting", False)


def test_an_answer_to_an_older_revision_does_not_count() -> None:
    given_ = [answer(revision=0)]
    assert state(SUMMIT, "03-02", answered=winning(given_, 0)) == "awaiting"
    assert state(SUMMIT, "03-02", answered=winning(given_, 1)) == "open"
    assert state(SUMMIT, "10-15", answered=winning(given_, 1)) == "overdue"


@pytest.mark.parametrize(("office", "expected"), [("mayor", "fulfilled"), ("official", "partial"), ("", "unfulfilled")])
def test_recorded_attendance_decides_whatever_was_answered(office: str, expected: State) -> None:
    result = grade_result(dict(SUMMIT.attendance).get(office)) if office else "absent"
    assert state(SUMMIT, "11-12", fact(SUMMIT, result), answered=answer(response="yes")) == expected
    assert state(SUMMIT, "11-12", fact(SUMMIT, result), answered=answer(response="no")) == expected


def test_an_office_the_rule_does_not_know_meets_it_partly() -> None:
    assert grade_result(None) == "partial"
    assert [grade_result(grade) for grade in ("fulfilled", "noted", "partial")] == ["fulfilled", "noted", "partial"]


def test_the_answer_is_kept_beside_whatever_decides() -> None:
    said = answer()
    for facts in ([], [fact(SUMMIT)], [dispensation(SUMMIT, "01-01", "2028-01-01")]):
        assert standing(duty(SUMMIT), SUMMIT, facts, said, day("03-02")).answer == said


all_facts = st.lists(
    st.builds(
        lambda result, since, length, own, gone, id: fact(
            REPORT, result, obligation_id=7 if own else 6, id=id
        )._replace(
            kind="dispensation" if result == "exempt" else "report",
            validity=Validity(since, since + timedelta(days=length)),
            withdrawn_at=datetime(2027, 2, 2, tzinfo=UTC) if gone else None,
        ),
        st.sampled_from(["fulfilled", "noted", "partial", "absent", "exempt"]),
        st.dates(date(2027, 1, 1), date(2027, 5, 1)),
        st.integers(1, 200),
        st.booleans(),
        st.booleans(),
        st.integers(1, 99),
    ),
    max_size=6,
)


@settings(deadline=None)
@given(all_facts, st.dates(date(2027, 1, 1), date(2027, 12, 31)), st.randoms(use_true_random=False))
def test_standing_is_derived_from_the_facts_alone_in_any_order(
    facts: list[Settlement], on: date, random: object
) -> None:
    shuffled = list(facts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (standing(duty(REPORT), REPORT, each, None, on) for each in (facts, shuffled))
    assert one.state == other.state
    assert one.owes == (one.by is None)
    counting = [f for f in facts if f.withdrawn_at is None]
    assert one.by is None or one.by in counting
    assert standing(duty(REPORT), REPORT, counting, None, on) == one
