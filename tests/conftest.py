"""The cast and the stage that tests share: the planted demo, a copy for each test, and somebody to play it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from alliance.alliances import Alliance
from alliance.deliveries import Transport
from bot.mail.dress import Letterhead
from bot.mail.local import LocalMailTransport
from bot.request import Reply, Request, Upload
from bot.router import handle
from scheduling import ticks
from storage import outbox
from storage.engine import connect, reading
from storage.mailbox import LocalMail, mailbox
from storage.queries import register
from storage.tables import tables
from tests.databases import KINDS, Databases, PostgresqlDatabases, SqliteDatabases
from tests.servers import Session

settings.register_profile("tovholder", deadline=None)  # a timing is never a test: machines are shared
settings.load_profile("tovholder")
LETTERHEAD = Letterhead("Tovholder for DK2020", "tovholder@klimaalliancen.example", "", "")


def local(typed: str) -> datetime:
    """The instant of a Danish civil time such as ``2027-03-31T08:00``."""
    return datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo("Europe/Copenhagen"))


# What is closest to the database `make test` runs on both kinds; `make test-postgres` runs everything on the other.
ON_BOTH = ("storage/test_engine.py", "storage/test_outbox")
SESSION = pytest.StashKey[Path]()
OPENED = pytest.StashKey[Session]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=KINDS, help="only the tests that need a database, on this kind alone")


def pytest_configure(config: pytest.Config) -> None:
    given = getattr(config, "workerinput", None)  # of a process that pytest-xdist started
    if given is None:
        config.stash[OPENED] = Session()
    config.stash[SESSION] = config.stash[OPENED].folder if given is None else Path(given["session"])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["session"] = str(node.config.stash[SESSION])


def pytest_unconfigure(config: pytest.Config) -> None:
    if OPENED in config.stash:
        config.stash[OPENED].close()


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()  # what was imported and collected stays; to search it for garbage again and again takes long


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        metafunc.parametrize("database_kind", _kinds(metafunc), indirect=True, scope="session")


def _kinds(metafunc: pytest.Metafunc) -> tuple[str, ...]:
    """The kinds of database a test runs on: its own if it is marked with one, else what was asked for."""
    marked = tuple(kind for kind in KINDS if metafunc.definition.get_closest_marker(kind))
    chosen = metafunc.config.getoption("database")
    if marked or chosen:
        return marked or (chosen,)
    if metafunc.definition.get_closest_marker("slow"):
        return KINDS[:1]
    place = metafunc.definition.path.relative_to(Path(__file__).parent).as_posix()
    return KINDS if place.startswith(ON_BOTH) else KINDS[:1]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if chosen := config.getoption("database"):
        asked = [item for item in items if _kind(item) == chosen]
        config.hook.pytest_deselected(items=[item for item in items if _kind(item) != chosen])
        items[:] = asked


def _kind(item: pytest.Item) -> str:
    call = getattr(item, "callspec", None)
    return str(call.params.get("database_kind", "")) if call else ""


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which kind of database the test runs on: ``sqlite`` or ``postgresql``."""
    return str(request.param)


@pytest.fixture(scope="session")
def databases(
    database_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Databases:
    """Where a test gets its databases from."""
    session = request.config.stash[SESSION]
    if database_kind == "postgresql":
        return PostgresqlDatabases(session, getattr(request.config, "workerinput", {}).get("workerid", "main"))
    return SqliteDatabases(session, tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def demo_file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the demo as it is planted, made once; copy it, do not change it."""
    files = SqliteDatabases(request.config.stash[SESSION], tmp_path_factory.mktemp("files"))
    return Path(make_url(files.demo()).database or "")


@pytest.fixture(scope="session")
def engines() -> dict[str, Engine]:
    """The engine of every address that was opened: one that is used again has its statements compiled already."""
    return {}


@pytest.fixture
def open_database(databases: Databases, engines: dict[str, Engine]) -> Iterator[Callable[[str], Engine]]:
    """Opens databases by address, and closes and drops them all afterwards."""
    opened: list[str] = []

    def open_(at: str) -> Engine:
        opened.append(at)
        if at not in engines:
            engines[at] = connect(at)
        return engines[at]

    yield open_
    for at in dict.fromkeys(opened):
        engines[at].dispose()
        databases.drop(at)


@pytest.fixture
def new_database(databases: Databases, open_database: Callable[[str], Engine]) -> Callable[[], Engine]:
    """Makes empty databases of the test's own."""
    return lambda: open_database(databases.create())


@pytest.fixture
def copied(databases: Databases, open_database: Callable[[str], Engine]) -> Callable[[str], Engine]:
    """Opens a copy of the database at an address, to which nobody may be connected."""
    return lambda at: open_database(databases.copy(at))


@pytest.fixture
def demo(databases: Databases, copied: Callable[[str], Engine]) -> Engine:
    """The planted demo (all 98 municipalities, clock at DEMO_START), a database of the test's own."""
    return copied(databases.demo())


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
        """Every row of every table as text, to be compared with another such dump.

        Without what somebody typed and did not send in: that is kept of every form that is refused.
        """
        with reading(self.engine) as connection:
            return {
                name: list(map(str, connection.exec_driver_sql(f'SELECT * FROM "{name}" ORDER BY id')))
                for name in tables
                if name != "form_draft"
            }

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Every row of a table, oldest first."""
        with reading(self.engine) as connection:
            return [dict(row) for row in connection.execute(tables[table].select().order_by("id")).mappings()]
