"""What calendars see, whatever happens in whatever order: the rule of issue 3 as a property.

A small alliance of five seats, a real database, the real outbox and sender; only the post itself is played, with
delays, refusals, lost receipts and power cuts.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from sqlalchemy import Connection, Engine, update

from alliance.alliances import Alliance
from alliance.deliveries import Parcel, Sender, Uncertain, Undeliverable
from alliance.errors import Refused
from alliance.messages import Invite
from alliance.pacing import UNLIMITED, Rate
from scheduling.deliver import deliver
from scheduling.meetings import follow_offices
from storage.calling import invitees, tell_calendars
from storage.changes import register as changes
from storage.changes.meetings import change_meeting, plan_meeting
from storage.engine import connect, reading, writing
from storage.migrate import migrate
from storage.queries import meetings, register
from storage.tables import tables
from tests.databases import Databases

START = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
FOUNDED, BODY = date(2021, 6, 4), "steering_group"


SENDER = Sender("Tovholder", "moeder@alliance.example")


class PowerCut(BaseException):
    """What no ``except Exception`` sees."""


@dataclass
class Post:
    """Plays the post: each send has the next outcome, then all goes well. Keeps what arrived, in its order."""

    outcomes: Iterator[str]
    can_be_asked: bool
    arrived: dict[str, list[tuple[str, bytes]]] = field(default_factory=lambda: defaultdict(list))
    channel: str = "mail"
    at_once: int = 1
    rate: Rate = UNLIMITED
    sender: Sender = SENDER

    async def send(self, parcel: Parcel) -> str:
        outcome = next(self.outcomes, "ok")
        if outcome == "cut_before":
            raise PowerCut
        if outcome == "bounce":
            raise Undeliverable(permanent=True, reason="550", address_is_wrong=True)
        if outcome == "later":
            raise Undeliverable(permanent=False, reason="busy")
        if outcome != "lost":
            content = next(block.content for block in parcel.message.blocks if isinstance(block, Invite))
            self.arrived[parcel.to_address].append((parcel.key, content))
        if outcome == "cut_after":
            raise PowerCut
        if outcome in ("lost", "unheard"):
            raise Uncertain("no answer")
        return parcel.key

    async def find(self, parcel: Parcel) -> str | None:
        keys = [key for key, _ in self.arrived[parcel.to_address]]
        return parcel.key if self.can_be_asked and parcel.key in keys else None

    async def close(self) -> None:
        """Nothing is kept open."""


class Play:
    """The alliance, its clock and the people who take over offices."""

    def __init__(self, engine: Engine, post: Post) -> None:
        self.engine, self.post, self.now, self.people = engine, post, START, 0

    @property
    def alliance(self) -> Alliance:
        with reading(self.engine) as connection:
            return register.alliances(connection)[0]

    def meeting(self, connection: Connection) -> Any:
        return meetings.meetings(connection, self.alliance)[0]

    def change(self, verb: Any) -> None:
        """Do what a command does: decide, save, tell; what the rules refuse changes nothing."""
        alliance = self.alliance
        with writing(self.engine) as connection:
            before = self.meeting(connection)
            try:
                after = verb(before)
            except Refused:
                return
            assert change_meeting(connection, alliance.id, before, after)
            tell_calendars(connection, alliance, after, self.now)

    def office(self, member: int, newcomer: bool) -> None:
        """The mayor of a member changes today: to somebody new, or back to the first who ever was."""
        alliance, today = self.alliance, self.alliance.charter.calendar.day(self.now)
        with writing(self.engine) as connection:
            self.people += 1
            changes.end_office_terms(connection, alliance.id, member, "mayor", today)
            person = _person(connection, alliance.id, f"ny{self.people}@m{member}.example") if newcomer else member
            changes.add_office_term(connection, alliance.id, member, "mayor", person, today, None, self.now)

    def repair(self) -> None:
        """Every address that failed works again."""
        with writing(self.engine) as connection:
            connection.execute(update(tables["address"]).values(unreachable_since=None))

    def tick(self) -> None:
        alliance = self.alliance
        with writing(self.engine) as connection:
            follow_offices(connection, alliance, self.now)

    def deliver(self) -> None:
        with contextlib.suppress(PowerCut):
            asyncio.run(deliver(self.engine, {"mail": self.post}, lambda: self.now))


def _person(connection: Connection, alliance_id: int, address: str) -> int:
    person = changes.add_person(connection, alliance_id, address.partition("@")[0], "da")
    changes.add_address(connection, alliance_id, person, "mail", address, START, verified=True)
    return person


@pytest.fixture(scope="module")
def template(databases: Databases) -> Iterator[str]:
    """The address of five members whose mayors sit in the steering group, and one planned meeting; ids run from 1."""
    small = databases.create()
    engine = connect(small)
    migrate(engine)
    with writing(engine) as connection:
        alliance = changes.add_alliance(connection, "small", "dk2020", FOUNDED, START)
        for number in range(1, 6):
            organisation = changes.add_organisation(
                connection, alliance, f"{number:04}", f"By {number}", f"By {number} Kommune", "municipality"
            )
            changes.add_membership(connection, alliance, organisation, "member", FOUNDED, None, START)
            person = _person(connection, alliance, f"borgmester@m{number}.example")
            assert (organisation, person) == (number, number)
            changes.add_office_term(connection, alliance, organisation, "mayor", person, FOUNDED, None, START)
            for chair in (False, True)[: 2 if number == 1 else 1]:
                changes.add_seat_term(
                    connection, alliance, BODY, f"KKR {number}", organisation, FOUNDED, None, START, chair=chair
                )
        calendar = register.alliances(connection)[0].charter.calendar
        day = date(2027, 3, 24)
        plan_meeting(
            connection,
            alliance,
            kind=BODY,
            year=2027,
            number=1,
            starts_at=calendar.at(day, time(10)),
            ends_at=calendar.at(day, time(14)),
            place="Rådhuset",
            answer_by=date(2027, 3, 10),
        )
    engine.dispose()
    yield small
    databases.drop(small)


STEPS = st.one_of(
    st.just(("call",)),
    st.tuples(st.just("move"), st.integers(0, 20)),
    st.tuples(st.just("place"), st.sampled_from(["Rådhuset", "Køge", "Online"])),
    st.just(("cancel",)),
    st.tuples(st.just("office"), st.integers(1, 5), st.booleans()),
    st.just(("tick",)),
    st.just(("deliver",)),
    st.just(("repair",)),
    st.tuples(st.just("wait"), st.integers(1, 5_000)),
)
OUTCOMES = st.lists(
    st.sampled_from(["ok", "ok", "later", "bounce", "lost", "unheard", "cut_before", "cut_after"]), max_size=12
)


def _do(play: Play, step: tuple[Any, ...]) -> None:
    calendar = play.alliance.charter.calendar
    match step:
        case ("call",):
            play.change(lambda m: m.called(play.now))
        case ("move", days):
            day = date(2027, 4, 1) + timedelta(days=days)
            at = [calendar.at(day, time(hour)) for hour in (10, 14)]
            play.change(lambda m: m.moved_to(at[0], at[1], day - timedelta(days=7), play.now))
        case ("place", place):
            play.change(lambda m: m.relocated(place, play.now))
        case ("cancel",):
            play.change(lambda m: m.cancelled("Sygdom", play.now))
        case ("office", member, newcomer):
            play.office(member, newcomer)
        case ("tick",):
            play.tick()
        case ("deliver",):
            play.deliver()
        case ("repair",):
            play.repair()
        case ("wait", seconds):
            play.now += timedelta(seconds=seconds)


def _settle(play: Play) -> None:
    """Let all leases, waits and ticks have their turn, in fair weather."""
    play.post.outcomes = iter(())
    play.repair()
    for _ in range(12):
        play.tick()
        play.deliver()
        play.now += timedelta(hours=5)


def _seen(play: Play, address: str) -> list[tuple[str, int, datetime, tuple[datetime, datetime, str]]]:
    """What a calendar got, one line a mail; the same mail once more is the same line."""
    lines = dict.fromkeys(play.post.arrived[address])
    events = [(Calendar.from_ical(content), content) for _, content in lines]
    assert len({key for key, _ in lines}) == len(lines), "one Message-ID with two contents"
    return [(str(c["METHOD"]), int(c.events[0]["SEQUENCE"]), c.events[0].stamp, _held(c.events[0])) for c, _ in events]


def _held(event: Any) -> tuple[datetime, datetime, str]:
    """What a calendar shows of a meeting; nobody in it is without an address."""
    listed = event["ATTENDEE"] if isinstance(event["ATTENDEE"], list) else [event["ATTENDEE"]]
    assert all("@" in str(attendee) for attendee in listed)
    return event.start.astimezone(UTC), event.end.astimezone(UTC), str(event["LOCATION"])


def _check(play: Play) -> None:
    with reading(play.engine) as connection:
        meeting = play.meeting(connection)
        wanted = {i.address for i in invitees(connection, play.alliance, meeting) if meeting.state == "called"}
    for address in {*play.post.arrived, *wanted}:
        seen = _seen(play, address)
        methods, sequences, stamps = [s[0] for s in seen], [s[1] for s in seen], [s[2] for s in seen]
        assert sequences == sorted(sequences), f"{address}: SEQUENCE went down: {seen}"
        assert stamps == sorted(set(stamps)), f"{address}: DTSTAMP stood still: {seen}"
        # Where nobody can be asked whether the REQUEST got through, a CANCEL must follow it all the same.
        before = ["CANCEL" if play.post.can_be_asked else "perhaps", *methods]
        pairs = list(zip(before, methods, strict=False))
        assert ("CANCEL", "CANCEL") not in pairs, f"{address}: a CANCEL for what it did not hold: {seen}"
        if address in wanted:
            truth = (meeting.starts_at, meeting.ends_at, meeting.place)
            assert methods[-1:] == ["REQUEST"] and seen[-1][3] == truth, f"{address}: {seen}"
        else:
            assert methods[-1:] != ["REQUEST"], f"{address} still holds the meeting: {seen}"


def _play(databases: Databases, template: str, steps: list[Any], outcomes: list[str], can_be_asked: bool) -> None:
    copy = databases.copy(template)
    engine = connect(copy)
    try:
        play = Play(engine, Post(iter(outcomes), can_be_asked))
        for step in steps:
            _do(play, step)
        _settle(play)
        _check(play)
    finally:
        engine.dispose()
        databases.drop(copy)


GIVEN = given(steps=st.lists(STEPS, min_size=3, max_size=14), outcomes=OUTCOMES, can_be_asked=st.booleans())
OPTIONS: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}


@pytest.mark.slow
@settings(max_examples=10, **OPTIONS)
@GIVEN
def test_no_calendar_goes_back_in_time_and_each_ends_with_what_the_register_says(
    databases: Databases, template: str, steps: list[Any], outcomes: list[str], can_be_asked: bool
) -> None:
    _play(databases, template, [("call",), *steps], outcomes, can_be_asked)


@pytest.mark.slow
@settings(max_examples=600, **OPTIONS)
@GIVEN
def test_no_calendar_goes_back_in_time_however_long_we_look(
    databases: Databases, template: str, steps: list[Any], outcomes: list[str], can_be_asked: bool
) -> None:
    _play(databases, template, steps, outcomes, can_be_asked)


CALLED = ("call",)
TALES: dict[str, tuple[list[Any], list[str]]] = {
    "moved while the invitation waited": ([CALLED, ("move", 3), ("deliver",)], []),
    "moved after a lost receipt": ([CALLED, ("deliver",), ("wait", 5), ("move", 3), ("deliver",)], ["unheard"]),
    "cancelled after a power cut": ([CALLED, ("deliver",), ("cancel",), ("deliver",)], ["cut_after"]),
    "cancelled before anything left": ([CALLED, ("cancel",), ("deliver",)], []),
    "an office changes and changes back": (
        [CALLED, ("deliver",), ("office", 2, True), ("tick",), ("deliver",), ("office", 2, False), ("tick",)],
        [],
    ),
    "an office changes while the server is busy": (
        [CALLED, ("deliver",), ("office", 2, True), ("tick",), ("move", 4), ("deliver",)],
        ["ok", "later", "later", "later", "later", "later"],
    ),
    "called off while the server loses its answers": (
        [CALLED, ("deliver",), ("cancel",), ("deliver",), ("wait", 200), ("deliver",)],
        [*["ok"] * 5, *["lost"] * 12],
    ),
    "called off while the server refuses": (
        [CALLED, ("deliver",), ("cancel",), ("deliver",), ("wait", 100), ("repair",), ("tick",), ("deliver",)],
        [*["ok"] * 5, *["bounce"] * 5],
    ),
    "everything within one second": ([CALLED, ("deliver",), ("move", 1), ("deliver",), ("move", 2), ("deliver",)], []),
}


@pytest.mark.parametrize("can_be_asked", [True, pytest.param(False, marks=pytest.mark.slow)])
@pytest.mark.parametrize("tale", TALES)
def test_calendars_follow_through_a_tale_of_woe(
    databases: Databases, template: str, tale: str, can_be_asked: bool
) -> None:
    steps, outcomes = TALES[tale]
    _play(databases, template, steps, outcomes, can_be_asked)
