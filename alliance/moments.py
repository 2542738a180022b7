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
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
"""A day outside is a slip of the hand."""
ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
NUMBERS = re.compile(r"(?P<day>\d{1,2})\s*[-./]\s*(?P<month>\d{1,2})\s*[-./]\s*(?P<year>\d{4})", re.ASCII)
# Of three short numbers with hyphens nobody knows which is the year, so there must be a slash or a point.
SHORT = re.compile(r"(?P<day>\d{1,2})\s*[./]\s*(?P<month>\d{1,2})(?:\s*[-./]\s*|\s+)(?P<year>\d{2}|\d{4})", re.ASCII)
NAMED = re.compile(r"(?P<day>\d{1,2})\.?\s+(?P<month>[a-zæøå]+)\.?\s+(?P<year>\d{4})", re.IGNORECASE)
# Without a year: 9-12 and 9.30 are times of day.
OF_ANY_YEAR = (
    re.compile(r"(?P<day>\d{1,2})\s*/\s*(?P<month>\d{1,2})\.?", re.ASCII),
    re.compile(r"(?P<day>\d{1,2})\.\s*(?P<month>\d{1,2})\.", re.ASCII),
    re.compile(r"(?P<day>\d{1,2})\.?\s+(?P<month>[a-zæøå]+)\.?", re.IGNORECASE),
)
DAYS_ON = {"i dag": 0, "idag": 0, "today": 0, "i morgen": 1, "imorgen": 1, "tomorrow": 1, "i overmorgen": 2}
WEEKDAY = re.compile(rf"(?:(?:på|paa|on) )?(?P<next>næste |naeste |next )?(?P<name>{'|'.join(WEEKDAYS)})")
BEFORE_A_DAY = re.compile(rf"^(?:{'|'.join(WEEKDAYS)})?\s*(?:den\s+|d\.\s*)?", re.IGNORECASE)
TIME = re.compile(r"(?:kl\.?\s*)?(?P<hour>\d{1,2})(?:[.:](?P<minute>\d{2}))?", re.ASCII | re.IGNORECASE)
SPAN = re.compile(r"(?P<starts>.+?)\s*(?:-|–|til|to)\s*(?:kl\.?\s*)?(?P<ends>.+)", re.IGNORECASE)


def read_day(typed: str, today: date | None = None) -> date:
    """The day that was typed: ``24-03-2027``, ``24/3 2027``, ``24/3-27``, ``24. marts 2027`` or ISO.

    With ``today``, as somebody means it who looks ahead: without a year the next such day (``24/3``, ``24. marts``),
    ``på tirsdag``, ``i morgen``. Raises Refused(``unknown_day``) for anything else, a day that no calendar has and one
    that nobody can mean; Refused(``two_days``) for ``næste tirsdag``, which some say of this week and some of the next.
    """
    text = " ".join(typed.split())
    if today is not None and (day := _from_today(text, today)):
        return day
    text = BEFORE_A_DAY.sub("", text)
    found = next((match for form in (ISO, NUMBERS, SHORT, NAMED) if (match := form.fullmatch(text))), None)
    if found is not None:
        year = int(found["year"])
        day = _day(year + 2000 if len(found["year"]) == 2 else year, found)
    else:
        day = _next(text, today) if today is not None else None
    if day is None or not EARLIEST <= day <= LATEST:
        raise Refused("unknown_day", got=typed)
    return day


def _day(year: int, found: re.Match[str]) -> date | None:
    month = found["month"]
    try:
        return date(year, int(month) if month.isdigit() else MONTHS.get(fold(month), 0), int(found["day"]))
    except ValueError:
        return None


def _next(text: str, today: date) -> date | None:
    """The next day that is written so without its year, today included; a 29 February may be years on."""
    found = next((match for form in OF_ANY_YEAR if (match := form.fullmatch(text))), None)
    if found is None:
        return None
    years = (_day(year, found) for year in range(today.year, today.year + 9))
    return next((day for day in years if day and day >= today), None)


def _from_today(text: str, today: date) -> date | None:
    said = text.lower()
    if said in DAYS_ON:
        return today + timedelta(days=DAYS_ON[said])
    found = WEEKDAY.fullmatch(said)
    if found is None:
        return None
    weekday = WEEKDAYS[found["name"]]
    first = today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    if found["next"]:
        raise Refused("two_days", got=text, first=first, second=first + timedelta(days=7))
    return first


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
