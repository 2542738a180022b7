"""What a calendar was told and did not hear is delivered again as it was, surely lost or in doubt.

The small alliance of the calendars' own tests: a real database, the real outbox and sender; only the post is played.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from scheduling.audit import check
from storage import outbox
from storage.calling import tell_again
from storage.changes import register as changes
from storage.engine import connect, reading, writing
from storage.tables import tables
from tests.databases import Databases
from tests.scheduling.test_calendars import Play, Post, template

__all__ = ["template"]
ADDRESS = "borgmester@m2.example"
PERSON = 2
TWICE_LOST, TWICE_TAKEN = ["lost", "lost"], ["unheard", "unheard"]
REFUSED = ["bounce"]


class Mishap(Play):
    """One mayor of five is not reached by what is told now; the others are."""

    def tell(self, method: str, outcomes: list[str]) -> None:
        """Call the meeting, or call it off after all were invited, and let the post do its worst to one of them."""
        if method == "CANCEL":
            self.change(lambda m: m.called(self.now))
            self.deliver()
            self.change(lambda m: m.cancelled("Sygdom", self.now))
        else:
            self.change(lambda m: m.called(self.now))
        self.only_theirs(True)
        self.post.outcomes = iter(outcomes)
        for _ in range(6):
            self.deliver()
            self.now += timedelta(minutes=5)
        self.post.outcomes = iter(())
        self.only_theirs(False)
        self.deliver()

    def only_theirs(self, alone: bool) -> None:
        """Hold the others' back, or let them go."""
        delivery = tables["delivery"]
        with writing(self.engine) as connection:
            others = delivery.c.strand.not_like(f"%person:{PERSON}") & (delivery.c.state == "queued")
            at = outbox.as_ms(self.now + timedelta(days=30) if alone else self.now)
            connection.execute(update(delivery).where(others).values(ready_ms=at))

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)
        self.tick()
        self.deliver()

    def record(self) -> Any:
        delivery = tables["delivery"]
        query = delivery.select().where(delivery.c.strand.like(f"%person:{PERSON}")).order_by(delivery.c.id.desc())
        with reading(self.engine) as connection:
            return connection.execute(query).first()

    def methods(self) -> list[str]:
        """What arrived at the one, each mail by its Message-ID's occasion."""
        return [key.split("/")[3].partition(":")[0] for key, _ in self.post.arrived[ADDRESS]]

    def address_anew(self, value: str) -> None:
        """What the secretariat's command does."""
        with writing(self.engine) as connection:
            changes.end_addresses(connection, 1, PERSON, "mail", self.now)
            changes.add_address(connection, 1, PERSON, "mail", value, self.now, verified=True)


@pytest.fixture
def mishap(databases: Databases, template: str) -> Iterator[Mishap]:
    copy = databases.copy(template)
    engine = connect(copy)
    try:
        yield Mishap(engine, Post(iter(()), can_be_asked=False))
    finally:
        engine.dispose()
        databases.drop(copy)


@pytest.mark.slow
@pytest.mark.parametrize("outcomes", [TWICE_LOST, TWICE_TAKEN], ids=["lost", "taken"])
@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_what_was_perhaps_sent_is_sent_again_a_day_later_and_not_before(
    mishap: Mishap, method: str, outcomes: list[str]
) -> None:
    mishap.tell(method, outcomes)
    assert (mishap.record().state, mishap.record().reason) == ("given_up", "perhaps_sent")
    before = mishap.methods()
    mishap.later(hours=23)
    assert mishap.methods() == before
    mishap.later(hours=1)
    assert mishap.methods() == [*before, method.lower()] and mishap.record().state == "sent"
    contents = {content for key, content in mishap.post.arrived[ADDRESS] if f"/{method.lower()}:" in key}
    assert len(contents) == 1, "the same object to the byte"
    mishap.later(hours=48)
    assert mishap.methods() == [*before, method.lower()]


@pytest.mark.slow
@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
@pytest.mark.parametrize("value", ["ny@m2.example", ADDRESS])
def test_what_was_surely_refused_goes_at_once_when_the_address_is_corrected(
    mishap: Mishap, method: str, value: str
) -> None:
    mishap.tell(method, REFUSED)
    mishap.later(minutes=5)
    assert mishap.record().state == "given_up"
    mishap.address_anew(value)
    mishap.later(minutes=1)
    assert mishap.record().state == "sent"
    assert mishap.post.arrived[value][-1][0].split("/")[3].startswith(method.lower())


@pytest.mark.slow
@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_without_an_address_that_works_nothing_goes_however_long_it_takes(mishap: Mishap, method: str) -> None:
    mishap.tell(method, REFUSED)
    for _ in range(3):
        mishap.later(hours=30)
    assert mishap.record().state == "given_up"


@pytest.mark.slow
def test_a_request_in_doubt_and_two_days_of_outage_after_it_goes_when_the_server_is_back(mishap: Mishap) -> None:
    mishap.tell("REQUEST", ["lost", *["later"] * 40])
    for _ in range(20):
        mishap.post.outcomes = iter(["later"] * 20)
        mishap.later(hours=4)
    assert mishap.record().state in ("given_up", "failed") and mishap.methods() == []
    mishap.post.outcomes = iter(())
    for _ in range(3):
        mishap.later(hours=12)
    assert mishap.methods() == ["request"]


@pytest.mark.slow
def test_it_is_queued_three_times_at_most_and_then_left(mishap: Mishap) -> None:
    mishap.tell("CANCEL", TWICE_LOST)
    for _ in range(10):
        mishap.post.outcomes = iter(TWICE_LOST)
        for _ in range(6):
            mishap.later(hours=5)
    assert (mishap.record().state, mishap.record().reason) == ("given_up", "perhaps_sent")
    with reading(mishap.engine) as connection:
        steps = outbox.story(connection, 1, mishap.record().id)
    assert [step.state for step in steps].count("queued") == 3
    assert [step.reason for step in steps if step.state == "queued"] == ["", "again", "again"]


@pytest.mark.slow
@pytest.mark.parametrize("what", ["begun", "moved", "called off", "office gone"])
def test_what_is_no_longer_the_newest_or_no_longer_ahead_does_not_go_again(mishap: Mishap, what: str) -> None:
    mishap.tell("REQUEST", TWICE_LOST)
    lost = mishap.record().id
    if what == "begun":
        mishap.now += timedelta(days=90)
    elif what == "moved":
        mishap.change(lambda m: m.relocated("Køge", mishap.now))
    elif what == "called off":
        mishap.change(lambda m: m.cancelled("Sygdom", mishap.now))
    else:
        mishap.office(2, True)
        mishap.tick()
    mishap.later(hours=25)
    with reading(mishap.engine) as connection:
        steps = outbox.story(connection, 1, lost)
    assert [step.reason for step in steps].count("again") == 0


def test_asking_twice_in_a_tick_or_in_two_processes_queues_it_once(mishap: Mishap) -> None:
    mishap.tell("REQUEST", TWICE_LOST)
    mishap.now += timedelta(hours=24)
    for queued in (1, 0):
        with writing(mishap.engine) as connection:
            ahead = [mishap.meeting(connection)]
            assert tell_again(connection, mishap.alliance, ahead, mishap.now) == queued


def test_the_audit_counts_its_waiting_from_when_it_was_queued_again(mishap: Mishap) -> None:
    mishap.tell("CANCEL", TWICE_LOST)
    mishap.now += timedelta(hours=60)
    mishap.tick()
    for minutes, stuck in ((59, 0), (2, 1)):
        mishap.now += timedelta(minutes=minutes)
        with reading(mishap.engine) as connection:
            found = check(connection, mishap.alliance, mishap.now, ("mail",))
        assert sum(one.kind in ("stuck", "silent") for one in found) == stuck
