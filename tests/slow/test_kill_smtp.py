"""The way out by SMTP under SIGKILL: nothing lost, and what came twice is the same mail, marked as a possible repeat.

A real process sends by the product's own transport over SMTP and dies at random instants; a mail server in a process of
its own tells what it took. Nobody can ask a mail server, so a repeat cannot be ruled out.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
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
from tests.slow import mail_server_in_trouble
from tests.slow.killable import work_by_mail
from tests.slow.test_kill_many import START, folder, stop, wait_for

pytestmark = pytest.mark.slow
__all__ = ["folder"]

LEASE = 3.0  # seconds; 120 in earnest
BETWEEN_KILLS = (0.3, 1.0)  # seconds
PATIENCE = 200  # seconds for a run to send nearly everything, and then again for what is left
MARKS = ("possibly_repeated", "perhaps_sent")


@dataclass(frozen=True)
class Settled:
    """What our outbox says of one person's mail in the end."""

    state: str
    reason: str
    receipt: str


@dataclass
class Run:
    """One database, one mail server, and a worker that is killed over it."""

    folder: Path
    people: int
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
                where = {"person_id": number, "channel": "mail", "value": self.mailbox(number)}
                known = {"alliance_id": alliance, "recorded_at": now, "unreachable_reason": "", **where}
                connection.execute(insert(tables["address"]).values(known))
                facts = {"text": "Husk topmødet på tirsdag", "by": "Sekretariatet"}
                outbox.post(connection, alliance, Notification("broadcast", "all", "now", number, facts), now)
        engine.dispose()

    @staticmethod
    def mailbox(number: int) -> str:
        return f"p{number}@alliance.example"

    def play(self, seed: int) -> None:
        """Kill the worker again and again until nearly all is settled, then let it finish in peace."""
        chance, end = random.Random(seed), time.monotonic() + PATIENCE
        with self._server() as url:
            while self._open() > self.people * 0.03:
                assert time.monotonic() < end, f"{self._open()} of {self.people} are open after {PATIENCE} s"
                with self._worker(url):
                    time.sleep(chance.uniform(*BETWEEN_KILLS))
                self.kills += 1
            with self._worker(url):
                wait_for(lambda: not self._open(), PATIENCE)
                time.sleep(LEASE)  # whoever believes something is still to be sent would send it now

    @contextmanager
    def _server(self) -> Iterator[str]:
        port = self.folder / "port"
        process = subprocess.Popen([sys.executable, mail_server_in_trouble.__file__, self.folder / "log", port])
        try:
            wait_for(port.exists, 30)
            yield f"smtp://127.0.0.1:{port.read_text()}"
        finally:
            process.kill()
            process.wait()

    @contextmanager
    def _worker(self, url: str) -> Iterator[None]:
        up = self.folder / "up"
        up.unlink(missing_ok=True)
        worker = START.Process(target=work_by_mail, args=(self.database, url, LEASE, up), daemon=True)
        worker.start()
        try:
            wait_for(up.exists, 30)
            yield
        finally:
            stop(worker)

    # -------------------------------------------------------------------------------------- what happened

    def _open(self) -> int:
        return sum(each.state in OPEN_STATES for each in self.settled().values())

    def settled(self) -> dict[str, Settled]:
        """What became of each mailbox's one delivery, by our own account."""
        delivery, notification = tables["delivery"], tables["notification"]
        engine = connect(self.database)
        with reading(engine) as connection:
            query = select(delivery, notification.c.recipient_id).join(
                notification, notification.c.id == delivery.c.notification_id
            )
            rows = connection.execute(query).all()
        engine.dispose()
        assert len(rows) == self.people
        return {self.mailbox(row.recipient_id): Settled(row.state, row.reason, row.receipt) for row in rows}

    def _log(self) -> list[list[str]]:
        return [line.split() for line in (self.folder / "log").read_text().splitlines()]

    def taken(self) -> dict[str, Counter[str]]:
        """How often the server took each mail, by mailbox and Message-ID."""
        found: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for message_id, mailbox, befell, _ in self._log():
            if befell != "put_off":
                found[mailbox][message_id] += 1
        return found

    def befell(self) -> Counter[str]:
        return Counter(befell for _, _, befell, _ in self._log())


def test_a_worker_killed_again_and_again_over_a_mail_server_loses_nothing_and_marks_every_repeat(folder: Path) -> None:
    run = Run(folder, 400)
    run.post()
    run.play(seed=1)
    taken, settled, befell = run.taken(), run.settled(), run.befell()
    assert run.kills >= 10 and befell["put_off"] >= 5 and befell["hang"] >= 2 and befell["drop"] >= 5, (
        run.kills,
        befell,
    )
    assert set(settled) - set(taken) == set(), "lost"
    assert {mailbox for mailbox, ids in taken.items() if len(ids) != 1} == set(), "two mails where it was one"
    assert len({message_id for ids in taken.values() for message_id in ids}) == run.people
    twice = {mailbox for mailbox, ids in taken.items() if ids.total() > 1}
    marked = {mailbox for mailbox, each in settled.items() if each.reason in MARKS}
    assert twice, "nobody was ever killed while a mail was under way, so this proves nothing"
    assert twice - marked == set(), "twice, and nobody was told that it may be"
    assert {(each.state, each.reason) for each in settled.values()} <= {("sent", ""), ("sent", "possibly_repeated")}
    assert all(next(iter(taken[mailbox])) in each.receipt for mailbox, each in settled.items())
