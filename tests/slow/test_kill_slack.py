"""The way out to Slack under SIGKILL: nothing lost, nothing twice, nothing half said.

A real process sends by the product's own transport and dies at random instants; the stand-in for Slack, in a process of
its own, tells what arrived. Of what it takes it leaves some without an answer, cuts some off, and refuses some as too
many. Every fourth parcel is two messages, every fourth has a file: those have more places to be interrupted at.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from alliance.deliveries import OPEN_STATES
from alliance.notifications import Notification
from storage import outbox
from storage.changes.register import add_alliance
from storage.engine import connect, reading, writing
from storage.migrate import migrate
from storage.tables import tables
from tests.slow.killable import kinds_of, work_on_slack
from tests.slow.test_kill_many import START, folder, stop, wait_for

pytestmark = pytest.mark.slow
__all__ = ["folder"]

ROOT = Path(__file__).parents[2]
LEASE = 3.0  # seconds; 120 in earnest
BETWEEN_KILLS = (0.4, 1.2)  # seconds
PATIENCE = 300  # seconds for a run to send nearly everything, and then again for what is left


@dataclass
class Run:
    """One database, one workspace, and a worker that is killed over it."""

    folder: Path
    people: int
    finds: bool = True
    gentle: bool = False
    kills: int = 0

    @property
    def database(self) -> str:
        return f"sqlite:///{self.folder / 'test.db'}"

    def post(self) -> None:
        engine, now = connect(self.database), datetime.now(UTC)
        migrate(engine)
        with writing(engine) as connection:
            alliance = add_alliance(connection, "dk2020", "dk2020", date(2026, 1, 1), None)
            for number in range(1, self.people + 1):
                person = {"id": number, "alliance_id": alliance, "name": f"Person {number}", "language": "da"}
                connection.execute(insert(tables["person"]).values(person))
                where = {"person_id": number, "channel": "slack", "value": f"T1/U{number}"}
                known = {"alliance_id": alliance, "recorded_at": now, "unreachable_reason": "", **where}
                connection.execute(insert(tables["address"]).values(known))
                facts = {"text": "Husk topmødet på tirsdag", "by": "Sekretariatet"}
                outbox.post(connection, alliance, Notification("broadcast", "all", "now", number, facts), now)
        engine.dispose()

    def play(self, seed: int) -> None:
        """Kill the worker again and again until nearly all is settled, then let it finish in peace."""
        chance, end = random.Random(seed), time.monotonic() + PATIENCE
        with self._slack() as url:
            while self._open() > self.people * 0.03:
                assert time.monotonic() < end, f"{self._open()} of {self.people} are open after {PATIENCE} s"
                with self._worker(url):
                    time.sleep(chance.uniform(*BETWEEN_KILLS))
                self.kills += 1
            with self._worker(url):
                wait_for(lambda: not self._open(), PATIENCE)
                time.sleep(LEASE)  # whoever believes something is still to be sent would send it now

    @contextmanager
    def _slack(self) -> Iterator[str]:
        port = self.folder / "port"
        command = [sys.executable, "-m", "tests.slack_server", self.folder / "log", port, *(["gentle"] * self.gentle)]
        process = subprocess.Popen(command, cwd=ROOT)
        try:
            wait_for(port.exists, 30)
            yield port.read_text()
        finally:
            process.kill()
            process.wait()

    @contextmanager
    def _worker(self, url: str) -> Iterator[BaseProcess]:
        up = self.folder / "up"
        up.unlink(missing_ok=True)
        worker = START.Process(target=work_on_slack, args=(self.database, url, LEASE, self.finds, up), daemon=True)
        worker.start()
        try:
            wait_for(up.exists, 30)
            yield worker
        finally:
            stop(worker)

    # -------------------------------------------------------------------------------------- what happened

    def _open(self) -> int:
        return sum(state in OPEN_STATES for state, _, _ in self.settled())

    def settled(self) -> list[tuple[str, str, str]]:
        """State, reason and receipt of every delivery, by our own account."""
        delivery, engine = tables["delivery"], connect(self.database)
        with reading(engine) as connection:
            rows = connection.execute(select(delivery.c.state, delivery.c.reason, delivery.c.receipt)).all()
        engine.dispose()
        return [(row.state, row.reason, row.receipt) for row in rows]

    def seen(self) -> Counter[tuple[int, str]]:
        """How often each person got each part of what was for them, by Slack's account."""
        lines = [line.split() for line in (self.folder / "log").read_text().splitlines()]
        return Counter((int(channel.removeprefix("DU")), part) for channel, part, befell in lines if befell != "busy")

    def befell(self) -> Counter[str]:
        return Counter(line.split()[2] for line in (self.folder / "log").read_text().splitlines())

    def wanted(self) -> set[tuple[int, str]]:
        """Every part that each person is to get."""
        found = set()
        for person in range(1, self.people + 1):
            further, file = kinds_of(person)
            found |= {(person, part) for part, is_there in (("0", True), ("1", further), ("file", file)) if is_there}
        return found


def test_a_worker_killed_again_and_again_loses_repeats_and_halves_nothing(folder: Path) -> None:
    run = Run(folder, 500)
    run.post()
    run.play(seed=1)
    seen, befell = run.seen(), run.befell()
    assert run.kills >= 10 and befell["busy"] >= 5 and befell["hang"] >= 2 and befell["drop"] >= 5, (run.kills, befell)
    assert run.wanted() - set(seen) == set(), "lost"
    assert {part: times for part, times in seen.items() if times > 1} == {}, "twice"
    assert set(seen) == run.wanted()
    assert {(state, reason) for state, reason, _ in run.settled()} == {("sent", "")}
    receipts = {receipt for _, _, receipt in run.settled()}
    assert len(receipts) == 500 and all(receipt.startswith("DU") for receipt in receipts)


def test_the_control_where_nobody_asks_some_hear_twice(folder: Path) -> None:
    """This is what the test above would see if Slack were not asked before sending again."""
    run = Run(folder, 200, finds=False, gentle=True)
    run.post()
    run.play(seed=2)
    assert [part for part, times in run.seen().items() if times > 1]
