"""Calendar objects: other people's parsers read from our bytes what we meant, and the same value is the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import vobject
from hypothesis import example, given
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from alliance.calendar_objects import Attendee, CalendarObject, FeedEvent
from templates.ics import feed, itip

UID = "e6ec024c-7672-5ea4-a8aa-89ac84663d24@tovholder.example"
ANNA = Attendee("Anna Sørensen – Ærø Kommune", "anna@aeroe.example")
BO = Attendee("Bo", "bo@koege.example", "OPT-PARTICIPANT", "ACCEPTED")


def at(typed: str) -> datetime:
    return datetime.fromisoformat(typed).replace(tzinfo=UTC)


JANUARY = (at("2027-01-20T09:00"), at("2027-01-20T13:00"))  # 10.00 by a Danish clock
JULY = (at("2027-07-07T08:00"), at("2027-07-07T12:00"))  # 10.00 too
SPRING = (at("2027-03-28T00:30"), at("2027-03-28T01:30"))  # across the hour that is not there
AUTUMN = (at("2027-10-31T00:30"), at("2027-10-31T01:30"))  # across the hour that is there twice
MOMENTS = {"january": JANUARY, "july": JULY, "spring": SPRING, "autumn": AUTUMN}

CALLED = CalendarObject(
    method="REQUEST",
    uid=UID,
    sequence=0,
    stamp=at("2026-11-02T09:00"),
    starts_at=JANUARY[0],
    ends_at=JANUARY[1],
    title="Styregruppemøde 1/2027",
    place="Rådhuset, Vester Voldgade 33; 1552 København V",
    organizer_name="Alliancens sekretariat",
    organizer_address="moeder@tovholder.example",
    attendees=(ANNA, BO),
    zone="Europe/Copenhagen",
)
EVENT_PROPERTIES = {
    *("SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "SEQUENCE", "ATTENDEE", "CLASS", "LOCATION", "ORGANIZER"),
    *("STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS", "X-MICROSOFT-DISALLOW-COUNTER"),
}
CANCELLED = replace(CALLED, method="CANCEL", sequence=2)


def told(obj: CalendarObject, *, cancelled: bool = False) -> FeedEvent:
    """The line of a feed about the same meeting."""
    return FeedEvent(
        obj.uid, obj.sequence, obj.stamp, obj.starts_at, obj.ends_at, obj.title, obj.place, "Se dagsordenen", cancelled
    )


def lines(content: bytes) -> list[str]:
    """The content lines, unfolded."""
    return content.decode().replace("\r\n ", "").split("\r\n")[:-1]


def instants_read_by_ical(content: bytes) -> tuple[datetime, datetime]:
    event = IcsCalendarStream.calendar_from_ics(content.decode()).events[0]
    assert isinstance(event.dtstart, datetime) and isinstance(event.dtend, datetime)
    return event.dtstart.astimezone(UTC), event.dtend.astimezone(UTC)


def instants_read_by_vobject(content: bytes) -> tuple[datetime, datetime]:
    event = vobject.readOne(content.decode()).vevent
    return event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC)


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """vobject remembers time zones by name from file to file; every test begins with none of them."""
    known: dict[str, Any] = vobject.icalendar.__dict__["__tzidMap"]
    before = dict(known)
    known.clear()
    known["UTC"] = vobject.icalendar.utc
    yield
    known.clear()
    known.update(before)


NAMES = ("Europe/Copenhagen", "Klimaalliancen/Intern")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("read", [instants_read_by_ical, instants_read_by_vobject])
def test_other_parsers_read_the_instants_we_meant_even_by_the_block_alone(moment: str, name: str, read: Any) -> None:
    """Under a name that nobody knows a parser has only our own time zone block to go by."""
    starts, ends = MOMENTS[moment]
    for content in (
        itip(replace(CALLED, starts_at=starts, ends_at=ends)),
        itip(replace(CANCELLED, starts_at=starts, ends_at=ends)),
        feed("Møder", [told(replace(CALLED, starts_at=starts, ends_at=ends))], zone="Europe/Copenhagen"),
    ):
        renamed = content.replace(b"TZID=Europe/Copenhagen", f"TZID={name}".encode())
        renamed = renamed.replace(b"TZID:Europe/Copenhagen", f"TZID:{name}".encode())
        assert renamed.count(f"TZID:{name}".encode()) == 1
        assert read(renamed) == (starts, ends)


@pytest.mark.parametrize("moment", ["january", "july"])
def test_a_meeting_stands_on_the_clock_of_the_wall(moment: str) -> None:
    starts, ends = MOMENTS[moment]
    said = lines(itip(replace(CALLED, starts_at=starts, ends_at=ends)))
    day = f"{starts:%Y%m%d}"
    assert f"DTSTART;TZID=Europe/Copenhagen:{day}T100000" in said
    assert f"DTEND;TZID=Europe/Copenhagen:{day}T140000" in said


def test_the_zone_block_is_two_yearly_rules_and_nothing_that_programs_read_wrongly() -> None:
    said = lines(itip(CALLED))
    block = said[said.index("BEGIN:VTIMEZONE") : said.index("END:VTIMEZONE") + 1]
    assert len(block) == 17 and not any(line.startswith(("RDATE", "COMMENT", "X-")) for line in block)
    assert {line for line in block if line.startswith("RRULE")} == {
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    }


@pytest.mark.parametrize("zone", ["America/Nuuk", "Atlantic/Faroe", "UTC"])
def test_in_a_zone_without_a_block_times_are_utc(zone: str) -> None:
    for content in (itip(replace(CALLED, zone=zone)), feed("Møder", [told(CALLED)], zone=zone)):
        assert "DTSTART:20270120T090000Z" in lines(content) and b"VTIMEZONE" not in content and b"TZID" not in content
        assert instants_read_by_ical(content) == JANUARY


def test_an_invitation_says_what_calendars_need() -> None:
    assert lines(itip(CALLED))[lines(itip(CALLED)).index("BEGIN:VEVENT") :] == [
        "BEGIN:VEVENT",
        "SUMMARY:Styregruppemøde 1/2027",
        "DTSTART;TZID=Europe/Copenhagen:20270120T100000",
        "DTEND;TZID=Europe/Copenhagen:20270120T140000",
        "DTSTAMP:20261102T090000Z",
        f"UID:{UID}",
        "SEQUENCE:0",
        'ATTENDEE;CN="Anna Sørensen – Ærø Kommune";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;'
        "RSVP=TRUE:mailto:anna@aeroe.example",
        "ATTENDEE;CN=Bo;CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;ROLE=OPT-PARTICIPANT;RSVP=TRUE:mailto:bo@koege.example",
        "CLASS:PUBLIC",
        "LOCATION:Rådhuset\\, Vester Voldgade 33\\; 1552 København V",
        'ORGANIZER;CN="Alliancens sekretariat":mailto:moeder@tovholder.example',
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
        "X-MICROSOFT-DISALLOW-COUNTER:TRUE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_a_cancellation_is_of_the_whole_meeting_and_frees_the_time() -> None:
    said = lines(itip(CANCELLED))
    assert {"METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:2", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"} <= set(said)
    assert [line for line in said if line.startswith("ATTENDEE")] and not any("RSVP=TRUE" in line for line in said)


def test_taking_one_person_out_does_not_say_that_the_meeting_is_cancelled() -> None:
    said = lines(itip(replace(CANCELLED, uninvites=True, attendees=(ANNA,))))
    assert "METHOD:CANCEL" in said and not [line for line in said if line.startswith("STATUS")]


@pytest.mark.parametrize("obj", [CALLED, CANCELLED])
def test_nothing_repeats_and_nothing_rings(obj: CalendarObject) -> None:
    event = itip(obj).partition(b"BEGIN:VEVENT")[2]
    assert not [word for word in (b"RRULE", b"RDATE", b"VALARM", b"RECURRENCE-ID") if word in event]


def test_a_feed_names_itself_and_nobody_else() -> None:
    said = lines(feed("Mine møder", [told(CALLED), told(CANCELLED, cancelled=True)], zone="Europe/Copenhagen"))
    assert {
        "NAME:Mine møder",
        "X-WR-CALNAME:Mine møder",
        "X-WR-TIMEZONE:Europe/Copenhagen",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
        "STATUS:CONFIRMED",
        "STATUS:CANCELLED",
        "DESCRIPTION:Se dagsordenen",
    } <= set(said)
    assert said.count(f"UID:{UID}") == 2
    assert not [line for line in said if line.startswith(("METHOD", "ATTENDEE", "ORGANIZER"))]


def test_a_feed_without_meetings_is_still_one() -> None:
    content = feed("Mine møder", [], zone="Europe/Copenhagen")
    assert IcsCalendarStream.calendar_from_ics(content.decode()).events == []


@pytest.mark.parametrize("obj", [CALLED, CANCELLED, replace(CALLED, zone="UTC")])
def test_the_same_value_is_the_same_bytes(obj: CalendarObject) -> None:
    assert itip(obj) == itip(replace(obj))
    events = [told(obj), told(CANCELLED)]
    assert feed("Møder", events, zone=obj.zone) == feed("Møder", iter(events), zone=obj.zone)


def test_lines_are_folded_at_75_octets_with_crlf_only() -> None:
    long = replace(CALLED, title="Æøå🌍 " * 40, place="ø" * 400, attendees=(replace(ANNA, name="Å" * 120),))
    for content in (itip(long), itip(CALLED), feed("Ø" * 200, [told(long)], zone=long.zone)):
        assert content.endswith(b"\r\n") and b"\n" not in content.replace(b"\r\n", b"") and b"\r\r" not in content
        assert max(map(len, content.split(b"\r\n"))) <= 75
        for line in content.split(b"\r\n"):
            line.decode()  # no character is cut in two


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Anna Sørensen – Ærø Kommune", "Anna Sørensen – Ærø Kommune"),
        ("Sørensen, Anna", "Sørensen Anna"),
        ('Anna "IT" Sørensen', "Anna 'IT' Sørensen"),
        ("Bo ^n ^' Ø", "Bo n ' Ø"),
        ("Bo: leder; næstformand", "Bo: leder; næstformand"),
        ("Bo\r\nATTENDEE:mailto:evil@x.example", "Bo ATTENDEE:mailto:evil@x.example"),
        ("Bo\x00\x1b[31m\u2028Ø", "Bo[31m Ø"),
        ("🌍 Bo \ud83d", "🌍 Bo \ufffd"),
        ("Å" * 120, "Å" * 120),
        ("", "anna@aeroe.example"),
        (" , ", "anna@aeroe.example"),
    ],
)
def test_a_name_is_written_so_that_every_program_shows_it_as_it_is(name: str, written: str) -> None:
    content = itip(replace(CALLED, attendees=(replace(ANNA, name=name),), organizer_name=name or "x"))
    attendee = next(line for line in lines(content) if line.startswith("ATTENDEE"))
    assert f'CN="{written}";' in attendee or f"CN={written};" in attendee
    assert vobject.readOne(content.decode()).vevent.attendee.params["CN"] == [written]
    (read,) = Calendar.from_ical(content).events[0].attendees
    assert (read.params["CN"], str(read)) == (written, "mailto:anna@aeroe.example")


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="names no zone"):
        itip(replace(CALLED, starts_at=datetime(2027, 1, 20, 10)))  # noqa: DTZ001


# What a text may hold after the writer has cleaned it: anything but controls, and the one kind of line break.
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\ufeff") | st.just("\n"))


@given(title=TEXTS, place=TEXTS)
@example(title="a\\nb, c; d: \\, %2C ^n", place='"Rådhuset"\nSal 3')
def test_what_is_written_is_read_back(title: str, place: str) -> None:
    event = Calendar.from_ical(itip(replace(CALLED, title=title, place=place))).events[0]
    assert str(event["SUMMARY"]) == title
    assert str(event.get("LOCATION", "")) == (place if place.strip() else "")


@pytest.mark.slow
@given(text=st.text())
@example(text="a\u2028b\x0bc\x1cd\x85e\rf")
@example(text="\x1e")
def test_no_text_breaks_out_of_its_line(text: str) -> None:
    content = itip(replace(CALLED, title=text, place=text, attendees=(replace(ANNA, name=text, address=text),)))
    assert len(content.decode().splitlines()) == content.count(b"\r\n")  # no line end but ours, to any parser
    heads = [re.split("[:;]", line)[0] for line in lines(content)]
    assert heads.count("BEGIN") == heads.count("END") == 5
    event = heads[heads.index("SUMMARY") : -2]
    assert set(event) - {"LOCATION"} == EVENT_PROPERTIES - {"LOCATION"} and len(event) == len(set(event))


@given(minutes=st.integers(0, 60 * 24 * 366 * 3), length=st.integers(1, 600))
def test_any_instant_is_read_back(minutes: int, length: int) -> None:
    starts = at("2027-01-01T00:00") + timedelta(minutes=minutes)
    ends = starts + timedelta(minutes=length)
    event = Calendar.from_ical(itip(replace(CALLED, starts_at=starts, ends_at=ends))).events[0]
    assert (event.start.astimezone(UTC), event.end.astimezone(UTC)) == (starts, ends)
