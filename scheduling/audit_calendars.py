"""The self-audit of calendars and papers: who sits where against what left, without asking who planned it.

Only what has stood still for longer than ``MAY_WAIT`` is looked at, and only who can be reached: of the others the
secretariat hears by other ways (``scheduling/notices.py``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.findings import MAY_WAIT, Finding
from alliance.meetings import Meeting
from alliance.members import Membership, OfficesOn
from storage.queries import auditing, auditing_calendars, meetings, register
from storage.queries.auditing_calendars import Told


class Places(NamedTuple):
    """Who could take the place that an organisation must fill, by organisation; who may be there besides."""

    filled: Mapping[int, frozenset[int]]
    besides: frozenset[int] = frozenset()

    @property
    def people(self) -> frozenset[int]:
        return self.besides.union(*self.filled.values())


def calendar_faults(connection: Connection, alliance: Alliance, now: datetime) -> Iterator[Finding]:
    """Calendars that do not hold what was decided of a meeting ahead; ``now`` is aware UTC."""
    known = meetings.meetings(connection, alliance)
    ahead = [meeting for meeting in known if meeting.starts_at > now and meeting.state in ("called", "cancelled")]
    if not ahead or _just_changed(auditing_calendars.seating_changed(connection, alliance.id), now):
        return
    told = auditing_calendars.told_last(connection, alliance.id, [meeting.id for meeting in ahead])
    for meeting in ahead:
        theirs = {person: one for (id_, person), one in told.items() if id_ == meeting.id}
        places = _places(connection, alliance, meeting)
        reached = _reached(connection, alliance, {*theirs, *places.people}, ("mail",))
        found = (*_wrongly_told(meeting, theirs, places), *_not_told(meeting, theirs, places, reached))
        changed = auditing.changed(connection, alliance.id, {organisation for _, organisation, _ in found}, now)
        for kind, organisation, person in found:
            if (person is None or person in reached) and not _just_changed(changed.get(organisation), now):
                facts = {"meeting": meeting.id, "organisation": organisation} | ({"person": person} if person else {})
                yield Finding(kind, f"meeting:{meeting.id}", facts)


def _wrongly_told(meeting: Meeting, told: Mapping[int, Told], places: Places) -> Iterator[tuple[str, int, int | None]]:
    """(what is wrong, organisation, person) of calendars that hold what they should not."""
    for person, one in told.items():
        if one.method != "REQUEST" or one.goes_again:
            continue
        if meeting.state == "cancelled" or person not in places.people:
            yield "still_invited", one.organisation_id, person
        elif (one.starts_at, one.place) != (meeting.starts_at, meeting.place):
            yield "old_time", one.organisation_id, person


def _not_told(
    meeting: Meeting, told: Mapping[int, Told], places: Places, reached: Collection[int]
) -> Iterator[tuple[str, int, int | None]]:
    """The same of organisations whose place nobody was told to take, although somebody could be reached."""
    for organisation, people in places.filled.items() if meeting.state == "called" else ():
        invited = any(told[p].method == "REQUEST" or told[p].goes_again for p in people if p in told)
        if not invited and any(person in reached for person in people):
            yield "uninvited", organisation, next(iter(people)) if len(people) == 1 else None


def _places(connection: Connection, alliance: Alliance, meeting: Meeting) -> Places:
    day = alliance.charter.calendar.day(meeting.starts_at)
    offices = register.offices_on(connection, alliance.id, day)
    if meeting.of_body:
        return _round_a_table(connection, alliance, meeting, day, offices)
    tied = {office for asked in alliance.charter.asked_on(day, meeting.kind) for office in asked}
    members = {m.organisation_id for m in register.memberships(connection, alliance.id) if _is_member(m, day)}
    return Places(_holding(offices, members, tied, acting=True))


def _round_a_table(
    connection: Connection, alliance: Alliance, meeting: Meeting, day: date, offices: OfficesOn
) -> Places:
    """The seats of a body, and whoever has an office with one of its observers."""
    body = alliance.charter.body(meeting.kind)
    seated = _seated(connection, alliance, body.key, day)
    observing = {
        m.organisation_id
        for m in register.memberships(connection, alliance.id)
        if m.role in body.observers and m.validity.covers(day)
    }
    besides = {term.person_id for term in offices.terms if term.organisation_id in observing}
    return Places(_holding(offices, seated, {body.seat_holder}, acting=False), frozenset(besides))


def _is_member(membership: Membership, day: date) -> bool:
    return membership.role == "member" and membership.validity.covers(day)


def _seated(connection: Connection, alliance: Alliance, body: str, day: date) -> set[int]:
    """The organisations with a seat in a body on a local day."""
    terms = register.seats(connection, alliance.id)
    return {term.organisation_id for term in terms if term.body == body and term.validity.covers(day)}


def _holding(
    offices: OfficesOn, organisations: Collection[int], wanted: Collection[str], *, acting: bool
) -> dict[int, frozenset[int]]:
    """Who holds one of the offices (``acting``: or acts for it) in each of the organisations, where anybody does."""
    found: dict[int, frozenset[int]] = {}
    for term in offices.terms:
        if term.organisation_id in organisations and term.office in wanted and (acting or not term.acting):
            found[term.organisation_id] = found.get(term.organisation_id, frozenset()) | {term.person_id}
    return found


def _reached(
    connection: Connection, alliance: Alliance, people: Collection[int], channels: Collection[str] = ()
) -> set[int]:
    """Those of the people who have an address that works, on one of the channels if any are named."""
    return {
        person
        for person, addresses in register.addresses(connection, alliance.id, people).items()
        if any(a.unreachable_since is None and (not channels or a.channel in channels) for a in addresses)
    }


def _just_changed(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now - moment <= MAY_WAIT


# ------------------------------------------------------------------------------------------------------ papers


def paper_faults(connection: Connection, alliance: Alliance, now: datetime) -> Iterator[Finding]:
    """Papers of meetings without approved minutes that somebody with a seat was never sent; ``now`` is aware UTC."""
    due = auditing_calendars.papers_to_have(connection, alliance.id, now - MAY_WAIT)
    if not due or _just_changed(auditing_calendars.seating_changed(connection, alliance.id), now):
        return
    today = alliance.charter.calendar.day(now)
    offices = register.offices_on(connection, alliance.id, today)
    told = auditing_calendars.told_of_papers(
        connection, alliance.id, {paper for each in due.values() for paper in each}
    )
    for meeting in meetings.meetings(connection, alliance):
        if meeting.id not in due or not meeting.of_body:
            continue
        body = alliance.charter.body(meeting.kind)
        seated = _holding(offices, _seated(connection, alliance, body.key, today), {body.seat_holder}, acting=False)
        reached = _reached(connection, alliance, {person for people in seated.values() for person in people})
        changed = auditing.changed(connection, alliance.id, seated, now)
        for organisation, people in seated.items():
            if _just_changed(changed.get(organisation), now):
                continue
            for person in sorted(people & reached):
                if any((paper, person) not in told for paper in due[meeting.id]):
                    facts = {"meeting": meeting.id, "organisation": organisation, "person": person}
                    yield Finding("no_paper", f"meeting:{meeting.id}", facts)
