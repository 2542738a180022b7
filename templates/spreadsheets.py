"""A table as a file that a Danish spreadsheet opens: a semicolon between cells, and a byte order mark in front."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"
NUMBER = re.compile(r"-?[0-9]+(,[0-9]+)?")


def spreadsheet(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The head and the rows as text; nothing in a cell is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([cell(value) for value in row])
    return BOM + out.getvalue()


def cell(value: object) -> str:
    """A cell as text; one that a spreadsheet would take for a formula is quoted, a negative number is none."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) and not NUMBER.fullmatch(text) else text
