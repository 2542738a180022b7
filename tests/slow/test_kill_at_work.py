"""Workers killed while the clock ticks, people answer and meetings move: nothing lost, nothing twice, nobody told late.

The processes are whole workers, with alarms and sender; they die by SIGKILL. Answers come in by the router that every
channel uses. Whether and when a message arrived is told by the stand-in for the provider, never by our own outbox; what
did not arrive is lost, unless our outbox says that it was withdrawn or that nobody can know ("perhaps sent").
"""

from __future__ import annotations

import random
import time
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from urllib.parse import unquote

import pytest
from sqlalchemy import Connection, Engine, func, select

from alliance.deliveries import OPEN_STATES
from scheduling import ticks
from scheduling.audit import check
from scheduling.rehearsal.behaviour import moved_to
from scheduling.rehearsal.cast import BODY, FOUNDED, OFFICES, SECRETARY, Days, plan_events
from storage.changes import register as change
from storage.engine import connect, reading, writing
from storage.migrate import migrate
from storage.outbox.steps import from_ms
from storage.queries import register
from storage.tables import tables
from tests.conftest import local
from tests.slow.clusters import cluster
from tests.slow.killable import work_by_the_clock
from tests.slow.test_kill_many import IN_THE_AIR, START, Run, folder, stop, wait_for
from tovholder.rehearsing import speak

pytestmark = pytest.mark.slow
__all__ = ["folder"]

FIRST_RUNG = local("2027-02-26T08:00")
THE_DAY_BEFORE = local("2027-02-25T08:00")
DAYS = Days(summit=date(2027, 5, 27), workshop=date(2027, 9, 23))
MEMBERS = 120
ANSWERS = MEMBERS // 2
TICK_SECONDS = 0.5
LEASE = 8.0  # seconds: a quarter of it must be enough to write what was claimed, also where much else runs
PATIENCE = 150
EARLY_KILLS = 3
FEW, MANY = 10, 60  # arrivals between two kills
PER_ACT = 3  # arrivals for each act
BETWEEN_MOVES = 4  # answers
A_SECOND = timedelta(seconds=1)
NAME = "topmøde 2027"
MOVES = (date(2027, 5, 28), date(2027, 5, 31))

Act = tuple[str, str, Mapping[str, str]]
"""Who says what, with the fields of a form."""
Key = tuple[str, str, str, int]
"""Kind, subject, occasion and reader of a delivery."""
Line = tuple[int, str, int, int, str]
"""Member, requirement, person, rung and day of one line of a reminder."""


@dataclass(frozen=True)
class Arrived:
    """One acceptance by the provider, ``at`` by the workers' clock (aware UTC)."""

    kind: str
    about: str
    occasion: str
    person: int
    at: datetime

    @property
    def key(self) -> Key:
        return self.kind, self.about, self.occasion, self.person


@dataclass(frozen=True)
class Told:
    """One delivery as our outbox has it at the end, and when it was claimed, oldest first (aware UTC)."""

    kind: str
    about: str
    occasion: str
    person: int
    channel: str
    state: str
    reason: str
    claimed: tuple[datetime, ...]

    @property
    def key(self) -> Key:
        return self.kind, self.about, self.occasion, self.person

    @property
    def marked(self) -> bool:
        return self.reason in ("possibly_repeated", "perhaps_sent")

    def was_claimed_after(self, moment: datetime, arrived_at: datetime) -> bool:
        """Whether the claim by which it arrived was made when something had been so for good."""
        last = bisect_right(self.claimed, arrived_at + A_SECOND / 20)  # two clocks are read, and rounded
        return self.claimed[last - 1] > moment


@dataclass
class AtWork(Run):
    """One alliance on the morning of the first reminders, and whole workers that are killed over it."""

    ahead: timedelta = timedelta()
    coordinators: dict[int, int] = field(default_factory=dict)
    mayors: set[int] = field(default_factory=set)
    answered: dict[int, datetime] = field(default_factory=dict)
    moved: list[datetime] = field(default_factory=list)
    planned_by: datetime | None = None

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def plant(self) -> None:
        self.coordinators, self.mayors = plant(self.database)
        engine = connect(self.database)
        with reading(engine) as connection:
            self.alliance = register.alliances(connection)[0].id
        engine.dispose()

    def play(self, seed: int, crash: object = None, crashes: int = 0) -> None:
        """Kill a random worker again and again while people do all they do; then let the workers finish in peace."""
        chance, engine = random.Random(seed), connect(self.database)
        self.ahead = FIRST_RUNG - datetime.now(UTC)
        with self.provider() as url:
            self._shut.touch()
            with self._running(url) as running:
                self._kill_while_planning(engine, chance, running, url)
                self._kill_while_people_act(engine, chance, running, url)
            with self._running(url, hours=3):
                wait_for(lambda: not self.open(), PATIENCE)
                time.sleep(LEASE)  # whoever believes something is still to be sent would send it now
        engine.dispose()

    def _kill_while_planning(self, engine: Engine, chance: random.Random, running: list[BaseProcess], url: str) -> None:
        """Around the moment of the first tick, which is then left alone: how long it takes hangs on the machine."""
        for _ in range(EARLY_KILLS):
            time.sleep(TICK_SECONDS + chance.uniform(0, TICK_SECONDS))
            self._kill_one(chance, running, url)
        wait_for(lambda: self._has_planned(engine), 59)
        self.planned_by = self.now()

    def _kill_while_people_act(
        self, engine: Engine, chance: random.Random, running: list[BaseProcess], url: str
    ) -> None:
        """When to kill, and when somebody acts, is told by how far the sending has come: machines differ."""
        acts = deque(self._acts(chance))
        acting, end = len(acts), time.monotonic() + PATIENCE
        until = FEW
        self._act_while_nobody_works(engine, acts, ANSWERS // 12, running, url)
        self._shut.unlink()
        while acts or self._left(engine) > FEW:
            assert time.monotonic() < end, f"{len(acts)} acts and {self._left(engine)} deliveries are left"
            arrived = len(self._log())
            if acts and acts[0][1].startswith("møde flyt"):
                self._act_while_nobody_works(engine, acts, BETWEEN_MOVES + 2, running, url)
            elif acts and (arrived > (acting - len(acts)) * PER_ACT or not self._left(engine)):
                self._say(engine, *acts.popleft())
            else:
                time.sleep(0.02)
            if arrived >= until:
                self._kill_one(chance, running, url)
                until = arrived + chance.randint(FEW, MANY)

    @property
    def _shut(self) -> Path:
        """While it is there the provider refuses all: the first answers overtake their reminders on any machine."""
        return self.folder / "shut"

    def _act_while_nobody_works(
        self, engine: Engine, acts: deque[Act], many: int, running: list[BaseProcess], url: str
    ) -> None:
        """All workers are dead while some act: what they overtake is still to be sent, however fast the machine is."""
        for worker in running:
            stop(worker)
            self.kills += 1
        for _ in range(many):
            self._say(engine, *acts.popleft())
        running[:] = [self._start(url) for _ in running]

    def _kill_one(self, chance: random.Random, running: list[BaseProcess], url: str) -> None:
        victim = chance.randrange(self.workers)
        stop(running[victim])
        self.kills += 1
        running[victim] = self._start(url)

    def _start(self, url: str, hours: int = 0) -> BaseProcess:
        up = self.folder / "up"
        up.unlink(missing_ok=True)
        at_once = max(1, IN_THE_AIR // self.workers // 2)
        ahead = self.ahead + timedelta(hours=hours)
        args = (self.database, url, LEASE, at_once, TICK_SECONDS, up, ahead)
        worker = START.Process(target=work_by_the_clock, args=args, daemon=True)
        worker.start()
        wait_for(up.exists, 30)
        return worker

    # -------------------------------------------------------------------------------------- what people do

    def _acts(self, chance: random.Random) -> Iterator[Act]:
        """Coordinators report one by one; meanwhile the summit is called, moved, and moved again."""
        reporting = chance.sample(range(1, MEMBERS + 1), ANSWERS)
        moves = dict(zip((ANSWERS // 2, ANSWERS // 2 + BETWEEN_MOVES), MOVES, strict=True))
        for number, member in enumerate(reporting):
            if number == ANSWERS // 6:
                yield SECRETARY, f"møde indkald {NAME}", {}
            if number in moves:
                yield SECRETARY, f"møde flyt {NAME}", moved_to(moves[number], "Rådhuset")
            yield f"klima@m{member}.example", "indberet send", {"ghg_total": f"{member * 1000},5"}

    def _say(self, engine: Engine, who: str, words: str, answers: Mapping[str, str]) -> None:
        said = speak(engine, who, words, answers, self.now())
        if confirm := said.confirming():
            said = speak(engine, who, confirm, answers, self.now())
        assert said.done, f"{who}: {words}"
        if who == SECRETARY:
            self.moved.append(self.now())
        else:
            self.answered[int(who.split("@m")[1].partition(".")[0])] = self.now()

    @staticmethod
    def _left(engine: Engine) -> int:
        delivery = tables["delivery"]
        with reading(engine) as connection:
            return connection.execute(select(func.count()).where(delivery.c.state.in_(OPEN_STATES))).scalar_one()

    @staticmethod
    def _has_planned(engine: Engine) -> bool:
        notification = tables["notification"]
        with reading(engine) as connection:
            query = select(func.count()).where(notification.c.kind == "reminder")
            return connection.execute(query).scalar_one() > 0

    # -------------------------------------------------------------------------------------- what happened

    def _log(self) -> list[str]:
        log = self.folder / "log"
        return log.read_text().splitlines() if log.exists() else []

    def arrived(self) -> list[Arrived]:
        found = []
        for line in self._log():
            key, befell, at = line.split()
            _, kind, about, occasion, person = unquote(key).split("/")
            if befell != "busy":
                when = datetime.fromtimestamp(float(at), UTC) + self.ahead
                found.append(Arrived(kind, about, occasion, int(person), when))
        return found

    def told(self) -> list[Told]:
        notification, delivery, step = tables["notification"], tables["delivery"], tables["transition"]
        engine = connect(self.database)
        with reading(engine) as connection:
            claimed: defaultdict[int, list[datetime]] = defaultdict(list)
            query = select(step.c.delivery_id, step.c.at_ms).where(step.c.state == "sending").order_by(step.c.id)
            for id_, at_ms in connection.execute(query):
                claimed[id_].append(from_ms(at_ms))
            rows = connection.execute(
                select(
                    delivery, *(notification.c[name] for name in ("kind", "about", "occasion", "recipient_id"))
                ).join(notification, notification.c.id == delivery.c.notification_id)
            ).all()
        engine.dispose()
        return [
            Told(r.kind, r.about, r.occasion, r.recipient_id, r.channel, r.state, r.reason, tuple(claimed[r.id]))
            for r in rows
        ]


def plant(database: str) -> tuple[dict[int, int], set[int]]:
    """An alliance of so many members; returns the coordinator of each by number, and all mayors."""
    engine, start = connect(database), local("2027-01-01T00:00")
    migrate(engine)
    with writing(engine) as connection:
        alliance = change.add_alliance(connection, "dk2020", "dk2020", date(2027, 1, 1), None)
        coordinators, mayors = {}, set()
        for number in range(1, MEMBERS + 1):
            code, name = f"{number:04}", f"By {number}"
            member = change.add_organisation(connection, alliance, code, name, f"{name} Kommune", "municipality")
            change.add_membership(connection, alliance, member, "member", FOUNDED, None, start)
            for office in ("mayor", "climate_coordinator"):
                person = _add_person(connection, alliance, member, office, number, start)
                mayors |= {person} if office == "mayor" else set()
                coordinators[number] = person
        _add_person(connection, alliance, 1, "secretariat", 1, start)
        for chair in (False, True):  # the secretariat is where the chair is
            change.add_seat_term(connection, alliance, BODY, "Område 1", 1, FOUNDED, None, start, chair=chair)
        plan_events(connection, alliance, DAYS)
    ticks.plan(engine, THE_DAY_BEFORE)  # opens what is owed
    engine.dispose()
    return coordinators, mayors


def _add_person(connection: Connection, alliance: int, member: int, office: str, number: int, start: datetime) -> int:
    mailbox = OFFICES.get(office, "sekretariat")
    person = change.add_person(connection, alliance, f"{mailbox} {number}", "da")
    mail = f"{mailbox}@m{number}.example"
    change.add_address(connection, alliance, person, "mail", mail, start, verified=True)
    if office == "climate_coordinator" and number % 2:
        change.add_address(connection, alliance, person, "slack", f"T1/U{number}", start, verified=True)
    change.add_office_term(connection, alliance, member, office, person, FOUNDED, None, start)
    return person


def lines_of(database: str) -> list[Line]:
    """Every line of every reminder that was planned."""
    line, duty, told = tables["reminder_line"], tables["obligation"], tables["notification"]
    engine = connect(database)
    with reading(engine) as connection:
        query = (
            select(duty.c.organisation_id, duty.c.requirement, line.c.person_id, line.c.rung, told.c.occasion)
            .join(duty, duty.c.id == line.c.obligation_id)
            .join(told, told.c.id == line.c.notification_id)
            .where(line.c.rung.is_not(None))
        )
        found = [tuple(row) for row in connection.execute(query)]
    engine.dispose()
    return found


@pytest.fixture(scope="module")
def one_tick(tmp_path_factory: pytest.TempPathFactory) -> list[Line]:
    """What one tick of one process plans for the same alliance, where nobody is killed and nobody answers."""
    database = f"sqlite:///{tmp_path_factory.mktemp('one') / 'tick.db'}"
    plant(database)
    engine = connect(database)
    ticks.plan(engine, FIRST_RUNG)
    engine.dispose()
    return lines_of(database)


# ------------------------------------------------------------------------------------------------- what must hold


def expect_the_rows_of_one_tick(run: AtWork, one_tick: list[Line]) -> None:
    """But for who had answered before there was a tick."""
    planned = lines_of(run.database)
    assert len(planned) == len(set(planned)), "something was planned twice"
    assert set(planned) <= set(one_tick)
    assert run.planned_by is not None
    early = {member for member, at in run.answered.items() if at <= run.planned_by}
    assert {line[0] for line in set(one_tick) - set(planned)} <= early
    assert len(planned) > MEMBERS // 2, "hardly anything was planned, so this would prove nothing"


def expect_nothing_lost_and_nothing_twice(run: AtWork) -> None:
    arrivals: defaultdict[Key, list[Arrived]] = defaultdict(list)
    for one in run.arrived():
        arrivals[one.key].append(one)
    told = {one.key: one for one in run.told()}
    assert set(arrivals) <= set(told)
    for key, one in told.items():
        got = arrivals.get(key, [])
        assert len(got) == 1 or one.channel == "mail" or not got, f"twice at a provider that can be asked: {one}"
        assert len(got) < 2 or one.marked, f"twice, and nobody was told that it may be: {one}"
        assert got or one.state == "withdrawn" or one.reason == "perhaps_sent", f"lost: {one}"
        assert one.state == "sent" or not got or one.reason == "perhaps_sent", f"arrived, and counts as {one}"


def expect_that_everybody_heard(run: AtWork) -> None:
    """Every coordinator who did not answer has their reminder, every mayor the newest time of the summit."""
    heard = {(one.kind, one.person) for one in run.arrived()}
    silent = {person for member, person in run.coordinators.items() if member not in run.answered}
    assert {person for person in silent if ("reminder", person) not in heard} == set(), "lost"
    sequences: defaultdict[int, list[int]] = defaultdict(list)
    for one in run.arrived():
        if one.kind == "invitation":
            sequences[one.person].append(int(one.occasion.split(":")[1]))
    assert {person for person in run.mayors if sequences[person][-1:] != [len(MOVES)]} == set()
    assert all(each == sorted(each) for each in sequences.values()), "something newer was overtaken"


def expect_that_nobody_was_told_what_was_over(run: AtWork) -> None:
    """A reminder after the answer, or an older time after the move, left only if it was being sent already."""
    told = {one.key: one for one in run.told()}
    over = {("reminder", run.coordinators[member]): at for member, at in run.answered.items()}
    for one in run.arrived():
        delivery, moment = told[one.key], over.get((one.kind, one.person))
        if one.kind == "invitation":
            later = run.moved[int(one.occasion.split(":")[1]) + 1 :]
            moment = later[0] if later else None
        assert moment is None or not delivery.was_claimed_after(moment, one.at), f"{one} after {moment}: {delivery}"


def expect_that_the_audit_agrees(run: AtWork) -> None:
    engine = connect(run.database)
    with reading(engine) as connection:
        found = check(connection, register.alliances(connection)[0], run.now() + timedelta(hours=3))
    engine.dispose()
    wrong = ("no_receipt", "after_settling", "twice_a_day", "gap", "unopened", "still_invited", "old_time")
    assert [one for one in found if one.kind in wrong] == []


def expect_that_it_was_in_earnest(run: AtWork) -> None:
    """A run in which little was interrupted or overtaken would prove little."""
    told = run.told()
    assert run.kills >= 10
    withdrawn = [one for one in told if one.state == "withdrawn"]
    assert any(one.kind == "reminder" for one in withdrawn), "no answer came in time for anything to be withdrawn"
    assert any(one.kind == "invitation" for one in withdrawn), "no move came in time for anything to be withdrawn"
    assert any(len(one.claimed) > 1 for one in told), "nobody was killed while anything was under way"


def expect_all(run: AtWork, one_tick: list[Line]) -> None:
    expect_that_it_was_in_earnest(run)
    expect_the_rows_of_one_tick(run, one_tick)
    expect_nothing_lost_and_nothing_twice(run)
    expect_that_everybody_heard(run)
    expect_that_nobody_was_told_what_was_over(run)
    expect_that_the_audit_agrees(run)


def test_one_worker_on_sqlite_killed_at_its_work_keeps_every_promise(folder: Path, one_tick: list[Line]) -> None:
    run = AtWork(folder, f"sqlite:///{folder / 'test.db'}", workers=1)
    run.plant()
    run.play(seed=1)
    expect_all(run, one_tick)


def test_four_workers_on_postgresql_killed_at_their_work_keep_every_promise(folder: Path, one_tick: list[Line]) -> None:
    with cluster(folder) as server:
        run = AtWork(folder, server.url, workers=4)
        run.plant()
        run.play(seed=2)
        expect_all(run, one_tick)
