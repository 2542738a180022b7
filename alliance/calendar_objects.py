"""What a calendar is told, as values: one iTIP message to one person (RFC 5546), and one line of a feed.

Built from a snapshot that is kept with the notification, so that building it again gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Method = Literal["REQUEST", "CANCEL"]
PartStat = Literal["NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE"]
AttendeeRole = Literal["CHAIR", "REQ-PARTICIPANT", "OPT-PARTICIPANT", "NON-PARTICIPANT"]


@dataclass(frozen=True)
class Attendee:
    """``name`` as it is to be shown; commas and quotes are taken out when it is written."""

    name: str
    address: str
    role: AttendeeRole = "REQ-PARTICIPANT"
    answer: PartStat = "NEEDS-ACTION"


@dataclass(frozen=True)
class CalendarObject:
    """One REQUEST or CANCEL. Instants are aware UTC; ``zone`` is where they are written (IANA name).

    ``stamp`` is when this message was made: later for each message about a ``uid`` (RFC 5546 2.1.5). ``uninvites``: a
    CANCEL to one person of a meeting that takes place, which must not say STATUS:CANCELLED (RFC 5546 3.2.5).
    """

    method: Method
    uid: str
    sequence: int
    stamp: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    organizer_name: str
    organizer_address: str
    attendees: tuple[Attendee, ...]
    zone: str
    uninvites: bool = False


@dataclass(frozen=True)
class FeedEvent:
    """A meeting in somebody's feed: no attendees, no method; a cancelled one stays for a while and says so."""

    uid: str
    sequence: int
    stamp: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    description: str
    cancelled: bool
