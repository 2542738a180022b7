"""Files that people bring, put into the memory: all of it or nothing, and nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine

from alliance.imports import Faulty, read_historic, read_members
from storage.changes import imports
from storage.changes import register as change
from storage.engine import connect, reading, writing
from storage.municipalities import municipalities
from storage.queries import accounts, register, reports
from templates import formats
from tests.conftest import Played, local
from tests.databases import Databases, address

if TYPE_CHECKING:
    from alliance.reports import Report

REAL = Path(__file__).parents[3] / "shared" / "data" / "real" / "klimaregnskabet" / "emissions_by_sector_2018_2023.csv"
NOW = "2027-02-26T10:00"
NAMES = {m.code: m.name for m in municipalities()}
SMALL = """municipality_code;year;sector;tonnes_co2e
0101;2022;samlet;1000,5
0101;2022;energi;600,25
0101;2023;samlet;900
0183;2022;samlet;-12,75
"""


@pytest.fixture(scope="session")
def real() -> str:
    if not REAL.is_file():
        pytest.skip(f"the real accounts are not at {REAL}")
    return REAL.read_text(encoding="utf-8-sig")


@pytest.fixture(scope="session")
def done(databases: Databases, real: str) -> Iterator[Imported]:
    """The real accounts in a database of their own, brought once; to be looked at, not changed."""
    played = Played(connect(databases.copy(databases.demo())))
    before = standings(played)
    result = bring(played, real)
    yield Imported(played, result, before)
    played.engine.dispose()
    databases.drop(address(played.engine))


@dataclass(frozen=True)
class Imported:
    played: Played
    result: imports.ReportsImported
    standings_before: list[tuple[int, str]]


def standings(played: Played) -> list[tuple[int, str]]:
    with reading(played.engine) as connection:
        found = accounts.accounts(connection, played.alliance, date(2027, 3, 1))
    return [(account.obligation.id, account.standing.state) for account in found]


def bring(played: Played, text: str, file: str = "regnskab.csv") -> imports.ReportsImported:
    with writing(played.engine) as connection:
        alliance = register.alliances(connection)[0]
        indicators = alliance.charter.reporting.indicators_on(date(2027, 2, 26))
        known = register.member_names(connection, alliance.id)
        found = read_historic(text, known, indicators, 2027)
        return imports.import_historic(connection, alliance, found, local(NOW), file, lambda *_: None)


def history(played: Played, code: str) -> tuple[Report, ...]:
    with reading(played.engine) as connection:
        member = register.organisation_by_code(connection, 1, code, date(2027, 2, 26))
        assert member
        return reports.history(connection, 1, member.id)


def changed(before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> dict[str, int]:
    """By how many rows each table that is not the same has grown; -1 where anything else happened to it."""
    grown = {}
    for name, rows in after.items():
        if rows != before[name]:
            grown[name] = len(rows) - len(before[name]) if rows[: len(before[name])] == before[name] else -1
    return grown


# --------------------------------------------------------------------------------------------- historic accounts


def test_the_real_accounts_are_read_to_the_last_decimal(done: Imported) -> None:
    result = done.result
    assert (result.accounts, result.added, result.restated, result.unchanged, result.members) == (588, 588, 0, 0, 98)
    sums = dict(result.sums)
    assert sorted(sums) == [2018, 2019, 2020, 2021, 2022, 2023]
    assert sums[2022] == Decimal("36695004.2")


def test_the_sums_are_those_of_the_file_and_those_of_what_is_kept(done: Imported, real: str) -> None:
    """Added up three times: by the import, by hand from the text, and from the database."""
    wanted: dict[int, Decimal] = {}
    head, *lines = [line.split(",") for line in real.splitlines() if line]
    year, sector, value = (head.index(name) for name in ("year", "sector", "tonnes_co2e"))
    for line in lines:
        if line[sector] == "samlet":
            wanted[int(line[year])] = wanted.get(int(line[year]), Decimal(0)) + Decimal(line[value])
    kept: dict[int, Decimal] = {}
    with reading(done.played.engine) as connection:
        for (_, data_year), report in reports.imported(connection, 1).items():
            kept[data_year] = kept.get(data_year, Decimal(0)) + (report.value("ghg_total") or Decimal(0))
    assert dict(done.result.sums) == wanted == kept


def test_exactly_three_real_changes_are_asked_about(done: Imported) -> None:
    warned = {(w.code, w.data_year) for w in done.result.warnings}
    assert warned == {("0147", 2020), ("0161", 2019), ("0510", 2020)}


def test_a_total_below_zero_is_a_total(done: Imported) -> None:
    """Læsø binds more than it emits."""
    totals = [report.value("ghg_total") for report in history(done.played, "0825")]
    assert len(totals) == 6 and any(total is not None and total < 0 for total in totals)


def test_accounts_of_years_gone_by_fulfil_no_obligation(done: Imported) -> None:
    assert standings(done.played) == done.standings_before
    assert {state for _, state in done.standings_before} == {"open", "fulfilled"}


def test_a_second_run_changes_nothing_but_a_line_in_the_journal(
    done: Imported, real: str, copied: Callable[[str], Engine]
) -> None:
    done.played.engine.dispose()  # the last connection puts the log into the file, which can then be copied
    again = Played(copied(address(done.played.engine)))
    before = again.dump()
    assert len(before["report"]) == 588
    result = bring(again, real)
    assert (result.added, result.restated, result.unchanged) == (0, 0, 588)
    assert changed(before, again.dump()) == {"journal": 1}


def test_a_restated_account_is_a_version_of_its_own_and_the_earlier_one_is_kept(played: Played) -> None:
    bring(played, SMALL)
    done = bring(played, SMALL.replace("1000,5", "1001,5"), "rettet.csv")
    assert (done.added, done.restated, done.unchanged) == (0, 1, 2)
    newest = history(played, "0101")[0]
    assert (newest.data_year, newest.version, newest.value("ghg_total")) == (2022, 2, Decimal("1001.5"))
    assert newest.source == "import:rettet.csv"
    kept = [row for row in played.rows("figure") if str(row["value"]) == "1000.5"]
    assert len(kept) == 1 and "regnskab.csv" in str(kept[0])
    again = bring(played, SMALL.replace("1000,5", "1001,5"), "rettet.csv")
    assert (again.added, again.restated) == (0, 0)


def test_a_value_taken_back_is_a_third_version(played: Played) -> None:
    for text in (SMALL, SMALL.replace("1000,5", "1001,5"), SMALL):
        bring(played, text)
    assert [r.version for r in history(played, "0101")] == [3, 1]


def test_a_sector_that_comes_later_restates_the_account(played: Played) -> None:
    bring(played, SMALL)
    assert bring(played, SMALL + "0101;2022;transport;300\n").restated == 1


@pytest.mark.parametrize(
    ("broken", "row", "column"),
    [
        ("0999;2023;samlet;1", 6, "municipality_code"),
        ("0101;20x3;samlet;1", 6, "year"),
        ("0101;2028;samlet;1", 6, "year"),
        ("0101;2021;ukendt;1", 6, "sector"),
        ("0101;2021;samlet;et tal", 6, "tonnes_co2e"),
        ("0101;2022;samlet;1", 6, "sector"),
    ],
)
def test_a_file_with_one_broken_row_saves_nothing_and_names_it(
    played: Played, broken: str, row: int, column: str
) -> None:
    before = played.dump()
    with pytest.raises(Faulty) as faulty:
        bring(played, f"{SMALL}{broken}\n")
    assert [(fault.row, fault.column) for fault in faulty.value.faults] == [(row, column)]
    assert played.dump() == before


def test_an_import_that_is_interrupted_leaves_nothing(played: Played) -> None:
    before = played.dump()

    def stop(done: int, _of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), writing(played.engine) as connection:
        alliance = register.alliances(connection)[0]
        indicators = alliance.charter.reporting.indicators_on(date(2027, 2, 26))
        found = read_historic(SMALL, NAMES, indicators, 2027)
        imports.import_historic(connection, alliance, found, local(NOW), "x.csv", stop)
    assert played.dump() == before


def test_the_largest_figures_that_can_be_written_are_brought_added_up_and_compared(played: Played) -> None:
    huge = "9" * 38
    rows = f"0101;2022;samlet;1000,5\n0101;2023;samlet;{huge}\n0183;2023;samlet;{huge},5\n"
    done = bring(played, f"municipality_code;year;sector;tonnes_co2e\n{rows}")
    assert dict(done.sums)[2023] == Decimal("1" + "9" * 37 + "8.5")
    assert [(w.code, w.data_year) for w in done.warnings] == [("0101", 2023)]
    assert formats.number(dict(done.sums)[2023], "en").replace(",", "") == "1" + "9" * 37 + "8.5"


# -------------------------------------------------------------------------------------------------------- members

HEAD = "kode;kommune;medlem_fra;medlem_til;embede;kontaktperson;mail;fra\n"
JOINS = f"{HEAD}0183;Ishøj;2028-01-01;;;;;\n"
LEAVES = f"{HEAD}0183;Ishøj;;2027-07-01;;;;\n"
HANDS_OVER = f"{HEAD}0183;Ishøj;;;climate_coordinator;Nora Ny;ny@ishoej.example;2027-04-01\n"


def bring_members(played: Played, text: str, at: str = NOW) -> imports.MembersImported:
    with writing(played.engine) as connection:
        alliance = register.alliances(connection)[0]
        lines = read_members(text, NAMES, alliance.charter.offices)
        return imports.import_members(connection, alliance, lines, local(at), "medlemmer.csv", lambda *_: None)


def is_member(played: Played, day: date) -> bool:
    with reading(played.engine) as connection:
        member = register.organisation_by_code(connection, 1, "0183", day)
        assert member
        return any(m.validity.covers(day) for m in register.memberships(connection, 1, [member.id]))


def coordinators(played: Played, day: date) -> list[str]:
    with reading(played.engine) as connection:
        member = register.organisation_by_code(connection, 1, "0183", day)
        assert member
        held = register.offices_on(connection, 1, day).holders(member.id, "climate_coordinator")
        return [register.people(connection, 1, [person])[person].name for person in held]


@pytest.mark.parametrize("text", [JOINS, LEAVES, HANDS_OVER, LEAVES + JOINS.removeprefix(HEAD)])
@pytest.mark.parametrize("later", [NOW, "2027-08-01T12:00"])
def test_members_brought_twice_change_nothing_the_second_time(played: Played, text: str, later: str) -> None:
    bring_members(played, text)
    before = played.dump()
    done = bring_members(played, text, later)
    assert (done.joined, done.left, done.people) == (0, 0, 0)
    assert changed(before, played.dump()) == {"journal": 1}


def test_who_left_is_no_member_from_that_day_until_they_join_again(played: Played) -> None:
    assert bring_members(played, LEAVES).left == 1
    assert [is_member(played, day) for day in (date(2027, 6, 30), date(2027, 7, 1), date(2028, 1, 1))] == [
        True,
        False,
        False,
    ]
    assert bring_members(played, JOINS).joined == 1
    assert [is_member(played, day) for day in (date(2027, 12, 31), date(2028, 1, 1))] == [False, True]


def test_an_office_changes_hands_on_its_day(played: Played) -> None:
    (old,) = coordinators(played, date(2027, 3, 1))
    assert bring_members(played, HANDS_OVER).people == 1
    assert coordinators(played, date(2027, 3, 31)) == [old]
    assert coordinators(played, date(2027, 4, 1)) == ["Nora Ny"]


def test_a_row_without_a_day_does_not_reinstate_who_held_the_office(played: Played) -> None:
    undated = HANDS_OVER.replace("2027-04-01", "")
    assert bring_members(played, undated).people == 1
    bring_members(played, HANDS_OVER.replace("Nora Ny;ny@", "Ida Igen;igen@"), "2027-03-20T10:00")
    assert bring_members(played, undated, "2027-05-01T10:00").people == 0
    assert coordinators(played, date(2027, 5, 2)) == ["Ida Igen"]


@pytest.mark.parametrize(("office", "held"), [("climate_coordinator", 1), ("councillor", 2)])
def test_only_an_office_with_one_holder_passes_on_by_an_import(played: Played, office: str, held: int) -> None:
    for name, day in (("en", "2027-03-01"), ("to", "2027-03-02")):
        bring_members(played, f"{HEAD}0183;Ishøj;;;{office};{name};{name}@ishoej.example;{day}\n")
    with reading(played.engine) as connection:
        member = register.organisation_by_code(connection, 1, "0183", date(2027, 3, 2))
        assert member
        assert len(register.offices_on(connection, 1, date(2027, 3, 2)).holders(member.id, office)) == held


def test_a_person_who_is_known_by_their_address_is_not_made_twice(played: Played) -> None:
    bring_members(played, HANDS_OVER)
    people = len(played.rows("person"))
    bring_members(played, HANDS_OVER.replace("climate_coordinator", "official").replace("Nora Ny", "Nora N."))
    assert len(played.rows("person")) == people


@pytest.mark.parametrize(
    ("faulty", "column"),
    [
        ("0183;Ishøj;2027-13-01;;;;;", "medlem_fra"),
        ("0183;Ishøj;2027-07-01;2027-07-01;;;;", "medlem_til"),
        ("0183;Ishøj;;;kejser;Nora Ny;ny@ishoej.example;", "embede"),
        ("0183;Ishøj;;;mayor;Nora Ny;;", "mail"),
        ("0183;Ishøj;;;mayor;Nora Ny;ikke en mail;", "mail"),
        ("0183;Atlantis;;;;;;", "kommune"),
    ],
)
def test_members_with_one_broken_row_save_nothing(played: Played, faulty: str, column: str) -> None:
    before = played.dump()
    with pytest.raises(Faulty) as found:
        bring_members(played, f"{HANDS_OVER}{faulty}\n")
    assert [(fault.row, fault.column) for fault in found.value.faults] == [(3, column)]
    assert played.dump() == before


@pytest.mark.slow
def test_a_whole_list_brought_twice_is_kept_once(played: Played) -> None:
    text = HEAD + "".join(
        f"{m.code};{m.name};2027-01-01;;mayor;{m.name}s borgmester;b@{m.slug}.example;2026-01-01\n"
        for m in municipalities()
    )
    bring_members(played, text)
    before = played.dump()
    assert bring_members(played, text).people == 0
    assert changed(before, played.dump()) == {"journal": 1}


def test_a_chair_from_a_leap_day_leads_to_the_last_of_february(played: Played) -> None:
    head = "code;seat;chair\n"
    bring_members(played, f"{head}0253;2028-02-01;2028-02-29\n")
    with reading(played.engine) as connection:
        known = register.seats(connection, played.alliance.id)
    (chair,) = [seat for seat in known if seat.chair and seat.validity.since == date(2028, 2, 29)]
    assert chair.validity.until == date(2030, 2, 28)


# ------------------------------------------------------------------------------- beside what the register has


def corrected(played: Played, mail: str, to: str) -> None:
    """What ``adresse`` does."""
    with writing(played.engine) as connection:
        person = register.person_at(connection, 1, mail)
        assert person
        change.end_addresses(connection, 1, person.id, "mail", local("2027-03-10T10:00"))
        change.add_address(connection, 1, person.id, "mail", to, local("2027-03-10T10:00"), verified=False)


@pytest.mark.parametrize("since", ["2027-04-01", ""])
@pytest.mark.parametrize("times", [1, 2])
def test_an_address_that_was_corrected_is_still_known_to_a_file(played: Played, since: str, times: int) -> None:
    text = HANDS_OVER.replace("2027-04-01", since)
    bring_members(played, text)
    for number in range(times):
        corrected(played, f"{number or ''}ny@ishoej.example", f"{number + 1}ny@ishoej.example")
    before = played.dump()
    assert bring_members(played, text, "2027-05-01T10:00").people == 0
    assert changed(before, played.dump()) == {"journal": 1}


def test_an_address_that_was_anothers_last_is_a_fault_of_its_row(played: Played) -> None:
    bring_members(played, HANDS_OVER)
    corrected(played, "ny@ishoej.example", "nora@ishoej.example")
    before = played.dump()
    with pytest.raises(Faulty) as found:
        bring_members(played, HANDS_OVER.replace("Nora Ny", "Ida Igen").replace("04-01", "05-01"))
    (fault,) = found.value.faults
    assert (fault.row, fault.column, fault.reason, fault.wanted) == (2, "mail", "mail_was_anothers", ("Nora Ny",))
    assert played.dump() == before


def test_of_two_who_had_an_address_the_newest_is_meant(played: Played) -> None:
    bring_members(played, HANDS_OVER)
    corrected(played, "ny@ishoej.example", "nora@ishoej.example")
    corrected(played, "klima@ishoej.example", "ny@ishoej.example")
    (klima,) = coordinators(played, date(2027, 3, 1))
    assert bring_members(played, HANDS_OVER.replace("Nora Ny", klima).replace("04-01", "05-01")).people == 1
    corrected(played, "ny@ishoej.example", "klima@ishoej.example")
    people = len(played.rows("person"))
    assert bring_members(played, HANDS_OVER.replace("Nora Ny", klima).replace("04-01", "05-01")).people == 0
    assert len(played.rows("person")) == people


def test_who_held_an_office_for_no_day_is_not_reinstated_by_the_same_file(played: Played) -> None:
    bring_members(played, HANDS_OVER)
    bring_members(played, HANDS_OVER.replace("Nora Ny;ny@", "Ida Igen;igen@"))
    assert bring_members(played, HANDS_OVER).people == 0
    assert coordinators(played, date(2027, 4, 1)) == ["Ida Igen"]


@pytest.mark.parametrize(
    ("office", "day", "holders"),
    [
        ("climate_coordinator", date(2026, 11, 30), 1),
        ("climate_coordinator", date(2026, 12, 1), 1),
        ("climate_coordinator", date(2027, 3, 31), 1),
        ("climate_coordinator", date(2027, 4, 1), 1),
        ("councillor", date(2027, 3, 31), 1),
        ("councillor", date(2027, 4, 1), 2),
    ],
)
def test_an_office_with_one_holder_has_one_though_its_history_is_brought_later(
    played: Played, office: str, day: date, holders: int
) -> None:
    newest = HANDS_OVER.replace("climate_coordinator", office)
    bring_members(played, newest)
    earlier = newest.replace("Nora Ny;ny@", "Ida Før;foer@").replace("2027-04-01", "2026-12-01")
    for expected in (1, 0):
        assert bring_members(played, earlier).people == expected
    with reading(played.engine) as connection:
        member = register.organisation_by_code(connection, 1, "0183", day)
        assert member
        held = register.offices_on(connection, 1, day).holders(member.id, office)
        assert len(held) == holders


SEATS = "code;joined;seat;chair\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "column", "reason"),
    [
        ("0259;;;2026-02-01", "chair", "seat_given_later"),  # Frederiksberg leads from that day
        ("0259;;;2026-02-02", "", ""),  # and not from the day after: then Frederiksberg leaves
        ("0259;;;2026-01-31", "chair", "seat_given_later"),
        ("0253;;;2027-07-01", "chair", "chair_without_seat"),
        ("0253;;2027-07-01;2027-06-30", "chair", "chair_without_seat"),
        ("0253;;2027-07-01;2027-07-01", "", ""),
        ("0253;;2026-01-15;", "seat", "seat_given_later"),
        ("0253;;2026-01-14;", "seat", "seat_given_later"),
        ("0253;;2026-01-16;", "", ""),
        ("0253;2019-01-01;2018-12-31;", "seat", "seat_not_member"),
        ("0259;;2027-07-01;", "", ""),  # it is theirs
    ],
)
def test_a_file_gives_seats_and_the_chair_by_the_same_rules_as_people(
    played: Played, rows: str, column: str, reason: str
) -> None:
    before, text = played.dump(), f"{SEATS}{rows}\n"
    if reason:
        with pytest.raises(Faulty) as found:
            bring_members(played, text)
        assert [(f.row, f.column, f.reason) for f in found.value.faults] == [(2, column, reason)]
        assert played.dump() == before
        return
    bring_members(played, text)
    once = played.dump()
    bring_members(played, text)
    assert changed(once, played.dump()) == {"journal": 1}
    with reading(played.engine) as connection:
        known = register.seats(connection, played.alliance.id)
    for day in (date(2026, 2, 1), date(2026, 2, 2), date(2027, 6, 30), date(2027, 7, 1)):
        assert sum(seat.chair and seat.validity.covers(day) for seat in known) == 1
        assert sum(not seat.chair and seat.validity.covers(day) for seat in known) == 5


def test_seats_are_given_in_the_order_of_their_days_whatever_the_order_of_the_rows(played: Played) -> None:
    bring_members(played, f"{SEATS}0253;;2028-01-01;\n0269;;2027-07-01;2027-08-01\n")
    with reading(played.engine) as connection:
        known = register.seats(connection, played.alliance.id)
    ends = {seat.validity.since: seat.validity.until for seat in known if seat.validity.since > date(2027, 1, 1)}
    assert ends == {date(2027, 7, 1): date(2028, 1, 1), date(2027, 8, 1): date(2028, 1, 1), date(2028, 1, 1): None}


def membership_days(played: Played) -> list[tuple[date, date | None]]:
    with reading(played.engine) as connection:
        member = register.organisation_by_code(connection, 1, "0183", date(2027, 1, 1))
        assert member
        found = register.memberships(connection, 1, [member.id])
    return [(one.validity.since, one.validity.until) for one in found]


@pytest.mark.parametrize(
    ("joined", "left", "days"),
    [
        ("2022-12-31", "", [(date(2022, 12, 31), None)]),
        ("2023-01-01", "", [(date(2023, 1, 1), None)]),
        ("2023-01-02", "", [(date(2023, 1, 1), None)]),
        ("2020-01-01", "2023-01-01", [(date(2020, 1, 1), date(2023, 1, 1)), (date(2023, 1, 1), None)]),
        ("2020-01-01", "2027-07-01", [(date(2020, 1, 1), date(2027, 7, 1))]),
    ],
)
def test_a_first_day_that_is_corrected_makes_no_second_membership(
    played: Played, joined: str, left: str, days: list[tuple[date, date | None]]
) -> None:
    text = f"{HEAD}0183;Ishøj;{joined};{left};;;;\n"
    bring_members(played, text)
    assert membership_days(played) == days
    moved = [row for row in played.rows("journal") if row["action"] == "membership_changed"]
    assert len(moved) == (days[0][0] != date(2023, 1, 1) and len(days) == 1)
    before = played.dump()
    bring_members(played, text)
    assert changed(before, played.dump()) == {"journal": 1}


def test_a_first_day_that_could_be_that_of_two_memberships_is_a_fault_of_its_row(played: Played) -> None:
    bring_members(played, LEAVES)
    bring_members(played, JOINS)
    before = played.dump()
    with pytest.raises(Faulty) as found:
        bring_members(played, f"{HEAD}0183;Ishøj;2020-01-01;;;;;\n")
    assert [(f.row, f.column, f.reason) for f in found.value.faults] == [(2, "medlem_fra", "joined_overlaps")]
    assert played.dump() == before
