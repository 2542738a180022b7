"""Every kind of calendar object we emit is clean to libical, which finds the faults that we plant."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from alliance.calendar_objects import Attendee, CalendarObject, FeedEvent
from templates.ics import feed, itip

pytestmark = pytest.mark.slow

ZONES = ("Europe/Copenhagen", "America/Nuuk")
MOMENTS = {"january": "2027-01-20T09:00", "july": "2027-07-07T08:00"}
ROLES = ("CHAIR", "REQ-PARTICIPANT", "OPT-PARTICIPANT", "NON-PARTICIPANT")
ANSWERS = ("NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE")


@pytest.fixture(scope="module")
def libical() -> Any:
    spec = importlib.util.spec_from_file_location("libical", Path(__file__).with_name("libical.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    try:
        return module.Libical()
    except OSError:
        if os.environ.get("TOVHOLDER_TEST_SYSTEM_REQUIRED") == "1":
            raise
        pytest.skip("libical is not installed: apt-get install libical3")


def called(moment: str = "january", zone: str = ZONES[0], **changes: Any) -> CalendarObject:
    starts = datetime.fromisoformat(MOMENTS[moment]).replace(tzinfo=UTC)
    facts: dict[str, Any] = {
        "method": "REQUEST",
        "uid": "e6ec024c-7672-5ea4-a8aa-89ac84663d24@tovholder.example",
        "sequence": 0,
        "stamp": datetime(2026, 11, 2, 9, tzinfo=UTC),
        "starts_at": starts,
        "ends_at": starts.replace(hour=13),
        "title": "Styregruppemøde 1/2027: “Ærø”, 🌍; \\n og\nto linjer " + "ø" * 120,
        "place": "Rådhuset, Vester Voldgade 33; 1552 København V",
        "organizer_name": "Alliancens sekretariat",
        "organizer_address": "moeder@tovholder.example",
        "attendees": tuple(
            Attendee(f'Å, "{role}" ^{answer}', f"{n}{m}@koege.example", role, answer)  # type: ignore[arg-type]
            for n, role in enumerate(ROLES)
            for m, answer in enumerate(ANSWERS)
        ),
    }
    return CalendarObject(**(facts | {"zone": zone} | changes))


def listed(obj: CalendarObject, *, cancelled: bool) -> FeedEvent:
    return FeedEvent(
        obj.uid, obj.sequence, obj.stamp, obj.starts_at, obj.ends_at, obj.title, obj.place, "Hej\nIgen", cancelled
    )


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"sequence": 1, "stamp": datetime(2026, 12, 1, 9, tzinfo=UTC)},
        {"method": "CANCEL", "sequence": 2},
        {"method": "CANCEL", "sequence": 2, "uninvites": True, "attendees": (Attendee("Mig", "mig@koege.example"),)},
        {"place": ""},
        {"attendees": (Attendee("Kun mig", "mig@koege.example"),)},
    ],
    ids=["called", "moved", "cancelled", "uninvited", "nowhere", "one invitee"],
)
def test_every_invitation_is_clean(libical: Any, moment: str, zone: str, changes: dict[str, Any]) -> None:
    assert libical.faults(itip(called(moment, zone, **changes))) == []


@pytest.mark.parametrize("zone", ZONES)
def test_every_feed_is_clean(libical: Any, zone: str) -> None:
    meeting = called()
    for events in ((), (listed(meeting, cancelled=False), listed(replace(meeting, uid="b@x"), cancelled=True))):
        assert libical.faults(feed("Mine møder, Ærø", events, zone=zone)) == []


Spoil = Callable[[bytes], bytes]


def without(name: str) -> Spoil:
    """Take a property out of the meeting, however many it has of it."""

    def spoil(content: bytes) -> bytes:
        head, begin, event = content.replace(b"\r\n ", b"").partition(b"BEGIN:VEVENT\r\n")
        kept = [line for line in event.split(b"\r\n") if not line.startswith(name.encode())]
        return head + begin + b"\r\n".join(kept)

    return spoil


def with_(old: str, new: str) -> Spoil:
    return lambda content: content.replace(b"\r\n ", b"").replace(old.encode(), new.encode(), 1)


REQUEST, CANCEL = itip(called()), itip(called(method="CANCEL", sequence=2))
FEED = feed("Mine møder", [listed(called(), cancelled=True)], zone=ZONES[0])
FAULTS: dict[str, tuple[bytes, Spoil, str]] = {
    "request without organizer": (REQUEST, without("ORGANIZER"), "ORGANIZER property. Expected 1"),
    "request without stamp": (REQUEST, without("DTSTAMP"), "DTSTAMP property. Expected 1"),
    "request without uid": (REQUEST, without("UID"), "UID property. Expected 1"),
    "request without summary": (REQUEST, without("SUMMARY"), "SUMMARY property. Expected 1"),
    "request without start": (REQUEST, without("DTSTART"), "DTSTART property. Expected 1"),
    "request to nobody": (REQUEST, without("ATTENDEE"), "ATTENDEE property. Expected one or more"),
    "request with status of a cancellation": (REQUEST, with_(":CONFIRMED", ":CANCELLED"), "TENTATIVE or CONFIRMED"),
    "request with two uids": (REQUEST, with_("SEQUENCE:0", "SEQUENCE:0\r\nUID:x"), "got 2"),
    "request with end and length": (REQUEST, with_("SEQUENCE:0", "DURATION:PT1H"), "DURATION and DTEND"),
    "start that is no time": (REQUEST, with_(":20270120T100000", ":i overmorgen"), "Can't parse as DATE-TIME"),
    "rule that is no rule": (REQUEST, with_("SEQUENCE:0", "RRULE:FREQ=SOMETIMES"), "Can't parse as RECUR"),
    "zone with a rule that is none": (REQUEST, with_("BYDAY=-1SU", "BYDAY=XX"), "Can't parse as RECUR"),
    "cancellation without sequence": (CANCEL, without("SEQUENCE"), "SEQUENCE property. Expected 1"),
    "cancellation without organizer": (CANCEL, without("ORGANIZER"), "ORGANIZER property. Expected 1"),
    "reply of many": (REQUEST, with_("METHOD:REQUEST", "METHOD:REPLY"), "ATTENDEE property. Expected 1"),
    "feed that is a request": (FEED, with_("CALSCALE", "METHOD:REQUEST\r\nCALSCALE"), "ORGANIZER property. Expected 1"),
    "nothing": (b"", bytes, "nothing that can be parsed"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(libical: Any, fault: str) -> None:
    content, spoil, told = FAULTS[fault]
    assert spoil(content) != content or not content
    assert told in " | ".join(libical.faults(spoil(content)))
