"""What the governing body sees: meetings measured by the charter, reports that are late, terms that end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from alliance.accounts import Account
from alliance.meetings import Meeting, MeetingState
from alliance.members import OfficeTerm, Organisation, Person, SeatTerm
from alliance.obligations import Obligation, Period, Standing, State
from alliance.oversight import governing_body, late_reports, measured, sees_overview, terms_ending
from alliance.roles import Actor
from alliance.validity import Validity
from alliance.words import Words
from storage.charters import charter

DK2020, KLIMA = charter("dk2020"), charter("klimaalliancen")
DAY = date(2027, 7, 1)
NAMES = {1: "Køge", 2: "Greve"}


def meeting(at: str, state: MeetingState, kind: str = "steering_group", number: int = 1, year: int = 2027) -> Meeting:
    start = datetime.fromisoformat(at).replace(tzinfo=UTC)
    end = start + timedelta(hours=2)
    return Meeting(1, kind, Words("", ""), year, start, end, "", start.date(), number=number, state=state)


def counted(meetings: list[Meeting], at: str) -> tuple[int, ...]:
    """Asked, asked by now, held, called, planned, unnoted, cancelled and missing of the steering group."""
    one = measured(DK2020, meetings, datetime.fromisoformat(at).replace(tzinfo=UTC))[0]
    return one.asked, one.by_now, one.held, one.called, one.planned, one.unnoted, one.cancelled, one.missing


@pytest.mark.parametrize(
    ("meetings", "at", "counts"),
    [
        ([], "2027-01-01T12:00", (4, 0, 0, 0, 0, 0, 0, 4)),
        ([], "2027-03-31T12:00", (4, 0, 0, 0, 0, 0, 0, 4)),  # the quarter is not over yet
        ([], "2027-04-01T12:00", (4, 1, 0, 0, 0, 0, 0, 4)),
        ([meeting("2027-03-02T09:00", "called")], "2027-03-02T10:59", (4, 0, 0, 1, 0, 0, 0, 3)),
        ([meeting("2027-03-02T09:00", "called")], "2027-03-02T11:00", (4, 0, 0, 0, 0, 1, 0, 3)),
        ([meeting("2027-03-02T09:00", "held")], "2027-04-01T12:00", (4, 1, 1, 0, 0, 0, 0, 3)),
        ([meeting("2027-03-02T09:00", "cancelled")], "2027-04-01T12:00", (4, 1, 0, 0, 0, 0, 1, 4)),
        ([meeting("2027-06-02T09:00", "planned")] * 5, "2027-04-01T12:00", (4, 1, 0, 0, 5, 0, 0, 0)),
        ([meeting("2026-06-02T09:00", "held", year=2026)], "2027-04-01T12:00", (4, 1, 0, 0, 0, 0, 0, 4)),
    ],
)
def test_meetings_are_counted_against_how_often_the_charter_wants_them(
    meetings: list[Meeting], at: str, counts: tuple[int, ...]
) -> None:
    assert counted(meetings, at) == counts


def test_each_body_and_event_is_measured_by_its_own_rule() -> None:
    assert [one.asked for one in measured(DK2020, [], datetime(2027, 3, 1, tzinfo=UTC))] == [4, 1, 1]
    assert [one.asked for one in measured(KLIMA, [], datetime(2027, 3, 1, tzinfo=UTC))] == [2, 6]
    summit = meeting("2027-05-20T08:00", "held", "summit", 0)
    assert [one.held for one in measured(DK2020, [summit], datetime(2027, 6, 1, tzinfo=UTC))] == [0, 1, 0]


def report(member: int, year: int, state: State, key: str = "report") -> Account:
    due = date(year, 3, 31)
    owed = Obligation(member, key, Period(date(year, 1, 1), date(year + 1, 1, 1)), date(year, 1, 15), due)
    who = Organisation(member, f"{member:04d}", NAMES[member], NAMES[member], "municipality")
    return Account(who, owed, DK2020.requirement(key), Standing(state))


def test_late_reports_are_counted_by_period_and_nothing_else_is() -> None:
    found = late_reports(
        [
            *(report(member, 2027, "overdue") for member in NAMES),
            report(1, 2026, "overdue"),
            report(2, 2026, "fulfilled"),
            report(1, 2025, "open"),
            report(1, 2025, "overdue", "declaration"),
        ]
    )
    assert [(one.period, one.due, one.members) for one in found] == [
        ("2026", date(2026, 3, 31), 1),
        ("2027", date(2027, 3, 31), 2),
    ]


def seat(who: int, since: date, until: date | None, *, chair: bool = False, body: str = "steering_group") -> SeatTerm:
    return SeatTerm(body, "KKR Sjælland", who, Validity(since, until), chair)


BEFORE = date(2025, 7, 1)


@pytest.mark.parametrize(
    ("seats", "found"),
    [
        ([seat(1, BEFORE, None)], []),
        ([seat(1, BEFORE, date(2028, 1, 2))], []),  # half a year and a day
        ([seat(1, BEFORE, date(2028, 1, 1))], [("seat", "Køge")]),
        ([seat(1, BEFORE, date(2027, 7, 2))], [("seat", "Køge")]),
        ([seat(1, BEFORE, DAY)], []),  # it is empty by now
        ([seat(1, BEFORE, date(2028, 1, 1), chair=True)], [("chair", "Køge")]),
        ([seat(1, BEFORE, date(2028, 1, 1)), seat(2, date(2028, 1, 1), None)], []),
        ([seat(1, BEFORE, date(2028, 1, 1), chair=True), seat(2, date(2028, 1, 1), None)], [("chair", "Køge")]),
        ([seat(1, BEFORE, date(2028, 1, 1)), seat(2, date(2028, 1, 2), None)], [("seat", "Køge")]),
    ],
)
def test_a_term_that_ends_soon_is_shown_unless_somebody_follows(
    seats: list[SeatTerm], found: list[tuple[str, str]]
) -> None:
    assert [(one.kind, one.who) for one in terms_ending(DK2020, seats, NAMES, DAY)] == found


def test_a_partys_seat_ends_with_the_party_and_is_named_once() -> None:
    ends = date(2028, 4, 1)
    seats = [seat(1, BEFORE, ends, body="business_committee")]
    names = [(one.kind, one.who) for one in terms_ending(KLIMA, seats, NAMES, ends - timedelta(days=1))]
    assert names == [("party", "KL"), ("party", "Realdania")]


@pytest.mark.parametrize(
    ("rules", "body", "office", "sees"),
    [
        (DK2020, "steering_group", "mayor", True),
        (DK2020, "steering_group", "climate_coordinator", False),
        (KLIMA, "business_committee", "representative", True),
        (KLIMA, "project_steering_group", "project_representative", False),
        (KLIMA, "business_committee", "adviser", False),
    ],
)
def test_who_has_a_seat_in_the_body_that_reports_to_no_other_sees_it(rules, body, office, sees) -> None:  # type: ignore[no-untyped-def]
    assert governing_body(rules, DAY) == rules.body("steering_group" if rules is DK2020 else "business_committee")
    person = Person(1, "Anne Holm", "da")
    terms = (OfficeTerm(1, office, 1, Validity(BEFORE)),)
    given = [seat(1, BEFORE, None, body=body)]
    assert sees_overview(Actor(person, terms, secretariat=False), rules, given, DAY) is sees
    assert not sees_overview(
        Actor(person, terms, secretariat=False), rules, [replace(given[0], organisation_id=2)], DAY
    )
    assert sees_overview(Actor(person, (), secretariat=True), rules, (), DAY)
