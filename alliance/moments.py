"""Days and times of day however a Dane types them; what can be read two ways is refused, never guessed."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from alliance.errors import Refused
from alliance.names import fold

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januar", "january", "jan"),
            ("februar", "february", "feb"),
            ("marts", "march", "mar"),
            ("april", "apr"),
            ("maj", "may"),
            ("juni", "june", "jun"),
            ("juli", "july", "jul"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("oktober", "october", "okt", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            ("mandag", "monday"),
            ("tirsdag", "tuesday"),
            ("onsdag", "wednesday"),
            ("torsdag", "thursday"),
            ("fredag", "friday"),
            ("lørdag", "loerdag", "saturday"),
            ("søndag", "soendag", "sunday"),
        )
    )
    for name in names
}
SOON = {"i dag": 0, "today": 0, "i morgen": 1, "tomorrow": 1}
LEAP_YEARS_APART = 8
"""Two leap days are at most so many years apart."""
ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
NUMBERS = re.compile(r"(?P<day>\d{1,2})\s*[-./]\s*(?P<month>\d{1,2})\s*[-./]\s*(?P<year>\d{4})", re.ASCII)
NAMED = re.compile(r"(?P<day>\d{1,2})\.?\s+(?P<month>[a-zæøå]+)\.?\s+(?P<year>\d{4})", re.IGNORECASE)
YEARLESS = re.compile(r"(?P<day>\d{1,2})(?:\.?\s*(?P<name>[a-zæøå]+)|\s*[-./]\s*(?P<month>\d{1,2}))\.?", re.IGNORECASE)
TIME = re.compile(r"(?:kl\.?\s*)?(?P<hour>\d{1,2})(?:[.:](?P<minute>\d{2}))?", re.ASCII | re.IGNORECASE)
SPAN = re.compile(r"(?P<starts>.+?)\s*(?:-|–|til|to)\s*(?:kl\.?\s*)?(?P<ends>.+)", re.IGNORECASE)


def read_day(typed: str) -> date:
    """The day that was typed: ``24-03-2027``, ``24/3 2027`` needs its year written with it, ``24. marts 2027`` or ISO.

    Raises Refused(``unknown_day``) for anything else, a day that no calendar has and a year left out.
    """
    text = typed.strip()
    text = re.sub(r"^(mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag)?\s*(den\s+)?", "", text, flags=re.IGNORECASE)
    found = ISO.fullmatch(text) or NUMBERS.fullmatch(text) or NAMED.fullmatch(text)
    if found is None:
        raise Refused("unknown_day", got=typed)
    month = found["month"]
    number = int(month) if month.isdigit() else MONTHS.get(fold(month), 0)
    try:
        return date(int(found["year"]), number, int(found["day"]))
    except ValueError:
        raise Refused("unknown_day", got=typed) from None


def read_coming_day(typed: str, today: date) -> date:
    """The day that was typed, or the next of that name: ``12. marts``, ``12/3``, ``fredag``, ``i morgen``.

    A weekday is one of the seven days after today. Raises Refused(``unknown_day``).
    """
    text = " ".join(typed.lower().split())
    if text in SOON:
        return today + timedelta(days=SOON[text])
    weekday = WEEKDAYS.get(re.sub(r"^(?:på|paa|on) ", "", text))
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    found = YEARLESS.fullmatch(re.sub(r"^(?:[a-zæøå]+dag )?(?:den |d\. )?", "", text))
    month = (MONTHS.get(fold(found["name"]), 0) if found["name"] else int(found["month"])) if found else 0
    if found is None or not month:
        return read_day(typed)
    for year in range(today.year, today.year + LEAP_YEARS_APART + 1):
        try:
            day = date(year, month, int(found["day"]))
        except ValueError:
            continue
        if day >= today:
            return day
    raise Refused("unknown_day", got=typed)


def read_time(typed: str) -> time:
    """The time of day that was typed: ``10``, ``10.00``, ``10:00`` or ``kl. 10``; raises Refused(``unknown_time``)."""
    found = TIME.fullmatch(typed.strip())
    try:
        if found is None:
            raise ValueError
        return time(int(found["hour"]), int(found["minute"] or 0))
    except ValueError:
        raise Refused("unknown_time", got=typed) from None


def read_span(typed: str) -> tuple[time, time]:
    """From and until: ``10-14``, ``kl. 10.00-14.00``, ``10:00 til 14:00``; raises Refused(``unknown_time``)."""
    found = SPAN.fullmatch(typed.strip())
    if found is None:
        raise Refused("unknown_time", got=typed)
    return read_time(found["starts"]), read_time(found["ends"])
