"""The demo cast that ``make demo``, the tests and the docs share: all 98 municipalities, invented people.

Facts about municipalities come from ``municipalities``; everything else here is made up, and everybody's
address ends in .example, so that nobody real can be written to.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from sqlalchemy import Connection, delete
from sqlmodel import SQLModel

from alliance.alliances import Alliance
from alliance.charter import Charter
from alliance.obligations import Settlement, opened
from alliance.validity import Validity
from storage.changes import facts, register
from storage.changes.founding import found
from storage.changes.meetings import plan_meeting
from storage.municipalities import Municipality, municipalities
from storage.queries import accounts, meetings
from storage.queries import register as known
from storage.seed_plans import adopted_days, plant_plans

DEMO_KEY = "demo"
DEMO_CHARTER = "dk2020"
DEMO_START = datetime(2027, 2, 25, 8, 0, tzinfo=UTC)  # Thursday 09:00 in Denmark, the day before the first reminders
DEMO_SINCE = date(2027, 1, 1)
FOUNDED, ALL_JOINED = date(2021, 6, 4), date(2023, 1, 1)
COUNCIL_TERM = Validity(date(2026, 1, 1), date(2030, 1, 1))
SEATS = {
    "KKR Hovedstaden": "0147",
    "KKR Sjælland": "0259",
    "KKR Syddanmark": "0410",
    "KKR Midtjylland": "0746",
    "KKR Nordjylland": "0849",
}
CHAIR = ("KKR Hovedstaden", "0147", Validity(date(2026, 2, 1), date(2028, 2, 1)))
SECRETARY = "sekretariat@frederiksberg.example"
WITH_DEPUTY = ("0101", "0147", "0461", "0751", "0851")  # mayors whose secretary answers for them
FIRST = [
    "Anne",
    "Bo",
    "Camilla",
    "Dan",
    "Ellen",
    "Frans",
    "Gitte",
    "Henrik",
    "Ida",
    "Jens",
    "Karen",
    "Lars",
    "Mette",
    "Niels",
    "Olga",
    "Peter",
    "Rikke",
    "Søren",
    "Tine",
    "Ulla",
    "Vagn",
    "Yrsa",
    "Ziva",
    "Åse",
    "Asger",
    "Birgit",
    "Carl",
    "Dorte",
    "Erik",
    "Freja",
    "Gorm",
    "Hanne",
    "Ib",
    "Jytte",
    "Kaj",
    "Lone",
    "Mads",
    "Nanna",
    "Ole",
    "Pia",
]
LAST = [
    "Agerskov",
    "Bjerre",
    "Dalgaard",
    "Elkjær",
    "Fogh",
    "Gram",
    "Hede",
    "Iversen",
    "Juul",
    "Kragh",
    "Lindhardt",
    "Mølgaard",
    "Nygaard",
    "Overgaard",
    "Præst",
    "Ravn",
    "Skov",
    "Toft",
    "Uldum",
    "Vinther",
    "Winther",
    "Østerby",
    "Ågård",
    "Bak",
    "Damborg",
    "Enevold",
    "Friis",
    "Gade",
    "Holm",
    "Kold",
    "Lykke",
    "Munk",
    "Nørby",
]


def plant_demo(connection: Connection, start: datetime = DEMO_START) -> int:
    """Plant the demo alliance, its clock standing at ``start`` (aware UTC); returns the alliance's id."""
    alliance = found(connection, DEMO_KEY, DEMO_CHARTER, DEMO_SINCE, start, demo=True)
    alliance_id, names = alliance.id, invented_names()
    planted: dict[str, int] = {}
    for municipality in municipalities():
        planted[municipality.code] = _plant_member(connection, alliance_id, municipality, names, start)
    _plant_seats(connection, alliance_id, planted, start)
    secretary = _plant_secretariat(connection, alliance_id, planted["0147"], names, start)
    _plant_events(connection, alliance_id, alliance.charter)
    _plant_plans(connection, alliance, planted, secretary, start)
    return alliance_id


def forget_demo(connection: Connection) -> None:
    """Empty the database of a demo: every table, the ones that point at others first."""
    for table in reversed(SQLModel.metadata.sorted_tables):
        connection.execute(delete(table))


def invented_names() -> Iterator[str]:
    """Invented names, each once, always in the same order."""
    for shift in range(len(LAST)):
        for number, first in enumerate(FIRST):
            yield f"{first} {LAST[(number + shift) % len(LAST)]}"


def _plant_member(
    connection: Connection, alliance_id: int, m: Municipality, names: Iterator[str], start: datetime
) -> int:
    organisation = register.add_municipality(connection, alliance_id, m.code, m.name, m.official_name, m.groups)
    joined = FOUNDED if m.cohort == "pilot_2019" else ALL_JOINED
    register.add_membership(connection, alliance_id, organisation, "member", joined, None, start)
    people = [("mayor", "borgmester", False), ("climate_coordinator", "klima", False)]
    if m.code in WITH_DEPUTY:
        people.append(("mayor", "borgmestersekretaer", True))
    for office, mailbox, acting in people:
        person = plant_person(connection, alliance_id, next(names), f"{mailbox}@{m.slug}.example", start)
        term = COUNCIL_TERM if office == "mayor" else Validity(date(2024, 1, 1))
        register.add_office_term(
            connection,
            alliance_id,
            organisation,
            office,
            person,
            term.since,
            term.until,
            start,
            acting=acting,
        )
    return organisation


def plant_person(connection: Connection, alliance_id: int, name: str, mail: str, start: datetime) -> int:
    person = register.add_person(connection, alliance_id, name, "da")
    register.add_address(connection, alliance_id, person, "mail", mail, start, verified=True)
    return person


def _plant_seats(connection: Connection, alliance_id: int, planted: dict[str, int], start: datetime) -> None:
    for constituency, code in SEATS.items():
        register.add_seat_term(
            connection,
            alliance_id,
            "steering_group",
            constituency,
            planted[code],
            date(2026, 1, 15),
            COUNCIL_TERM.until,
            start,
        )
    constituency, code, term = CHAIR
    register.add_seat_term(
        connection,
        alliance_id,
        "steering_group",
        constituency,
        planted[code],
        term.since,
        term.until,
        start,
        chair=True,
    )


def _plant_secretariat(
    connection: Connection, alliance_id: int, organisation: int, names: Iterator[str], start: datetime
) -> int:
    person = plant_person(connection, alliance_id, next(names), SECRETARY, start)
    register.add_office_term(
        connection, alliance_id, organisation, "secretariat", person, date(2026, 2, 1), None, start
    )
    return person


def _plant_events(connection: Connection, alliance_id: int, charter: Charter) -> None:
    events = (
        ("summit", date(2027, 5, 27), time(10), time(15, 30), "Frederiksberg Rådhus", date(2027, 4, 30)),
        ("workshop", date(2027, 9, 23), time(9, 30), time(15), "Køge Rådhus", date(2027, 8, 27)),
    )
    for kind, day, begins, ends, place, answer_by in events:
        starts_at, ends_at = charter.calendar.at(day, begins), charter.calendar.at(day, ends)
        plan_meeting(
            connection,
            alliance_id,
            kind=kind,
            year=day.year,
            number=0,
            starts_at=starts_at,
            ends_at=ends_at,
            place=place,
            answer_by=answer_by,
        )


def _plant_plans(
    connection: Connection, alliance: Alliance, planted: dict[str, int], secretary: int, start: datetime
) -> None:
    """The members that came through DK2020 have a plan, which is their evidence; the rest still owe it."""
    alliance_id, today = alliance.id, alliance.charter.calendar.day(start)
    dates = accounts.event_dates(meetings.meetings(connection, alliance), alliance)
    due = opened(alliance.charter, known.memberships(connection, alliance_id), dates, DEMO_SINCE, today)
    facts.open_obligations(connection, alliance_id, due)
    adopted = {planted[code]: day for code, day in adopted_days().items()}
    settled: dict[int, int] = {}
    for account in accounts.accounts(connection, alliance, today):
        if account.requirement.key == "plan" and account.organisation.id in adopted:
            settled[account.organisation.id] = facts.add_settlement(
                connection,
                alliance_id,
                Settlement(
                    id=0,
                    obligation_id=account.obligation.id,
                    organisation_id=account.organisation.id,
                    requirement="plan",
                    kind="evidence",
                    result="fulfilled",
                    what="Klimahandlingsplan fra DK2020 (eksempel til demoen)",
                    link="",
                    validity=Validity(adopted[account.organisation.id]),
                    recorded_at=start,
                    recorded_by=secretary,
                    on_behalf=True,
                    evidence="adopted_plan",
                ),
            )
    plant_plans(connection, alliance, planted, settled, secretary, start)
