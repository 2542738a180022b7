"""Questions to the memory: who it was on a day, and how everything stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, Engine, event

from alliance.accounts import Account
from alliance.obligations import Settlement, standing
from alliance.validity import Validity
from storage.changes import facts
from storage.changes import register as change
from storage.engine import reading, writing
from storage.queries import accounts, actors, register, reports, stories

if TYPE_CHECKING:
    from tests.conftest import Played

NOW = datetime(2027, 3, 3, 7, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
REQUIREMENTS = ("plan", "report", "summit", "workshop", "declaration", "sharing_local", "sharing_global")


def code(engine: Engine, code: str) -> int:
    with reading(engine) as connection:
        found = register.organisation_by_code(connection, 1, code, NOW.date())
    assert found
    return found.id


def board(played: Played, day: date) -> accounts.Board:
    with reading(played.engine) as connection:
        return accounts.board(connection, played.alliance, day)


def counts(played: Played, day: date, requirement: str) -> dict[str, int]:
    shown = board(played, day)
    return shown.counts(next(r for r in shown.requirements if r.key == requirement))


def account(played: Played, day: date, code: str, requirement: str) -> Account:
    row = next(row for row in board(played, day).rows if row.organisation.code == code)
    return row.accounts[requirement]


# ------------------------------------------------------------------------------------------------- addresses


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "ask",
    [lambda c: register.whose(c, "T1/U042"), lambda c: register.person_at(c, 1, "T1/U042")],
    ids=["whose", "person_at"],
)
def test_an_address_is_found_without_looking_at_all_others(demo: Engine, ask: Callable[[Connection], object]) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, given: Any, *_: object) -> None:
        asked.append((statement, given))

    with reading(demo) as connection:
        event.listen(connection, "before_cursor_execute", note)
        ask(connection)
        event.remove(connection, "before_cursor_execute", note)
        ((statement, given),) = asked
        plan = " ".join(row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given))
    assert "SCAN" not in plan and "uq_address_in_use (alliance_id=? AND channel=? AND value=?)" in plan


# ----------------------------------------------------------------------------------------------- the board


@pytest.mark.parametrize(
    "day",
    [
        date(2027, 1, 1),
        date(2027, 1, 14),
        date(2027, 1, 15),
        date(2027, 3, 31),
        date(2027, 4, 1),
        date(2027, 6, 30),
        date(2027, 7, 1),
        date(2027, 12, 31),
        date(2028, 1, 1),
        date(2028, 1, 15),
    ],
)
def test_the_counts_of_every_requirement_add_up_to_the_members(played: Played, day: date) -> None:
    played.plan(f"{day}T12:00")
    members = {"0101": date(2027, 7, 1), "0147": date(2027, 4, 1), "0400": date(2028, 1, 1)}
    with writing(played.engine) as connection:
        for left, until in members.items():
            found = register.organisation_by_code(connection, 1, left, day)
            assert found and change.end_membership(connection, 1, found.id, until)
    still = 98 - sum(until <= day for until in members.values())
    shown = board(played, day)
    assert [r.key for r in shown.requirements] == list(REQUIREMENTS)
    assert len(shown.rows) == still
    for requirement in shown.requirements:
        assert sum(shown.counts(requirement).values()) == still


def test_before_a_duty_opens_it_is_not_owed(played: Played) -> None:
    assert counts(played, date(2027, 1, 14), "report") == {"upcoming": 98}
    assert counts(played, date(2027, 1, 15), "report") == {"open": 98}


@pytest.mark.parametrize(
    ("day", "state"), [(date(2027, 3, 30), "open"), (date(2027, 3, 31), "open"), (date(2027, 4, 1), "overdue")]
)
def test_the_due_day_itself_is_in_time(played: Played, day: date, state: str) -> None:
    assert counts(played, day, "report") == {state: 98}


def test_the_board_lists_members_as_danes_sort_them(played: Played) -> None:
    names = [row.organisation.name for row in board(played, NOW.date()).rows]
    assert names[:2] == ["Albertslund", "Allerød"]
    assert names[-3:] == ["Ærø", "Aabenraa", "Aalborg"] or names[-4:] == ["Ærø", "Aabenraa", "Aalborg", "Aarhus"]


def test_what_was_left_unmet_last_year_is_still_owed(played: Played) -> None:
    """The board shows the year that runs; what a member owes remembers the year before."""
    day = date(2028, 2, 1)
    played.plan(f"{day}T12:00")
    with reading(played.engine) as connection:
        found = accounts.accounts(connection, played.alliance, day, organisation_ids=[code(played.engine, "0101")])
    owed = [(a.obligation.period.label, a.standing.state) for a in found if a.requirement.key == "report"]
    assert owed == [("2027", "overdue"), ("2028", "open")]


def test_a_member_nobody_of_whom_can_be_reached_is_shown_so(played: Played) -> None:
    before = {row.organisation.code: row.reachable for row in board(played, NOW.date()).rows}
    assert all(before.values())
    with writing(played.engine) as connection:
        person = register.person_at(connection, 1, "klima@ishoej.example")
        assert person
        (address,) = register.addresses(connection, 1, [person.id])[person.id]
        change.mark_unreachable(connection, address.id, "550 unknown", NOW)
    after = {row.organisation.code: row.reachable for row in board(played, NOW.date()).rows}
    assert Counter(after.values()) == {True: 97, False: 1} and not after["0183"]


@pytest.mark.slow
@pytest.mark.parametrize("day", [date(2027, 1, 14), date(2027, 3, 31), date(2027, 4, 1), date(2028, 2, 1)])
def test_the_board_says_of_each_cell_what_the_rules_say_of_it_alone(played: Played, day: date) -> None:
    played.plan(f"{day}T12:00")
    shown = board(played, day)
    with reading(played.engine) as connection:
        facts = accounts.settlements_of(connection, 1, [row.organisation.id for row in shown.rows])
    cells = [account for row in shown.rows for account in row.accounts.values()]
    touched = [each for each in cells if facts.get((each.organisation.id, each.obligation.requirement))]
    assert 0 < len(touched) < len(cells)
    for each in cells:
        known = facts.get((each.organisation.id, each.obligation.requirement), ())
        assert each.standing == standing(each.obligation, each.requirement, known, each.standing.answer, day)


def test_a_board_of_98_asks_eleven_questions(played: Played) -> None:
    played.plan(f"{NOW.date()}T12:00")
    asked: list[str] = []
    with reading(played.engine) as connection:
        event.listen(connection, "before_cursor_execute", lambda *said: asked.append(said[2]))
        assert len(accounts.board(connection, played.alliance, NOW.date()).rows) == 98
    assert len(asked) == 11


# --------------------------------------------------------------------------------------- who it was on a day


@pytest.mark.parametrize(
    ("day", "since", "until", "holds"),
    [
        (date(2027, 2, 28), date(2027, 3, 1), None, False),
        (date(2027, 3, 1), date(2027, 3, 1), None, True),
        (date(2027, 3, 31), date(2027, 3, 1), date(2027, 4, 1), True),
        (date(2027, 4, 1), date(2027, 3, 1), date(2027, 4, 1), False),
    ],
)
def test_an_office_is_held_from_its_first_day_until_the_day_before_its_end(
    demo: Engine, day: date, since: date, until: date | None, holds: bool
) -> None:
    odense = code(demo, "0461")
    with writing(demo) as connection:
        person = change.add_person(connection, 1, "Nyeste Person", "da")
        change.add_office_term(connection, 1, odense, "official", person, since, until, NOW)
        found = register.offices_on(connection, 1, day).holders(odense, "official")
    assert found == ((person,) if holds else ())


def test_a_successor_takes_over_on_the_day_and_the_predecessor_is_not_forgotten(demo: Engine) -> None:
    odense, handover = code(demo, "0461"), date(2027, 4, 1)
    with writing(demo) as connection:
        (old,) = register.offices_on(connection, 1, NOW.date()).holders(odense, "climate_coordinator")
        new = change.add_person(connection, 1, "Nyeste Person", "da")
        assert change.end_office_terms(connection, 1, odense, "climate_coordinator", handover) == 1
        change.add_office_term(connection, 1, odense, "climate_coordinator", new, handover, None, NOW)
    with reading(demo) as connection:
        for day, holder in ((handover - ONE_DAY, old), (handover, new), (date(2030, 1, 1), new)):
            assert register.offices_on(connection, 1, day).holders(odense, "climate_coordinator") == (holder,)


@pytest.mark.parametrize(
    ("day", "home"),
    [(date(2026, 1, 31), None), (date(2026, 2, 1), "0147"), (date(2028, 1, 31), "0147"), (date(2028, 2, 1), "0746")],
)
def test_the_secretariat_follows_the_chair(played: Played, day: date, home: str | None) -> None:
    with writing(played.engine) as connection:
        skanderborg = code(played.engine, "0746")
        since = date(2028, 2, 1)
        change.add_seat_term(
            connection, 1, "steering_group", "KKR Midtjylland", skanderborg, since, None, NOW, chair=True
        )
    with reading(played.engine) as connection:
        found = actors.secretariat_home(connection, played.alliance, day)
    assert found == (code(played.engine, home) if home else None)


# ------------------------------------------------------------------------------------------- regions and KKR


@pytest.mark.parametrize(
    ("day", "regions"),
    [
        (
            date(2026, 12, 31),
            {"Hovedstaden": 29, "Sjælland": 17, "Syddanmark": 22, "Midtjylland": 19, "Nordjylland": 11},
        ),
        (date(2027, 1, 1), {"Østdanmark": 46, "Syddanmark": 22, "Midtjylland": 19, "Nordjylland": 11}),
        (date(2030, 1, 1), {"Østdanmark": 46, "Syddanmark": 22, "Midtjylland": 19, "Nordjylland": 11}),
    ],
)
def test_the_regions_merge_on_new_years_day_of_2027(demo: Engine, day: date, regions: dict[str, int]) -> None:
    with reading(demo) as connection:
        found = Counter(o.group("region") for o in register.organisations(connection, 1, day).values())
    assert found == {f"Region {name}": count for name, count in regions.items()}


@pytest.mark.parametrize("day", [date(2026, 12, 31), date(2027, 1, 1), date(2028, 1, 1)])
def test_the_kkr_stay_as_they_are(demo: Engine, day: date) -> None:
    with reading(demo) as connection:
        found = Counter(o.group("kkr") for o in register.organisations(connection, 1, day).values())
    areas = {"Hovedstaden": 29, "Sjælland": 17, "Syddanmark": 22, "Midtjylland": 19, "Nordjylland": 11}
    assert found == {f"KKR {name}": count for name, count in areas.items()}


# ------------------------------------------------------------------------------------------ what they were told


@pytest.mark.slow
def test_only_what_was_sent_counts_as_told(played: Played) -> None:
    at = "2027-02-26T08:00"
    played.plan(at)
    delivery = account(played, date(2027, 2, 26), "0101", "report").obligation
    with reading(played.engine) as connection:
        assert stories.told_of(connection, 1, [delivery.id]) == {}
        assert stories.reminders_sent(connection, 1) == {}
    played.tick(at)
    with reading(played.engine) as connection:
        told = stories.told_of(connection, 1, [delivery.id])[delivery.id]
        assert (told.reminders, stories.reminders_sent(connection, 1)[delivery.id]) == (1, 1)
        assert told.last == datetime(2027, 2, 26, 7, tzinfo=UTC)


@pytest.mark.slow
def test_a_story_tells_who_was_asked_what_came_and_what_comes_next(played: Played) -> None:
    played.tick("2027-02-26T08:00")
    played.say("klima@koebenhavn.example", "indberet gem", "2027-03-01T10:00", {"ghg_total": "1200000,5"})
    day = date(2027, 3, 2)
    with reading(played.engine) as connection:
        report = account(played, day, "0101", "report")
        (story,) = stories.stories(connection, played.alliance, [report], day)
    assert [contact.office for contact in story.contacts] == ["climate_coordinator"]
    assert story.reminders == 1 and story.last_contact == datetime(2027, 2, 26, 7, tzinfo=UTC)
    assert story.draft and story.draft.answered == 1
    assert story.next_rung and (story.next_rung.offset, story.next_rung.day) == (-10, date(2027, 3, 12))
    assert story.report is None and story.steering_day is not None


def test_a_story_of_what_is_settled_names_no_next_reminder(played: Played) -> None:
    played.say("klima@koebenhavn.example", "indberet send", "2027-03-01T10:00", {"ghg_total": "1200000,5"})
    day = date(2027, 3, 2)
    with reading(played.engine) as connection:
        report = account(played, day, "0101", "report")
        (story,) = stories.stories(connection, played.alliance, [report], day)
    assert report.standing.state == "fulfilled"
    assert (story.next_rung, story.steering_day, story.draft) == (None, None, None)
    assert story.report and story.report.version == 1


# ------------------------------------------------------------------------------------------- facts and standing


def evidence(found: Account, **changes: object) -> Settlement:
    values: dict[str, object] = {
        "id": 0,
        "obligation_id": found.obligation.id,
        "organisation_id": found.organisation.id,
        "requirement": found.requirement.key,
        "kind": "evidence",
        "result": "fulfilled",
        "what": "Tilsluttet",
        "link": "",
        "validity": Validity(date(2027, 3, 1)),
        "recorded_at": NOW,
        "recorded_by": 1,
    }
    return Settlement(**{**values, **changes})  # type: ignore[arg-type]


def test_a_withdrawn_fact_settles_nothing_and_is_not_forgotten(played: Played) -> None:
    day = date(2027, 3, 3)
    owed = account(played, day, "0101", "declaration")
    with writing(played.engine) as connection:
        fact = facts.add_settlement(connection, 1, evidence(owed))
    assert account(played, day, "0101", "declaration").standing.state == "fulfilled"
    with writing(played.engine) as connection:
        assert facts.withdraw_settlement(connection, 1, fact, 1, NOW)
        assert not facts.withdraw_settlement(connection, 1, fact, 1, NOW + ONE_DAY)
    after = account(played, day, "0101", "declaration")
    assert after.standing.state == "open"
    with reading(played.engine) as connection:
        (kept,) = accounts.settlements_of(connection, 1, [owed.organisation.id])[owed.organisation.id, "declaration"]
    assert kept.withdrawn_at == NOW


def test_a_dispensation_of_last_year_does_not_unsettle_what_it_covered(played: Played) -> None:
    """It ends, but the year it covered stays settled; the next year is owed anew."""
    day = date(2027, 3, 3)
    owed = account(played, day, "0101", "report")
    until = Validity(date(2027, 3, 1), date(2027, 7, 1))
    with writing(played.engine) as connection:
        facts.add_settlement(connection, 1, evidence(owed, kind="dispensation", result="exempt", validity=until))
    assert account(played, date(2027, 12, 31), "0101", "report").standing.state == "exempt"
    played.plan("2028-02-01T12:00")
    assert account(played, date(2028, 2, 1), "0101", "report").standing.state == "open"


@pytest.mark.parametrize("expected", [0, 1, 2])
def test_a_draft_is_kept_only_over_the_one_it_was_made_from(demo: Engine, expected: int) -> None:
    with writing(demo) as connection:
        assert facts.save_draft(connection, 1, 1, 2027, {"ghg_total": "1"}, 0, 1, NOW) == 1
    with writing(demo) as connection:
        saved = facts.save_draft(connection, 1, 1, 2027, {"ghg_total": "2"}, expected, 2, NOW)
    with reading(demo) as connection:
        kept = reports.draft(connection, 1, 1, 2027)
    assert kept and kept.answers["ghg_total"] == ("2" if expected == 1 else "1")
    assert saved == (2 if expected == 1 else None)
