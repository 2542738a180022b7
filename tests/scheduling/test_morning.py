"""The morning tick: what it opens, whom it reminds, and that ringing twice, late or side by side changes nothing."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from alliance.imports import read_members
from alliance.reminders import Digest, Line
from scheduling import ticks
from storage.changes import imports
from storage.changes import register as change
from storage.engine import reading, writing
from storage.municipalities import municipalities
from storage.queries import accounts, register
from storage.tables import tables
from tests.conftest import Played, local
from tests.databases import Databases, address

FIRST_RUNG = "2027-02-26T08:00"
DATED = ("report", "summit", "workshop", "declaration")


def obligations(played: Played) -> Counter[tuple[str, str]]:
    """How many obligations of each requirement and period each member was given: code, requirement and period."""
    obligation, organisation = tables["obligation"], tables["organisation"]
    query = select(organisation.c.code, obligation.c.requirement).join(
        obligation, obligation.c.organisation_id == organisation.c.id
    )
    with reading(played.engine) as connection:
        return Counter((row.code, row.requirement) for row in connection.execute(query))


def facts(played: Played) -> dict[str, list[str]]:
    """Everything stored, but for when a demo's clock stood where."""
    return {name: rows for name, rows in played.dump().items() if name != "alliance"}


# ---------------------------------------------------------------------------------------------- twice, late, together


@pytest.mark.slow
def test_ten_ticks_leave_what_one_leaves(played: Played) -> None:
    played.tick(FIRST_RUNG)
    once = facts(played)
    for _ in range(9):
        assert played.tick(FIRST_RUNG).posted == 0
    assert facts(played) == once


@pytest.mark.parametrize("later", ["2027-02-26T08:01", "2027-02-26T15:59", "2027-02-26T23:59", "2027-02-28T12:00"])
def test_a_tick_later_that_day_or_weekend_adds_nothing(played: Played, later: str) -> None:
    played.plan(FIRST_RUNG)
    once = facts(played)
    assert played.plan(later).posted == 0
    after = facts(played)
    for name in ("obligation", "notification", "reminder_line", "journal", "charter"):
        assert after[name] == once[name]


@pytest.mark.sqlite
@pytest.mark.postgresql
def test_two_ticks_side_by_side_leave_what_one_leaves(
    played: Played, databases: Databases, copied: Callable[[str], Engine]
) -> None:
    alone = Played(copied(databases.demo()))
    alone.plan(FIRST_RUNG)
    with ThreadPoolExecutor(2) as pool:
        posted = [outcome.posted for outcome in pool.map(lambda _: played.plan(FIRST_RUNG), range(2))]
    assert sorted(posted) == [0, 98]
    assert facts(played) == facts(alone)


@pytest.mark.slow
def test_two_processes_side_by_side_remind_everybody_once(played: Played) -> None:
    command = [sys.executable, "-m", "tovholder", "tick", "--at", FIRST_RUNG, "--json"]
    environment = {"DATABASE_URL": address(played.engine), "PATH": ""}
    root = Path(__file__).parents[2]
    running = [subprocess.Popen(command, env=environment, cwd=root, stdout=subprocess.PIPE) for _ in range(2)]
    assert [process.communicate(timeout=120) and process.returncode for process in running] == [0, 0]
    assert Counter(record.state for record in played.outbox()) == {"sent": 98}
    assert len({letter.recipient for letter in played.letters()}) == len(played.letters()) == 98
    assert set(obligations(played).values()) == {1}


# --------------------------------------------------------------------------------------------------------- obligations


@pytest.mark.parametrize(
    ("day", "opened"),
    [
        ("2027-03-31", {"plan", "report", "summit", "declaration", "sharing_local", "sharing_global"}),
        ("2027-04-01", {"plan", "report", "summit", "workshop", "declaration", "sharing_local", "sharing_global"}),
    ],
)
def test_each_requirement_that_has_opened_is_owed_once_by_each_member(
    played: Played, day: str, opened: set[str]
) -> None:
    played.plan(f"{day}T00:01")
    played.plan(f"{day}T12:00")
    assert obligations(played) == {(m.code, requirement): 1 for m in municipalities() for requirement in opened}


def test_a_new_year_and_a_new_term_bring_their_own_obligations(played: Played) -> None:
    played.plan("2028-01-15T12:00")
    found = obligations(played)
    times = {requirement: found["0101", requirement] for requirement in (*DATED, "plan", "sharing_global")}
    assert times == {"report": 2, "summit": 2, "workshop": 1, "declaration": 2, "plan": 2, "sharing_global": 2}


@pytest.mark.parametrize("at", ["2027-04-03T12:00", "2027-04-01T03:00", "2027-05-06T08:00"])
def test_obligations_open_at_any_hour_though_nobody_is_reminded_then(played: Played, at: str) -> None:
    outcome = played.plan(at)
    assert outcome.opened == 98 and outcome.posted == 0


def test_a_moved_event_moves_the_due_day_and_keeps_the_obligation(played: Played) -> None:
    before = account(played, "0101", "summit", date(2027, 3, 1))
    with writing(played.engine) as connection:
        meeting = tables["meeting"]
        connection.execute(meeting.update().where(meeting.c.kind == "summit").values(answer_by=date(2027, 5, 10)))
    assert played.plan("2027-03-01T08:00").opened == 98
    after = account(played, "0101", "summit", date(2027, 3, 1))
    assert (before.obligation.id, date(2027, 5, 10)) == (after.obligation.id, after.obligation.due)


def account(played: Played, code: str, requirement: str, day: date) -> accounts.Account:
    with reading(played.engine) as connection:
        found = accounts.board(connection, played.alliance, day)
    row = next(row for row in found.rows if row.organisation.code == code)
    return row.accounts[requirement]


# ----------------------------------------------------------------------------------------- joining and leaving


def owed(played: Played, code: str, day: date) -> set[str]:
    """What stands on a member's list in the year, dated or not."""
    with reading(played.engine) as connection:
        member = register.organisation_by_code(connection, 1, code, day)
        assert member
        found = accounts.accounts(connection, played.alliance, day, organisation_ids=[member.id])
    return {a.requirement.key for a in found if a.obligation.period.end > date(2027, 7, 1)}


def bring(played: Played, text: str, at: str) -> imports.MembersImported:
    known = {m.code: m.name for m in municipalities()}
    lines = read_members(text, known, played.alliance.charter.offices)
    with writing(played.engine) as connection:
        alliance = register.alliances(connection)[0]
        return imports.import_members(connection, alliance, lines, local(at), "medlemmer.csv", lambda *_: None)


@pytest.mark.parametrize(
    ("joined", "dated"),
    [
        ("2027-03-31", {"report", "summit", "workshop", "declaration"}),
        ("2027-04-01", {"summit", "workshop", "declaration"}),
        ("2027-04-30", {"summit", "workshop", "declaration"}),
        ("2027-05-01", {"workshop", "declaration"}),
        ("2027-06-30", {"workshop", "declaration"}),
        ("2027-07-01", {"workshop"}),
        ("2027-08-27", {"workshop"}),
        ("2027-08-28", set()),
    ],
)
def test_who_joins_in_mid_year_owes_only_what_falls_due_from_then_on(
    played: Played, joined: str, dated: set[str]
) -> None:
    """Ishøj leaves before the year and comes back in it."""
    bring(played, "kode;kommune;medlem_til\n0183;Ishøj;2027-01-01\n", "2027-02-26T07:00")
    played.plan("2027-02-26T08:00")
    bring(played, f"kode;kommune;medlem_fra\n0183;Ishøj;{joined}\n", "2027-02-26T09:00")
    played.plan("2027-12-01T12:00")
    assert owed(played, "0183", date(2027, 12, 1)) & set(DATED) == dated
    assert owed(played, "0101", date(2027, 12, 1)) >= set(DATED)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("left", "dated"),
    [
        ("2027-03-31", set()),
        ("2027-04-01", {"report"}),
        ("2027-05-27", {"report"}),
        ("2027-05-28", {"report", "summit"}),
        ("2027-06-30", {"report", "summit"}),
        ("2027-07-01", {"report", "summit", "declaration"}),
        ("2027-09-23", {"report", "summit", "declaration"}),
        ("2027-09-24", {"report", "summit", "declaration", "workshop"}),
    ],
)
def test_who_leaves_in_mid_year_owes_only_what_fell_due_until_then(played: Played, left: str, dated: set[str]) -> None:
    """The last day of a membership is the day before it ends; a summit is owed by who is there on the day of it."""
    bring(played, f"kode;kommune;medlem_til\n0183;Ishøj;{left}\n", "2027-02-26T07:00")
    for day in ("2027-02-26", "2027-04-01", "2027-12-01"):
        played.plan(f"{day}T12:00")
    assert owed(played, "0183", date(2027, 12, 1)) & set(DATED) == dated


def test_leaving_is_the_same_whether_it_is_known_before_or_after_the_duty_opened(played: Played) -> None:
    played.plan("2027-04-01T12:00")
    bring(played, "kode;kommune;medlem_til\n0183;Ishøj;2027-06-30\n", "2027-06-01T12:00")
    assert owed(played, "0183", date(2027, 12, 1)) & set(DATED) == {"report", "summit"}


# ------------------------------------------------------------------------------------------------------ whom, and when


def posted(played: Played, at: str) -> tuple[Digest, ...]:
    """What a tick newly reminds of, and whom."""
    line = tables["reminder_line"]
    newest = max((row["id"] for row in played.rows("notification")), default=0)
    count = played.plan(at).posted
    query = select(line).where(line.c.notification_id > newest).order_by(line.c.id)
    found: dict[int, list[Line]] = {}
    with reading(played.engine) as connection:
        for row in connection.execute(query):
            found.setdefault(row.person_id, []).append(Line(row.obligation_id, row.rung))
    assert len(found) == count
    return tuple(Digest(person, local(at).date(), tuple(lines)) for person, lines in found.items())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("at", "reminded"),
    [
        ("2027-02-25T15:59", 0),  # the day before the first rung
        ("2027-02-26T07:59", 0),
        ("2027-02-26T08:00", 98),
        ("2027-02-26T15:59", 98),
        ("2027-02-26T16:00", 0),
        ("2027-02-27T10:00", 0),  # Saturday
        ("2027-02-28T10:00", 0),
        ("2027-03-01T08:00", 98),  # the day after: it is made up for
        ("2027-03-25T10:00", 0),  # Maundy Thursday to Easter Monday
        ("2027-03-29T10:00", 0),
        ("2027-03-30T08:00", 98),
        ("2027-05-06T10:00", 0),  # Ascension Day and the day after
        ("2027-05-07T10:00", 0),
        ("2027-06-05T10:00", 0),
        ("2027-12-24T10:00", 0),
        ("2027-12-31T10:00", 0),
    ],
)
def test_reminders_are_posted_on_working_days_from_eight_to_four(played: Played, at: str, reminded: int) -> None:
    assert len({d.person_id for d in posted(played, at) if d.lines[0].rung is not None} & coordinators(played)) == (
        reminded
    )


def coordinators(played: Played) -> set[int]:
    with reading(played.engine) as connection:
        terms = register.offices_on(connection, 1, date(2027, 3, 1)).terms
    return {term.person_id for term in terms if term.office == "climate_coordinator"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("utc", "open_"),
    [
        ("2027-03-26T06:59", False),  # Good Friday
        ("2027-03-30T05:59", False),  # the first working day of summer time: UTC+2
        ("2027-03-30T06:00", True),
        ("2027-03-30T13:59", True),
        ("2027-03-30T14:00", False),
        ("2027-03-24T06:59", False),  # the last one of winter time: UTC+1
        ("2027-03-24T07:00", True),
        ("2027-03-24T14:59", True),
        ("2027-03-24T15:00", False),
        ("2027-10-29T05:59", False),
        ("2027-10-29T06:00", True),
        ("2027-10-29T14:00", False),
        ("2027-11-01T06:59", False),  # winter again
        ("2027-11-01T07:00", True),
        ("2027-11-01T14:59", True),
        ("2027-11-01T15:00", False),
    ],
)
def test_eight_is_eight_in_denmark_on_both_sides_of_both_clock_changes(played: Played, utc: str, open_: bool) -> None:
    """Nobody has answered anything, so everybody has a rung to hear of all year."""
    outcome = ticks.plan(played.engine, local("2027-01-01T00:00").fromisoformat(f"{utc}+00:00"))
    assert bool(outcome.posted) is open_


def test_a_week_of_silence_of_ours_is_made_up_for_by_the_highest_rung_alone(played: Played) -> None:
    """Rungs -10, -5 and -1 passed while we were down; the due day is over: one reminder, of the day after it."""
    played.plan(FIRST_RUNG)
    (digest,) = [d for d in posted(played, "2027-04-01T08:00") if d.person_id in one_coordinator(played)]
    report = account(played, "0183", "report", date(2027, 4, 1)).obligation.id
    assert [line.rung for line in digest.lines if line.obligation_id == report] == [1]
    all_arrive(played)
    (summit,) = [d for d in posted(played, "2027-04-02T08:00") if d.person_id in one_coordinator(played)]
    assert [line.rung for line in summit.lines] and report not in {line.obligation_id for line in summit.lines}


def all_arrive(played: Played) -> None:
    with writing(played.engine) as connection:
        connection.execute(tables["delivery"].update().values(state="sent"))


def one_coordinator(played: Played) -> set[int]:
    with reading(played.engine) as connection:
        person = register.person_at(connection, 1, "klima@ishoej.example")
    assert person
    return {person.id}


def test_everything_owed_is_listed_in_one_reminder_the_pressing_first(played: Played) -> None:
    """Only what presses is posted; what else is owed is added from the truth as the reminder leaves."""
    (digest,) = [d for d in posted(played, FIRST_RUNG) if d.person_id in one_coordinator(played)]
    assert [line.rung for line in digest.lines] == [-20]
    notification, delivery = tables["notification"], tables["delivery"]
    others = select(notification.c.id).where(notification.c.recipient_id.not_in(one_coordinator(played)))
    with writing(played.engine) as connection:
        connection.execute(delivery.update().where(delivery.c.notification_id.in_(others)).values(state="withdrawn"))
    played.tick(FIRST_RUNG)
    (sent,) = [record for record in played.outbox() if record.recipient == "klima@ishoej.example"]
    assert [line["rung"] for line in sent.lines] == [-20, *[None] * (len(sent.lines) - 1)]
    assert len(sent.lines) >= 4


def test_who_acts_for_the_mayor_is_asked_instead_of_the_mayor(played: Played) -> None:
    played.plan("2027-04-02T08:00")
    asked = {record.recipient for record in played.outbox()}
    assert "borgmestersekretaer@odense.example" in asked and "borgmester@odense.example" not in asked
    assert "borgmester@ishoej.example" in asked


def test_a_successor_is_told_of_the_rung_that_the_predecessor_heard_of(played: Played) -> None:
    played.plan(FIRST_RUNG)
    all_arrive(played)
    bring(
        played,
        "kode;kommune;embede;kontaktperson;mail;fra\n"
        "0183;Ishøj;climate_coordinator;Nora Ny;ny@ishoej.example;2027-03-01\n",
        "2027-02-26T10:00",
    )
    played.plan("2027-03-01T08:00")
    assert [r.recipient for r in played.outbox() if r.occasion == "2027-03-01"] == ["ny@ishoej.example"]


def test_a_corrected_office_of_the_same_day_replaces_the_mistake(played: Played) -> None:
    """Typed wrongly and typed again: the last word counts, and both stay on record."""
    day = date(2027, 3, 1)
    with writing(played.engine) as connection:
        ishoej = register.organisation_by_code(connection, 1, "0183", day)
        assert ishoej
        people = [change.add_person(connection, 1, name, "da") for name in ("Fejl", "Rigtig")]
        for person in (*people, people[1], people[0], people[1]):
            change.end_office_terms(connection, 1, ishoej.id, "climate_coordinator", day)
            change.add_office_term(
                connection, 1, ishoej.id, "climate_coordinator", person, day, None, local("2027-03-01T09:00")
            )
        for ahead in (0, 1, 400):
            on = register.offices_on(connection, 1, day + timedelta(days=ahead))
            assert on.holders(ishoej.id, "climate_coordinator") == (people[1],)
        assert len(register.office_terms(connection, 1, organisation_id=ishoej.id)) == 4


def test_a_dispensation_that_ended_before_the_due_day_leaves_the_duty_owed_for_good(played: Played) -> None:
    answers = {"why": "Kommunesammenlægning af data", "decided_by": "styregruppen", "until": "2027-03-10"}
    said = played.say("sekretariat@frederiksberg.example", "for Ishøj: dispensation 2", "2027-03-01T10:00", answers)
    assert said.done
    for day, state in (("2027-03-10", "exempt"), ("2027-03-11", "open"), ("2027-04-01", "overdue")):
        assert account(played, "0183", "report", date.fromisoformat(day)).standing.state == state
    played.plan("2028-02-01T12:00")
    with reading(played.engine) as connection:
        member = register.organisation_by_code(connection, 1, "0183", date(2028, 2, 1))
        assert member
        found = accounts.accounts(connection, played.alliance, date(2028, 2, 1), organisation_ids=[member.id])
    states = {a.obligation.period.label: a.standing.state for a in found if a.requirement.key == "report"}
    assert states == {"2027": "overdue", "2028": "open"}
