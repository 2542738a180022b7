"""Months and years by the calendar."""

from __future__ import annotations

import calendar
from datetime import date


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months earlier, else the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 28 February for a 29th that there is not."""
    return months_before(day, -12 * years)


def span(since: date, day: date) -> tuple[int, int]:
    """The whole years and months from one day to a later one; a month is over on its day, or the last there is."""
    months = (day.year - since.year) * 12 + day.month - since.month
    if months_before(since, -months) > day:
        months -= 1
    return divmod(max(months, 0), 12)
