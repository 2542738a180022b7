"""A file that people bring is read whole or not at all, and every fault is named by row and column."""

from __future__ import annotations

import ast
import csv
import io
import tomllib
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.charter_file import read_charter
from alliance.imports import Fault, Faulty, HistoricAccount, MemberLine, read_historic, read_members, read_rows

ROOT = Path(__file__).parents[2]
FILE = ROOT / "alliance" / "charters" / "dk2020.toml"
CHARTER = read_charter(FILE.read_text(encoding="utf-8"), FILE.name)
INDICATORS = CHARTER.reporting.indicators
REAL = ROOT.parent / "shared" / "data" / "real" / "klimaregnskabet" / "emissions_by_sector_2018_2023.csv"
KNOWN = {
    "0101": "København",
    "0147": "Frederiksberg",
    "0169": "Høje-Taastrup",
    "0400": "Bornholm",
    "0580": "Aabenraa",
    "0751": "Aarhus",
    "0825": "Læsø",
}
HEAD = "municipality_code,municipality,year,sector,tonnes_co2e"
AABENRAA, LAESOE = "0580,Aabenraa,2022,samlet,900000.5", "0825,Læsø,2022,samlet,-12000.5"


def read(*lines: str, head: str = HEAD, end: str = "\n", latest: int = 2027) -> tuple[HistoricAccount, ...]:
    return read_historic(end.join([head, *lines, ""]), KNOWN, INDICATORS, latest)


def faults(*lines: str, head: str = HEAD, latest: int = 2027) -> tuple[Fault, ...]:
    with pytest.raises(Faulty) as caught:
        read(*lines, head=head, latest=latest)
    return caught.value.faults


def places(found: tuple[Fault, ...]) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.reason) for fault in found]


def account(code: str, year: int, **figures: str) -> HistoricAccount:
    return HistoricAccount(code, year, tuple((key, Decimal(value)) for key, value in figures.items()))


# Good files, however they are made


def test_an_account_has_the_figures_of_its_municipality_and_year() -> None:
    found = read(
        AABENRAA,
        "0580,Aabenraa,2022,energi,187813.1",
        "0580,Aabenraa,2021,samlet,910000",
        LAESOE,
        "0580,Aabenraa,2022,kemiske processer,0.0",
    )
    assert found == (
        account("0580", 2022, ghg_total="900000.5", ghg_energy="187813.1", ghg_industry="0.0"),
        account("0580", 2021, ghg_total="910000"),
        account("0825", 2022, ghg_total="-12000.5"),
    )


WHOLE = (account("0580", 2022, ghg_total="900000.5"), account("0825", 2022, ghg_total="-12000.5"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{HEAD}\n{AABENRAA}\n{LAESOE}\n", "as it should be"),
        (f"\ufeff{HEAD}\n{AABENRAA}\n{LAESOE}\n", "a byte order mark"),
        (
            '\ufeff"kode",aar,sektor,value\n0580,2022,samlet,900000.5\n0825,2022,samlet,-12000.5\n',
            "a byte order mark before a quote",
        ),
        (f"{HEAD}\n{AABENRAA}\n{LAESOE}\n".replace("2022", "\u200b2022"), "zero-width spaces in a year"),
        (f"{HEAD}\r\n{AABENRAA}\r\n{LAESOE}\r\n", "lines of Windows"),
        (f"{HEAD}\r{AABENRAA}\r{LAESOE}\r", "lines of an old Mac"),
        (f"{HEAD}\n{AABENRAA}\n{LAESOE}", "no line break at the end"),
        (f"{HEAD}\n\n{AABENRAA}\n,,,,\n{LAESOE}\n\n", "empty lines"),
        (f"{HEAD}\n{AABENRAA},,\n{LAESOE},\n", "empty cells too many"),
        (f"{HEAD}\n{AABENRAA}\n{LAESOE}\n".replace("year", "\u200byear\u200b"), "zero-width spaces in a header"),
        (f"{HEAD}\n{AABENRAA}\n{LAESOE}\n".replace("year", "  Year "), "spaces and capitals in a header"),
        (f"{HEAD}\n{AABENRAA}\n{LAESOE}\n".replace("samlet", "\u200bSAMLET "), "zero-width spaces in a cell"),
        (f"{HEAD}\n{AABENRAA}\n{LAESOE}\n".replace(",", "\t"), "tabulators"),
        (f"{HEAD}\n{AABENRAA}\n{LAESOE}\n".replace(",", ";"), "semicolons"),
        (f"{HEAD}\n{AABENRAA}\n{LAESOE}\n".replace(",", ";").replace(".", ","), "semicolons and decimal commas"),
        (
            "kommunekode;kommune;år;sektor;værdi\n0580;Aabenraa;2022;samlet;900.000,5\n825;Læsø;2022;samlet;-12.000,5\n",
            "Danish headers and numbers, and a code whose zero a spreadsheet ate",
        ),
        (
            'kommune;aar;sektor;vaerdi\n"Aabenraa Kommune";2022;samlet;900000,5\nLaesoe;2022;samlet;−12000,5\n',
            "names instead of codes, quotes, a typographic minus",
        ),
        (f"sep=,\n{HEAD}\n{AABENRAA}\n{LAESOE}\n", "Excel's own first line"),
        ("\ufeff" + f"sep=;\r\n{HEAD}\r\n{AABENRAA}\r\n{LAESOE}\r\n".replace(",", ";"), "that of Excel on Windows"),
        (f'"SEP=;"\r{HEAD}\r{AABENRAA}\r{LAESOE}\r'.replace(",", ";"), "that line as a cell, of an old Mac"),
        (f"sep=;;;;\n{HEAD}\n{AABENRAA}\n{LAESOE}\n".replace(",", ";"), "that line filled up"),
        ("kode,dataaar,sektor,value\n0580,2022,samlet,900000.5\n0825,2022,samlet,-12000.5\n", "codes without names"),
        (f'remarks,{HEAD}\nfra os,{AABENRAA}\n"a, ""b""",{LAESOE}\n', "a column we do not use, with quotes in it"),
    ],
    ids=lambda value: "" if "\n" in str(value) or "\r" in str(value) else str(value),
)
def test_a_file_is_read_however_it_was_saved(text: str, why: str) -> None:
    assert read_historic(text, KNOWN, INDICATORS, 2027) == WHOLE, why


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Aarhus", "0751"),
        ("Århus", "0751"),
        ("Aarhus Kommune", "0751"),
        ("Hoeje-Taastrup", "0169"),
        ("HØJE TÅSTRUP", "0169"),
        ("Bornholms Regionskommune", "0400"),
        ("København\u200b", "0101"),
        ("Copenhagen", "0101"),
        ("147", "0147"),
    ],
)
def test_a_municipality_is_found_however_its_name_is_written(name: str, code: str) -> None:
    assert [each.code for each in read(f",{name},2022,samlet,5.5")] == [code]


def test_a_file_without_lines_says_nothing() -> None:
    assert read() == ()


# Columns


@pytest.mark.parametrize(("missing", "named"), [("year", "year"), ("sector", "sector"), ("tonnes_co2e", "tonnes_co2e")])
def test_a_missing_column_is_named(missing: str, named: str) -> None:
    head = HEAD.replace(missing, "something")
    (fault,) = faults(AABENRAA, head=head)
    assert (fault.row, fault.column, fault.reason, fault.got) == (1, named, "column_missing", head.replace(",", ", "))


def test_code_or_name_is_enough_but_one_of_them_is_needed() -> None:
    found = faults("x,y,2022,samlet,5", head="a,b,year,sector,value")
    assert places(found) == [(1, "municipality_code", "column_missing")]


def test_an_empty_file_lacks_every_column() -> None:
    with pytest.raises(Faulty) as caught:
        read_historic("", KNOWN, INDICATORS, 2027)
    assert places(caught.value.faults) == [(1, c, "column_missing") for c in ("year", "sector", "tonnes_co2e")]


# One broken row


@pytest.mark.parametrize(
    ("broken", "column", "reason"),
    [
        ("9999,,2022,samlet,5.5", "municipality_code", "unknown_municipality"),
        (",Atlantis,2022,samlet,5.5", "municipality", "unknown_municipality"),
        ("0101,Atlantis,2022,samlet,5.5", "municipality", "unknown_municipality"),
        (",,2022,samlet,5.5", "municipality_code", "unknown_municipality"),
        ("0101,Frederiksberg,2022,samlet,5.5", "municipality", "another_municipality"),
        ("0101,København,1989,samlet,5.5", "year", "not_a_year"),
        ("0101,København,2028,samlet,5.5", "year", "not_a_year"),
        ("0101,København,22,samlet,5.5", "year", "not_a_year"),
        ("0101,København,,samlet,5.5", "year", "not_a_year"),
        ("0101,København,2022,rumfart,5.5", "sector", "unknown_sector"),
        ("0101,København,2022,,5.5", "sector", "unknown_sector"),
        ("0101,København,2022,samlet,mange", "tonnes_co2e", "not_a_number"),
        ("0101,København,2022,samlet,", "tonnes_co2e", "not_a_number"),
        ("0101,København,2022,samlet", "tonnes_co2e", "not_a_number"),
        ('0101,København,2022,samlet,"1.234,5"', "tonnes_co2e", "number_format"),
        ('0101,København,2022,samlet,"5,5"', "tonnes_co2e", "number_format"),
        ("0580,Aabenraa,2022,samlet,5.5", "sector", "said_twice"),
        ("0580,Åbenrå,2022,Samlet,900000.5", "sector", "said_twice"),
        ("0101,København,2022,energi,5.5", "sector", "total_missing"),
        ("0101,København,2022,samlet,5,5", "tonnes_co2e", "too_many_cells"),
        ('0101,"København,2022,samlet,5.5', "municipality", "quotes"),
        ('"0101","København,"2022","samlet","5.5"', "municipality", "quotes"),
        ('0101,København,2022,samlet,"5.5', "tonnes_co2e", "quotes"),
    ],
)
def test_one_broken_row_refuses_the_file_and_is_named_by_row_and_column(broken: str, column: str, reason: str) -> None:
    for lines, row in (((AABENRAA, LAESOE, broken), 4), ((AABENRAA, broken, LAESOE), 3)):
        assert places(faults(*lines)) == [(row, column, reason)]


def test_the_fault_says_what_we_got_and_what_we_wanted() -> None:
    (fault,) = faults(AABENRAA, "0101,København,2031,samlet,5.5", latest=2026)
    assert fault == Fault(3, "year", "2031", "not_a_year", ("2026",))
    (fault,) = faults(AABENRAA, "0101,Frederiksberg,2022,samlet,5.5")
    assert (fault.got, fault.wanted) == ("Frederiksberg", ("København",))
    (fault,) = faults(AABENRAA, "0101,København,2022,rumfart,5.5")
    assert fault.got == "rumfart" and {"samlet", "energi", "transport"} <= set(fault.wanted)


def test_a_column_is_named_as_the_file_names_it() -> None:
    (fault,) = faults("0580;2022;samlet;mange", "0825;2022;samlet;5,5", head="Kode;År;Sektor;Værdi")
    assert (fault.row, fault.column) == (2, "Værdi")


def test_a_column_is_named_without_what_nobody_can_see() -> None:
    (fault,) = faults("0580;2022;samlet;mange", head="Kode;År;Sektor;\u200bVærdi\u200b")
    assert fault.column == "Værdi"


def test_the_latest_year_is_one_that_can_be_told_of() -> None:
    assert [each.data_year for each in read(AABENRAA, latest=2022)] == [2022]


def test_every_broken_row_is_named_at_once() -> None:
    found = faults(AABENRAA, "9999,,1066,rumfart,5.5", "0101,København,2022,samlet,mange")
    assert places(found) == [
        (3, "municipality_code", "unknown_municipality"),
        (3, "year", "not_a_year"),
        (3, "sector", "unknown_sector"),
        (4, "tonnes_co2e", "not_a_number"),
    ]


def test_rows_are_counted_as_lines_of_the_file_empty_ones_and_broken_cells_too() -> None:
    head = "remarks," + HEAD
    found = faults('"to\nlinjer",' + AABENRAA, "", ",,,,,", "x,9999,,2022,samlet,5.5", head=head)
    assert places(found) == [(6, "municipality_code", "unknown_municipality")]


@pytest.mark.parametrize(("first", "row"), [("", 3), ("sep=,\n", 4)])
def test_excels_own_first_line_is_counted_as_a_line(first: str, row: int) -> None:
    text = f"{first}{HEAD}\n{AABENRAA}\n0999,Atlantis,2022,samlet,1\n"
    for broken, column in ((text, "municipality_code"), (text.replace("0999,", '0825,"'), "municipality")):
        with pytest.raises(Faulty) as found:
            read_historic(broken, KNOWN, INDICATORS, 2027)
        assert [(fault.row, fault.column) for fault in found.value.faults] == [(row, column)]
    with pytest.raises(Faulty) as found:
        read_historic(f"{first}kommune,aar\n", KNOWN, INDICATORS, 2027)
    assert {fault.row for fault in found.value.faults} == {row - 2}
    with pytest.raises(Faulty) as found:
        read_members(f"{first}person,mail\nPer,p@x.example\n", KNOWN, CHARTER.offices)
    assert [(fault.row, fault.got) for fault in found.value.faults] == [(row - 2, "person,mail")]


def test_an_open_quote_in_a_column_we_do_not_use_swallows_no_lines() -> None:
    """It would have hidden every line after it."""
    found = faults(AABENRAA + ',"fra os', LAESOE + ",", head=HEAD + ",remarks")
    assert places(found) == [(2, "remarks", "quotes")]


def test_an_open_quote_in_a_great_file_is_a_fault_and_no_crash() -> None:
    """The csv module gives up on a cell of more than 131,072 characters."""
    lines = [f"0101,København,{1990 + n % 30},samlet,5.5" for n in range(6000)]
    assert places(faults('0580,"Aabenraa,2022,samlet,5.5', *lines)) == [(2, "municipality", "quotes")]


def test_a_total_in_a_broken_row_is_not_said_to_be_missing() -> None:
    found = faults("0580,Aabenraa,2022,energi,5.5", "0580,Aabenraa,2022,samlet,mange")
    assert places(found) == [(3, "tonnes_co2e", "not_a_number")]


# Number formats: a file has one


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1.234", "5.5"], ["1.234", "5.5"]),
        (["1.234", "5,5"], ["1234", "5.5"]),
        (["1.234", "1.234.567"], ["1234", "1234567"]),
        (["1234", "5"], ["1234", "5"]),
        (["1,234.5", "1.234"], ["1234.5", "1.234"]),
    ],
)
def test_what_a_number_means_is_worked_out_from_the_whole_column(values: list[str], expected: list[str]) -> None:
    lines = [f"0580;{2010 + n};samlet;{value}" for n, value in enumerate(values)]
    found = read(*lines, head="code;year;sector;value")
    assert [each.figures[0][1] for each in found] == [Decimal(value) for value in expected]


def test_a_column_that_can_be_read_in_two_ways_is_refused_at_the_first_such_row() -> None:
    lines = ["0580;2020;samlet;12", "0580;2021;samlet;1.234", "0580;2022;samlet;5.678"]
    (fault,) = faults(*lines, head="code;year;sector;value")
    assert fault == Fault(3, "value", "1.234", "number_format")


def test_where_two_formats_are_mixed_the_fewer_are_to_blame() -> None:
    lines = [
        f"0580;{2010 + n};samlet;{v}" for n, v in enumerate(["5,5", "6.5", "7,5", "1.234", "8", "mange", "9.5", "1,5"])
    ]
    found = faults(*lines, head="code;year;sector;value")
    assert places(found) == [(3, "value", "number_format"), (8, "value", "number_format")]


numbers = st.decimals(-(10**7), 10**7, places=1)


@settings(deadline=None, max_examples=60)
@given(st.lists(numbers, min_size=1, max_size=12), st.booleans())
def test_every_number_comes_out_exactly_as_it_went_in(values: list[Decimal], danish: bool) -> None:
    typed = [
        f"{value:,.1f}".replace(",", ".")[:-2] + "," + f"{value:.1f}"[-1] if danish else f"{value:f}"
        for value in values
    ]
    found = read(*(f"0580;{1990 + n};samlet;{text}" for n, text in enumerate(typed)), head="code;year;sector;value")
    assert [each.figures[0][1] for each in found] == values


cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
tables = st.lists(st.lists(cells, min_size=5, max_size=5), max_size=6)


@settings(deadline=None, max_examples=60)
@given(tables)
def test_whatever_stands_in_a_file_it_is_read_or_refused_with_rows_that_exist(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEAD.split(","), *rows])
    try:
        read_historic(out.getvalue(), KNOWN, INDICATORS, 2027)
    except Faulty as refused:
        lines = len(list(io.StringIO(out.getvalue(), newline="")))
        assert all(1 <= fault.row <= lines and fault.column in HEAD.split(",") for fault in refused.faults)
    else:
        assert all(not any(cell.strip() for cell in row) or row[2].strip() for row in rows)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200))
def test_no_text_at_all_brings_the_reader_down(text: str) -> None:
    try:
        read_historic(HEAD + "\n" + text, KNOWN, INDICATORS, 2027)
    except Faulty as refused:
        assert refused.faults


# Words for every fault


BESIDE_THE_REGISTER = {
    "mail_was_anothers",
    "joined_overlaps",
    "seat_given_later",
    "chair_without_seat",
    "seat_not_member",
}
"""What the rules refuse when a row is put beside what the register has."""


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_fault_has_words_in_both_languages(language: str) -> None:
    catalog = tomllib.loads((ROOT / "templates" / "locale" / language / "imports.toml").read_text(encoding="utf-8"))
    assert reasons() | BESIDE_THE_REGISTER <= set(catalog["imports"]["why"])


def reasons() -> set[str]:
    """The reasons that imports.py gives: what stands third in Fault(...) from the end, or second in row.fault(...)."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / "alliance" / "imports.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            place = 3 if called == "Fault" else 1 if called.endswith(".fault") else None
            if place is not None and len(node.args) > place and isinstance(node.args[place], ast.Constant):
                found.add(str(ast.literal_eval(node.args[place])))
    assert {"column_missing", "not_a_number", "unknown_municipality"} <= found
    return found


# The real accounts


@pytest.fixture(scope="module")
def real() -> str:
    if not REAL.exists():
        pytest.skip(f"the real accounts are not here: {REAL}")
    return REAL.read_text(encoding="utf-8")


def real_names(text: str) -> dict[str, str]:
    return {row["municipality_code"]: row["municipality"] for row in csv.DictReader(io.StringIO(text))}


def test_the_real_file_gives_588_accounts_whose_sums_are_exactly_the_files(real: str) -> None:
    known = real_names(real)
    found = read_historic(real, known, INDICATORS, 2026)
    assert (len(found), len(known), {each.data_year for each in found}) == (588, 98, set(range(2018, 2024)))
    sums: defaultdict[int, Decimal] = defaultdict(Decimal)
    for row in csv.DictReader(io.StringIO(real)):
        if row["sector"] == "samlet":
            sums[int(row["year"])] += Decimal(row["tonnes_co2e"])
    ours: defaultdict[int, Decimal] = defaultdict(Decimal)
    for each in found:
        ours[each.data_year] += dict(each.figures)["ghg_total"]
    assert ours == sums
    assert ours[2022] == Decimal("36695004.2")


def test_laesoes_negative_totals_are_accepted(real: str) -> None:
    found = read_historic(real, real_names(real), INDICATORS, 2026)
    totals = [dict(each.figures)["ghg_total"] for each in found if each.code == "0825"]
    assert min(totals) < 0


def test_the_real_file_with_one_broken_row_is_refused_at_that_row(real: str) -> None:
    lines = real.splitlines()
    cells = lines[2000].split(",")
    broken = "\n".join([*lines[:2000], ",".join([*cells[:-1], f'"{cells[-1].replace(".", ",")}"']), *lines[2001:]])
    with pytest.raises(Faulty) as caught:
        read_historic(broken, real_names(real), INDICATORS, 2026)
    assert places(caught.value.faults) == [(2001, "tonnes_co2e", "number_format")]


# Members

OFFICES = CHARTER.offices
MEMBERS = "code;name;joined;left;office;person;mail;since;language"
FULL = "0580;Aabenraa;2021-06-04;;mayor;Ane Beck;Ane@Aabenraa.example;2026-01-01;en"


def members(*lines: str, head: str = MEMBERS) -> tuple[MemberLine, ...]:
    return read_members("\n".join([head, *lines]), KNOWN, OFFICES)


def member_faults(*lines: str, head: str = MEMBERS) -> list[tuple[int, str, str]]:
    with pytest.raises(Faulty) as caught:
        members(*lines, head=head)
    return places(caught.value.faults)


def test_a_member_and_who_holds_an_office_there_are_read() -> None:
    assert members(FULL) == (
        MemberLine(
            "0580",
            "Aabenraa",
            date(2021, 6, 4),
            None,
            "mayor",
            "Ane Beck",
            "ane@aabenraa.example",
            date(2026, 1, 1),
            "en",
        ),
    )


def test_a_name_alone_is_a_member() -> None:
    (line,) = members("Aarhus Kommune", head="\ufeffKommune")
    assert line == MemberLine("0751", "Aarhus", None, None, "", "", "", None, "da")


@pytest.mark.parametrize("typed", ["2027-03-31", "31-03-2027", "31.3.2027", "31/3/2027"])
def test_a_day_is_read_as_danes_write_it(typed: str) -> None:
    assert members(f"Aarhus;{typed}", head="name;joined")[0].joined == date(2027, 3, 31)


@pytest.mark.parametrize(
    ("sector", "value", "refused"),
    [
        ("energi", "-0.1", True),
        ("energi", "0", False),
        ("samlet", "-0.1", False),  # a total may be below zero
        ("samlet", "9" * 40, False),
        ("landbrug", "-5", False),
    ],
)
def test_a_figure_of_a_file_is_held_to_the_hard_limits_of_the_form(sector: str, value: str, refused: bool) -> None:
    line = f"0580,Aabenraa,2022,{sector},{value}"
    total = () if sector == "samlet" else (AABENRAA,)
    if not refused:
        assert read(*total, line)
        return
    (fault,) = faults(*total, line)
    assert (fault.row, fault.column, fault.reason, fault.wanted) == (3, "tonnes_co2e", "out_of_range", ("0", ""))


@pytest.mark.parametrize(
    ("broken", "column", "reason"),
    [
        ("9999;;;;;;;;", "code", "unknown_municipality"),
        (";Atlantis;;;;;;;", "name", "unknown_municipality"),
        (";;2027-01-01;;;;;;", "code", "unknown_municipality"),
        ("0101;Aarhus;;;;;;;", "name", "another_municipality"),
        ("0101;;31-02-2027;;;;;;", "joined", "not_a_day"),
        ("0101;;i går;;;;;;", "joined", "not_a_day"),
        ("0101;;;2027;;;;;", "left", "not_a_day"),
        ("0101;;0001-01-01;;;;;;", "joined", "day_of_another_time"),
        ("0101;;1899-12-31;;;;;;", "joined", "day_of_another_time"),
        ("0101;;;01-01-3000;;;;;", "left", "day_of_another_time"),
        ("0101;;2027-01-01;2027-01-01;;;;;", "left", "left_before_joined"),
        ("0101;;2027-01-01;2026-12-31;;;;;", "left", "left_before_joined"),
        ("0101;;;;king;Per;p@x.example;;", "office", "unknown_office"),
        ("0101;;;;mayor;Per;;;", "mail", "person_incomplete"),
        ("0101;;;;mayor;;p@x.example;;", "person", "person_incomplete"),
        ("0101;;;;;Per;p@x.example;;", "office", "person_incomplete"),
        ("0101;;;;mayor;Per;p@x;;", "mail", "not_a_mail"),
        ("0101;;;;mayor;Per;Per <p@x.example>;;", "mail", "not_a_mail"),
        ("0101;;;;mayor;Per;p@x.example, q@x.example;;", "mail", "not_a_mail"),
        ("0101;;;;mayor;Per;p@x.example;snart;", "since", "not_a_day"),
        ("0101;;;;;;;;de", "language", "unknown_language"),
        ("0101;;;;;;;;da;mere", "language", "too_many_cells"),
        ('0101;"København;;;;;;;', "name", "quotes"),
    ],
)
def test_one_broken_member_refuses_the_file_and_is_named_by_row_and_column(
    broken: str, column: str, reason: str
) -> None:
    assert member_faults(FULL, broken) == [(3, column, reason)]


def test_a_member_may_leave_the_day_after_it_joined() -> None:
    (line,) = members("København;2027-01-01;2027-01-02", head="name;joined;left")
    assert line.left == date(2027, 1, 2)


@pytest.mark.parametrize(
    ("office", "mail", "since", "faulty"),
    [
        ("mayor", "bo@aabenraa.example", "2026-01-01", True),
        ("mayor", "bo@aabenraa.example", "1.1.2026", True),
        ("mayor", "bo@aabenraa.example", "2026-01-02", False),
        ("mayor", "ANE@aabenraa.example", "2026-01-01", False),  # the same person again
        ("councillor", "bo@aabenraa.example", "2026-01-01", False),
    ],
)
def test_an_office_with_one_holder_is_given_to_one_on_a_day(office: str, mail: str, since: str, faulty: bool) -> None:
    again = f"0580;;;;{office};Bo Dahl;{mail};{since};"
    if faulty:
        assert member_faults(FULL, again) == [(3, "office", "office_twice")]
    else:
        assert len(members(FULL, again)) == 2


def test_two_coordinators_of_one_member_without_a_day_are_a_fault_and_two_councillors_are_not() -> None:
    rows = [f"0580;;;;climate_coordinator;{name};{name}@aabenraa.example;;" for name in ("bo", "ib")]
    assert member_faults(*rows) == [(3, "office", "office_twice")]
    elsewhere = rows[1].replace("0580", "0751")
    assert len(members(rows[0], elsewhere)) == 2
    assert len(members(*(row.replace("climate_coordinator", "councillor") for row in rows))) == 2


def test_a_seat_and_the_chair_begin_on_the_days_given() -> None:
    one, other = members("København;4.6.2021;2025-07-01", "Aarhus;;", head="kommune;plads;formand")
    assert (one.seat, one.chair) == (date(2021, 6, 4), date(2025, 7, 1))
    assert (other.seat, other.chair) == (None, None)
    assert member_faults("København;ja;i går", head="name;seat;chair") == [
        (2, "seat", "not_a_day"),
        (2, "chair", "not_a_day"),
    ]


def test_several_people_of_one_member_take_a_row_each() -> None:
    found = members(FULL, "0580;;;;climate_coordinator;Bo Dahl;bo@aabenraa.example;;")
    assert [(line.code, line.name, line.person) for line in found] == [
        ("0580", "Aabenraa", "Ane Beck"),
        ("0580", "Aabenraa", "Bo Dahl"),
    ]


# Lines


def test_a_cell_that_is_not_there_is_empty() -> None:
    (row,) = read_rows("a;b;c\n1;2\n", {"one": ("a",), "two": ("b",), "three": ("c",), "four": ("d",)}, ("one",))
    assert row.cells == {"one": "1", "two": "2", "three": ""}
    assert row.fault("four", "reason") == Fault(2, "four", "", "reason")


def test_the_first_of_several_names_for_a_column_is_taken() -> None:
    (row,) = read_rows("kommune;navn\nAarhus;Per\n", {"name": ("kommune", "navn")}, ("name",))
    assert row.cells == {"name": "Aarhus"}


def test_a_refusal_says_how_many_faults_and_where_the_first_is() -> None:
    refused = Faulty([Fault(3, "year", "x", "not_a_year"), Fault(4, "year", "y", "not_a_year")])
    assert str(refused) == "2 faults, the first in row 3, column year"


@pytest.mark.parametrize("title", ["mayor", "borgmester", "Borgmester", "Mayor"])
def test_an_office_is_known_by_the_title_people_say(title: str) -> None:
    (line,) = read_members(f"kommune,embede,person,mail\nAarhus,{title},Per,per@x.example\n", KNOWN, OFFICES)
    assert line.office == "mayor"


def test_a_code_alone_is_a_member_and_neither_is_a_fault() -> None:
    assert read_members("code\n0751\n", KNOWN, OFFICES)[0].name == "Aarhus"
    for text in ("", "person,mail\nPer,per@x.example\n"):
        with pytest.raises(Faulty) as refused:
            read_members(text, KNOWN, OFFICES)
        assert [fault.reason for fault in refused.value.faults] == ["column_missing"]
