"""Calendar objects as bytes: the same value is the same bytes, for ever, so that a resend is the same invitation.

Why a block of our own for the time zone: the library's (``add_missing_timezones``) is read an hour wrong by
Thunderbird and vobject. Why nothing is left to ``Calendar.new``: it invents a random UID.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event, Timezone, vCalAddress, vDuration

from alliance.calendar_objects import Attendee, CalendarObject, FeedEvent

PRODID = "-//Tovholder//Tovholder 1//DA"
ZONE = "Europe/Copenhagen"

# Only what Outlook reads of a time zone: TZID, DTSTART, RRULE and the two offsets (MS-STANOICAL 2.2.47).
TIMEZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/Copenhagen
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""

# What some parser takes for the end of a line (str.splitlines), and what RFC 5545 3.1 leaves out of a text.
LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\ufeff]")
SURROGATES = re.compile(r"[\ud800-\udfff]")
NO_NAME = str.maketrans({",": " ", "^": " ", '"': "'"})


def itip(obj: CalendarObject) -> bytes:
    """Write one invitation, change or cancellation (RFC 5546 3.2.2 and 3.2.5); raises ValueError for a naive time.

    Times stand in local Danish time with the static zone block; in any other zone than Europe/Copenhagen as UTC.
    """
    cancelled = obj.method == "CANCEL"
    event = Event()
    _what(event, obj, obj.zone, cancelled=cancelled)
    if obj.uninvites:  # the meeting itself takes place
        del event["STATUS"]
    organizer = vCalAddress(_mailto(obj.organizer_address))
    organizer.params["CN"] = _name(obj.organizer_name, obj.organizer_address)
    event["ORGANIZER"] = organizer
    for attendee in obj.attendees:
        event.add("ATTENDEE", _attendee(attendee, asked=not cancelled), encode=False)
    event.add("X-MICROSOFT-CDO-BUSYSTATUS", "FREE" if cancelled else "BUSY")
    event.add("X-MICROSOFT-DISALLOW-COUNTER", "TRUE")
    calendar = _calendar(obj.zone)
    calendar.add("METHOD", obj.method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def feed(name: str, events: Iterable[FeedEvent], *, zone: str, refresh_hours: int = 6) -> bytes:
    """Write a feed to subscribe to, in the order given: no method and nobody's address in it (RFC 7986)."""
    calendar = _calendar(zone)
    title = _text(name)
    calendar.add("NAME", title)
    calendar.add("X-WR-CALNAME", title)
    calendar.add("X-WR-TIMEZONE", zone)
    calendar.add("X-PUBLISHED-TTL", f"PT{refresh_hours}H")
    every = vDuration(timedelta(hours=refresh_hours))
    every.params["VALUE"] = "DURATION"  # required by RFC 7986 5.7, and forgotten by the library
    calendar.add("REFRESH-INTERVAL", every, encode=False)
    for told in events:
        event = Event()
        _what(event, told, zone, cancelled=told.cancelled)
        if told.description.strip():
            event.add("DESCRIPTION", _text(told.description))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(zone: str) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", PRODID)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    if zone == ZONE:
        calendar.add_component(_timezone())
    return calendar


@cache
def _timezone() -> Component:
    return Timezone.from_ical(TIMEZONE)


def _what(event: Event, told: CalendarObject | FeedEvent, zone: str, *, cancelled: bool) -> None:
    """What an invitation and a feed say alike: a calendar that knows both must find one meeting."""
    event.add("UID", told.uid)
    event.add("SEQUENCE", told.sequence)
    event.add("DTSTAMP", _utc(told.stamp))
    event.add("DTSTART", _written(told.starts_at, zone))
    event.add("DTEND", _written(told.ends_at, zone))
    event.add("SUMMARY", _text(told.title))
    if told.place.strip():
        event.add("LOCATION", _text(told.place))
    event.add("STATUS", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT" if cancelled else "OPAQUE")
    event.add("CLASS", "PUBLIC")


def _attendee(attendee: Attendee, *, asked: bool) -> vCalAddress:
    """Write all five parameters: mail programs show no buttons where one that they count on is missing."""
    written = vCalAddress(_mailto(attendee.address))
    written.params["CUTYPE"] = "INDIVIDUAL"
    written.params["ROLE"] = attendee.role
    written.params["PARTSTAT"] = attendee.answer
    written.params["RSVP"] = "TRUE" if asked else "FALSE"
    written.params["CN"] = _name(attendee.name, attendee.address)
    return written


def _written(instant: datetime, zone: str) -> datetime:
    """Say an instant on the zone's clock; as UTC in the second of two hours of that name (RFC 5545 3.3.5)."""
    local = _utc(instant).astimezone(ZoneInfo(ZONE))
    return local if zone == ZONE and not local.fold else _utc(instant)


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant} names no zone; a calendar needs an aware instant")
    return instant.astimezone(UTC).replace(microsecond=0)


def _text(text: str) -> str:
    """Keep of a text what every parser reads back: one kind of line break, no control characters."""
    return CONTROLS.sub("", SURROGATES.sub("\ufffd", LINE_ENDS.sub("\n", text)))


def _name(name: str, address: str) -> str:
    """Make a name fit for CN: a comma breaks the replies of Cyrus, and libical shows a quote or caret as escaped."""
    return _shown(name) or _shown(address)


def _shown(text: str) -> str:
    return " ".join(_text(text).translate(NO_NAME).split())


def _mailto(address: str) -> str:
    return "mailto:" + "".join(_text(address).split())
