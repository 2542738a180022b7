"""Days, times and numbers as a Danish or an English reader expects them. Pure; local times are handed in."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

_WEEKDAYS = {
    "da": ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "da": (
        "januar",
        "februar",
        "marts",
        "april",
        "maj",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "december",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}


def day(value: date, language: str) -> str:
    """``den 3. december 2026`` / ``3 December 2026``."""
    month = _MONTHS[language][value.month - 1]
    if language == "da":
        return f"den {value.day}. {month} {value.year}"
    return f"{value.day} {month} {value.year}"


def month(value: date, language: str) -> str:
    """``december 2026`` / ``December 2026``."""
    return f"{_MONTHS[language][value.month - 1]} {value.year}"


def long_day(value: date, language: str) -> str:
    """``torsdag den 3. december 2026`` / ``Thursday 3 December 2026``."""
    return f"{_WEEKDAYS[language][value.weekday()]} {day(value, language)}"


def short_day(value: date, language: str) -> str:
    """``3. dec. 2026`` / ``3 Dec 2026``, for tables."""
    month = _MONTHS[language][value.month - 1]
    if language == "en":
        return f"{value.day} {month[:3]} {value.year}"
    short = month if len(month) <= 4 else month[:3] + "."
    return f"{value.day}. {short} {value.year}"


def clock(value: datetime, language: str) -> str:
    """``kl. 13.00`` / ``13:00`` of a local time."""
    return f"kl. {value:%H.%M}" if language == "da" else f"{value:%H:%M}"


def moment(value: datetime, language: str, zone: str) -> str:
    """``torsdag den 3. december 2026 kl. 13.00`` of an aware instant, in the zone."""
    local = value.astimezone(ZoneInfo(zone))
    joiner = " " if language == "da" else " at "
    return long_day(local.date(), language) + joiner + clock(local, language)


def short_moment(value: datetime, language: str, zone: str) -> str:
    """``3. dec. 2026 kl. 13.00`` / ``3 Dec 2026, 13:00``, for tables and asides."""
    local = value.astimezone(ZoneInfo(zone))
    joiner = " " if language == "da" else ", "
    return short_day(local.date(), language) + joiner + clock(local, language)


def span(start: datetime, end: datetime, language: str, zone: str) -> str:
    """``torsdag den 3. december 2026 kl. 13.00-15.00`` / ``Thursday 3 December 2026, 13:00-15:00``, on one day."""
    begins, until = start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
    if language == "da":
        return f"{moment(start, language, zone)}-{until:%H.%M}"
    return f"{long_day(begins.date(), language)}, {begins:%H:%M}-{until:%H:%M}"


def number(value: Decimal | int, language: str) -> str:
    """``1.234.567,8`` / ``1,234,567.8``: grouped, every decimal it has but idle zeros; a real minus sign."""
    text = f"{value.copy_abs():,f}" if isinstance(value, Decimal) else f"{abs(value):,d}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if language == "da":
        text = text.translate(str.maketrans(",.", ".,"))
    return ("−" if value < 0 else "") + text


def week(value: datetime, zone: str) -> int:
    """The ISO week of an aware instant, in the zone."""
    return value.astimezone(ZoneInfo(zone)).isocalendar().week
