"""Databases to be sent from: a real alliance with invented people in Slack, and broadcasts posted to each of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from alliance.notifications import broadcast
from bench.cards import ALLIANCE, SENDER, recipients, text_of
from bench.contenders.stage import Work
from bench.slack_asking import TEAM, USER
from storage import outbox
from storage.changes import register
from storage.engine import connect, writing
from storage.migrate import migrate
from storage.queries import register as queries
from storage.seed import plant_demo

POSTED = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)
LATER = timedelta(hours=1)
WARM_UP = 40
COORDINATOR = "climate_coordinator"


def plant(address: str, work: Work) -> None:
    """Bring a database to where the sender finds ``work`` due an hour after POSTED, and a warm-up at POSTED."""
    engine = connect(address)
    migrate(engine)
    with writing(engine) as connection:
        alliance = register.add_alliance(connection, "bench", "dk2020", date(2027, 1, 1), None)
        people = [
            register.add_person(connection, alliance, f"Person {number:05d}", "da")
            for number in range(work.people + WARM_UP)
        ]
        for number, person in enumerate(people):
            address_of = f"tbench/u{number:07d}"
            register.add_address(connection, alliance, person, "slack", address_of, POSTED, verified=True)
        for person in people[work.people :]:
            note = broadcast(text_of("warm-up"), "warm-up", POSTED.date(), person, SENDER)
            outbox.post(connection, alliance, note, POSTED)
        turns = dict.fromkeys(people, 0)
        for person in (people[number] for number in recipients(work.people, work.each, work.order)):
            text = text_of(f"{work.number}/{turns[person]}")
            note = broadcast(text, ALLIANCE, POSTED.date(), person, SENDER)
            outbox.post(connection, alliance, note, POSTED + LATER)
            turns[person] += 1
    engine.dispose()


def plant_workspace(address: str) -> None:
    """The demo's alliance as if it were a real one, with the coordinator of a municipality in Slack."""
    engine = connect(address)
    migrate(engine)
    with writing(engine) as connection:
        plant_demo(connection)
        connection.exec_driver_sql("UPDATE alliance SET demo_now = NULL")
        alliance = queries.alliances(connection)[0].id
        person = next(t.person_id for t in queries.office_terms(connection, alliance) if t.office == COORDINATOR)
        register.add_address(connection, alliance, person, "slack", f"{TEAM}/{USER}", POSTED, verified=True)
    engine.dispose()
