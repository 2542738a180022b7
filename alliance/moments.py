"""Days and times of day however a Dane types them; what can be read two ways is refused, never guessed."""

from __future__ import annotations

import re
from datetime import date, time

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
ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
NUMBERS = re.compile(r"(?P<day>\d{1,2})\s*[-./]\s*(?P<month>\d{1,2})\s*[-./]\s*(?P<year>\d{4})", re.ASCII)
NAMED = re.compile(r"(?P<day>\d{1,2})\.?\s+(?P<month>[a-zæøå]+)\.?\s+(?P<year>\d{4})", re.IGNORECASE)
TIME = re.compile(r"(?:kl\.?\s*)?(?P<hour>\d{1,2})(?:[.:](?P<minute>\d{2}))?", re.ASCII | re.IGNORECASE)
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
"""A day outside is a slip of the hand."""
SPAN = re.compile(r"(?P<starts>.+?)\s*(?:-|–|til|to)\s*(?:kl\.?\s*)?(?P<ends>.+)", re.IGNORECASE)


def read_day(typed: str) -> date:
    """The day that was typed: ``24-03-2027``, ``24/3 2027`` needs its year written with it, ``24. marts 2027`` or ISO.

    Raises Refused(``unknown_day``) for anything else, a day that no calendar has or of another time, a year left out.
    """
    text = typed.strip()
    text = re.sub(r"^(mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag)?\s*(den\s+)?", "", text, flags=re.IGNORECASE)
    found = ISO.fullmatch(text) or NUMBERS.fullmatch(text) or NAMED.fullmatch(text)
    if found is None:
        raise Refused("unknown_day", got=typed)
    month = found["month"]
    number = int(month) if month.isdigit() else MONTHS.get(fold(month), 0)
    try:
        day = date(int(found["year"]), number, int(found["day"]))
    except ValueError:
        raise Refused("unknown_day", got=typed) from None
    if not EARLIEST <= day <= LATEST:
        raise Refused("unknown_day", got=typed)
    return day


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
