"""The database keeps what it promises: writers take turns, keys hold, and a commit is on the disk."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, func, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.engine import WRITERS_TURN, begun, connect, reading, sending, writing
from storage.tables import tables
from storage.upserts import upsert
from tests.databases import address

ROOT = Path(__file__).parents[2]
REVISION = select(tables["meeting"].c.revision).where(tables["meeting"].c.id == 1)
COUNT_UP = """
import sys
from storage.engine import connect, writing
from storage.tables import tables
from sqlalchemy import select, update
meeting = tables["meeting"]
engine = connect(sys.argv[1])
for _ in range(25):
    with writing(engine) as connection:
        seen = connection.execute(select(meeting.c.revision).where(meeting.c.id == 1)).scalar_one()
        connection.execute(update(meeting).where(meeting.c.id == 1).values(revision=seen + 1))
"""


def count_up(connection: Connection, meet: threading.Barrier | None = None) -> None:
    """Read, then write what follows from it; ``meet`` holds both readers together, if it can."""
    meeting = tables["meeting"]
    seen = connection.execute(REVISION).scalar_one()
    if meet:
        meet.wait()
    connection.execute(update(meeting).where(meeting.c.id == 1).values(revision=seen + 1))


def counted(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.execute(REVISION).scalar_one())


def meet_unlocked(demo: Engine) -> list[str]:
    """What two come to who both read and then write, without a writer's turn."""
    meet, outcomes = threading.Barrier(2, timeout=10), []

    def work(_number: int) -> None:
        try:
            with demo.connect() as connection, begun(connection):
                count_up(connection, meet)
            outcomes.append("kept")
        except OperationalError as error:
            outcomes.append(str(error.orig))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    return sorted(outcomes)


# --------------------------------------------------------------------------------------------------------- taking turns


@pytest.mark.slow
def test_writers_who_read_first_lose_nothing(demo: Engine) -> None:
    def work(_number: int) -> None:
        for _ in range(25):
            with writing(demo) as connection:
                count_up(connection)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert counted(demo) == 100


@pytest.mark.slow
def test_writers_in_two_processes_lose_nothing(demo: Engine) -> None:
    command = [sys.executable, "-c", COUNT_UP, address(demo)]
    running = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    assert counted(demo) == 50


@pytest.mark.sqlite
def test_without_the_lock_at_the_start_one_of_two_would_fail(demo: Engine) -> None:
    """The control: it is ``writing`` that makes them take turns, not luck."""
    assert meet_unlocked(demo) == ["database is locked", "kept"]


@pytest.mark.postgresql
def test_without_the_lock_at_the_start_one_of_two_would_be_lost(demo: Engine) -> None:
    """The control: PostgreSQL says nothing, and one is missing."""
    assert meet_unlocked(demo) == ["kept", "kept"]
    assert counted(demo) == 1


def test_a_failed_transaction_leaves_nothing_and_lets_the_next_one_in(demo: Engine) -> None:
    for turn in (writing, sending):
        with pytest.raises(ZeroDivisionError), turn(demo) as connection:
            count_up(connection)
            raise ZeroDivisionError
        assert counted(demo) == 0
    with writing(demo) as connection:
        count_up(connection)
    assert counted(demo) == 1


def test_a_reader_sees_one_state_while_others_write(demo: Engine) -> None:
    """Its first look at a table too is at the state in which it began."""
    with reading(demo) as reader:
        before = reader.execute(REVISION).scalar_one()
        with writing(demo) as writer:
            count_up(writer)
            writer.execute(update(tables["person"]).where(tables["person"].c.id == 1).values(name="Ny"))
        assert reader.execute(REVISION).scalar_one() == before
        assert reader.execute(select(tables["person"].c.name).where(tables["person"].c.id == 1)).scalar_one() != "Ny"


@pytest.mark.postgresql
def test_a_sender_does_not_wait_for_a_writer_nor_a_writer_for_a_sender(demo: Engine) -> None:
    meeting = tables["meeting"]
    with writing(demo) as writer, sending(demo) as sender:
        count_up(writer)
        place = update(tables["person"]).where(tables["person"].c.id == 1).values(name="Ny")
        sender.execute(text("SET LOCAL lock_timeout = '5s'"))
        assert sender.execute(place).rowcount == 1
        locked = select(meeting.c.id).where(meeting.c.id == 1).with_for_update(skip_locked=True)
        assert sender.execute(locked).all() == [], "a row that somebody holds is passed over"


@pytest.mark.postgresql
def test_two_senders_run_side_by_side(demo: Engine) -> None:
    rows = select(tables["person"].c.id).order_by(tables["person"].c.id).limit(1).with_for_update(skip_locked=True)
    with sending(demo) as first, sending(demo) as second:
        assert first.execute(rows).scalars().all() != second.execute(rows).scalars().all()


@pytest.mark.postgresql
def test_a_second_writer_waits_for_its_turn_and_not_for_ever(demo: Engine) -> None:
    with writing(demo), sending(demo) as impatient:
        impatient.execute(text("SET LOCAL lock_timeout = '50ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            impatient.execute(select(func.pg_advisory_xact_lock(WRITERS_TURN)))


# ------------------------------------------------------------------------------------------------------------- settings


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("foreign_keys", 1), ("synchronous", 2), ("journal_mode", "wal"), ("busy_timeout", 30_000)],
)
def test_every_connection_is_set_as_promised(demo: Engine, pragma: str, value: object) -> None:
    with reading(demo) as first, writing(demo) as second:
        for connection in (first, second):
            assert connection.execute(text(f"PRAGMA {pragma}")).scalar_one() == value


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lock_timeout", "30s"),
        ("statement_timeout", "1min"),
        ("idle_in_transaction_session_timeout", "1min"),
        ("synchronous_commit", "on"),
        ("TimeZone", "UTC"),
        ("application_name", "tovholder"),
    ],
)
def test_every_session_is_set_as_promised(demo: Engine, name: str, value: str) -> None:
    with reading(demo) as first, writing(demo) as second, sending(demo) as third:
        for connection in (first, second, third):
            assert connection.execute(text(f"SHOW {name}")).scalar_one() == value


@pytest.mark.postgresql
def test_a_connection_comes_back_from_a_reader_as_it_was(demo: Engine) -> None:
    """There is one in the pool: who writes next gets the one that was used to read."""
    for turn, wanted in ((reading, ("repeatable read", "on")), (writing, ("read committed", "off"))):
        with turn(demo) as connection:
            shown = [
                connection.execute(text(f"SHOW {name}")).scalar_one()
                for name in ("transaction_isolation", "transaction_read_only")
            ]
        assert tuple(shown) == wanted


@pytest.mark.postgresql
def test_a_connection_that_broke_is_replaced(demo: Engine) -> None:
    with reading(demo) as connection:
        number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with connect(address(demo)).connect() as clerk:
        clerk.execute(text("SELECT pg_terminate_backend(:number, 5000)"), {"number": number})
        clerk.engine.dispose()
    assert counted(demo) == 0


# ---------------------------------------------------------------------------------------------------------- constraints


def test_a_row_that_points_at_nobody_is_refused(demo: Engine) -> None:
    person = tables["address"]
    with pytest.raises(IntegrityError), writing(demo) as connection:
        connection.execute(update(person).where(person.c.id == 1).values(person_id=99_999))


def test_an_upsert_counts_what_it_wrote(demo: Engine) -> None:
    values = {"name": "slack:T1", "open_ms": 1}
    with writing(demo) as connection:
        insert = upsert(connection, tables["bucket"]).values(**values)
        assert connection.execute(insert.on_conflict_do_nothing()).rowcount == 1
        assert connection.execute(insert.on_conflict_do_nothing()).rowcount == 0
        later = insert.on_conflict_do_update(index_elements=["name"], set_={"open_ms": insert.excluded.open_ms + 1})
        assert connection.execute(later).rowcount == 1
        assert connection.execute(select(tables["bucket"].c.open_ms)).scalar_one() == 2


# ------------------------------------------------------------------------------------------------------------ addresses


@pytest.mark.parametrize(
    "url",
    [
        *("", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://host/db", "sqlite", "://"),
        *("postgres://", "postgresql://host", "postgresql+asyncpg://host/db", "postgresql://host:port/db"),
    ],
)
def test_a_wrong_address_says_what_we_got_what_we_wanted_and_what_to_do(url: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL") as error:
        connect(url)
    said = str(error.value)
    assert repr(url) in said and "wanted sqlite:///path/to/file.db or postgresql://" in said and "Unset it" in said


@pytest.mark.parametrize("url", ["postgres://host/db", "postgresql://host/db", "postgresql+psycopg://host/db"])
def test_the_usual_names_of_postgresql_all_mean_it(url: str) -> None:
    engine = connect(url)
    assert (engine.dialect.name, engine.dialect.driver) == ("postgresql", "psycopg")
    assert (engine.url.host, engine.url.database) == ("host", "db")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://tov:hemmelig@host/db",
        "postgresql://tov:hemmelig@host:port/db",
        "postgresql://tov:hemmelig@host",
        "postgresql://tov:hemm@elig@host/db",
        "postgresql://tov:hemm:elig/@x@host/db",
        "mysql://host/db?user=tov&password=hemmelig&x=1",
    ],
)
def test_a_password_is_never_said_back(url: str) -> None:
    with pytest.raises(ValueError, match=r"\*\*\*") as error:
        connect(url)
    assert "hemm" not in str(error.value) and "elig" not in str(error.value)


def test_a_new_file_may_be_opened_by_many_at_once(tmp_path: Path) -> None:
    """Turning it to WAL is what SQLite does not wait for by itself."""

    def use(file: Path) -> None:
        engine = connect(f"sqlite:///{file}")
        with writing(engine) as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS t (id INTEGER)"))
        engine.dispose()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(use, [tmp_path / f"{number // 8}.db" for number in range(80)]))


@pytest.mark.sqlite
def test_a_file_that_another_holds_while_it_is_new_is_waited_for(tmp_path: Path) -> None:
    """The same on purpose: somebody is in the middle of a transaction while we turn the file to WAL."""
    file = tmp_path / "new.db"
    holder = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    threading.Timer(0.1, holder.execute, ["COMMIT"]).start()
    engine = connect(f"sqlite:///{file}")
    with reading(engine) as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
    engine.dispose()
    holder.close()


def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'a' / 'b' / 'c.db'}")
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE t (id INTEGER)"))
    engine.dispose()
    assert (tmp_path / "a" / "b" / "c.db").is_file()
