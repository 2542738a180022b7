"""Reads files that people bring: members and historic accounts, row by row, with the row and column of every fault.

Pure: text in, values out. A file with one broken row gives its faults and nothing else. Tolerates what real files
carry: a byte order mark, zero-width characters in headers, semicolons, names however they are written.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from alliance.charter import Indicator, OfficeKind
from alliance.errors import Refused
from alliance.moments import EARLIEST, LATEST
from alliance.names import find, fold
from alliance.numbers import NumberFormat, canonical, number_format_of, parse_in_format
from alliance.words import Words

_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
_SEPARATOR = re.compile(r'"?sep=(?P<delimiter>[;,\t])"?[;,\t]*(?:\r\n?|\n|$)', re.IGNORECASE)
"""A first line by which Excel is told what stands between the cells."""
HISTORIC_COLUMNS = {
    "code": ("municipality_code", "kommunekode", "kommunenr", "code", "kode"),
    "name": ("municipality", "kommune", "name", "navn"),
    "year": ("year", "aar", "dataaar"),
    "sector": ("sector", "sektor"),
    "value": ("tonnes_co2e", "ton_co2e", "vaerdi", "value"),
}
MEMBER_COLUMNS = {
    "code": ("code", "kommunekode", "municipality_code", "kode"),
    "name": ("name", "kommune", "municipality", "medlem"),
    "joined": ("joined", "medlem_fra", "tiltraadt"),
    "left": ("left", "medlem_til", "udtraadt"),
    "office": ("office", "embede"),
    "person": ("person", "contact", "kontaktperson"),
    "mail": ("mail", "email", "e_mail"),
    "since": ("since", "fra"),
    "language": ("language", "sprog"),
    "seat": ("seat", "plads"),
    "chair": ("chair", "formand"),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell. ``row`` counts the file's lines from 1; ``reason`` is a key of the catalogs."""

    row: int
    column: str
    got: str
    reason: str
    wanted: tuple[str | Words, ...] = ()


class Faulty(Exception):
    """The file cannot be used as it is; nothing of it is."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults, the first in row {faults[0].row}, column {faults[0].column}")
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Row:
    """A line of the file: our name of a column to its cell; ``heads`` our name to the file's own."""

    number: int
    cells: Mapping[str, str]
    heads: Mapping[str, str]

    def fault(self, column: str, reason: str, *wanted: str | Words) -> Fault:
        return Fault(self.number, self.heads.get(column, column), self.cells.get(column, ""), reason, wanted)


@dataclass(frozen=True)
class HistoricAccount:
    """One municipality's account for one data year: indicator key to exact value in the indicator's unit."""

    code: str
    data_year: int
    figures: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True)
class MemberLine:
    """A member and, if given, somebody who holds an office there. Days are local; ``left`` is exclusive.

    ``seat`` and ``chair`` are the days from which the member has its seat in the steering body, and leads it. ``row``
    is where it stands in the file: the register may know better.
    """

    code: str
    name: str
    joined: date | None
    left: date | None
    office: str
    person: str
    mail: str
    since: date | None
    language: str
    seat: date | None = None
    chair: date | None = None
    row: Row = field(default=Row(0, {}, {}), compare=False, repr=False)


def read_rows(text: str, columns: Mapping[str, Sequence[str]], needed: Iterable[str]) -> list[Row]:
    """The lines of a CSV text under our column names. Raises Faulty if a needed column is missing."""
    text, delimiter, row = _opened(text)
    first = text.partition("\n")[0]
    delimiter = delimiter or max(";,\t", key=first.count)
    lines = _lines(text, delimiter, row)
    heads = [_INVISIBLE.sub("", head).strip() for head in (lines[0][1] if lines else [])]
    places = _places(heads, columns)
    missing = [key for key in needed if key not in places]
    if missing:
        raise Faulty([Fault(row, columns[key][0], ", ".join(heads), "column_missing", (key,)) for key in missing])
    named = {key: heads[place] for key, place in places.items()}
    too_long = [(number, [c for c in cells[len(heads) :] if c.strip()]) for number, cells in lines]
    faults = [Fault(number, heads[-1], ", ".join(more), "too_many_cells") for number, more in too_long if more]
    if faults:  # 187813,1 between commas is two cells: nobody may lose the second
        raise Faulty(faults)
    return [
        Row(number, {key: _cell(cells, place) for key, place in places.items()}, named)
        for number, cells in lines[1:]
        if any(cell.strip() for cell in cells)
    ]


def _opened(text: str) -> tuple[str, str, int]:
    """The text from its heads on, the delimiter that a line before them names ("" if none), which line they are."""
    text = text.removeprefix("\ufeff")
    named = _SEPARATOR.match(text)
    return (text[named.end() :], named["delimiter"], 2) if named else (text, "", 1)


def _lines(text: str, delimiter: str, first: int) -> list[tuple[int, list[str]]]:
    """Each line's cells under the number of the line it begins on; ``first`` is that of the text's first.

    Raises Faulty for quotes that do not match.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[tuple[int, list[str]]] = []
    begins = first
    try:
        for cells in reader:
            found.append((begins, cells))
            begins = reader.line_num + first
    except csv.Error:
        # Read on, an open quote would swallow all the lines that follow.
        line = list(io.StringIO(text, newline=""))[begins - first].rstrip("\r\n")
        place = _broken_cell(line, delimiter)
        heads = found[0][1] if found else []
        column = heads[place].strip() if place < len(heads) else str(place + 1)
        raise Faulty([Fault(begins, column, line, "quotes")]) from None
    return found


def _broken_cell(line: str, delimiter: str) -> int:
    """The place of the first cell whose quotes do not match, from 0."""
    cell = re.compile(r'(?:"(?:[^"]|"")*"|[^"D][^D]*|)(?:D|$)'.replace("D", delimiter))
    place = at = 0
    while (match := cell.match(line, at)) and match.end() > at:
        place, at = place + 1, match.end()
    return place


def _places(heads: Sequence[str], columns: Mapping[str, Sequence[str]]) -> dict[str, int]:
    folded = [fold(head).replace(" ", "_") for head in heads]
    return {
        key: folded.index(alias)
        for key, aliases in columns.items()
        for alias in [next((a for a in aliases if a in folded), None)]
        if alias is not None
    }


def _cell(cells: Sequence[str], place: int) -> str:
    return _INVISIBLE.sub("", cells[place]).strip() if place < len(cells) else ""


# ----------------------------------------------------------------------------------------- historic accounts


def read_historic(
    text: str, known: Mapping[str, str], indicators: Sequence[Indicator], latest_year: int
) -> tuple[HistoricAccount, ...]:
    """Historic greenhouse gas accounts, one row per municipality, year and sector. Raises Faulty.

    ``known`` is code to name of every municipality. Values are in tonnes; the file's number format is worked out
    from the whole column, and a column that can be read in two ways is refused.
    """
    rows = read_rows(text, HISTORIC_COLUMNS, ("year", "sector", "value"))
    if rows and "code" not in rows[0].heads and "name" not in rows[0].heads:
        raise Faulty([Fault(_opened(text)[2], "municipality_code", "", "column_missing", ("code",))])
    style = number_format_of(row.cells["value"] for row in rows)
    if style is None:
        raise Faulty([row.fault("value", "number_format") for row in _oddly_written(rows)])
    sectors = {fold(name): i.key for i in indicators for name in (*i.import_names, i.key)}
    limits = {i.key: i for i in indicators}
    faults: list[Fault] = []
    found: dict[tuple[str, int], dict[str, Decimal]] = {}
    seen: dict[tuple[str, int], Row] = {}
    for row in rows:
        read = _historic_row(row, known, sectors, limits, style, latest_year, faults)
        if read is None:
            continue
        code, year, indicator, value = read
        account = found.setdefault((code, year), {})
        seen.setdefault((code, year), row)
        if indicator in account:
            faults.append(row.fault("sector", "said_twice"))
        account[indicator] = value
    required = {i.key for i in indicators if i.level == "required"}
    if not faults:  # else the total may stand in a broken row
        lacking = [key for key, account in found.items() if required - set(account)]
        faults = [seen[code, year].fault("sector", "total_missing", code, str(year)) for code, year in lacking]
    if faults:
        raise Faulty(faults)
    return tuple(HistoricAccount(code, year, tuple(account.items())) for (code, year), account in found.items())


def _oddly_written(rows: Sequence[Row]) -> list[Row]:
    """The rows to blame where a column is not written in one format: the fewer, or the first that can be both."""
    only = {format: [row for row in rows if _formats(row) == {format}] for format in ("plain", "danish")}
    fewer = min(only.values(), key=len)
    return fewer or [next(row for row in rows if number_format_of([row.cells["value"]]) is None)]


def _formats(row: Row) -> set[str]:
    found: set[str] = set()
    formats: tuple[NumberFormat, ...] = ("plain", "danish")
    for format in formats:
        with suppress(Refused):
            parse_in_format(row.cells["value"], format)
            found.add(format)
    return found


def _historic_row(
    row: Row,
    known: Mapping[str, str],
    sectors: Mapping[str, str],
    limits: Mapping[str, Indicator],
    style: str,
    latest_year: int,
    faults: list[Fault],
) -> tuple[str, int, str, Decimal] | None:
    """What a row says, or None after its faults have been noted."""
    before = len(faults)
    code = member_code(row, known, faults)
    year = int(row.cells["year"]) if re.fullmatch(r"\d{4}", row.cells["year"]) else 0
    if not 1990 <= year <= latest_year:
        faults.append(row.fault("year", "not_a_year", str(latest_year)))
    indicator = sectors.get(fold(row.cells["sector"]), "")
    if not indicator:
        faults.append(
            row.fault("sector", "unknown_sector", *sorted(name for name, key in sectors.items() if name != key))
        )
    try:
        value = parse_in_format(row.cells["value"], "danish" if style == "danish" else "plain")
    except Refused:
        faults.append(row.fault("value", "not_a_number"))
        return None
    rule = limits.get(indicator)
    if rule and not rule.can_be(value):
        faults.append(
            row.fault("value", "out_of_range", *("" if b is None else canonical(b) for b in rule.hard_limits))
        )
    return (code, year, indicator, value) if len(faults) == before else None


def member_code(row: Row, known: Mapping[str, str], faults: list[Fault]) -> str:
    """The municipality's code, from code or name however written; both must mean the same one."""
    by_code, by_name = row.cells.get("code", ""), row.cells.get("name", "")
    codes = []
    for column, typed in (("code", by_code), ("name", by_name)):
        if typed:
            try:
                codes.append(find(typed, known))
            except Refused:
                faults.append(row.fault(column, "unknown_municipality"))
                return ""
    if not codes:
        faults.append(row.fault("code", "unknown_municipality"))
        return ""
    if len(set(codes)) > 1:
        faults.append(row.fault("name", "another_municipality", known[codes[0]]))
    return codes[0]


# --------------------------------------------------------------------------------------------------- members


def read_members(text: str, known: Mapping[str, str], offices: Sequence[OfficeKind]) -> tuple[MemberLine, ...]:
    """Members with their office-holders, one row per person; ``known`` is code to name. Raises Faulty."""
    rows = read_rows(text, MEMBER_COLUMNS, ())
    if not rows or not {"code", "name"} & set(rows[0].heads):
        heads, _, row = _opened(text)
        first = heads.partition("\n")[0].strip()
        raise Faulty([Fault(row, MEMBER_COLUMNS["name"][0], first, "column_missing", ("name",))])
    faults: list[Fault] = []
    titled = {fold(name): o.key for o in offices for name in (o.title.da, o.title.en, o.key)}
    titles = tuple(office.title for office in offices)
    lines = [_member_row(row, known, titled, titles, faults) for row in rows]
    faults += _held_twice(rows, lines, {office.key for office in offices if office.single})
    if faults:
        raise Faulty(faults)
    return tuple(lines)


def _member_row(
    row: Row, known: Mapping[str, str], offices: Mapping[str, str], titles: Sequence[Words], faults: list[Fault]
) -> MemberLine:
    code = member_code(row, known, faults)
    joined, left, since, seat, chair = (
        _day(row, column, faults) for column in ("joined", "left", "since", "seat", "chair")
    )
    if joined and left and left <= joined:
        faults.append(row.fault("left", "left_before_joined"))
    office, person, mail = (row.cells.get(column, "") for column in ("office", "person", "mail"))
    if office and fold(office) not in offices:
        faults.append(row.fault("office", "unknown_office", *titles))
    office = offices.get(fold(office), office)
    if (office or person or mail) and not (office and person and mail):
        empty = next(c for c in ("office", "person", "mail") if not row.cells.get(c))
        faults.append(row.fault(empty, "person_incomplete"))
    if mail and not re.fullmatch(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+", mail):
        faults.append(row.fault("mail", "not_a_mail"))
    language = row.cells.get("language", "") or "da"
    if language not in ("da", "en"):
        faults.append(row.fault("language", "unknown_language"))
    return MemberLine(
        code, known.get(code, ""), joined, left, office, person, mail.lower(), since, language, seat, chair, row
    )


def _held_twice(rows: Sequence[Row], lines: Sequence[MemberLine], single: Collection[str]) -> list[Fault]:
    """The rows that give an office with one holder to somebody else than an earlier row does on the same day."""
    given: dict[tuple[str, str, date | None], str] = {}
    return [
        row.fault("office", "office_twice")
        for row, line in zip(rows, lines, strict=True)
        if line.office in single and given.setdefault((line.code, line.office, line.since), line.mail) != line.mail
    ]


def _day(row: Row, column: str, faults: list[Fault]) -> date | None:
    """A day written 2027-03-31, 31-03-2027, 31.3.2027 or 31/3/2027; nothing if the cell is empty."""
    typed = row.cells.get(column, "")
    if not typed:
        return None
    match = re.fullmatch(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})", typed)
    try:
        day = date(int(match[3]), int(match[2]), int(match[1])) if match else date.fromisoformat(typed)
    except ValueError:
        faults.append(row.fault(column, "not_a_day"))
        return None
    if not EARLIEST <= day <= LATEST:
        faults.append(row.fault(column, "day_of_another_time", str(EARLIEST.year), str(LATEST.year)))
        return None
    return day
