"""Working days and civil time: which day is it, is anyone at work, and when is 10 working days before.

Instants are aware datetimes and come back in UTC; days and times of day are civil, in the calendar's zone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import isleap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

SATURDAY = 5


def easter(year: int) -> date:
    """Return Easter Sunday of a Gregorian year (the anonymous computus, Meeus 1991)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    correction = century - century // 4 - (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + correction + 15) % 30
    to_sunday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - epact - of_century % 4) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@dataclass(frozen=True)
class HolidayRule:
    """A day that comes back each year: a ``month`` and ``day``, or so many days after ``easter`` Sunday.

    It holds from ``valid_from`` and until, not including, ``valid_until``. Raises ValueError for a rule that
    gives both kinds of day, or neither, or a day that no year has.
    """

    name: str
    month: int | None = None
    day: int | None = None
    easter: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    def __post_init__(self) -> None:
        given = (self.month is not None, self.day is not None, self.easter is not None)
        if given not in {(True, True, False), (False, False, True)}:
            got = f"month {self.month}, day {self.day}, easter {self.easter}"
            raise ValueError(f"holiday {self.name!r}: got {got}, wanted month and day, or easter alone")
        if self.month is not None and self.day is not None:
            date(2000, self.month, self.day)  # a leap year has every day; this raises for the others

    def in_year(self, year: int) -> date | None:
        """Return the day this holiday falls on in a year, or None where it does not."""
        found = self._in_any(year)
        if found is None or (self.valid_from is not None and found < self.valid_from):
            return None
        return found if self.valid_until is None or found < self.valid_until else None

    def _in_any(self, year: int) -> date | None:
        if self.month is None or self.day is None:
            return easter(year) + timedelta(days=self.easter or 0)
        if (self.month, self.day) == (2, 29) and not isleap(year):
            return None
        return date(year, self.month, self.day)


@dataclass(frozen=True)
class WorkingCalendar:
    """When an alliance is at work: Monday to Friday in an IANA ``zone``, less its ``holidays``."""

    zone: str
    holidays: tuple[HolidayRule, ...]

    def holiday(self, day: date) -> str | None:
        """Return the name of the holiday on a day, or None; the first rule listed names a shared day."""
        return self._year(day.year).holidays.get(day)

    def is_working_day(self, day: date) -> bool:
        """Return whether a day is Monday to Friday and no holiday."""
        return day.weekday() < SATURDAY and self.holiday(day) is None

    def day_off(self, day: date) -> tuple[date, str] | None:
        """Return the day with its holiday's name ("" for a weekend) where nobody is at work, else None."""
        return None if self.is_working_day(day) else (day, self.holiday(day) or "")

    def before(self, day: date, n: int) -> date:
        """Return the ``n``-th working day strictly before a day; raises ValueError for ``n`` under 1."""
        _check_count(n)
        year, days = day.year, self._year(day.year).working_days
        index = bisect_left(days, day) - n
        while index < 0:
            year -= 1
            days = self._year(year).working_days
            index += len(days)
        return days[index]

    def after(self, day: date, n: int) -> date:
        """Return the ``n``-th working day strictly after a day; raises ValueError for ``n`` under 1."""
        _check_count(n)
        year, days = day.year, self._year(day.year).working_days
        index = bisect_right(days, day) + n - 1
        while index >= len(days):
            index -= len(days)
            year += 1
            days = self._year(year).working_days
        return days[index]

    def next_working_day(self, day: date) -> date:
        """Return the first working day on or after a day."""
        return day if self.is_working_day(day) else self.after(day, 1)

    def local(self, now: datetime) -> datetime:
        """Return an aware instant in the calendar's zone; raises ValueError for a naive one."""
        if now.utcoffset() is None:
            raise ValueError(f"got the naive datetime {now.isoformat()}, wanted an aware one, such as in UTC")
        return now.astimezone(ZoneInfo(self.zone))

    def day(self, now: datetime) -> date:
        """Return the civil day it is in the calendar's zone at an aware instant."""
        return self.local(now).date()

    def at(self, day: date, time: time) -> datetime:
        """Return the UTC instant of a civil time in the calendar's zone.

        A time that comes twice in autumn is its first; one that the spring change skips is the first whole
        minute that exists after it. Raises ValueError for a time of day with a zone of its own.
        """
        if time.tzinfo is not None:
            raise ValueError(f"got the time {time.isoformat()} with a zone, wanted one without")
        civil = datetime.combine(day, time.replace(fold=0))
        while not self._exists(civil):
            civil = civil.replace(second=0, microsecond=0) + timedelta(minutes=1)
        return self._instant(civil)

    def in_hours(self, now: datetime, start: time, end: time) -> bool:
        """Return whether an aware instant is on a working day and ``start`` <= local time < ``end``."""
        local = self.local(now)
        return self.is_working_day(local.date()) and start <= local.time() < end

    def _year(self, year: int) -> _Year:
        if year not in self._years:
            self._years[year] = _Year.of(self.holidays, year)
        return self._years[year]

    @cached_property
    def _years(self) -> dict[int, _Year]:
        """The years that were asked for. Kept here: to find them by the rules, all rules are compared each time."""
        return {}

    def _instant(self, civil: datetime) -> datetime:
        return civil.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def _exists(self, civil: datetime) -> bool:
        # Python gives a skipped time an instant all the same; only the way back shows another clock.
        return self.local(self._instant(civil)).replace(tzinfo=None) == civil


def _check_count(n: int) -> None:
    if n < 1:
        raise ValueError(f"got {n} working days, wanted 1 or more")


@dataclass(frozen=True)
class _Year:
    """The days of a year. Its working days in order make "n days before" one look-up instead of a walk."""

    holidays: Mapping[date, str]
    working_days: tuple[date, ...]

    @staticmethod
    def of(rules: Iterable[HolidayRule], year: int) -> _Year:
        found: dict[date, str] = {}
        for rule in rules:
            day = rule.in_year(year)
            if day is not None:
                found.setdefault(day, rule.name)
        first, length = date(year, 1, 1), 366 if isleap(year) else 365
        days = (first + timedelta(days=offset) for offset in range(length))
        return _Year(found, tuple(day for day in days if day.weekday() < SATURDAY and day not in found))
