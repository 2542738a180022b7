"""What a calendar program would show of an invitation.

Read back from the bytes that were mailed, not from our own register: what is drawn is what arrived.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from icalendar import Calendar


@dataclass(frozen=True)
class Guest:
    """``role`` and ``answer`` as iCalendar has them, but small and with _ for - (``needs_action``)."""

    name: str
    address: str
    role: str
    answer: str


@dataclass(frozen=True)
class Card:
    """``kind`` is call, change, cancel, or uninvite where the meeting takes place without the reader.

    Times are aware, in the zone they were written in.
    """

    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    organizer: str
    guests: tuple[Guest, ...]

    @property
    def week(self) -> int:
        """The ISO week, as the organizer's calendar counts."""
        return self.starts_at.isocalendar().week


def card(content: bytes) -> Card | None:
    """Read the calendar part of a mail; None where it is no invitation that can be read."""
    try:
        calendar = Calendar.from_ical(content)
        event = calendar.events[0]
        return _card(_kind(str(calendar["METHOD"]), event), event)
    except (ValueError, LookupError, AttributeError):  # the library reads what is broken, and raises on a later look
        return None


def _kind(method: str, event: Any) -> str:
    """What a message is (RFC 5546 3.2.2, 3.2.5); raises KeyError for a method we never send."""
    if method == "CANCEL":
        return "cancel" if event.get("STATUS") == "CANCELLED" else "uninvite"
    return {"REQUEST": "change" if int(event.get("SEQUENCE", 0)) > 0 else "call"}[method]


def _card(kind: str, event: Any) -> Card:
    guests = event.get("ATTENDEE", [])
    return Card(
        kind,
        str(event.get("SUMMARY", "")),
        event["DTSTART"].dt,
        event["DTEND"].dt,
        str(event.get("LOCATION", "")),
        _name(event["ORGANIZER"]),
        tuple(map(_guest, guests if isinstance(guests, list) else [guests])),
    )


def _guest(written: Any) -> Guest:
    parameters = written.params
    role = str(parameters.get("ROLE", "REQ-PARTICIPANT"))
    return Guest(_name(written), _address(written), _key(role), _key(str(parameters.get("PARTSTAT", "NEEDS-ACTION"))))


def _key(written: str) -> str:
    return written.lower().replace("-", "_")


def _name(written: Any) -> str:
    return str(written.params.get("CN", "")) or _address(written)


def _address(written: Any) -> str:
    return str(written).removeprefix("mailto:")
