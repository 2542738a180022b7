"""What the members and the secretariat of a real alliance may do in a year: invented, with known moods."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.charter import Requirement
from alliance.meetings import Meeting
from alliance.members import OfficesOn, Organisation
from scheduling.rehearsal.behaviour import Act, moved_to
from storage.queries import actors, meetings, register
from storage.queries.rolls import roll

MOODS = {"early": 0.25, "in_time": 0.35, "late": 0.2, "silent": 0.2}
WHEN = {"early": (-80, -30), "in_time": (-29, 0), "late": (1, 20)}  # days from the due day
CALLED_BEFORE = timedelta(days=45)
NEWCOMERS, DISPENSATIONS = 6, 3
SNOOZING = 0.15
HOURS = (time(7, 40), time(9, 10), time(11), time(13, 25), time(15, 50), time(20, 15))


@dataclass(frozen=True)
class Cast:
    """Who can be spoken for in an alliance on a day: its members, who holds what, and where they are reached."""

    alliance: Alliance
    members: tuple[Organisation, ...]
    offices: OfficesOn
    addresses: dict[int, str]
    secretary: str
    meetings: tuple[Meeting, ...]

    def speaker(self, organisation: Organisation, offices: tuple[str, ...]) -> str:
        """The address of the last of those who are asked on behalf of the offices; empty if nobody has one."""
        asked = self.offices.asked(organisation.id, offices)
        return next((self.addresses[p] for p in reversed(asked) if p in self.addresses), "")


def cast_of(connection: Connection, alliance: Alliance, today: date) -> Cast:
    """The cast as the register has it on a local day."""
    ids = {
        m.organisation_id
        for m in register.memberships(connection, alliance.id)
        if m.role == "member" and m.validity.covers(today)
    }
    offices = register.offices_on(connection, alliance.id, today)
    found = register.addresses(connection, alliance.id)
    working = {p: [a.value for a in each if a.unreachable_since is None] for p, each in found.items()}
    addresses = {person: values[-1] for person, values in working.items() if values}
    home = actors.secretariat_home(connection, alliance, today)
    staff = offices.holders(home, alliance.charter.secretariat.office) if home else ()
    return Cast(
        alliance,
        tuple(register.organisations(connection, alliance.id, today, ids).values()),
        offices,
        addresses,
        next((addresses[p] for p in staff if p in addresses), ""),
        meetings.meetings(connection, alliance),
    )


def year_of_acts(chance: random.Random, cast: Cast, start: datetime, end: datetime) -> list[Act]:
    """Everything that is drawn beforehand, in the order of time; what hangs on meetings is ``week_of_acts``."""
    found = list(_of_members(chance, cast, start))
    if cast.secretary:
        found.append(Act(start + timedelta(hours=1), cast.secretary, f"årshjul {start.year}"))
        found += _newcomers(chance, cast, start, end)
        found += _dispensations(chance, cast, start, end)
    found += _snoozes(chance, cast, start)
    return sorted((act for act in found if start <= act.at <= end), key=lambda act: act.at)


def _of_members(chance: random.Random, cast: Cast, start: datetime) -> Iterator[Act]:
    today = cast.alliance.charter.calendar.day(start)
    for organisation in cast.members:
        mood = chance.choices(list(MOODS), list(MOODS.values()))[0]
        for requirement in cast.alliance.charter.requirements_on(today):
            if mood != "silent" and chance.random() < 0.9:
                yield from _settling(chance, cast, organisation, requirement, mood, today)


def _settling(
    chance: random.Random, cast: Cast, organisation: Organisation, requirement: Requirement, mood: str, today: date
) -> Iterator[Act]:
    speaker = cast.speaker(organisation, requirement.asks)
    said = _said(chance, cast, requirement)
    if not speaker or said is None:
        return
    words, answers = said
    due = _due(cast, requirement, today.year) or date(today.year, chance.randrange(2, 12), 15)
    opens = requirement.opens.in_year(today.year) if requirement.opens else today
    day = max(due + timedelta(days=chance.randint(*WHEN[mood])), opens, today)
    at = cast.alliance.charter.calendar.at(day, chance.choice(HOURS))
    yield Act(at, speaker, f"for {organisation.name}: {words}", answers)
    if requirement.settled_by == "attendance" and chance.random() < 0.1:
        event = words.split()[1]
        yield Act(at + timedelta(days=chance.randrange(1, 15)), speaker, f"for {organisation.name}: svar {event} nej")


def _said(chance: random.Random, cast: Cast, requirement: Requirement) -> tuple[str, dict[str, str]] | None:
    """What somebody says who settles a requirement, and what they fill in."""
    if requirement.settled_by == "report":
        asked = [i for i in cast.alliance.charter.reporting.indicators if i.level == "required"]
        return "indberet send", {i.key: f"{chance.randrange(20_000, 900_000)},5" for i in asked}
    if requirement.settled_by == "evidence" and requirement.evidence:
        kind = chance.choice(requirement.evidence).key
        return f"dokumenter {requirement.number}", {"kind": kind, "what": "Prøve"}
    if requirement.settled_by == "attendance" and requirement.attendance:
        office = cast.alliance.charter.office(requirement.attendance[0][0]).title.da
        event = requirement.event_word.da if requirement.event_word else requirement.number
        return f"svar {event} ja {office}", {}
    return None


def _due(cast: Cast, requirement: Requirement, year: int) -> date | None:
    if requirement.due:
        return requirement.due.in_year(year)
    planned = [m for m in cast.meetings if m.kind == requirement.event and m.year == year and m.state != "cancelled"]
    return planned[0].answer_by if planned else None


# ------------------------------------------------------------------------------------------ the secretariat


def _some_time(chance: random.Random, cast: Cast, start: datetime, end: datetime) -> datetime:
    calendar = cast.alliance.charter.calendar
    day = calendar.day(start) + timedelta(days=chance.randrange(1, max((end - start).days, 2)))
    return calendar.at(calendar.next_working_day(day), chance.choice(HOURS))


def _newcomers(chance: random.Random, cast: Cast, start: datetime, end: datetime) -> Iterator[Act]:
    offices = sorted({key for r in cast.alliance.charter.requirements for key in r.asks} - {"secretariat"})
    for number in range(NEWCOMERS):
        at, organisation = _some_time(chance, cast, start, end), chance.choice(cast.members)
        since = cast.alliance.charter.calendar.day(at)
        answers = {
            "office": chance.choice(offices),
            "name": f"Ny {number + 1}",
            "mail": f"ny{number + 1}@rehearsal.example",
            "since": since.isoformat(),
        }
        yield Act(at, cast.secretary, f"for {organisation.name}: embede", answers)


def _dispensations(chance: random.Random, cast: Cast, start: datetime, end: datetime) -> Iterator[Act]:
    dated = [r for r in cast.alliance.charter.requirements_on(start.date()) if r.due]
    for _ in range(DISPENSATIONS if dated else 0):
        at, organisation = _some_time(chance, cast, start, end), chance.choice(cast.members)
        until = cast.alliance.charter.calendar.day(at) + timedelta(days=90)
        answers = {"why": "Prøve", "decided_by": "Styregruppen", "until": until.isoformat()}
        yield Act(at, cast.secretary, f"for {organisation.name}: dispensation {chance.choice(dated).number}", answers)


def _snoozes(chance: random.Random, cast: Cast, start: datetime) -> Iterator[Act]:
    """Some would rather be reminded a little later."""
    dated = [r for r in cast.alliance.charter.requirements_on(start.date()) if r.due]
    for organisation in cast.members:
        if dated and chance.random() < SNOOZING:
            requirement = chance.choice(dated)
            speaker = cast.speaker(organisation, requirement.asks)
            due = _due(cast, requirement, start.year)
            if speaker and due:
                at = cast.alliance.charter.calendar.at(
                    due - timedelta(days=chance.randint(3, 25)), chance.choice(HOURS)
                )
                yield Act(at, speaker, f"for {organisation.name}: udskyd {requirement.number} 1 uge")


def week_of_acts(chance: random.Random, connection: Connection, cast: Cast, now: datetime) -> list[Act]:
    """What the secretariat and the seats do about meetings in the week from ``now``: as the meetings are by then."""
    found: list[Act] = []
    for meeting in meetings.meetings(connection, cast.alliance):
        if meeting.state in ("planned", "called") and now < meeting.starts_at <= now + CALLED_BEFORE:
            found += _about(chance, connection, cast, meeting, now)
    return sorted(found, key=lambda act: act.at)


def _about(chance: random.Random, connection: Connection, cast: Cast, meeting: Meeting, now: datetime) -> Iterator[Act]:
    name = meeting.label if meeting.of_body and meeting.only_body else f"{meeting.word.da} {meeting.label}"
    at = now + timedelta(hours=chance.randrange(1, 30))
    if not cast.secretary:
        return
    if meeting.state == "planned":
        yield Act(at, cast.secretary, f"møde indkald {name}")
        return
    luck = chance.random()
    if luck < 0.04:
        day = cast.alliance.charter.calendar.after(meeting.starts_at.date(), 3)
        yield Act(at, cast.secretary, f"møde flyt {name}", moved_to(day, meeting.place))
    elif luck < 0.05 and meeting.of_body:
        yield Act(at, cast.secretary, f"møde aflys {name} Prøve")
    elif meeting.of_body:
        yield from _seats(chance, connection, cast, meeting, at)


def _seats(chance: random.Random, connection: Connection, cast: Cast, meeting: Meeting, at: datetime) -> Iterator[Act]:
    for line in roll(connection, cast.alliance, meeting).seats:
        address = cast.addresses.get(line.person_id or 0, "")
        if address and line.answer is None and chance.random() < 0.4:
            yield Act(at, address, f"for {line.organisation}: svar {meeting.label} {chance.choice(['ja', 'nej'])}")
