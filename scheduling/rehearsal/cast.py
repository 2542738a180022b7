"""The small alliance of the harness: six members, a secretariat, one body with three seats, some with a chat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import Connection

from storage.changes import register as change
from storage.changes.meetings import plan_meeting
from storage.queries import register

KEY, BODY = "rehearsal", "steering_group"
MEMBERS, SEATED = 6, 3
FOUNDED = date(2021, 6, 4)
OFFICES = {"mayor": "borgmester", "climate_coordinator": "klima", "official": "medarbejder"}
IN_A_CHAT = {"borgmester1", "borgmester2", "klima2", "klima3", "klima5"}
ONLY_IN_A_CHAT = {"klima5"}
SECRETARY = "sekretariat@m1.example"


@dataclass(frozen=True)
class Days:
    """The local days of a play's two events, each with the day its answers are due."""

    summit: date
    workshop: date


def plant(connection: Connection, charter: str, year: int) -> int:
    """Plant the alliance as it is at the beginning of a year; returns its id. Everybody is invented."""
    start = datetime(year, 1, 1, tzinfo=UTC)
    alliance = change.add_alliance(connection, KEY, charter, date(year, 1, 1), None)
    for number in range(1, MEMBERS + 1):
        organisation = change.add_organisation(
            connection, alliance, f"{number:04}", f"By {number}", f"By {number} Kommune", "municipality"
        )
        change.add_membership(connection, alliance, organisation, "member", FOUNDED, None, start)
        for office, mailbox in OFFICES.items():
            _office(connection, alliance, organisation, office, f"{mailbox}{number}", start)
        if number <= SEATED:
            _seat(connection, alliance, organisation, number, start)
    _office(connection, alliance, 1, "secretariat", "sekretariat1", start)
    _office(connection, alliance, 2, "mayor", "borgmestersekretaer2", start, acting=True)
    return alliance


def address_of(name: str) -> str:
    """``klima3`` is reached at ``klima@m3.example``."""
    return f"{name.rstrip('0123456789')}@m{name[-1]}.example"


def _office(
    connection: Connection,
    alliance: int,
    organisation: int,
    office: str,
    name: str,
    start: datetime,
    *,
    acting: bool = False,
) -> None:
    person = change.add_person(connection, alliance, name, "da")
    if name not in ONLY_IN_A_CHAT:
        change.add_address(connection, alliance, person, "mail", address_of(name), start, verified=True)
    if name in IN_A_CHAT:
        change.add_address(connection, alliance, person, "slack", f"T1/{name}", start, verified=True)
    change.add_office_term(connection, alliance, organisation, office, person, FOUNDED, None, start, acting=acting)


def _seat(connection: Connection, alliance: int, organisation: int, number: int, start: datetime) -> None:
    for chair in (False, True)[: 2 if number == 1 else 1]:
        change.add_seat_term(
            connection, alliance, BODY, f"Område {number}", organisation, FOUNDED, None, start, chair=chair
        )


def plan_events(connection: Connection, alliance_id: int, days: Days) -> None:
    """Put the summit and the workshop on their days; answers are due as the charter counts back."""
    alliance = next(a for a in register.alliances(connection) if a.id == alliance_id)
    calendar = alliance.charter.calendar
    for kind, day in (("summit", days.summit), ("workshop", days.workshop)):
        plan_meeting(
            connection,
            alliance_id,
            kind=kind,
            year=day.year,
            number=0,
            starts_at=calendar.at(day, time(10)),
            ends_at=calendar.at(day, time(15)),
            place="Rådhuset",
            answer_by=calendar.before(day, alliance.charter.cadence_on(kind, day).answer_days),
        )
