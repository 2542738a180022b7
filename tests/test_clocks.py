"""What time it is for a process, whatever somebody does to the machine's clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from alliance.deliveries import Parcel
from alliance.notifications import Notification
from scheduling import stopwatch
from scheduling.deliver import deliver, deliver_one
from scheduling.steady import LEASES_END, Steady, time_for_leases
from storage import engine as database
from storage import outbox
from storage.engine import writing
from tests.conftest import Played, local
from tests.scheduling.test_channels import Provider
from tovholder import wiring
from tovholder.clocks import ASK_AGAIN_SECONDS, Clock

NOW = local("2027-03-03T08:00")


@dataclass
class Wall:
    """The clock on the wall of a machine, and how many seconds have really passed on it."""

    shown: datetime = NOW
    ran: float = 0.0

    def pass_by(self, seconds: float) -> None:
        self.shown += timedelta(seconds=seconds)
        self.ran += seconds


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    found = Wall()
    monkeypatch.setattr(wiring, "time_of", lambda _alliances: found.shown)
    monkeypatch.setattr(stopwatch, "seconds", lambda: found.ran)
    return found


@pytest.fixture
def clock(played: Played, wall: Wall) -> Callable[[], Clock]:
    """Makes the clock of a process where real people are written to."""

    def made() -> Clock:
        clock = Clock(played.engine)
        clock._is_demo = False
        return clock

    return made


@pytest.mark.sqlite
def test_the_machines_clock_is_followed_wherever_it_is_set_to(clock: Callable[[], Clock], wall: Wall) -> None:
    one = clock()
    for by in (timedelta(hours=5), timedelta(hours=-1), timedelta(seconds=1)):
        wall.shown += by
        assert one() == wall.shown


@pytest.mark.sqlite
@pytest.mark.parametrize("minutes", [2, 600])
def test_a_lease_is_over_when_its_seconds_have_passed_and_not_because_the_clock_was_set(
    clock: Callable[[], Clock], wall: Wall, minutes: int
) -> None:
    one = clock()
    one()
    wall.pass_by(30)
    wall.shown += timedelta(minutes=minutes)
    assert time_for_leases(one) == NOW + timedelta(seconds=30)
    wall.pass_by(LEASES_END)
    assert time_for_leases(one) == NOW + timedelta(seconds=30 + LEASES_END)
    wall.pass_by(1)
    assert time_for_leases(one) == one() == wall.shown


@pytest.mark.sqlite
def test_a_clock_that_is_set_twice_ends_no_lease_either(clock: Callable[[], Clock], wall: Wall) -> None:
    one = clock()
    for seconds in (0, 60, 60):
        wall.pass_by(seconds)
        wall.shown += timedelta(hours=1)
        one()
    assert time_for_leases(one) == NOW + timedelta(seconds=120)


class Setting(Provider):
    """A provider in the middle of whose work somebody sets the clock, and another process looks for what is due."""

    def __init__(self, meanwhile: Callable[[], Any]) -> None:
        super().__init__("slack", can_be_asked=False)
        self.meanwhile = meanwhile

    async def send(self, parcel: Parcel) -> str:
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        await asyncio.to_thread(meanwhile)
        return await super().send(parcel)


@pytest.mark.sqlite
@pytest.mark.parametrize("how", ["deliver", "deliver_one"])
def test_nobody_takes_over_what_is_under_way_because_the_clock_was_set_forward(
    played: Played, clock: Callable[[], Clock], wall: Wall, how: str
) -> None:
    with writing(played.engine) as connection:
        outbox.post(connection, 1, Notification("broadcast", "all", "1", 1, {"text": "Hej", "by": "S"}), NOW)
    mine, others = clock(), clock()

    def another() -> None:
        wall.shown += timedelta(minutes=10)
        run = deliver if how == "deliver" else lambda *given: deliver_one(*given[:2], 1, given[2])
        asyncio.run(run(played.engine, {"mail": mail}, others))

    mail = Setting(another)
    mail.channel = "mail"
    asyncio.run(deliver(played.engine, {"mail": mail}, mine))
    assert len(mail.accepted) == 1
    assert [(record.state, record.reason) for record in played.outbox()] == [("sent", "")]


@pytest.mark.sqlite
def test_who_shares_a_server_goes_by_its_clock_whatever_their_own_says(
    clock: Callable[[], Clock], wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = NOW + timedelta(minutes=3)
    monkeypatch.setattr(database, "server_time", lambda _engine: there + timedelta(seconds=wall.ran))
    one = clock()
    for by in (timedelta(hours=5), timedelta(hours=-9)):
        wall.pass_by(20)
        wall.shown += by
        assert one() == there + timedelta(seconds=wall.ran)


@pytest.mark.sqlite
def test_a_servers_clock_that_is_set_ends_no_lease_before_all_have_noticed(
    clock: Callable[[], Clock], wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Wall()
    monkeypatch.setattr(database, "server_time", lambda _engine: there.shown + timedelta(seconds=wall.ran))
    monkeypatch.setattr("threading.Thread.start", lambda thread: thread.run())
    one = clock()
    there.shown += timedelta(hours=1)
    wall.pass_by(ASK_AGAIN_SECONDS + 1)
    one()
    assert one() == NOW + timedelta(hours=1, seconds=wall.ran)
    assert time_for_leases(one) == NOW + timedelta(seconds=wall.ran)


def test_a_clock_that_knows_nothing_of_being_set_is_taken_as_it_is() -> None:
    assert time_for_leases(lambda: NOW) == NOW
    assert time_for_leases(Steady(NOW, lambda: 0.0)) == NOW
