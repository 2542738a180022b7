"""How often something is done: once, or each week, month, quarter or year; and reading that as people type it.

Days are local. A recurrence knows nothing of days off: ``alliance/tasks.py`` makes room for them.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from alliance.errors import Refused
from alliance.moments import WEEKDAYS, read_day

Every = Literal["once", "weekly", "monthly", "quarterly", "yearly"]
MONTHS: dict[str, int] = {"monthly": 1, "quarterly": 3, "yearly": 12}
AGAIN = frozenset(("hver", "hvert", "every", "each", "anden", "andet", "other"))
"""Words of a time that was not understood to its beginning: a single day in it is not what was meant."""
LAST = 31
"""As a day of the month: the last one, however long the month is."""
QUOTES = "\"'”“„»«’"


@dataclass(frozen=True)
class Recurrence:
    """``first`` is the first day of it; ``day`` is the wanted day of the month, of which a short month has the last."""

    every: Every
    first: date
    day: int = 0

    def after(self, last: date | None) -> date | None:
        """Return the first of its days after a local day (None: of all); None where there is none any more."""
        if last is None or last < self.first:
            return self.first
        if self.every == "once":
            return None
        if self.every == "weekly":
            return self.first + timedelta(weeks=(last - self.first).days // 7 + 1)
        step = MONTHS[self.every]
        times = ((last.year - self.first.year) * 12 + last.month - self.first.month) // step
        return next(day for n in (times, times + 1) if (day := self._nth(n * step)) > last)

    def _nth(self, months: int) -> date:
        years, month = divmod(self.first.month - 1 + months, 12)
        return day_in(self.first.year + years, month + 1, self.day)


def day_in(year: int, month: int, day: int) -> date:
    """The day of a month, or its last where it is shorter."""
    return date(year, month, min(day, monthrange(year, month)[1]))


# -------------------------------------------------------------------------------------------- as people type it

SMALL = r"(?:(?:den|d\.|om|på|paa|fra|on|the|from|of|i)\s+)*"
WEEK = re.compile(rf"(?:(?:hver|every|each)(?:\s+(?:uge|week))?|ugentligt?|weekly)\s+{SMALL}(?P<weekday>[a-zæøå]+)")
WEEK_LAST = re.compile(r"(?P<weekday>[a-zæøå]+)\s+(?:hver\s+uge|every\s+week)")
EACH_MONTH = r"(?:hver\s+(?:måned|maaned)|(?:månedligt?|maanedligt?)|every\s+month|each\s+month|monthly)"
DAY_OF_MONTH = r"(?:(?P<day>\d{1,2})(?:\.|st|nd|rd|th)?(?:\s+dag)?|(?P<last>sidste(?:\s+dag)?|last(?:\s+day)?))"
MONTH = re.compile(rf"{EACH_MONTH},?\s+{SMALL}{DAY_OF_MONTH}(?:\s+i\s+måneden|\s+of\s+the\s+month)?")
MONTH_LAST = re.compile(rf"{SMALL}{DAY_OF_MONTH}\s+{SMALL}{EACH_MONTH}")
QUARTER = re.compile(
    rf"(?:hvert\s+kvartal|kvartalsvis?t?|every\s+quarter|each\s+quarter|quarterly),?\s+{SMALL}(?P<on>.+)"
)
YEAR = re.compile(
    rf"(?:hvert\s+(?:år|aar)|årligt?|aarligt?|every\s+year|each\s+year|yearly|annually),?\s+{SMALL}(?P<on>.+)"
)
NUMBER = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th)?")
ONCE = re.compile(r"(?:(?:senest|inden|by)\s+)?(?P<on>.+)")


def read_recurrence(typed: str, today: date) -> Recurrence:
    """How often and when, from today on: ``hver måned den 5.``, ``hver mandag``, ``hvert år 1. marts``, ``12. marts``.

    Raises Refused: ``task_when`` (cannot be read), ``task_past`` (a day that is over).
    """
    text = " ".join(typed.lower().strip(" ,;").split())
    found = _weekly(text, today) or _monthly(text, today) or _quarterly(text, today) or _yearly(text, today)
    if found is None:
        on = ONCE.fullmatch(text)
        found = Recurrence("once", _day(on["on"] if on else text, typed, today))
    if found.first < today:
        raise Refused("task_past", got=found.first)
    return found


def split_task(words: Sequence[str], today: date) -> tuple[str, Recurrence]:
    """What is to be done, and when: the longest end of the words that can be read as a time is one.

    What stands in quotation marks is never read as a time. Raises Refused as ``read_recurrence`` does.
    """
    text = " ".join(words)
    quoted = re.fullmatch(rf"[{QUOTES}](?P<what>[^{QUOTES}]+)[{QUOTES}],?\s*(?P<when>.*)", text)
    if quoted:
        return quoted["what"].strip(), read_recurrence(quoted["when"], today)
    for cut in range(1, len(words)):
        try:
            when = read_recurrence(" ".join(words[cut:]), today)
        except Refused as refusal:
            if refusal.reason == "task_past":
                raise
            continue
        if when.every == "once" and AGAIN & {word.lower() for word in words[cut - 3 if cut > 3 else 0 : cut]}:
            break
        return " ".join(words[:cut]).strip(" ,"), when
    raise Refused("task_when", got=text)


def _weekly(text: str, today: date) -> Recurrence | None:
    found = WEEK.fullmatch(text) or WEEK_LAST.fullmatch(text)
    weekday = _weekday(found["weekday"]) if found else None
    if weekday is None:
        return None
    return Recurrence("weekly", today + timedelta(days=(weekday - today.weekday()) % 7))


def _weekday(word: str) -> int | None:
    """``mandag``, ``mandagen`` or ``mondays`` as Python counts weekdays."""
    endings = ("", "en", "s", "e")
    return next((WEEKDAYS[stem] for end in endings if (stem := word.removesuffix(end)) in WEEKDAYS), None)


def _monthly(text: str, today: date) -> Recurrence | None:
    found = MONTH.fullmatch(text) or MONTH_LAST.fullmatch(text)
    day = (LAST if found["last"] else int(found["day"])) if found else 0
    if not 1 <= day <= LAST:
        return None
    return Recurrence("monthly", _first(today, 1, day), day)


def _quarterly(text: str, today: date) -> Recurrence | None:
    """A day and a month, from which on it is every third; a number alone is that day of each quarter."""
    found = QUARTER.fullmatch(text)
    if found is None:
        return None
    number = NUMBER.fullmatch(found["on"])
    if number and 1 <= int(number[1]) <= LAST:
        return Recurrence("quarterly", _first(today, 3, int(number[1])), int(number[1]))
    first = _day(found["on"], text, today)
    return Recurrence("quarterly", first, first.day)


def _first(today: date, step: int, day: int) -> date:
    """The first such day from today on, in the months that are a multiple of ``step`` from January."""
    months = (divmod(today.month - 1 + ahead, 12) for ahead in range(step + 1))
    days = (day_in(today.year + years, month + 1, day) for years, month in months if month % step == 0)
    return next(found for found in days if found >= today)


def _yearly(text: str, today: date) -> Recurrence | None:
    found = YEAR.fullmatch(text)
    if found is None:
        return None
    first = _day(found["on"], text, today)
    return Recurrence("yearly", first, first.day)


def _day(on: str, typed: str, today: date) -> date:
    try:
        return read_day(on, today)
    except Refused:
        raise Refused("task_when", got=typed) from None
