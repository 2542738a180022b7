"""The planner looks only at what is due, and posts what looking at everything would: as a property, and fact by fact.

A small alliance of five members, a real database and outbox. Each example plays in one transaction that is undone.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, event, func, insert, select, text

from alliance.absences import Absence, away
from alliance.actions import Action, obligation_of
from alliance.alliances import Alliance
from alliance.attendance import Answer
from alliance.cadences import Ladder
from alliance.charter import Charter
from alliance.deliveries import Undeliverable
from alliance.errors import Refused
from alliance.handovers import Handover
from alliance.obligations import Settlement, opened
from alliance.reminders import Digest, may_remind
from alliance.snoozing import Snooze, snoozed
from alliance.validity import Validity
from scheduling.morning import due_digests, morning
from scheduling.opening import open_by
from scheduling.ticks import plan, rehearse
from storage import outbox
from storage.changes import facts, minutes
from storage.changes import meetings as meeting_changes
from storage.changes import register as changes
from storage.changes.absences import add_absence, end_absences
from storage.changes.handovers import add_handover, end_handover
from storage.changes.looks import look_again, look_on
from storage.changes.snoozes import add_snooze, end_snooze
from storage.engine import connect, planning, sending, writing
from storage.migrate import migrate
from storage.queries import accounts, handovers, looks, meetings, register, volumes
from storage.queries.looks import to_look_at
from storage.queries.minutes import actions
from storage.tables import tables
from tests.conftest import Played, local
from tests.databases import Databases

START = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
FOUNDED, TURN = date(2021, 6, 4), date(2027, 4, 8)
MEMBERS = (1, 2, 3, 4, 5)
REQUIREMENTS = ("report", "summit", "workshop", "declaration")
EVENTS = {"summit": (date(2027, 5, 27), date(2027, 4, 30)), "workshop": (date(2027, 9, 23), date(2027, 8, 27))}


# ------------------------------------------------------------------------------------------------------ the stage


@pytest.fixture(scope="module")
def small(databases: Databases) -> Iterator[Engine]:
    """Five members with a mayor and a coordinator each (coordinator 1 serves member 2 too), an item to agree on."""
    address = databases.create()
    engine = connect(address)
    migrate(engine)
    with writing(engine) as connection:
        plant(connection)
    yield engine
    engine.dispose()
    databases.drop(address)


def plant(connection: Connection, members: Sequence[int] = MEMBERS) -> None:
    alliance = changes.add_alliance(connection, "small", "dk2020", date(2027, 1, 1), START)
    for number in members:
        name = f"By {number}"
        organisation = changes.add_organisation(
            connection, alliance, f"{number:04}", name, f"{name} Kommune", "municipality"
        )
        changes.add_membership(connection, alliance, organisation, "member", FOUNDED, None, START)
        for office in ("mayor", "climate_coordinator"):
            who = person(connection, f"{office}@m{number}.example")
            changes.add_office_term(connection, alliance, organisation, office, who, FOUNDED, None, START)
    changes.add_office_term(connection, alliance, 2, "climate_coordinator", 2, date(2020, 1, 1), None, START)
    for kind, (day, answer_by) in EVENTS.items():
        plan_event(connection, kind, day, answer_by)
    item = {"meeting_id": 1, "position": 1, "kind": "decision", "heading": "Et punkt", "recorded_at": START}
    connection.execute(insert(tables["agenda_item"]).values(alliance_id=alliance, recorded_by=1, **item))


def plan_event(connection: Connection, kind: str, day: date, answer_by: date) -> int:
    calendar = known(connection).charter.calendar
    at = [calendar.at(day, time(hour)) for hour in (10, 15)]
    dates = {"starts_at": at[0], "ends_at": at[1], "place": "Rådhuset", "answer_by": answer_by}
    return meeting_changes.plan_meeting(connection, 1, kind=kind, year=day.year, number=0, **dates)  # type: ignore[arg-type]


def person(connection: Connection, address: str) -> int:
    new = changes.add_person(connection, 1, address.partition("@")[0], "da")
    changes.add_address(connection, 1, new, "mail", address, START, verified=True)
    return new


def known(connection: Connection) -> Alliance:
    return register.alliances(connection)[0]


def with_two_ladders(charter: Charter, monthly: int | None) -> Charter:
    """Another ladder from a day on, and a month's budget small enough to be met with."""
    (ladder,) = charter.ladders
    before = replace(ladder, validity=Validity(ladder.validity.since, TURN), monthly=monthly)
    after = Ladder((15, 6, 2), (2, 8), ladder.from_hour, ladder.until_hour, Validity(TURN), monthly)
    return replace(charter, ladders=(before, after))


class Undone(Exception):
    """Ends a play: nothing of it is kept."""


@contextlib.contextmanager
def playing(engine: Engine, monthly: int | None = None) -> Iterator[Play]:
    with contextlib.suppress(Undone), writing(engine) as connection:
        yield Play(connection, monthly)
        raise Undone


class Play:
    """The alliance with its clock, and everything that may happen in it."""

    def __init__(self, connection: Connection, monthly: int | None) -> None:
        self.connection, self.now, self.people = connection, local("2027-02-20T08:00"), 0
        self.hidden: dict[tuple[int, int], date] = {}
        alliance = known(connection)
        self.alliance = replace(alliance, charter=with_two_ladders(alliance.charter, monthly))

    @property
    def today(self) -> date:
        return self.alliance.charter.calendar.day(self.now)

    def wait(self, days: int, hour: int = 8) -> None:
        self.now = self.alliance.charter.calendar.at(self.today + timedelta(days=days), time(hour))

    def go_to(self, day: str) -> None:
        self.now = local(f"{day}T08:00")

    # ---- ticking, checked against everything there is

    def tick(self) -> dict[int, set[tuple[int, int | None]]]:
        """A morning; what it posts must be what the derivation from everything posts. Returns it by person."""
        open_by(self.connection, self.alliance, self.today, self.now)
        self._check_opened()
        outbox.expire(self.connection, self.now)
        wanted = self._wanted()
        newest = volumes.newest_notification(self.connection)
        count = morning(self.connection, self.alliance, self.now).posted
        posted = self._written_since(newest)
        assert posted == wanted and len(posted) == count, f"at {self.now}"
        assert not [each for each in self.hidden.items() if self._is_told_though_hidden(*each, posted)], self.now
        return posted

    def _is_told_though_hidden(self, key: tuple[int, int], until: date, posted: dict[int, Any]) -> bool:
        obligation, person = key
        table = tables["obligation"]
        due = self.connection.execute(select(table.c.due).where(table.c.id == obligation)).scalar_one()
        told = any(line[0] == obligation for line in posted.get(person, ()))
        return told and self.today < until < due

    def _wanted(self) -> dict[int, set[tuple[int, int | None]]]:
        charter = self.alliance.charter
        if not may_remind(charter.ladder_on(self.today), charter.calendar, self.now):
            return {}
        had_today = outbox.told_on(self.connection, 1, "reminder", self.today)
        found = due_digests(self.connection, self.alliance, self.today)
        return pressing(tuple(d for d in found if d.person_id not in had_today))

    def _written_since(self, newest: int) -> dict[int, set[tuple[int, int | None]]]:
        """What the reminders say that were posted after a notification, and all of today."""
        notification, line = tables["notification"], tables["reminder_line"]
        query = select(line, notification.c.occasion).join(notification, notification.c.id == line.c.notification_id)
        found: dict[int, set[tuple[int, int | None]]] = {}
        for row in self.connection.execute(query.where(notification.c.id > newest)):
            assert row.occasion == self.today.isoformat()
            found.setdefault(row.person_id, set()).add((row.obligation_id, row.rung))
        return found

    def _check_opened(self) -> None:
        alliance, connection = self.alliance, self.connection
        dates = accounts.event_dates(meetings.meetings(connection, alliance), alliance)
        members = register.memberships(connection, 1)
        owed = opened(alliance.charter, members, dates, alliance.obligations_since, self.today)
        table = tables["obligation"]
        rows = connection.execute(select(table))
        days = {(r.organisation_id, r.requirement, r.period_start): (r.due, r.event_day) for r in rows}
        for each in owed:
            assert days[each.organisation_id, each.requirement, each.period.start] == (each.due, each.event_day)

    # ---- facts

    def obligation(self, member: int, requirement: str) -> Any:
        table = tables["obligation"]
        query = select(table).where(table.c.organisation_id == member, table.c.requirement == requirement)
        return self.connection.execute(query.order_by(table.c.id)).first()

    def told(self, member: int, requirement: str, rung: int) -> bool:
        """Whether anybody was told of a rung."""
        line = tables["reminder_line"]
        of = (line.c.obligation_id == self.obligation(member, requirement).id, line.c.rung == rung)
        return self.connection.execute(select(line.c.id).where(*of)).first() is not None

    def settle(self, member: int, requirement: str, kind: Any, begins: int = 0, lasts: int | None = None) -> int:
        owed = self.obligation(member, requirement)
        if owed is None:
            return 0
        since = self.today + timedelta(days=begins)
        validity = Validity(since, since + timedelta(days=lasts) if lasts else None)
        result = "exempt" if kind == "dispensation" else "fulfilled"
        fact = Settlement(0, owed.id, member, requirement, kind, result, "Det", "", validity, self.now, 1)  # type: ignore[arg-type]
        return facts.add_settlement(self.connection, 1, fact)

    def withdraw(self, number: int) -> None:
        facts.withdraw_settlement(self.connection, 1, number, 1, self.now)

    def answer(self, member: int, kind: str) -> None:
        found = meetings.meeting_of_year(self.connection, self.alliance, kind, 2027)
        assert found
        given = Answer(0, found.id, member, "yes", "mayor", "", found.revision, self.now, 1, "mail", False)
        facts.add_answer(self.connection, 1, given)

    def move_event(self, kind: str, days: int) -> None:
        before = meetings.meeting_of_year(self.connection, self.alliance, kind, 2027)
        if before and before.state != "cancelled":
            shift = timedelta(days=days)
            after = replace(
                before,
                starts_at=before.starts_at + shift,
                answer_by=before.answer_by + shift,
                revision=before.revision + 1,
            )
            meeting_changes.change_meeting(self.connection, 1, before, after)

    def cancel_event(self, kind: str) -> None:
        before = meetings.meeting_of_year(self.connection, self.alliance, kind, 2027)
        assert before
        meeting_changes.change_meeting(self.connection, 1, before, replace(before, state="cancelled"))

    def replace_event(self, kind: str) -> None:
        before = meetings.meeting_of_year(self.connection, self.alliance, kind, 2027)
        if before and before.state == "cancelled":
            plan_event(self.connection, kind, *EVENTS[kind])

    def take_office(
        self, member: int, office: str, begins: int, lasts: int | None, acting: bool, *, ends: bool = True
    ) -> int:
        since = self.today + timedelta(days=begins)
        until = since + timedelta(days=lasts) if lasts else None
        self.people += 1
        new = person(self.connection, f"ny{self.people}@m{member}.example")
        if ends and not acting:
            changes.end_office_terms(self.connection, 1, member, office, since)
        changes.add_office_term(self.connection, 1, member, office, new, since, until, self.now, acting=acting)
        return new

    def leave_office(self, member: int, office: str, in_days: int) -> None:
        changes.end_office_terms(self.connection, 1, member, office, self.today + timedelta(days=in_days))

    def leave(self, member: int, in_days: int) -> None:
        changes.end_membership(self.connection, 1, member, self.today + timedelta(days=in_days))

    def join(self, member: int, in_days: int) -> None:
        since, table = self.today + timedelta(days=in_days), tables["membership"]
        ends = select(func.max(func.coalesce(table.c.valid_until, date.max))).where(table.c.organisation_id == member)
        last = self.connection.execute(ends).scalar_one()
        if date.fromisoformat(str(last)) < since:
            changes.add_membership(self.connection, 1, member, "member", since, None, self.now)

    def fail_address(self, person_id: int) -> None:
        for address in register.addresses(self.connection, 1, [person_id]).get(person_id, ()):
            changes.mark_unreachable(self.connection, address.id, "550", self.now)

    def new_address(self, person_id: int) -> None:
        self.people += 1
        changes.end_addresses(self.connection, 1, person_id, "mail", self.now)
        changes.add_address(
            self.connection, 1, person_id, "mail", f"a{self.people}@ny.example", self.now, verified=True
        )

    def agree(self, member: int, due_in: int) -> int:
        """An action that the minutes say: as ``bot/commands/papers/minuting.py`` has it owed."""
        table = tables["action"]
        due = self.today + timedelta(days=due_in)
        action = {"meeting_id": 1, "item_id": 1, "number": 1, "closed": False, "what": "Gør det", "due": due}
        owner = {"organisation_id": member, "office": "mayor", "owed_since": self.today}
        added = self.connection.execute(insert(table).values(alliance_id=1, **action, **owner).returning(table.c.id))
        number = int(added.scalar_one())
        self._owe(self.action(number))
        return number

    def action(self, number: int) -> Action:
        return actions(self.connection, self.alliance, ids=[number])[number]

    def _owe(self, action: Action) -> None:
        facts.open_obligations(self.connection, 1, [obligation_of(action, self.alliance.charter.hash)])

    def postpone(self, number: int, days: int) -> None:
        action = self.action(number)
        later = replace(action, due=action.due + timedelta(days=days))
        minutes.change_action(self.connection, 1, later)
        self._owe(later)

    def drop(self, number: int) -> None:
        minutes.withdraw_action(self.connection, 1, number, self.now)

    def newest_action(self) -> int:
        return self.connection.execute(select(func.max(tables["action"].c.id))).scalar_one() or 0

    def newest_settlement(self) -> int:
        return self.connection.execute(select(func.max(tables["settlement"].c.id))).scalar_one() or 0

    def snooze(self, member: int, requirement: str, days: int) -> None:
        """Everybody who is asked hides it for so many days, as far as it may be."""
        owed, charter = self.obligation(member, requirement), self.alliance.charter
        for person in self.asked(member, requirement) if owed else ():
            wanted = self.today + timedelta(days=days)
            with contextlib.suppress(Refused):
                until = snoozed(charter.ladder_on(self.today), charter.calendar, owed.due, wanted, self.today)
                self.hidden[owed.id, person] = until
                add_snooze(self.connection, 1, Snooze(owed.id, person, until, self.now))

    def take_back(self, member: int, requirement: str) -> None:
        owed = self.obligation(member, requirement)
        for person in self.asked(member, requirement) if owed else ():
            self.hidden.pop((owed.id, person), None)
            end_snooze(self.connection, 1, owed.id, person, self.now)

    def asked(self, member: int, requirement: str) -> tuple[int, ...]:
        offices, owed = register.offices_on(self.connection, 1, self.today), self.obligation(member, requirement)
        return offices.asked(member, self.alliance.charter.requirement(requirement).asks, owed.id if owed else 0)

    def hand_over(self, member: int, requirement: str, colleague: int) -> None:
        """Whoever is asked first hands it to somebody of any office, or of none."""
        owed = self.obligation(member, requirement)
        asks = self.alliance.charter.requirement(requirement).asks
        everybody = self.connection.execute(select(tables["person"].c.id)).scalars().all()
        to = everybody[colleague % len(everybody)]
        for giver in self.asked(member, requirement)[:1] if owed else ():
            until = self.today + timedelta(days=40)
            given = Handover(owed.id, member, giver, to, tuple(asks), until, self.now)
            if to != giver:
                add_handover(self.connection, 1, given)

    def give_back(self, back: int) -> None:
        found = handovers.held(self.connection, 1, self.today)
        for one in found[-1 - back :][:1]:
            end_handover(self.connection, 1, one, self.now)

    def go_away(self, member: int, office: str, begins: int, lasts: int | None, deputy: str) -> None:
        """Whoever holds an office is away, or will be; somebody of another office may be their deputy."""
        offices = register.offices_on(self.connection, 1, self.today)
        who, instead = offices.holders(member, office)[:1], offices.holders(member, deputy)[:1]
        first = self.today + timedelta(days=begins)
        for person in who:
            with contextlib.suppress(Refused):
                term = away(first, first + timedelta(days=lasts or 7), self.today)
                add_absence(self.connection, 1, Absence(person, term, next(iter(instead), None)), self.now)

    def come_back(self, member: int, office: str) -> None:
        for person in register.offices_on(self.connection, 1, self.today).holders(member, office):
            end_absences(self.connection, 1, person, self.today, self.now)

    # ---- what becomes of what was posted

    def deliver(self, outcome: str, most: int = 100) -> None:
        for claim in outbox.claim(self.connection, self.now, ("mail",), at_most=most):
            match outcome:
                case "sent":
                    outbox.sent(self.connection, claim, "ok", self.now)
                case "withdrawn":
                    outbox.withdrawn(self.connection, claim, "settled", self.now)
                case "failed":
                    outbox.failed(self.connection, claim, Undeliverable(permanent=False, reason="busy"), self.now)
                case "given_up":
                    outbox.given_up(self.connection, claim, "550", self.now)
                case "uncertain":
                    outbox.left_uncertain(self.connection, claim, "lost", self.now)
                case "dropped":  # as wording does with what is no longer asked of somebody
                    outbox.write_lines(self.connection, 1, claim.notification_id, claim.recipient_id, ())
                    outbox.sent(self.connection, claim, "ok", self.now)


def pressing(found: tuple[Digest, ...]) -> dict[int, set[tuple[int, int | None]]]:
    return {d.person_id: {(line.obligation_id, line.rung) for line in d.lines if line.rung is not None} for d in found}


# --------------------------------------------------------------------------------------------------- the property

MEMBER, OFFICE = st.sampled_from(MEMBERS), st.sampled_from(["mayor", "climate_coordinator"])
SOON, LENGTH = st.integers(-20, 60), st.one_of(st.none(), st.integers(1, 60))
KIND = st.sampled_from(["evidence", "dispensation"])
STEPS = st.one_of(
    st.just(("tick",)),
    st.tuples(st.just("wait"), st.integers(0, 12), st.sampled_from([7, 8, 8, 8, 12, 15, 16])),
    st.tuples(st.just("deliver"), st.sampled_from(["sent", "withdrawn", "failed", "given_up", "uncertain", "dropped"])),
    st.tuples(st.just("deliver"), st.just("sent"), st.integers(1, 4)),
    st.tuples(st.just("settle"), MEMBER, st.sampled_from(REQUIREMENTS), KIND, SOON, LENGTH),
    st.tuples(st.just("withdraw"), st.integers(0, 3)),
    st.tuples(st.just("answer"), MEMBER, st.just("summit")),
    st.tuples(st.just("move_event"), st.sampled_from(sorted(EVENTS)), st.integers(-40, 40)),
    st.tuples(st.sampled_from(["cancel_event", "replace_event"]), st.sampled_from(sorted(EVENTS))),
    st.tuples(st.just("take_office"), MEMBER, OFFICE, SOON, LENGTH, st.booleans()),
    st.tuples(st.just("leave_office"), MEMBER, OFFICE, st.integers(0, 60)),
    st.tuples(st.sampled_from(["leave", "join"]), MEMBER, SOON),
    st.tuples(st.sampled_from(["fail_address", "new_address"]), st.integers(1, 11)),
    st.tuples(st.just("agree"), MEMBER, st.integers(-5, 40)),
    st.tuples(st.just("postpone"), st.integers(-20, 30)),
    st.just(("drop",)),
    st.tuples(st.just("go_away"), MEMBER, OFFICE, SOON, LENGTH, st.sampled_from(["mayor", "official"])),
    st.tuples(st.just("come_back"), MEMBER, OFFICE),
    st.tuples(st.just("hand_over"), MEMBER, st.sampled_from(REQUIREMENTS), st.integers(0, 11)),
    st.tuples(st.just("give_back"), st.integers(0, 2)),
    st.tuples(st.just("snooze"), MEMBER, st.sampled_from(REQUIREMENTS), st.integers(1, 30)),
    st.tuples(st.just("take_back"), MEMBER, st.sampled_from(REQUIREMENTS)),
)


def do(play: Play, step: tuple[Any, ...]) -> None:
    match step:
        case ("withdraw", back):
            play.withdraw(play.newest_settlement() - back)
        case ("postpone", days):
            if number := play.newest_action():
                play.postpone(number, days)
        case ("drop",):
            play.drop(play.newest_action())
        case ("fail_address" | "new_address" as what, who):
            people = play.connection.execute(select(tables["person"].c.id)).scalars().all()
            getattr(play, what)(people[who % len(people)])
        case (what, *args):
            getattr(play, what)(*args)


def play_out(engine: Engine, steps: list[Any], monthly: int | None, chunk: int) -> None:
    """After each step a tick; then weeks of mornings, in which whatever was forgotten would show.

    In small chunks a person's lines are spread over several.
    """
    with pytest.MonkeyPatch.context() as patch, playing(engine, monthly) as play:
        patch.setattr(looks, "CHUNK", chunk)
        play.tick()
        for step in steps:
            do(play, step)
            play.tick()
        for _ in range(15):
            play.deliver("sent")
            play.wait(1)
            play.tick()


GIVEN = given(
    steps=st.lists(STEPS, min_size=4, max_size=14),
    monthly=st.sampled_from([None, 3, 5]),
    chunk=st.sampled_from([2, 1000]),
)
OPTIONS: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}


@pytest.mark.slow
@pytest.mark.sqlite
@settings(max_examples=4, **OPTIONS)
@GIVEN
def test_looking_at_what_is_due_posts_what_looking_at_everything_would(
    small: Engine, steps: list[Any], monthly: int | None, chunk: int
) -> None:
    play_out(small, steps, monthly, chunk)


@pytest.mark.slow
@settings(max_examples=500, **OPTIONS)
@GIVEN
def test_looking_at_what_is_due_is_enough_however_long_we_try(
    small: Engine, steps: list[Any], monthly: int | None, chunk: int
) -> None:
    play_out(small, steps, monthly, chunk)


# ------------------------------------------------------------------------------------------------- fact by fact

RUNG, REPORT_DUE = "2027-02-26", date(2027, 3, 31)


@pytest.fixture
def play(small: Engine) -> Iterator[Play]:
    """On the first morning on which the report is told of, and everybody has heard of it."""
    with playing(small) as play:
        play.go_to(RUNG)
        assert len(play.tick()) == 4
        play.deliver("sent")
        play.wait(3)
        assert play.tick() == {}
        yield play


def due_for_a_look(play: Play) -> set[int]:
    """The members whose report has to be looked at today."""
    table = tables["obligation"]
    query = select(table.c.organisation_id).where(table.c.requirement == "report", table.c.next_look <= play.today)
    return set(play.connection.execute(query).scalars())


CHANGES: dict[str, tuple[Any, set[int]]] = {
    "evidence": (lambda p: p.settle(3, "report", "evidence"), {3}),
    "a dispensation": (lambda p: p.settle(3, "report", "dispensation", 0, 10), {3}),
    "an answer": (lambda p: p.answer(3, "summit"), {3}),
    "a new mayor": (lambda p: p.take_office(3, "mayor", 0, None, False), {3}),
    "somebody who acts": (lambda p: p.take_office(3, "climate_coordinator", 20, 30, True), {3}),
    "an office left": (lambda p: p.leave_office(3, "climate_coordinator", 20), {3}),
    "leaving the alliance": (lambda p: p.leave(3, 10), {3}),
    "an address that fails": (lambda p: p.fail_address(2), {1, 2}),  # who serves two members
    "an address that works": (lambda p: p.new_address(2), {1, 2}),
    "an event moved": (lambda p: p.move_event("summit", 7), set()),  # noticed by the tick itself
    "an absence": (lambda p: p.go_away(2, "climate_coordinator", 20, 5, "mayor"), {1, 2}),  # who serves two members
    "somebody who is back": (lambda p: p.come_back(3, "mayor"), {3}),
    "a snooze": (lambda p: p.snooze(3, "report", 5), {3}),
    "a snooze taken back": (lambda p: p.take_back(3, "report"), {3}),
    "something handed over": (lambda p: p.hand_over(3, "report", 0), {3}),
    "nothing": (lambda p: None, set()),
}


@pytest.mark.sqlite
@pytest.mark.parametrize("what", CHANGES)
def test_each_fact_sets_back_the_day_of_whom_it_touches(play: Play, what: str) -> None:
    change, touched = CHANGES[what]
    change(play)
    assert due_for_a_look(play) == touched
    play.tick()
    assert due_for_a_look(play) == set()


@pytest.mark.sqlite
def test_evidence_taken_back_is_looked_at_again(play: Play) -> None:
    number = play.settle(3, "report", "evidence")
    play.tick()
    play.withdraw(number)
    assert due_for_a_look(play) == {3}
    play.settle(4, "report", "evidence")
    owed = play.obligation(4, "report").id
    play.tick()
    facts.withdraw_earlier(play.connection, 1, owed, "evidence", 1, play.now)
    assert due_for_a_look(play) == {4}


@pytest.mark.sqlite
def test_an_action_is_told_of_from_the_day_it_is_due_to_be(play: Play) -> None:
    number = play.agree(3, 2)
    assert len(play.tick()) == 1
    play.deliver("sent")
    play.postpone(number, 60)
    assert play.tick() == {}
    play.drop(number)
    play.wait(80)
    assert all(line[0] != play.obligation(3, f"action:{number}").id for each in play.tick().values() for line in each)


@pytest.mark.sqlite
@pytest.mark.parametrize(("day", "told"), [("2027-03-09", 0), ("2027-03-10", 1)])
def test_who_takes_office_on_a_later_day_is_told_from_that_day_on(play: Play, day: str, told: int) -> None:
    """Written down on 1 March, and on the day itself nobody writes anything."""
    play.take_office(3, "climate_coordinator", 9, None, False)
    play.tick()
    play.go_to(day)
    assert len(play.tick()) == told


@pytest.mark.sqlite
@pytest.mark.parametrize(("day", "told"), [("2027-03-11", 0), ("2027-03-12", 1)])
def test_a_dispensation_that_ends_makes_a_rung_current_again(play: Play, day: str, told: int) -> None:
    """It runs to 11 March; the rung of the 12th is told, that of 26 February has been."""
    play.settle(3, "report", "dispensation", 0, 10)
    play.tick()
    play.go_to(day)
    assert sum((play.obligation(3, "report").id, -10) in lines for lines in play.tick().values()) == told


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("outcome", "again"), [("sent", 0), ("given_up", 0), ("failed", 0), ("withdrawn", 4), ("dropped", 4)]
)
def test_a_rung_is_told_again_if_and_only_if_it_was_not(small: Engine, outcome: str, again: int) -> None:
    with playing(small) as play:
        play.go_to(RUNG)
        assert len(play.tick()) == 4
        play.deliver(outcome)
        if outcome == "failed":
            play.wait(0, 15)
            play.deliver("sent")
        play.wait(3)
        assert len(play.tick()) == again


@pytest.mark.sqlite
def test_what_expired_unsent_is_told_on_the_next_working_day(small: Engine) -> None:
    with playing(small) as play:
        play.go_to(RUNG)
        play.tick()
        play.wait(3)
        assert len(play.tick()) == 4


@pytest.mark.sqlite
def test_what_was_on_its_way_for_days_and_is_withdrawn_then_is_told_at_the_next_tick(small: Engine) -> None:
    with playing(small) as play:
        play.go_to(RUNG)
        play.tick()
        play.deliver("uncertain")
        play.wait(3)
        assert play.tick() == {}
        play.now += timedelta(hours=1)
        play.deliver("withdrawn")
        assert len(play.tick()) == 4


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.parametrize("days", [1, 7, 14, 21, 200])
def test_what_was_snoozed_is_told_once_when_that_ends_and_before_its_deadline(play: Play, days: int) -> None:
    """From 1 March on, -20 having been told: the highest rung reached by then, also if it was told before."""
    play.snooze(3, "report", days)
    until = min(play.today + timedelta(days=days), date(2027, 3, 30))
    owed, told = play.obligation(3, "report").id, list[date]()
    while play.today <= until:
        told += [play.today for lines in play.tick().values() for id_, _ in lines if id_ == owed]
        play.deliver("sent")
        play.tick()
        play.wait(1)
    assert told == [until]


@pytest.mark.sqlite
def test_what_is_told_after_a_snooze_and_fails_to_leave_is_told_again(play: Play) -> None:
    play.snooze(3, "report", 2)
    play.go_to("2027-03-03")
    assert len(play.tick()) == 1
    play.go_to("2027-03-04")
    assert len(play.tick()) == 1
    play.deliver("sent")
    play.go_to("2027-03-05")
    assert play.tick() == {}


@pytest.mark.sqlite
def test_a_snooze_that_is_taken_back_leaves_what_was_told_told(play: Play) -> None:
    play.snooze(3, "report", 30)
    play.go_to("2027-03-10")
    play.tick()
    play.take_back(3, "report")
    assert play.tick() == {}
    play.go_to("2027-03-12")
    assert len(play.tick()) == 4


@pytest.mark.sqlite
def test_an_address_of_a_colleague_without_office_sets_back_what_they_were_handed(play: Play) -> None:
    new = person(play.connection, "hjaelp@m3.example")
    owed = play.obligation(3, "report")
    coordinator = play.asked(3, "report")[0]
    given = Handover(owed.id, 3, coordinator, new, ("climate_coordinator",), date(2028, 1, 1), play.now)
    add_handover(play.connection, 1, given)
    play.tick()
    assert due_for_a_look(play) == set() and play.asked(3, "report") == (new,)
    play.fail_address(new)
    assert due_for_a_look(play) == {3} and play.asked(3, "report") == (coordinator,)


@pytest.mark.sqlite
@pytest.mark.parametrize(("day", "told"), [("2027-03-29", 0), ("2027-03-30", 1)])
def test_what_is_handed_over_until_a_day_is_its_givers_from_then_on(play: Play, day: str, told: int) -> None:
    """Nobody writes anything on that day; the rung of 23 March was told to the colleague."""
    new, owed = person(play.connection, "hjaelp@m3.example"), play.obligation(3, "report")
    coordinator = play.asked(3, "report")[0]
    given = Handover(owed.id, 3, coordinator, new, ("climate_coordinator",), date(2027, 3, 30), play.now)
    add_handover(play.connection, 1, given)
    for when in ("2027-03-01", "2027-03-12", "2027-03-19", "2027-03-23"):
        play.go_to(when)
        play.tick()
        play.deliver("sent")
    play.go_to(day)
    assert len([person for person in play.tick() if person == coordinator]) == told


@pytest.mark.sqlite
def test_a_colleague_is_told_of_what_somebody_else_snoozes(play: Play) -> None:
    """The mayor hides the summit; the coordinator, who is asked too, does not."""
    play.go_to("2027-04-05")
    play.tick()
    mayor, coordinator = play.asked(3, "summit")
    owed = play.obligation(3, "summit").id
    add_snooze(play.connection, 1, Snooze(owed, mayor, date(2027, 4, 27), play.now))
    play.deliver("sent")
    play.go_to("2027-04-19")
    posted = play.tick()
    assert any(id_ == owed for id_, _ in posted[coordinator])
    assert all(id_ != owed for id_, _ in posted.get(mayor, ()))


@pytest.mark.sqlite
def test_a_deadline_that_comes_nearer_ends_a_snooze_before_it(play: Play) -> None:
    number = play.agree(3, 60)
    play.go_to("2027-04-06")
    play.tick()
    play.deliver("sent")
    owed = play.obligation(3, f"action:{number}").id
    (mayor,) = register.offices_on(play.connection, 1, play.today).asked(3, ("mayor",))
    add_snooze(play.connection, 1, Snooze(owed, mayor, date(2027, 4, 27), play.now))
    assert all(id_ != owed for lines in play.tick().values() for id_, _ in lines)
    play.postpone(number, -20)
    told = dict[str, bool]()
    for day in ("2027-04-08", "2027-04-09"):
        play.go_to(day)
        told[day] = any(id_ == owed for lines in play.tick().values() for id_, _ in lines)
    assert told == {"2027-04-08": False, "2027-04-09": True}, "due on Saturday the 10th"


@pytest.mark.sqlite
def test_whoever_is_asked_in_somebodys_place_is_told_from_their_first_day_away_until_they_are_back(play: Play) -> None:
    """The mayor is deputy from 10 to 12 March, written down on the 1st; on those days nobody writes anything."""
    (coordinator,), owed = play.asked(3, "report"), play.obligation(3, "report").id
    (mayor,) = register.offices_on(play.connection, 1, play.today).holders(3, "mayor")
    play.go_away(3, "climate_coordinator", 9, 2, "mayor")
    told: dict[str, set[int]] = {}
    for day in ("2027-03-09", "2027-03-10", "2027-03-11", "2027-03-12", "2027-03-15"):
        play.go_to(day)
        told[day] = {p for p, lines in play.tick().items() if owed in {id_ for id_, _ in lines}}
        play.deliver("sent")
    assert list(told.values()) == [set(), {mayor}, set(), {mayor}, {coordinator}]


@pytest.mark.sqlite
def test_another_charter_is_looked_at_with_all_that_is_owed(play: Play) -> None:
    charter = play.alliance.charter
    (before, after) = charter.ladders
    closer = replace(before, before=(23, 10, 5, 1))
    play.alliance = replace(play.alliance, charter=replace(charter, ladders=(closer, after), hash="another"))
    assert len(play.tick()) == 4


@pytest.mark.sqlite
def test_another_ladder_from_a_day_on_is_followed_from_that_day_on(small: Engine) -> None:
    """On 8 April the second rung after the due day is new, though no rung of the ladder before falls on that day."""
    with playing(small) as play:
        for day in ("2027-04-01", "2027-04-07"):
            play.go_to(day)
            play.tick()
            play.deliver("sent")
        play.go_to(TURN.isoformat())
        play.tick()
        assert play.told(3, "report", 2)


@pytest.mark.sqlite
def test_who_answered_for_another_hour_of_the_same_day_is_asked_again(play: Play) -> None:
    play.answer(3, "summit")
    play.tick()
    play.move_event("summit", 0)
    play.go_to("2027-04-06")
    play.tick()
    assert play.told(3, "summit", -20) or play.told(3, "summit", -10)


@pytest.mark.sqlite
def test_an_event_that_is_held_after_all_is_told_of(play: Play) -> None:
    """Cancelled, it is looked at no more; the one in its place has the very same days."""
    play.cancel_event("summit")
    play.tick()
    play.replace_event("summit")
    play.tick()
    play.go_to("2027-04-06")
    play.tick()
    assert play.told(3, "summit", -10) or play.told(3, "summit", -20)


@pytest.mark.sqlite
def test_what_fell_due_long_ago_and_was_told_of_to_the_end_is_never_looked_at_again(play: Play) -> None:
    for _ in range(60):
        play.wait(1)
        play.tick()
        play.deliver("sent")
    report = [play.obligation(member, "report").next_look for member in MEMBERS]
    assert report == [None] * 5


# ------------------------------------------------------------------------------------------------ what a tick costs


@contextlib.contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    said: list[str] = []

    def listen(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    yield said
    event.remove(engine, "before_cursor_execute", listen)


IDLE, FORGETTING = 15, 5  # once a day what was kept for some days only is forgotten
SEATS = 7  # and it is looked whose term ends and which seat is empty
QUESTIONS = 1  # those that nobody has answered, at the same tick
PLANS = 2  # which actions nobody has updated for a year, and which plans are no evidence yet


def test_a_tick_with_nothing_to_do_is_a_handful_of_statements(played: Played) -> None:
    played.plan("2027-02-26T08:00")
    with writing(played.engine) as connection:
        connection.execute(tables["delivery"].update().values(state="sent"))
    played.plan("2027-03-01T08:00")
    for at, most in (
        ("2027-03-01T08:01", IDLE),
        ("2027-03-01T23:00", IDLE),
        ("2027-03-02T08:00", IDLE + FORGETTING + SEATS + QUESTIONS + PLANS),
    ):
        with counted(played.engine) as said:
            assert plan(played.engine, local(at)).posted == 0
        idle = [each for each in said if not each.startswith(("BEGIN", "SELECT pg_"))]
        assert len(idle) <= most, idle


@pytest.mark.sqlite
def test_what_is_to_be_looked_at_is_found_by_index(played: Played) -> None:
    played.plan("2027-02-26T08:00")
    query = "SELECT id FROM obligation WHERE alliance_id = 1 AND next_look <= '2027-02-26' ORDER BY next_look, id"
    with played.engine.connect() as connection:
        steps = [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {query} LIMIT 1000"))]
    assert steps == ["SEARCH obligation USING COVERING INDEX ix_obligation_look (alliance_id=? AND next_look<?)"]


def test_many_statements_for_many_people_are_those_for_few(played: Played) -> None:
    """98 reminders take what one would: nothing is asked person by person."""
    played.plan("2027-02-25T08:00")
    with counted(played.engine) as said:
        assert played.plan("2027-02-26T08:00").posted == 98
    assert len(said) <= 58, len(said)


# -------------------------------------------------------------------------------- side by side, on PostgreSQL


def next_looks(engine: Engine, member: int) -> set[Any]:
    table = tables["obligation"]
    with engine.connect() as connection:
        query = select(table.c.next_look).where(table.c.organisation_id == member, table.c.due.is_not(None))
        return set(connection.execute(query).scalars())


@pytest.mark.postgresql
def test_a_second_planner_leaves_it_to_the_first(played: Played) -> None:
    with planning(played.engine) as first:
        assert first is not None
        assert played.plan("2027-02-26T08:00").posted == 0
    assert played.plan("2027-02-26T08:01").posted == 98


@pytest.mark.postgresql
def test_a_fact_written_while_the_planner_looks_is_looked_at_afterwards(played: Played) -> None:
    """A sender finds that an address fails; the planner has asked who can be reached a moment before."""
    day, later = date(2027, 2, 26), date(2027, 3, 12)
    played.plan("2027-02-25T08:00")
    with ThreadPoolExecutor(1) as other:
        with planning(played.engine) as planner:
            assert planner is not None
            rows = [row for chunk in to_look_at(planner, 1, day) for row in chunk if row.organisation_id == 3]
            waiting = other.submit(_fail_an_address_of, played.engine, 3)
            look_on(planner, 1, {later: [row.id for row in rows]})
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
        waiting.result(timeout=20)
    assert rows and later not in next_looks(played.engine, 3)


@pytest.mark.postgresql
def test_what_somebody_is_changing_right_now_is_looked_at_at_the_next_tick(played: Played) -> None:
    played.plan("2027-02-25T08:00")
    with sending(played.engine) as sender:
        look_again(sender, 1, [3])
        assert played.plan("2027-02-26T08:00").posted == 97
    assert played.plan("2027-02-26T08:01").posted == 1


def _fail_an_address_of(engine: Engine, member: int) -> None:
    term, address = tables["office_term"], tables["address"]
    with sending(engine) as connection:
        query = select(address.c.id).join(term, term.c.person_id == address.c.person_id)
        for number in connection.execute(query.where(term.c.organisation_id == member)).scalars().all():
            changes.mark_unreachable(connection, number, "550", START)


# ------------------------------------------------------------------------------------- what PostgreSQL makes of it


@contextlib.contextmanager
def explained(engine: Engine) -> Iterator[list[int]]:
    """Of each query about reminders, how many rows PostgreSQL looked at and threw away."""
    thrown: list[int] = []

    def explain(_connection: Any, cursor: Any, statement: str, given: Any, *_: Any) -> None:
        if statement.startswith("SELECT") and "reminder_line" in statement:
            with cursor.connection.cursor() as other:
                ((told,),) = other.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", given).fetchall()
            thrown.append(thrown_away(told[0]["Plan"]))

    event.listen(engine, "after_cursor_execute", explain)
    try:
        yield thrown
    finally:
        event.remove(engine, "after_cursor_execute", explain)


def thrown_away(node: dict[str, Any]) -> int:
    here = sum(node.get(f"Rows Removed by {by}", 0) for by in ("Filter", "Join Filter", "Index Recheck"))
    return round(here * node["Actual Loops"]) + sum(thrown_away(part) for part in node.get("Plans", ()))


@pytest.mark.postgresql
def test_a_morning_that_follows_one_undone_compares_no_reminder_with_every_other(
    new_database: Callable[[], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL then takes the tables for empty, whatever is added: it knows their pages, and that no row was kept."""
    at, engine = local(f"{RUNG}T08:00"), new_database()
    migrate(engine)
    with writing(engine) as connection:
        plant(connection, range(1, 601))
    monkeypatch.setattr(looks, "CHUNK", 100)
    rehearse(engine, at)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    with explained(engine) as thrown:
        posted = rehearse(engine, at).posted
    assert posted >= 500
    assert len(thrown) >= 600 / 100
    assert max(thrown) <= 2 * posted
