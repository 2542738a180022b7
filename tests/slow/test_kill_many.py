"""Thousands of messages, senders killed and the database crashed: nothing lost, nothing twice where one can ask.

Whether a message arrived is told by the stand-in for the provider, which writes down every arrival before it answers.
Real processes run the product's sender and die by SIGKILL; with one worker on SQLite, with four on PostgreSQL.
"""

from __future__ import annotations

import multiprocessing
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from urllib.parse import unquote

import pytest
from sqlalchemy import func, insert, select

from alliance.deliveries import OPEN_STATES
from alliance.notifications import Notification
from storage import outbox
from storage.changes.register import add_alliance
from storage.engine import connect, reading, writing
from storage.migrate import migrate
from storage.tables import tables
from tests.slow import provider
from tests.slow.clusters import cluster
from tests.slow.killable import work

pytestmark = pytest.mark.slow

LEASE = 3.0  # seconds; 120 in earnest
BETWEEN_KILLS = (0.3, 0.9)  # seconds
IN_THE_AIR = 16  # sends under way at a time, over all workers and channels
PATIENCE = 600  # seconds, on a busy machine too, for a run to send nearly everything, and then again for what is left
HOURS_LATER = 5  # longer than the longest wait between two tries
START = multiprocessing.get_context("forkserver")
START.set_forkserver_preload(["tests.slow.killable", "scheduling.wording"])  # a worker is up again in milliseconds


@dataclass
class Run:
    """One database, one provider, and workers that are killed over it."""

    folder: Path
    database: str
    workers: int
    finds: bool = True
    gentle: bool = False
    kills: int = 0
    alliance: int = 0
    people: dict[int, str] = field(default_factory=dict)

    def post(self, count: int) -> None:
        """One broadcast to each of so many people: to every other one by a chat that can be asked, else by mail."""
        engine, now = connect(self.database), datetime.now(UTC)
        migrate(engine)
        with writing(engine) as connection:
            self.alliance = add_alliance(connection, "dk2020", "dk2020", date(2026, 1, 1), None)
            for number in range(1, count + 1):
                self._add_person(self, connection, number, now)
        engine.dispose()

    @staticmethod
    def _add_person(run: Run, connection, number: int, now: datetime) -> None:  # type: ignore[no-untyped-def]
        channel = "slack" if number % 2 else "mail"
        person = {"id": number, "alliance_id": run.alliance, "name": f"Person {number}", "language": "da"}
        connection.execute(insert(tables["person"]).values(person))
        value = f"T1/U{number}" if channel == "slack" else f"p{number}@alliance.example"
        address = {"alliance_id": run.alliance, "person_id": number, "channel": channel, "value": value}
        connection.execute(insert(tables["address"]).values(**address, recorded_at=now, unreachable_reason=""))
        facts = {"text": "Husk topmødet på tirsdag", "by": "Sekretariatet"}
        posted = outbox.post(connection, run.alliance, Notification("broadcast", "all", "now", number, facts), now)
        assert posted is not None
        run.people[number] = channel

    @contextmanager
    def provider(self) -> Iterator[str]:
        port = self.folder / "port"
        command = [sys.executable, provider.__file__, self.folder / "log", port, *(["gentle"] * self.gentle)]
        process = subprocess.Popen(command)
        try:
            wait_for(port.exists, 30)
            yield f"http://127.0.0.1:{port.read_text()}"
        finally:
            process.kill()
            process.wait()

    def play(self, seed: int, crash: Callable[[], None] | None = None, crashes: int = 0) -> None:
        """Kill a random worker again and again until nearly all has arrived, then let them finish in peace."""
        most = len(self.people)
        with self.provider() as url:
            self._kill_many(url, random.Random(seed), crash, [most * (n + 1) // (crashes + 1) for n in range(crashes)])
            with self._running(url, HOURS_LATER):
                wait_for(lambda: not self.open(), PATIENCE)
                time.sleep(LEASE)  # whoever believes something is still to be sent would send it now

    def _kill_many(
        self, url: str, chance: random.Random, crash: Callable[[], None] | None, crash_at: list[int]
    ) -> None:
        end, most = time.monotonic() + PATIENCE, len(self.people)
        with self._running(url) as running:
            while (arrived := len(self.arrivals())) < most * 0.97:
                assert time.monotonic() < end, f"only {arrived} of {most} arrived within {PATIENCE} s"
                if crash and crash_at and arrived > crash_at[0]:
                    crash_at.pop(0)
                    crash()
                time.sleep(chance.uniform(*BETWEEN_KILLS))
                victim = chance.randrange(self.workers)
                stop(running[victim])
                self.kills += 1
                running[victim] = self._start(url)
        assert not crash_at, "the database was not crashed as often as this was to prove"

    @contextmanager
    def _running(self, url: str, hours: int = 0) -> Iterator[list[BaseProcess]]:
        """Workers that are all killed in the end, whose clocks are so many hours ahead."""
        running = [self._start(url, hours) for _ in range(self.workers)]
        try:
            yield running
        finally:
            for worker in running:
                stop(worker)

    def _start(self, url: str, hours: int = 0) -> BaseProcess:
        up = self.folder / "up"
        up.unlink(missing_ok=True)
        at_once = max(1, IN_THE_AIR // self.workers // 2)
        args = (self.database, url, LEASE, at_once, self.finds, up, hours)
        worker = START.Process(target=work, args=args, daemon=True)
        worker.start()
        wait_for(up.exists, 30)
        return worker

    # -------------------------------------------------------------------------------------- what happened

    def arrivals(self) -> Counter[int]:
        """How often the provider accepted the message to each person, by its own account."""
        log = self.folder / "log"
        lines = [line.split() for line in log.read_text().splitlines()] if log.exists() else []
        return Counter(int(unquote(key).rsplit("/", 1)[1]) for key, befell, _ in lines if befell != "busy")

    def befell(self) -> Counter[str]:
        return Counter(line.split()[1] for line in (self.folder / "log").read_text().splitlines())

    def open(self) -> int:
        delivery = tables["delivery"]
        engine = connect(self.database)
        with reading(engine) as connection:
            query = select(func.count()).where(delivery.c.state.in_(OPEN_STATES))
            left = connection.execute(query).scalar_one()
        engine.dispose()
        return left

    def settled(self) -> dict[int, tuple[str, str]]:
        """State and reason of each person's one delivery, by our own account."""
        delivery, notification = tables["delivery"], tables["notification"]
        engine = connect(self.database)
        with reading(engine) as connection:
            query = select(notification.c.recipient_id, delivery.c.state, delivery.c.reason).join(
                delivery, delivery.c.notification_id == notification.c.id
            )
            rows = connection.execute(query).all()
        engine.dispose()
        assert len(rows) == len({row.recipient_id for row in rows}) == len(self.people)
        return {row.recipient_id: (row.state, row.reason) for row in rows}

    def on(self, channel: str) -> set[int]:
        return {person for person, way in self.people.items() if way == channel}


def stop(worker: BaseProcess) -> None:
    worker.kill()
    worker.join()


def wait_for(happened: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"did not happen within {seconds} s"
        time.sleep(0.02 if seconds < 60 else 0.5)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path, where sockets may be, that another user may enter: PostgreSQL does not run as root."""
    made = Path(tempfile.mkdtemp(prefix="tov_"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def expect_nothing_lost_and_nothing_twice(run: Run) -> None:
    arrived, settled = run.arrivals(), run.settled()
    twice = {person for person, times in arrived.items() if times > 1}
    marked = {person for person, (_, reason) in settled.items() if reason in ("possibly_repeated", "perhaps_sent")}
    assert set(run.people) - set(arrived) == set(), "lost"
    assert twice & run.on("slack") == set(), "twice at a provider that can be asked"
    assert twice - marked == set(), "twice, and nobody was told that it may be"
    assert marked <= run.on("mail")
    assert {settled[person] for person in run.on("slack")} == {("sent", "")}
    assert {settled[person][0] for person in run.on("mail") - marked} == {"sent"}


def expect_that_it_was_in_earnest(run: Run, kills: int) -> None:
    """A run in which little was interrupted would prove little."""
    assert run.kills >= kills
    befell = run.befell()
    assert befell["busy"] >= 20 and befell["hang"] >= 3 and befell["drop"] >= 3, befell
    marked = {person for person, (_, reason) in run.settled().items() if reason == "possibly_repeated"}
    assert marked, "nobody was ever killed while a mail was under way"


def test_one_worker_on_sqlite_killed_again_and_again_loses_and_repeats_nothing(folder: Path) -> None:
    run = Run(folder, f"sqlite:///{folder / 'test.db'}", workers=1)
    run.post(2_000)
    run.play(seed=1)
    expect_that_it_was_in_earnest(run, kills=15)
    expect_nothing_lost_and_nothing_twice(run)


def test_four_workers_on_postgresql_killed_and_the_server_crashed_twice_lose_and_repeat_nothing(folder: Path) -> None:
    with cluster(folder) as server:
        run = Run(folder, server.url, workers=4)
        run.post(2_000)
        run.play(seed=2, crash=server.crash, crashes=2)
        expect_that_it_was_in_earnest(run, kills=15)
        expect_nothing_lost_and_nothing_twice(run)


@pytest.mark.parametrize("workers", [1, 4])
def test_the_control_where_nobody_asks_some_hear_twice(folder: Path, workers: int) -> None:
    """This is what the tests above would see if the provider were not asked before sending again."""
    if workers == 1:
        control(Run(folder, f"sqlite:///{folder / 'test.db'}", 1, finds=False, gentle=True))
        return
    with cluster(folder) as server:
        control(Run(folder, server.url, 4, finds=False, gentle=True))


def control(run: Run) -> None:
    run.post(400)
    run.play(seed=3)
    arrived = run.arrivals()
    assert set(arrived) == set(run.people)
    assert {person for person, times in arrived.items() if times > 1} & run.on("slack")
