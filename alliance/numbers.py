"""Numbers as people type them, Danish or plain, read exactly or not at all.

Nothing passes through a float, and nothing is guessed: `1.234` is a thousand to a Dane and little more than
one to a spreadsheet, so it is asked about.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Context, Decimal
from typing import Literal

from alliance.errors import Refused

NumberFormat = Literal["plain", "danish"]

LONGEST = 40  # characters; the tonnes of the whole world need fewer than twenty
EXACT = Context(prec=3 * LONGEST)
"""Adds, compares and divides numbers that long without losing or refusing a digit: to be used as a local context."""

_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f"), " ")
_APOSTROPHES = dict.fromkeys(map(ord, "\u2019\u02bc"), "'")
# Word and phones turn a typed hyphen into any of these.
_MINUSES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"), "-")
_ONE_WAY = _SPACES | _APOSTROPHES | _MINUSES

_PARTS = re.compile(r"(?P<sign>[+-]?) *(?P<body>[0-9](?:[0-9.,' ]*[0-9])?)\s*(?P<unit>.*)", re.DOTALL)

_SPACED = r"[1-9][0-9]{0,2}([ '])[0-9]{3}(?:\1[0-9]{3})*"
_DANISH = (
    re.compile(r"(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,[0-9]+)?"),
    re.compile(_SPACED + r"(?:,[0-9]+)?"),
)
_PLAIN = (
    re.compile(r"[0-9]+(?:\.[0-9]+)?"),
    re.compile(_SPACED + r"(?:\.[0-9]+)?"),
    # English: a lone comma is the Danish decimal mark, so it takes two commas, or one and a dot.
    re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3}(?:,[0-9]{3})+(?:\.[0-9]+)?|,[0-9]{3}\.[0-9]+)"),
)
_SHAPES: dict[NumberFormat, tuple[re.Pattern[str], ...]] = {"danish": _DANISH, "plain": _PLAIN}
# Per format, what becomes of the marks on the way to Decimal's own notation.
_MARKS = {"danish": str.maketrans(",", ".", ".' "), "plain": str.maketrans("", "", ",' ")}


class Ambiguous(Exception):
    """A number that means one thing in Danish and another in plain notation; ``options`` are both."""

    def __init__(self, typed: str, options: tuple[Decimal, ...]) -> None:
        super().__init__(typed, options)
        self.typed, self.options = typed, options

    def __str__(self) -> str:
        return f"{self.typed!r} can be {' or '.join(map(canonical, self.options))}"


def parse_number(typed: str, unit: str = "") -> Decimal:
    """Return the exact number in what a person typed, with or without ``unit`` after it.

    Raises Ambiguous for one dot before exactly three digits (`1.234`), and Refused("not_a_number") for what
    is no number in either format, is longer than 40 characters or ends in another unit.
    """
    options = tuple(dict.fromkeys(_readings(typed, unit).values()))
    if not options:
        raise Refused("not_a_number", typed=typed)
    if len(options) > 1:
        raise Ambiguous(typed, options)
    return options[0]


def parse_in_format(typed: str, format: NumberFormat, unit: str = "") -> Decimal:
    """Return the exact number typed in a known format; raises Refused("not_a_number") for any other."""
    readings = _readings(typed, unit)
    if format not in readings:
        raise Refused("not_a_number", typed=typed)
    return readings[format]


def number_format_of(values: Iterable[str], unit: str = "") -> NumberFormat | None:
    """Return the one format a whole column is written in, or None where its values disagree or do not tell.

    Values that are no number in either format tell nothing; values that are the same in both are plain.
    """
    readings = [found for value in values if (found := _readings(value, unit))]
    only = {next(iter(found)) for found in readings if len(found) == 1}
    if only:
        return only.pop() if len(only) == 1 else None
    undecided = any(len(set(found.values())) > 1 for found in readings)
    return None if undecided else "plain"


def canonical(value: Decimal) -> str:
    """Return a number as plain text: no exponent, no idle zeros, and `0` for any zero.

    Raises ValueError for a value that is not finite.
    """
    if not value.is_finite():
        raise ValueError(f"got {value}, wanted a finite number")
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if value else "0"


def _readings(typed: str, unit: str) -> dict[NumberFormat, Decimal]:
    """Return what the text means in each format that can read it, Danish first."""
    parts = _PARTS.fullmatch(_without_invisible(typed).translate(_ONE_WAY).strip())
    if parts is None or not _is_unit(parts["unit"], unit):
        return {}
    sign, body = parts["sign"], parts["body"]
    if len(sign + body) > LONGEST:
        return {}
    return {
        name: _decimal(sign, body.translate(_MARKS[name]))
        for name, shapes in _SHAPES.items()
        if any(shape.fullmatch(body) for shape in shapes)
    }


def _decimal(sign: str, digits: str) -> Decimal:
    value = Decimal(sign + digits)
    return value or value.copy_abs()  # a "-0" stays 0 to whoever prints it


def _is_unit(written: str, unit: str) -> bool:
    wanted = _plain_unit(unit)
    allowed = {"", wanted}
    if not wanted or "%" in wanted:
        allowed.add("%")
    if wanted == "t" or wanted.startswith("t "):
        tonnes = ("t", "ton", "tons")
        allowed |= {*tonnes, *(name + wanted[1:] for name in tonnes)}
    return _plain_unit(written) in allowed


def _plain_unit(unit: str) -> str:
    # NFKC makes the subscript of CO₂ a 2.
    return " ".join(unicodedata.normalize("NFKC", unit).casefold().split())


def _without_invisible(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c) != "Cf")
