"""The clock killed at random moments, restarted at once: nothing lost, nothing twice. With controls that do fail.

Real processes run ``tovholder tick`` on one file and die by SIGKILL. Whether a mail arrived is told by who received
it, never by our own outbox: the mailbox, or a stand-in for a provider that writes down everything it is handed.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.conftest import Played, local

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FIRST_RUNG = local("2027-02-26T08:00")
MEMBERS = 98
KILLS = 14
FEW = 6  # mails between two kills at the most: all kills fall into the sending

# Sends like the product, but into a file of its own, slowly; takes off one safeguard if it is told to.
STAND_IN = """
    import asyncio, os, sys
    from datetime import datetime
    from alliance.deliveries import Sender
    from alliance.pacing import UNLIMITED
    from scheduling import deliver, ticks
    from storage.engine import connect

    class Provider:
        channel, at_once, rate = "mail", 1, UNLIMITED
        sender = Sender("Tovholder", "tovholder@klimaalliancen.example")
        can_be_asked = "no-find" not in sys.argv

        async def send(self, parcel):
            line = f"{parcel.key} {parcel.to_address}\\n"
            log = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(log, line.encode())
            os.close(log)
            await asyncio.sleep(0.03)  # accepted, and nobody told yet
            return parcel.key

        async def find(self, parcel):
            with open(sys.argv[2], "a+") as log:
                log.seek(0)
                return parcel.key if any(line.split(" ")[0] == parcel.key for line in log) else None

        async def close(self):
            pass

    if "told-at-posting" in sys.argv:  # the fault of those who write "sent" before they send
        carry = deliver.carry

        async def hasty(transport, outgoing, clock):
            receipt = deliver.outbox.Receipt(outgoing.claim, "hasty", clock())
            deliver._settle(engine, [deliver.Outcome("sent", receipt)])
            await asyncio.sleep(0.03)
            return await carry(transport, outgoing, clock)

        deliver.carry = hasty

    engine = connect(sys.argv[1])
    now = datetime.fromisoformat(sys.argv[3])
    ticks.tick(engine, {"mail": Provider()}, lambda: now, move_clock=True)
"""


@dataclass
class Run:
    """One file, and processes that are killed over it."""

    file: Path
    log: Path
    kills: int = 0

    def product(self, at: datetime) -> list[str]:
        return [sys.executable, "-m", "tovholder", "tick", "--at", at.isoformat()]

    def stand_in(self, *without: str) -> Callable[[datetime], list[str]]:
        script = self.log.with_suffix(".py")
        script.write_text(textwrap.dedent(STAND_IN))
        url = f"sqlite:///{self.file}"
        return lambda at: [sys.executable, str(script), url, str(self.log), at.isoformat(), *without]

    def play(self, command: Callable[[datetime], list[str]], seed: int, at: datetime = FIRST_RUNG) -> None:
        """Start, kill, start again at once; then once more undisturbed, when every lease has ended.

        When to kill is told by how far the sending has come, not by a clock: machines differ.
        """
        chance = random.Random(seed)
        for _ in range(KILLS):
            process, until = self._start(command(at)), self.arrived() + chance.randint(1, FEW)
            while process.poll() is None and self.arrived() < until:
                time.sleep(0.002)
            time.sleep(chance.random() * 0.09)  # anywhere between one mail and the next, also a slow one
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                self.kills += 1
            process.wait()
            at += timedelta(minutes=3)
        assert self._start(command(at)).wait(timeout=300) == 0

    def arrived(self) -> int:
        """How many mails have arrived, wherever this run's arrive."""
        if self.log.exists():
            return len(self.log.read_text().splitlines())
        with closing(sqlite3.connect(self.file, timeout=30)) as file:
            return int(file.execute("SELECT count(*) FROM local_mail").fetchone()[0])

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "DATABASE_URL": f"sqlite:///{self.file}", "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def provider_got(self) -> Counter[str]:
        return Counter(line.split()[1] for line in self.log.read_text().splitlines())


@pytest.fixture
def run(demo: Engine, tmp_path: Path) -> Run:
    demo.dispose()
    return Run(Path(demo.url.database or ""), tmp_path / "provider.log")


def asked(played: Played) -> set[str]:
    """Everybody whose silence must have been met with a reminder: one coordinator each."""
    return {record.recipient for record in played.outbox()}


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_random_every_silent_member_hears_once(run: Run, played: Played, seed: int) -> None:
    run.play(run.product, seed)
    assert run.kills >= KILLS // 2, "hardly anything was interrupted, so this would prove nothing"
    assert len(asked(played)) == MEMBERS
    letters = played.letters()
    assert Counter(letter.recipient for letter in letters) == dict.fromkeys(asked(played), 1)
    assert len({letter.message_id for letter in letters}) == MEMBERS
    assert {record.state for record in played.outbox()} == {"sent"}
    lines = [line for record in played.outbox() for line in record.lines if line["requirement"] == "report"]
    assert Counter(line["member"] for line in lines if line["rung"] == -20).most_common(1)[0][1] == 1
    assert len({line["member"] for line in lines if line["rung"] == -20}) == MEMBERS
    with closing(sqlite3.connect(run.file)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []


def test_killed_between_accepted_and_told_the_provider_is_asked(run: Run, played: Played) -> None:
    run.play(run.stand_in(), 3)
    assert run.kills >= KILLS // 2
    assert run.provider_got() == dict.fromkeys(asked(played), 1)
    assert len(run.provider_got()) == MEMBERS
    assert {record.state for record in played.outbox()} == {"sent"}
    assert any(record.attempts > 1 for record in played.outbox()), "no delivery was ever interrupted"


def test_the_control_without_asking_somebody_hears_twice_and_it_is_shown(run: Run, played: Played) -> None:
    """This is what the test above would see if ``find`` were missing."""
    run.play(run.stand_in("no-find"), 3)
    got = run.provider_got()
    twice = {address for address, times in got.items() if times > 1}
    assert len(got) == MEMBERS and twice
    shown = {record.recipient for record in played.outbox() if record.reason == "possibly_repeated"}
    assert twice <= shown


def test_the_control_told_before_it_was_sent_somebody_never_hears(run: Run, played: Played) -> None:
    """This is what the test above would see if a reminder were written down as sent before it is."""
    run.play(run.stand_in("told-at-posting"), 3)
    assert {record.state for record in played.outbox()} == {"sent"}
    assert len(run.provider_got()) < MEMBERS
