"""Reads TOML tables strictly: each key once, of the right kind, and nothing that nobody took.

Whatever is wrong raises ``CharterError`` with file, key, what we got and what we wanted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any, TypeVar, cast

from alliance.cadences import MonthDay
from alliance.errors import CharterError
from alliance.validity import Validity
from alliance.words import Words

T = TypeVar("T")


class Entry:
    """One table of the file. ``take`` reads each key once; ``done`` refuses what nobody took."""

    def __init__(self, file: str, path: str, values: object) -> None:
        self.file, self.path = file, path
        if not isinstance(values, dict):
            raise CharterError(file, path, values, "a table")
        self.values: dict[str, Any] = dict(values)
        self.known: list[str] = []

    def refuse(self, key: str, got: object, wanted: str) -> CharterError:
        return CharterError(self.file, f"{self.path}.{key}".lstrip("."), got, wanted)

    def raw(self, key: str, wanted: str) -> Any:
        self.known.append(key)
        if key not in self.values:
            raise self.refuse(key, None, wanted)
        return self.values.pop(key)

    def has(self, key: str) -> bool:
        self.known.append(key)
        return key in self.values

    def done(self) -> None:
        for key, value in self.values.items():
            raise self.refuse(key, value, f"no such key; known here: {', '.join(dict.fromkeys(self.known))}")

    def text(self, key: str) -> str:
        value = self.raw(key, "a text")
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(key, value, "a text")
        return value

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self.raw(key, f"one of {', '.join(allowed)}")
        if value not in allowed:
            raise self.refuse(key, value, f"one of {', '.join(allowed)}")
        return cast(str, value)

    def number(self, key: str, least: int = 0) -> int:
        value = self.raw(key, f"a whole number, {least} or more")
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise self.refuse(key, value, f"a whole number, {least} or more")
        return value

    def flag(self, key: str) -> bool:
        if not self.has(key):
            return False
        value = self.raw(key, "true or false")
        if not isinstance(value, bool):
            raise self.refuse(key, value, "true or false")
        return value

    def decimal(self, key: str) -> Decimal:
        value = self.raw(key, 'a decimal number in quotes, such as "0.1"')
        # Decimal itself also takes "NaN", "Infinity" and "2_5".
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
            raise self.refuse(key, value, 'a decimal number in quotes, such as "0.1"')
        return Decimal(value)

    def per_cent(self, key: str) -> Decimal:
        value = self.decimal(key)
        if value < 0:
            raise self.refuse(key, str(value), "a number of per cent, 0 or more")
        return value

    def day(self, key: str) -> date:
        value = self.raw(key, "a day such as 2021-06-04")
        if type(value) is not date:
            raise self.refuse(key, value, "a day such as 2021-06-04")
        return value

    def month_day(self, key: str) -> MonthDay:
        value = self.raw(key, 'month and day such as "03-31"')
        found = _month_day(value)
        if found is None:
            raise self.refuse(key, value, 'month and day such as "03-31"')
        return found

    def span(self, key: str) -> tuple[MonthDay, MonthDay]:
        """Two days of one calendar year, both inclusive, the first not after the last."""
        wanted = 'first and last day of a part of a year, such as ["05-01", "06-15"]'
        value = self.raw(key, wanted)
        days = [_month_day(item) for item in value] if isinstance(value, list) else []
        match days:
            case [MonthDay() as first, MonthDay() as last] if (first.month, first.day) <= (last.month, last.day):
                return first, last
        raise self.refuse(key, value, wanted)

    def hour(self, key: str) -> time:
        value = self.raw(key, 'a local time such as "08:00"')
        try:
            return time.fromisoformat(value if re.fullmatch(r"\d\d:\d\d", str(value)) else "")
        except (TypeError, ValueError):
            raise self.refuse(key, value, 'a local time such as "08:00"') from None

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.raw(key, "a list of texts")
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.refuse(key, value, "a list of texts")
        return tuple(value)

    def numbers(self, key: str) -> tuple[int, ...]:
        value = self.raw(key, "a list of whole numbers")
        if not isinstance(value, list) or not all(type(item) is int and item > 0 for item in value):
            raise self.refuse(key, value, "a list of whole numbers, each 1 or more")
        return tuple(value)

    def optional(self, key: str, read: Callable[[str], T]) -> T | None:
        return read(key) if self.has(key) else None

    def entry(self, key: str, read: Callable[[Entry], T]) -> T:
        path = f"{self.path}.{key}".lstrip(".")
        return read_whole(Entry(self.file, path, self.raw(key, "a table")), read)

    def entries(self, key: str, read: Callable[[Entry], T]) -> tuple[T, ...]:
        value = self.raw(key, "a list of tables")
        if not isinstance(value, list):
            raise self.refuse(key, value, "a list of tables")
        path = f"{self.path}.{key}".lstrip(".")
        return tuple(
            read_whole(Entry(self.file, f"{path}[{number}]", item), read) for number, item in enumerate(value, start=1)
        )

    def word(self) -> Words:
        """What it is called in a command, under ``word``: one word in each language."""
        found = self.words("word")
        for said in (found.da, found.en):
            if len(said.split()) != 1:
                raise self.refuse("word", said, "one word, as it is typed in a command")
        return found

    def words(self, key: str) -> Words:
        return self.entry(key, words)

    def validity(self) -> Validity:
        since = self.day("valid_from")
        return Validity(since, self.until(since))

    def until(self, since: date | None) -> date | None:
        until = self.optional("valid_until", self.day)
        if until is not None and since is not None and until <= since:
            raise self.refuse("valid_until", until, f"a day after valid_from ({since})")
        return until


def read_whole(entry: Entry, read: Callable[[Entry], T]) -> T:
    value = read(entry)
    entry.done()
    return value


def words(entry: Entry) -> Words:
    return Words(entry.text("da"), entry.text("en"))


def _month_day(value: object) -> MonthDay | None:
    try:
        # A year that is no leap year: every period must have the day. And no ISO week, such as "W10-3".
        day = date.fromisoformat(f"2001-{value}" if re.fullmatch(r"\d\d-\d\d", str(value)) else "")
    except ValueError:
        return None
    return MonthDay(day.month, day.day)
