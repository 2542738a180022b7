"""Who is invited to a meeting, and what each calendar must be told next.

Invitees are seats and offices, not people: who holds them on the day of the meeting is invited. One rule compares who
should hold the meeting with what each calendar was told last, so that calling, moving, cancelling and a change of
office are all the same question, and asking it again tells nobody anything twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from alliance.calendar_objects import AttendeeRole, Method
from alliance.charter import Body
from alliance.meetings import Meeting
from alliance.members import OfficesOn, SeatTerm


@dataclass(frozen=True)
class Seat:
    """One seat of a body on a day. ``person_id`` is None while it is vacant; it is shown then, and nobody invited."""

    constituency: str
    organisation_id: int | None
    person_id: int | None
    chair: bool = False

    @property
    def subject(self) -> str:
        return f"seat:{self.constituency}"


@dataclass(frozen=True)
class Invitee:
    """Somebody who should hold the meeting, and why. ``address`` is empty where no mail reaches them."""

    person_id: int
    organisation_id: int
    subject: str
    office: str
    role: AttendeeRole
    address: str


@dataclass(frozen=True)
class Invitation:
    """What an invitee's calendar was last told. ``stamp`` is aware UTC, to the second (RFC 5545 3.8.7.2)."""

    meeting_id: int
    person_id: int
    organisation_id: int
    subject: str
    office: str
    role: AttendeeRole
    address: str
    method: Method
    sequence: int
    revision: int
    stamp: datetime


def seats_on(body: Body, terms: Iterable[SeatTerm], offices: OfficesOn, day: date) -> tuple[Seat, ...]:
    """The seats of a body on a day, by constituency: who holds the seat's office then, or nobody.

    A seat that the charter counts but nobody was given has no constituency and comes last.
    """
    running = [term for term in terms if term.body == body.key and term.validity.covers(day)]
    chairing = {(term.constituency, term.organisation_id) for term in running if term.chair}
    seats = []
    for term in sorted(running, key=lambda term: term.constituency):
        if term.chair:
            continue
        holders = offices.holders(term.organisation_id, body.seat_holder)
        chair = (term.constituency, term.organisation_id) in chairing
        seats.append(Seat(term.constituency, term.organisation_id, holders[-1] if holders else None, chair))
    vacant = (Seat("", None, None) for _ in range(body.seats - len(seats)))
    return (*seats, *vacant)


def invitees_of_body(body: Body, seats: Iterable[Seat], addresses: Mapping[int, str]) -> tuple[Invitee, ...]:
    """Everybody who holds a seat, the chair as CHAIR; each person once."""
    found: dict[int, Invitee] = {}
    for seat in seats:
        if seat.person_id is None or seat.organisation_id is None:
            continue
        role: AttendeeRole = "CHAIR" if seat.chair else "REQ-PARTICIPANT"
        address = addresses.get(seat.person_id, "")
        invitee = Invitee(seat.person_id, seat.organisation_id, seat.subject, body.seat_holder, role, address)
        found.setdefault(seat.person_id, invitee)
    return tuple(found.values())


def next_tellings(
    meeting: Meeting,
    wanted: Iterable[Invitee],
    told: Iterable[Invitation],
    now: datetime,
) -> tuple[Meeting, tuple[Invitation, ...]]:
    """The meeting (with a higher SEQUENCE if somebody leaves) and what each calendar concerned is told now.

    What was told and did not arrive is not told anew but delivered again (``storage/outbox/again.py``).
    Nothing once the meeting has begun: nobody is invited to, or uninvited from, what is under way. Telling the outcome
    and asking again returns nothing. RFC 5546 2.1.4, 3.2.2.6 (uninvite with CANCEL) and 2.1.5 (DTSTAMP rises).
    """
    last = {invitation.person_id: invitation for invitation in told}
    should = {invitee.person_id: invitee for invitee in wanted} if meeting.state == "called" else {}
    if meeting.state not in ("called", "cancelled") or meeting.starts_at <= now:
        return meeting, ()
    gone = [old for old in last.values() if old.method == "REQUEST" and old.person_id not in should]
    back = [p for p in should if p in last and last[p].method == "CANCEL" and last[p].sequence >= meeting.sequence]
    if (gone and meeting.state == "called") or back:  # a REQUEST must outdo the CANCEL before it
        meeting = meeting.resequenced()
    cancels = [_told(meeting, old, "CANCEL", now) for old in gone]
    requests = [
        _requested(meeting, invitee, last.get(person), now)
        for person, invitee in should.items()
        if _must_hear(meeting, invitee, last.get(person))
    ]
    return meeting, (*cancels, *requests)


def _must_hear(meeting: Meeting, invitee: Invitee, last: Invitation | None) -> bool:
    if last is None or last.method == "CANCEL":
        return True
    if invitee.address != last.address:  # the calendar behind the new address has heard nothing
        return bool(invitee.address)
    return last.sequence < meeting.settled_sequence


def _told(meeting: Meeting, old: Invitation, method: Method, now: datetime) -> Invitation:
    return replace(
        old, method=method, sequence=meeting.sequence, revision=meeting.revision, stamp=_later(now, old.stamp)
    )


def _requested(meeting: Meeting, invitee: Invitee, last: Invitation | None, now: datetime) -> Invitation:
    return Invitation(
        meeting.id,
        invitee.person_id,
        invitee.organisation_id,
        invitee.subject,
        invitee.office,
        invitee.role,
        invitee.address,
        "REQUEST",
        meeting.sequence,
        meeting.revision,
        _later(now, last.stamp if last else None),
    )


def _later(now: datetime, last: datetime | None) -> datetime:
    """The second it is, but always after the last."""
    second = now.astimezone(UTC).replace(microsecond=0)
    return second if last is None or second > last else last + timedelta(seconds=1)
