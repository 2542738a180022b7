"""Tells calendars: compares who should hold a meeting with what each was told, and posts the difference.

Used by the commands that call, move and cancel, and by the tick, which notices that an office has changed hands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.attendance import Answer, winning
from alliance.calendar_objects import PartStat
from alliance.charter import Body
from alliance.invitations import Invitation, Invitee, Seat, invitees_of_body, next_tellings, seats_on
from alliance.meetings import Meeting
from alliance.members import OfficesOn
from alliance.notifications import invitation, invitation_in_chat, strand_of
from storage import outbox
from storage.changes.meetings import change_meeting, tell_invitations
from storage.outbox import edits
from storage.queries import meetings, register

Line = list[str]
PART_STATS: dict[str, PartStat] = {"yes": "ACCEPTED", "no": "DECLINED", "tentative": "TENTATIVE"}


class ChangedMeanwhile(Exception):
    """Somebody else changed the meeting between our reading and our writing."""


def seats_of(connection: Connection, alliance: Alliance, body: Body, day: date) -> tuple[Seat, ...]:
    """The seats of a body on a day, with who holds each."""
    terms = [term for term in register.seats(connection, alliance.id) if term.body == body.key]
    holding = {term.organisation_id for term in terms}
    return seats_on(body, terms, register.offices_on(connection, alliance.id, day, holding), day)


def invitees(connection: Connection, alliance: Alliance, meeting: Meeting) -> tuple[Invitee, ...]:
    """Who should hold the meeting in their calendar, as the register has it for the day of the meeting."""
    day = alliance.charter.calendar.day(meeting.starts_at)
    if not meeting.of_body:
        return _of_event(connection, alliance, meeting, day)
    body = alliance.charter.body(meeting.kind)
    return _of_body(connection, alliance, body, day)


def _of_body(connection: Connection, alliance: Alliance, body: Body, day: date) -> tuple[Invitee, ...]:
    """Whoever sits in the body, and its observers; only their organisations are read, of all there are."""
    seats = [term for term in register.seats(connection, alliance.id) if term.body == body.key]
    observing = [
        membership.organisation_id
        for membership in register.memberships(connection, alliance.id)
        if membership.role in body.observers and membership.validity.covers(day)
    ]
    concerned = {term.organisation_id for term in seats} | set(observing)
    offices = _offices(connection, alliance, day, concerned)
    addresses = _addresses(connection, alliance, offices)
    found = {i.person_id: i for i in invitees_of_body(body, seats_on(body, seats, offices, day), addresses)}
    for observer in _observers(body, observing, offices, addresses):
        found.setdefault(observer.person_id, observer)  # who holds a seat sits on it
    return tuple(found.values())


def _offices(
    connection: Connection, alliance: Alliance, day: date, organisations: Collection[int] | None = None
) -> OfficesOn:
    """The offices of the day; who is invited must not change because an address fails for a while."""
    return OfficesOn(register.offices_on(connection, alliance.id, day, organisations).terms)


def _addresses(connection: Connection, alliance: Alliance, offices: OfficesOn) -> dict[int, str]:
    """The mail address that works, by person: the newest."""
    found = register.addresses(connection, alliance.id, {term.person_id for term in offices.terms})
    return {
        person: working[-1]
        for person, addresses in found.items()
        if (working := [a.value for a in addresses if a.channel == "mail" and a.unreachable_since is None])
    }


def _of_event(connection: Connection, alliance: Alliance, meeting: Meeting, day: date) -> tuple[Invitee, ...]:
    """For every member of the day, whoever is asked for the requirements that hang on the event."""
    offices = _offices(connection, alliance, day)
    addresses = _addresses(connection, alliance, offices)
    found: dict[int, Invitee] = {}
    tied = alliance.charter.asked_on(day, meeting.kind)
    for membership in register.memberships(connection, alliance.id):
        if membership.role != "member" or not membership.validity.covers(day):
            continue
        organisation = membership.organisation_id
        for asked in tied:
            for office in asked:
                for person in offices.asked(organisation, (office,)):
                    invitee = Invitee(
                        person,
                        organisation,
                        f"member:{organisation}",
                        office,
                        "REQ-PARTICIPANT",
                        addresses.get(person, ""),
                    )
                    found.setdefault(person, invitee)
    return tuple(found.values())


def _observers(
    body: Body, observing: Iterable[int], offices: OfficesOn, addresses: Mapping[int, str]
) -> Iterable[Invitee]:
    for organisation in observing:
        for person in offices.asked(organisation, (body.observer_office,)):
            yield Invitee(
                person,
                organisation,
                f"observer:{organisation}",
                body.observer_office,
                "NON-PARTICIPANT",
                addresses.get(person, ""),
            )


def tell_calendars(
    connection: Connection, alliance: Alliance, meeting: Meeting, now: datetime
) -> tuple[Invitation, ...]:
    """Post what each calendar must hear now, and note it as told; telling again posts nothing.

    What was posted earlier and never left is withdrawn: nobody gets the old time after the new one.
    """
    wanted = invitees(connection, alliance, meeting)
    told = meetings.invitations(connection, alliance.id, meeting.id)
    after, tellings = next_tellings(meeting, wanted, told, now)
    if after != meeting and not change_meeting(connection, alliance.id, meeting, after):
        raise ChangedMeanwhile(meeting.id)
    if not tellings:
        return ()
    given = meetings.answers(connection, alliance.id, meeting.id)
    lines = _attendee_lines(connection, alliance, after, (*told, *wanted), given)
    listed = _listed(after, wanted, told)
    everyone = [line for person, line in lines.items() if person in listed and line[1]]  # no address, no attendee
    last = {invitation.person_id: invitation for invitation in told}
    for telling in tellings:
        alone = not after.of_body or _uninvites(after, telling)
        shown = [lines[telling.person_id]] if alone else everyone
        answers = given.get(telling.organisation_id, ())
        _post(connection, alliance, after, telling, shown, last.get(telling.person_id), answers, now)
    tell_invitations(connection, alliance.id, tellings)
    # Round a table one hears of all; of an event only what is one's own.
    people = None if after.of_body else {telling.person_id for telling in tellings}
    edits.meeting_changed(connection, alliance.id, after.id, now, people)
    return tellings


def would_tell(connection: Connection, alliance: Alliance, meeting: Meeting, now: datetime) -> tuple[Invitation, ...]:
    """What ``tell_calendars`` would post for the meeting as it is handed in; changes nothing."""
    wanted = invitees(connection, alliance, meeting)
    told = meetings.invitations(connection, alliance.id, meeting.id)
    return next_tellings(meeting, wanted, told, now)[1]


def tell_again(connection: Connection, alliance: Alliance, ahead: Collection[Meeting], now: datetime) -> int:
    """Have the newest that a calendar was told of these meetings delivered again where it was given up.

    Returns how many; ``now`` is aware UTC. The same object: UID, SEQUENCE and DTSTAMP stay as they were.
    """
    given_up = outbox.given_up_last(connection, alliance.id, {f"meeting:{meeting.id}" for meeting in ahead})
    told = {
        strand_of(one.meeting_id, one.person_id): one.stamp
        for meeting in {int(str(each.facts["meeting"])) for each in given_up}
        for one in meetings.invitations(connection, alliance.id, meeting)
    }
    newest = [each for each in given_up if told.get(each.strand) == datetime.fromisoformat(str(each.facts["stamp"]))]
    return outbox.deliver_again(connection, alliance.id, newest, now)


def _listed(meeting: Meeting, wanted: Iterable[Invitee], told: Iterable[Invitation]) -> set[int]:
    """Whom everybody sees: those who are to come, or those it is called off for."""
    if meeting.state == "cancelled":
        return {invitation.person_id for invitation in told if invitation.method == "REQUEST"}
    return {invitee.person_id for invitee in wanted}


def _post(
    connection: Connection,
    alliance: Alliance,
    meeting: Meeting,
    telling: Invitation,
    attendees: list[Line],
    last: Invitation | None,
    given: Iterable[Answer],
    now: datetime,
) -> None:
    strand = strand_of(meeting.id, telling.person_id)
    outbox.withdraw_strand(connection, alliance.id, strand, "older_revision", now)
    heard = outbox.last_heard(connection, alliance.id, strand)
    if telling.method == "CANCEL" and not heard:
        return  # nothing ever reached this calendar
    snapshot = _snapshot(meeting, telling, attendees, last) | {
        "first": not heard,
        "was": [heard["starts_at"], heard["ends_at"]] if heard else [],
        "answered": any(answer.for_person in (None, telling.person_id) for answer in given),
    }
    outbox.post(connection, alliance.id, invitation(telling, snapshot), now)
    outbox.withdraw_strand(connection, alliance.id, f"{strand}/chat", "older_revision", now)
    if outbox.has_chat(connection, alliance.id, telling.person_id):
        chat = invitation_in_chat(telling, snapshot, meeting.starts_at)
        outbox.post(connection, alliance.id, chat, now)


def _uninvites(meeting: Meeting, telling: Invitation) -> bool:
    """Whether one person leaves a meeting that takes place (RFC 5546 3.2.2.6)."""
    return telling.method == "CANCEL" and meeting.state != "cancelled"


def _snapshot(
    meeting: Meeting, telling: Invitation, attendees: list[Line], last: Invitation | None
) -> dict[str, object]:
    """What the mail says, as it is now."""
    return {
        "meeting": meeting.id,
        "method": telling.method,
        "sequence": telling.sequence,
        "stamp": telling.stamp.isoformat(),
        "uid": meeting.uid,
        "title": [meeting.title.da, meeting.title.en],
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat(),
        "place": meeting.place,
        "answer_by": meeting.answer_by.isoformat(),
        "reason": meeting.reason,
        "organisation": telling.organisation_id,
        "uninvites": _uninvites(meeting, telling),
        "moved": last is not None and telling.revision > last.revision,
        "thread": f"meeting:{meeting.id}",
        "attendees": attendees,
    }


def _attendee_lines(
    connection: Connection,
    alliance: Alliance,
    meeting: Meeting,
    concerned: Iterable[Invitee | Invitation],
    answers: Mapping[int, Iterable[Answer]],
) -> dict[int, Line]:
    """Everybody concerned as a calendar lists them: name, address, role and what they have answered."""
    newest = {one.person_id: one for one in concerned}
    names = register.people(connection, alliance.id, newest)
    day = alliance.charter.calendar.day(meeting.starts_at)
    ids = {one.organisation_id for one in newest.values()}
    organisations = register.organisations(connection, alliance.id, day, ids)
    return {
        person: [
            f"{names[person].name} – {organisations[one.organisation_id].official_name}",
            one.address,
            one.role,
            part_stat(meeting, one, answers.get(one.organisation_id, ())),
        ]
        for person, one in newest.items()
    }


def part_stat(meeting: Meeting, one: Invitee | Invitation, answers: Iterable[Answer]) -> PartStat:
    """What a calendar shows of an answer; one given to another time, or by a predecessor, is asked for again.

    For an event a member answers who comes: that is no answer of the office beside it.
    """
    answer = winning(answers, meeting.revision, one.person_id if meeting.of_body else None)
    if answer is None:
        return "NEEDS-ACTION"
    theirs = answer.office == one.office and answer.for_person in (None, one.person_id)
    if not (meeting.of_body or answer.response == "no" or theirs):
        return "NEEDS-ACTION"
    return PART_STATS[answer.response]
