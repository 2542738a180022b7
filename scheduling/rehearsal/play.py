"""Plays a season of the small alliance: clock, people, two workers, providers and faults, all drawn from one seed."""

from __future__ import annotations

import gc
import logging
import random
import shutil
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from alliance.alliances import Alliance
from alliance.calendar import WorkingCalendar
from alliance.deliveries import MOST_ROUNDS
from alliance.pacing import UNLIMITED, Rate
from alliance.reminders import may_remind
from scheduling import ticks
from scheduling.deliver import deliver
from scheduling.rehearsal import behaviour, cast, invariants
from scheduling.rehearsal.behaviour import Act, Season, Speak
from scheduling.rehearsal.clock import VirtualClock, run, time_of
from scheduling.rehearsal.ears import listener
from scheduling.rehearsal.faults import CALM, WORST, Away, PowerCut, Seams, Weather, weather
from scheduling.rehearsal.providers import Arrival, Ledger, Outage, Provider
from storage import outbox
from storage.charters import charter
from storage.engine import connect, reading, writing
from storage.migrate import migrate
from storage.queries import meetings, register

FIRST_DAYS = ((1, 11), (2, 24), (3, 22), (4, 12), (6, 14), (8, 16), (10, 21))  # due days, rungs, both clock changes
LENGTHS = (7, 10, 14, 28)  # in days
EVERYTHING_FAILS = 10  # one seed in so many has every fault there is, at full strength
LAST_WORDS = 40
LOOKS_AT_LEAST = 1_800.0  # seconds; what waits for another may wait for hours
CHANNELS = ("mail", "slack")


@dataclass(frozen=True)
class Plot:
    """What a seed stands for: the season, the weather, how the providers are, and when the clock rings."""

    seed: int
    year: int
    season: Season
    days: cast.Days
    weather: Weather
    mail_can_be_asked: bool
    at_once: int
    rate: Rate
    acts: tuple[Act, ...]
    rings: tuple[datetime, ...]


def _all_acts(chance: random.Random, season: Season, quiet: random.Random, helping: random.Random) -> tuple[Act, ...]:
    """What people do, when they want to be left in peace and what they hand over: each drawn apart, so that a seed's
    other acts stay its own.
    """
    left_alone, shared = behaviour.quiet_acts(quiet, season), behaviour.helping_acts(helping, season)
    found = [*behaviour.acts(chance, season), *left_alone, *shared]
    return tuple(sorted(found, key=lambda act: act.at))


def plot(
    seed: int, year: int, *, first: date | None = None, days: int | None = None, charter_key: str = "dk2020"
) -> Plot:
    """Draw a play from a seed, from a day on and of so many days if they are given.

    What people do and when the clock rings does not hang on the weather.
    """
    chance = random.Random(f"{seed}/{year}")
    season = _season(chance, year, charter(charter_key).calendar, first, days)
    return Plot(
        seed,
        year,
        season,
        _events(chance, season),
        _weather(chance, seed, year),
        chance.random() < 0.5,
        chance.choice([1, 1, 3]),
        chance.choice([UNLIMITED, Rate(1_050, 20, 400)]),
        _all_acts(chance, season, random.Random(f"quiet/{seed}/{year}"), random.Random(f"helping/{seed}/{year}")),
        tuple(_rings(chance, season)),
    )


def _weather(chance: random.Random, seed: int, year: int) -> Weather:
    drawn = weather(chance, random.Random(f"later/{seed}/{year}"))  # drawn in any case: the rest hangs on the order
    return drawn if seed % EVERYTHING_FAILS else WORST


def _season(
    chance: random.Random, year: int, calendar: WorkingCalendar, first: date | None, days: int | None
) -> Season:
    usual, length = date(year, *chance.choice(FIRST_DAYS)), chance.choice(LENGTHS)
    first = first or usual
    return Season(first, min(first + timedelta(days=days or length), date(year, 12, 31)), calendar)


def _events(chance: random.Random, season: Season) -> cast.Days:
    """The two events on their usual days, or soon after the season begins."""
    usual = cast.Days(date(season.first.year, 5, 27), date(season.first.year, 9, 23))
    soon = season.calendar.next_working_day(season.first + timedelta(days=chance.randrange(40, 70)))
    if soon.year != season.first.year:
        return usual
    return chance.choice([usual, replace(usual, summit=soon), replace(usual, workshop=soon)])


def _rings(chance: random.Random, season: Season) -> Iterator[datetime]:
    """Most mornings, some other times, and around the hour that does not exist or comes twice."""
    day, calendar = season.first, season.calendar
    while day <= season.last:
        if chance.random() < (0.9 if calendar.is_working_day(day) else 0.15):
            yield calendar.at(day, time(8, chance.choice([0, 0, 1, 17])))
        if chance.random() < 0.1:
            yield calendar.at(day, time(chance.randrange(24), chance.randrange(60)))
        if calendar.at(day, time(12)).hour != calendar.at(day - timedelta(days=1), time(12)).hour:
            night = datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC)
            yield from (night + timedelta(minutes=later) for later in (0, 30, 60))
        day += timedelta(days=1)


# ------------------------------------------------------------------------------------------------- the stage


class Stage:
    """A folder with the planted alliance, copied for each play. Nothing here need survive a real power cut."""

    def __init__(self, folder: Path, year: int, charter_key: str = "dk2020") -> None:
        self.folder, self.year = folder, year
        self.template = folder / "template.db"
        engine = self.open_template()
        migrate(engine)
        with writing(engine) as connection:
            self.alliance_id = cast.plant(connection, charter_key, year)
        engine.dispose()

        self._engines: dict[str, Engine] = {}

    def engine(self, role: str) -> Engine:
        """The engine of a role, at the copy; the next who plays it finds the statements compiled already."""
        if role not in self._engines:
            self._engines[role] = self.open_copy()
        return self._engines[role]

    def open_template(self) -> Engine:
        """Of a kind of database of its own a stage opens its own; this one is a file of SQLite."""
        return connect(f"sqlite:///{self.template}")

    def open_copy(self) -> Engine:
        return open_hastily(self.folder / "play.db")

    def renew(self) -> None:
        """Forget the last play: the copy is as it was planted. Nobody is connected to it."""
        self.copy()

    def copy(self) -> Path:
        file = self.folder / "play.db"
        for old in self.folder.glob("play.db*"):
            old.unlink()
        shutil.copyfile(self.template, file)
        return file


@contextmanager
def stage(year: int, charter_key: str = "dk2020") -> Iterator[Stage]:
    """A stage in memory where there is a file system in memory, gone afterwards."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None, prefix="rehearsal-") as folder:
        yield Stage(Path(folder), year, charter_key)


def _hasty(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=off")


def open_hastily(file: Path) -> Engine:
    """The database as the product opens it, except that it does not wait for the disk."""
    engine = connect(f"sqlite:///{file}")
    event.listen(engine, "connect", _hasty)
    return engine


# -------------------------------------------------------------------------------------------------- the play


class Worker:
    """One process of ours: its connections, its providers' clients, and the seams at which it may fail."""

    def __init__(self, play: Play, weather: Weather, aside: Callable[[float], None] | None) -> None:
        self.seams = Seams(play.chance, weather, play.tell, aside, play.set_wall, play.harmed)
        self._ledger = play.ledger
        self.engine = play.on.engine("another worker" if aside is None else "worker")
        self._connections: list[Any] = []
        event.listen(self.engine, "connect", self._connected)
        self.seams.watch(self.engine)
        self.transports = {channel: play.provider(channel, self.seams) for channel in CHANNELS}
        self.seams.switched_on = True

    def _connected(self, connection: Any, _record: object) -> None:
        self._connections.append(connection)

    def end(self) -> None:
        """All connections are closed, also those in the middle of something: as when a process dies."""
        self.seams.unwatch(self.engine)
        event.remove(self.engine, "connect", self._connected)
        self.engine.dispose()
        for connection in self._connections:
            connection.close()
        if self.seams.dead:
            self._ledger.deaths += 1
            gc.collect()  # a statement that is half read holds its lock beyond the death of its process


@dataclass
class Result:
    """What came of a play: who was told of which rung on which day, and how much of everything there was."""

    told: frozenset[tuple[int, int, int]]
    arrivals: tuple[Arrival, ...]
    struck: tuple[str, ...]
    good_days: int


@dataclass
class Play:
    """One play from beginning to end; raises Broken at the first promise that is not kept."""

    plot: Plot
    on: Stage
    speak: Speak
    errors: list[str]
    alliance: Alliance = field(init=False)
    chance: random.Random = field(init=False)
    clock: VirtualClock = field(init=False)
    ledger: Ledger = field(default_factory=Ledger)
    exposure: invariants.Exposure = field(default_factory=invariants.Exposure)
    log: deque[str] = field(default_factory=lambda: deque(maxlen=LAST_WORDS))
    struck: list[str] = field(default_factory=list)
    noticed: list[str] = field(default_factory=list)
    down_until: datetime | None = None
    rang_well: date | None = None
    planned_on: date | None = None
    asked_first: frozenset[invariants.Asked] = frozenset()
    disturbed: set[date] = field(default_factory=set)
    good_days: int = 0
    waiting_for: tuple[datetime, int] | None = None
    waits: float = 1.0

    def __post_init__(self) -> None:
        season = self.plot.season
        self.chance = random.Random(f"weather/{self.plot.seed}")
        self.clock = VirtualClock(season.calendar.at(season.first, time(6)))
        self.ledger.on_arrival = self._arrived
        self.eyes = self.on.engine("eyes")
        with writing(self.eyes) as connection:
            cast.plan_events(connection, self.on.alliance_id, self.plot.days)
            self.alliance = register.alliances(connection)[0]
        self.listen = listener(self.eyes, self.alliance, self.clock)
        self.worker = Worker(self, self.plot.weather, self._aside)

    # -------------------------------------------------------------------------------------- what others need

    @property
    def calendar(self) -> WorkingCalendar:
        return self.plot.season.calendar

    @property
    def today(self) -> date:
        return self.calendar.day(self.clock.now)

    def provider(self, channel: str, seams: Seams) -> Provider:
        return Provider(
            channel,
            self.clock,
            seams,
            self.ledger,
            self.listen,
            can_be_asked=channel != "mail" or self.plot.mail_can_be_asked,
            at_once=self.plot.at_once,
            rate=self.plot.rate if channel != "mail" else UNLIMITED,
        )

    def tell(self, what: str) -> None:
        self.log.append(f"{self.calendar.local(self.clock.now):%m-%d %H:%M:%S} {what}")

    def harmed(self) -> None:
        self.ledger.harmed_at = self.clock.ran

    def _arrived(self, arrival: Arrival) -> None:
        self.tell(f"arrived by {arrival.channel}: {arrival.key} {dict(arrival.heard.pressing) or arrival.heard.method}")
        for what in invariants.check_arrival(arrival, self.ledger.arrivals[:-1], self.calendar):
            self.noticed.append("\n".join([what, *self.log]))

    def _look_up(self) -> None:
        """What was noticed in the middle of the product's work, which must not swallow it, is told afterwards."""
        for what in self.noticed:
            raise invariants.Broken(what)
        for what in self.errors:
            self.fail(what)

    def fail(self, what: str) -> None:
        raise invariants.Broken("\n".join([what, *self.log]))

    # ---------------------------------------------------------------------------------------------- the play

    def run(self) -> Result:
        """Play it, then let everything come to rest in fair weather, and look at what is left."""
        todo: list[tuple[datetime, Act | None]] = [(act.at, act) for act in self.plot.acts]
        todo += [(ring, None) for ring in self.plot.rings]
        with time_of(self.clock):
            for at, act in sorted(todo, key=lambda item: item[0]):
                self._until(at)
                self._act(act) if act else self._ring()
                self.check_books()
            self._come_to_rest()
        told = {(a.person, o, r) for a in self.ledger.arrivals for o, r in a.heard.pressing.items()}
        return Result(frozenset(told), tuple(self.ledger.arrivals), tuple(self.struck), self.good_days)

    def _until(self, at: datetime) -> None:
        """Let the sender work off what becomes ready before then, and days begin and end."""
        day = self.today
        while not self._is_down() and (wake := self._next_wake()) is not None and wake < at:
            self.clock.to(wake)
            self._days_pass(day)
            day = self.today
            self._send()
        self.clock.to(at)
        self._days_pass(day)

    def _next_wake(self) -> datetime | None:
        with reading(self.eyes) as connection:
            ready = outbox.next_ready(connection, CHANNELS)
            if ready is None or ready > self.clock.now:
                return ready
            later = outbox.next_ready(connection, CHANNELS, self.clock.now)
        # What is ready and stays so waits for an earlier one: a worker looks each second, a play ever more seldom.
        stuck = (ready, len(self.ledger.arrivals))
        self.waits = min(LOOKS_AT_LEAST, self.waits * 2) if stuck == self.waiting_for else 1.0
        self.waiting_for = stuck
        again = self.clock.now + timedelta(seconds=self.waits)
        return again if later is None else min(again, later)

    def _days_pass(self, before: date) -> None:
        if self.today == before:
            return
        self._close(before)
        self.asked_first = frozenset()
        self._begin_day()

    def _begin_day(self) -> None:
        """What the weather brings with a new day: the process is down, or somebody sets the clock."""
        happens, likely = self.worker.seams.happens, self.plot.weather
        if not self._is_down() and happens(likely.down):
            self.down_until = self.clock.now + timedelta(hours=self.chance.choice([5, 30, 75, 200]))
            self.tell(f"down until {self.down_until}")
        if not self.ledger.is_out and happens(likely.outage):
            self._lose_a_channel()
        if happens(likely.forward):
            self._set_clock(timedelta(hours=self.chance.choice([1, 5, 30, 80])))
        if happens(likely.back):
            self._set_clock(-timedelta(hours=1))

    def _lose_a_channel(self) -> None:
        until = self.clock.now + timedelta(hours=self.chance.choice([10, 40, 80, 150]))
        self.ledger.out = Outage(self.chance.choice(CHANNELS), until, self.clock)
        self.tell(f"{self.ledger.out.channel} is down until {until}")

    def _set_clock(self, by: timedelta) -> None:
        self.tell(f"the clock is set by {by}")
        before = self.today
        self.clock.jump(by)
        if self.today != before:
            self.disturbed |= {before, self.today}

    def set_wall(self, by: timedelta) -> None:
        """Somebody sets the clock while something is under way; not into another hour, where others may be told."""
        if self.calendar.local(self.clock.now + by).hour == self.calendar.local(self.clock.now).hour:
            self.tell(f"the clock on the wall is set by {by}")
            self.clock.set_wall(by)

    def _is_down(self) -> bool:
        if self.down_until is None:
            return False
        self.disturbed.add(self.today)
        if self.clock.now >= self.down_until:
            self.down_until = None
            self._restart("up again")
            return False
        return True

    def _close(self, day: date) -> None:
        """At the end of a good day everybody must have heard what they should have."""
        good = self.rang_well == day and day not in self.disturbed and not self._is_down()
        if not good:
            return
        self.good_days += 1
        with reading(self.eyes) as connection:
            seen = replace(self.exposure, asked_first=self.asked_first)
            for what in invariants.told_in_time(connection, self.alliance, day, self.ledger, seen):
                self.fail(what)

    # ------------------------------------------------------------------------------------ what workers do

    def _ring(self) -> None:
        """The alarm: plan, then send. A failed tick is tried again at the next ring, a minute later."""
        for _ in range(3):
            if self._is_down():
                return
            asked = self._asked_before_anything_is_planned()
            if self._undisturbed(lambda: ticks.plan(self.worker.engine, self.clock.now)):
                self._rang()
                self.asked_first |= asked
                break
            self.clock.advance(60)
        self._send()

    def _asked_before_anything_is_planned(self) -> frozenset[invariants.Asked]:
        """What is asked of whom at the day's first ring in hours: its digest must hold all of that. Later, nothing."""
        if self.planned_on == self.today or not self._in_hours():
            return frozenset()
        self.planned_on = self.today
        with reading(self.eyes) as connection:
            return frozenset(invariants.asked_today(connection, self.alliance, self.today))

    def _in_hours(self) -> bool:
        return may_remind(self.alliance.charter.ladder_on(self.today), self.calendar, self.clock.now)

    def _undisturbed(self, work: Callable[[], object]) -> bool:
        """Do it; the product may get over a database that is away by itself, and have done only part of it."""
        before = self.worker.seams.away
        return self._guarded(work) and self.worker.seams.away == before

    def _rang(self) -> None:
        early = self.calendar.local(self.clock.now).time() < time(13)
        if early and self._in_hours():
            self.rang_well = self.today

    def _send(self) -> None:
        for _ in range(5):
            if self._guarded(lambda: self._deliver(self.worker)):
                return
            self.clock.advance(3)

    def _deliver(self, worker: Worker) -> None:
        run(deliver(worker.engine, worker.transports, self.clock), self.clock, self._coin)

    def _coin(self) -> bool:
        return self.chance.random() < 0.5

    def _guarded(self, work: Callable[[], object]) -> bool:
        """Do it; a power cut ends the process and a new one starts, a database that is away is an error like any."""
        if self.worker.seams.happens(self.plot.weather.restart):
            self.worker.engine.dispose()
        died = False
        try:
            work()
        except PowerCut:
            died = True  # restarted only once this fault, and all that it holds on to, is gone
        except Away:
            return False
        self._look_up()
        if died:
            self._restart("a new process")
        return not died

    def _restart(self, what: str) -> None:
        self.tell(what)
        self.struck += self.worker.seams.struck
        self.worker.end()
        self.worker = Worker(self, self.plot.weather, self._aside)

    def _aside(self, seconds: float) -> None:
        """Another worker's turn, in the middle of ours: it plans or sends, and may be cut off itself."""
        if seconds and self.ledger.in_flight:
            return  # frozen inside a write to a provider: what no lease can help (docs: the promise)
        mine, self.worker.seams.switched_on = self.worker.seams, False
        try:
            self.clock.advance(seconds)
            self._turn_of_another()
        finally:
            mine.switched_on = True

    def _turn_of_another(self) -> None:
        other = Worker(self, self.plot.weather, None)
        plans = self.chance.random() < 0.3
        if plans and self._in_hours():
            self.planned_on = self.today
        faults: list[BaseException] = []

        def turn() -> None:
            try:
                ticks.plan(other.engine, self.clock.now) if plans else self._deliver(other)
            except (PowerCut, Away):
                pass
            except BaseException as fault:  # carried over to the thread that is asked about it
                faults.append(fault)

        thread = threading.Thread(target=turn, name="another worker")
        thread.start()
        thread.join()
        self.struck += other.seams.struck
        other.end()
        if faults:
            raise faults[0]

    # -------------------------------------------------------------------------------------- what people do

    def _act(self, act: Act) -> None:
        """Somebody says something, and again if nobody answered; then the senders are woken, as by the commit."""
        for _ in range(4):
            if self._is_down():
                return
            before = len(self.worker.seams.struck)
            heard = self._guarded(lambda: self._say(act))
            again = self.worker.seams.happens(self.plot.weather.lost_reply)
            if heard and len(self.worker.seams.struck) == before and not again:
                break
            self.clock.advance(45)
        self._send()

    def _say(self, act: Act) -> None:
        said = self.speak(self.worker.engine, act.speaker, act.words, act.answers, self.clock.now)
        self.worker.seams.check()
        self.tell(f"{act.speaker}: {act.words} -> {'done' if said.done else 'not done'}")
        confirm = said.confirming()
        if confirm:
            said = self.speak(self.worker.engine, act.speaker, confirm, act.answers, self.clock.now)
            self.tell(f"{act.speaker}: {confirm} -> {'done' if said.done else 'not done'}")

    # --------------------------------------------------------------------------------------- what is looked at

    def check_books(self, *, at_rest: bool = False) -> None:
        with reading(self.eyes) as connection:
            rows = invariants.rows_of(connection)
            found = [*invariants.told_as_it_was(rows, self.ledger), *invariants.repeats_are_marked(rows, self.ledger)]
            if at_rest:
                found += invariants.nothing_lost(connection, rows)
                found += invariants.steps_agree(connection, rows)
                found += invariants.register_is_sound(connection, self.alliance)
                now, ledger = self.clock.now, self.ledger
                found += invariants.calendars_hold_what_was_decided(connection, self.alliance, now, ledger)
        for what in found:
            self.fail(what)

    def _come_to_rest(self) -> None:
        """Fair weather, a ring each morning: whatever is still open comes to an end within the 48 hours it has."""
        self.plot = replace(self.plot, weather=CALM)
        self._restart("fair weather")
        self.down_until = self.ledger.out = None
        end = self.clock.now + timedelta(days=4)
        while self.clock.now < end:
            self._until(self.clock.now + timedelta(hours=12))
            self._ring()
            if self._next_wake() is None and not self._goes_again():
                break
        else:
            self._until(end + timedelta(hours=12))
        self.check_books(at_rest=True)

    def _goes_again(self) -> bool:
        """Whether something that was given up may still be queued once more: a day later."""
        with reading(self.eyes) as connection:
            ahead = {m.id for m in meetings.meetings(connection, self.alliance) if m.starts_at > self.clock.now}
            lost = outbox.given_up_last(connection, self.alliance.id, {f"meeting:{id_}" for id_ in ahead})
            tried = outbox.tried(connection, [one.id for one in lost])
        return any(rounds < MOST_ROUNDS for rounds, _ in tried.values())

    def end(self) -> None:
        """However it went: the next play finds nothing of this one."""
        self.worker.end()
        self.eyes.dispose()


class _Overheard(logging.Handler):
    """Keeps the errors that the product logged and that none of our faults explains."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        cause = record.exc_info[1] if record.exc_info else None
        if not isinstance(cause, Away):
            self.errors.append(f"{record.getMessage()}: {cause!r}")


@contextmanager
def _overhearing() -> Iterator[_Overheard]:
    """Listen to the product's log; what goes wrong here is mostly meant to, and not for everybody's eyes."""
    ears = _Overheard()
    with _heard_by("tovholder", ears), _heard_by("sqlalchemy.pool", logging.NullHandler()):
        yield ears


@contextmanager
def _heard_by(name: str, handler: logging.Handler) -> Iterator[None]:
    log = logging.getLogger(name)
    before, log.propagate = log.propagate, False
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.propagate = before


@contextmanager
def _quick_to_collect() -> Iterator[None]:
    """Each death collects the garbage: only what the play made is looked through."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def play(on: Stage, drawn: Plot, speak: Speak) -> Result:
    """Play what was drawn; raises Broken with the last events and how to see it again."""
    with _overhearing() as ears, _quick_to_collect():
        try:
            on.renew()
            played = Play(drawn, on, speak, ears.errors)
            try:
                return played.run()
            finally:
                played.end()
        except invariants.Broken as broken:
            again = f"tovholder rehearse {drawn.year} --small --faults --seed {drawn.seed}"
            raise invariants.Broken(f"{broken}\nTo see it again: {again}") from None
