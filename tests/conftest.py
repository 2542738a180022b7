"""The cast and the stage that tests share: the planted demo, a copy for each test, and somebody to play it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from alliance.alliances import Alliance
from alliance.deliveries import Transport
from bot.mail.dress import Letterhead
from bot.mail.local import LocalMailTransport
from bot.request import Reply, Request, Upload
from bot.router import handle
from scheduling import ticks
from storage import outbox
from storage.engine import connect, reading, writing
from storage.mailbox import LocalMail, mailbox
from storage.migrate import migrate
from storage.queries import register
from storage.seed import plant_demo

LETTERHEAD = Letterhead("Tovholder for DK2020", "tovholder@klimaalliancen.example", "", "")


def local(typed: str) -> datetime:
    """The instant of a Danish civil time such as ``2027-03-31T08:00``."""
    return datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo("Europe/Copenhagen"))


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demo as it is planted, made once; copy it, do not change it."""
    path = tmp_path_factory.mktemp("template") / "demo.db"
    engine = connect(f"sqlite:///{path}")
    migrate(engine)
    with writing(engine) as connection:
        plant_demo(connection)
    engine.dispose()
    return path


@pytest.fixture
def new_database(tmp_path: Path) -> Iterator[Callable[[str], Engine]]:
    """Opens databases in the test's folder by name, and closes them all afterwards."""
    opened: list[Engine] = []

    def open_(name: str = "test.db") -> Engine:
        opened.append(connect(f"sqlite:///{tmp_path / name}"))
        return opened[-1]

    yield open_
    for engine in opened:
        engine.dispose()


@pytest.fixture
def demo(demo_file: Path, tmp_path: Path, new_database: Callable[[str], Engine]) -> Engine:
    """The planted demo (all 98 municipalities, clock at DEMO_START), a database of the test's own."""
    shutil.copyfile(demo_file, tmp_path / "demo.db")
    return new_database("demo.db")


@pytest.fixture
def played(demo: Engine) -> Played:
    """The demo, with verbs to play it."""
    return Played(demo)


@dataclass(frozen=True)
class Played:
    """The demo as a test plays it. Times are Danish civil times: ``2027-03-31T08:00``."""

    engine: Engine

    @property
    def alliance(self) -> Alliance:
        with reading(self.engine) as connection:
            return register.alliances(connection)[0]

    def say(
        self,
        address: str,
        words: str,
        at: str,
        answers: Mapping[str, str] | None = None,
        files: Mapping[str, Upload] | None = None,
    ) -> Reply:
        return handle(self.engine, Request(address, words, answers or {}, "cli", files or {}), local(at))

    def tick(self, at: str, transport: Transport | None = None) -> ticks.TickOutcome:
        """One ring of the clock; mail goes by the transport given, else into the local mailbox."""
        ways = {"mail": transport or LocalMailTransport(self.engine, LETTERHEAD)}
        return ticks.tick(self.engine, ways, lambda: local(at), move_clock=True)

    def plan(self, at: str) -> ticks.TickOutcome:
        """Open and post what is due; send nothing."""
        return ticks.plan(self.engine, local(at), move_clock=True)

    def outbox(self) -> tuple[outbox.DeliveryRecord, ...]:
        with reading(self.engine) as connection:
            return outbox.deliveries(connection, self.alliance.id)

    def letters(self, recipient: str | None = None) -> tuple[LocalMail, ...]:
        """What lies in the mailbox, newest first."""
        with reading(self.engine) as connection:
            return mailbox(connection, self.alliance.id, recipient, limit=100_000)

    def dump(self) -> dict[str, list[str]]:
        """Every row of every table as text, to be compared with another such dump."""
        from storage.tables import tables

        with reading(self.engine) as connection:
            return {
                name: [_row(row._mapping) for row in connection.execute(table.select().order_by(table.c.id))]
                for name, table in tables.items()
            }


def _row(values: Mapping[Any, Any]) -> str:
    return json.dumps({str(key): str(value) for key, value in values.items()}, ensure_ascii=False)
