"""The words and the calendar object of an invitation, from the snapshot that was kept when it was posted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.calendar_objects import Attendee, CalendarObject
from alliance.deliveries import Sender
from alliance.members import Person
from alliance.messages import Message
from alliance.notifications import strand_of
from alliance.words import Words
from scheduling.truth import NoLongerTrue
from storage import outbox
from storage.queries import actors, meetings, register
from templates import write


def invitation_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, sender: Sender, now: datetime
) -> Message:
    """The mail that tells one calendar what to hold; raises NoLongerTrue for one that something newer replaced."""
    snapshot = cast(Mapping[str, Any], claim.facts)
    _check_newest(connection, alliance, claim, person, snapshot)
    meeting = meetings.meeting(connection, alliance, snapshot["meeting"])
    if meeting is None or meeting.starts_at <= now:
        raise NoLongerTrue("meeting_gone")
    title = Words(*snapshot["title"])
    starts_at, ends_at = (datetime.fromisoformat(snapshot[key]) for key in ("starts_at", "ends_at"))
    organisation = snapshot["organisation"]
    day = alliance.charter.calendar.day(starts_at)
    obj = CalendarObject(
        method=snapshot["method"],
        uid=snapshot["uid"],
        sequence=snapshot["sequence"],
        stamp=datetime.fromisoformat(snapshot["stamp"]),
        starts_at=starts_at,
        ends_at=ends_at,
        title=title.in_(person.language),
        place=snapshot["place"],
        organizer_name=sender.name,
        organizer_address=sender.address,
        attendees=tuple(Attendee(*attendee) for attendee in snapshot["attendees"]),
        zone=alliance.charter.zone,
        uninvites=snapshot["uninvites"],
    )
    member = register.organisations(connection, alliance.id, day, [organisation])[organisation]
    several = len(actors.actor(connection, alliance, person, day).organisations) > 1
    return write(
        "invitation",
        person.language,
        zone=alliance.charter.zone,
        calendar=obj,
        in_chat=claim.kind == "invitation_in_chat",
        meeting=meeting,
        person=person.name,
        organisation=member,
        answer_by=date.fromisoformat(snapshot["answer_by"]),
        first=snapshot["first"],
        moved=snapshot["moved"] and not snapshot["first"],
        answered=snapshot["answered"],
        was=_was(snapshot["was"]),
        reason=snapshot["reason"],
        prefix=f"for {member.name}: " if several else "",
    )


def _was(times: list[str]) -> tuple[datetime, datetime] | None:
    """The time that this calendar was told before, if it was told any."""
    return (datetime.fromisoformat(times[0]), datetime.fromisoformat(times[1])) if times else None


def _check_newest(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, snapshot: Mapping[str, Any]
) -> None:
    told = meetings.invitations(connection, alliance.id, snapshot["meeting"])
    newest = next((one for one in told if one.person_id == person.id), None)
    if newest is None or newest.stamp != datetime.fromisoformat(snapshot["stamp"]):
        raise NoLongerTrue("older_revision")
    strand = strand_of(snapshot["meeting"], person.id) + ("/chat" if claim.kind == "invitation_in_chat" else "")
    heard = outbox.may_have_arrived(connection, alliance.id, strand, before=claim.notification_id)
    if snapshot["method"] == "CANCEL" and not heard:
        raise NoLongerTrue("never_invited")
