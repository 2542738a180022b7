"""The database keeps what it promises: writers take turns, keys hold, and a commit is on the disk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.engine import connect, reading, writing
from storage.tables import tables


def count_up(connection: Connection, meet: threading.Barrier | None = None) -> None:
    """Read, then write what follows from it; ``meet`` holds both readers together, if it can."""
    meeting = tables["meeting"]
    seen = connection.execute(select(meeting.c.revision).where(meeting.c.id == 1)).scalar_one()
    if meet:
        meet.wait()
    connection.execute(update(meeting).where(meeting.c.id == 1).values(revision=seen + 1))


def test_two_writers_who_read_first_lose_nothing(demo: Engine) -> None:
    def work(_number: int) -> None:
        for _ in range(25):
            with writing(demo) as connection:
                count_up(connection)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    with reading(demo) as connection:
        assert connection.execute(select(tables["meeting"].c.revision)).scalars().first() == 100


def test_without_the_lock_at_the_start_one_of_two_would_fail(demo: Engine) -> None:
    """The control: it is ``writing`` that makes them take turns, not luck."""
    meet, outcomes = threading.Barrier(2, timeout=10), []

    def work(_number: int) -> None:
        try:
            with demo.connect() as connection, connection.begin():
                count_up(connection, meet)
            outcomes.append("kept")
        except OperationalError as error:
            outcomes.append(str(error.orig))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    assert sorted(outcomes) == ["database is locked", "kept"]


def test_a_failed_transaction_leaves_nothing(demo: Engine) -> None:
    with pytest.raises(ZeroDivisionError), writing(demo) as connection:
        count_up(connection)
        raise ZeroDivisionError
    with reading(demo) as connection:
        assert connection.execute(select(tables["meeting"].c.revision)).scalars().first() == 0


def test_a_reader_sees_one_state_while_others_write(demo: Engine) -> None:
    query = select(tables["meeting"].c.revision).where(tables["meeting"].c.id == 1)
    with reading(demo) as reader:
        before = reader.execute(query).scalar_one()
        with writing(demo) as writer:
            count_up(writer)
        assert reader.execute(query).scalar_one() == before


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("foreign_keys", 1), ("synchronous", 2), ("journal_mode", "wal"), ("busy_timeout", 30_000)],
)
def test_every_connection_is_set_as_promised(demo: Engine, pragma: str, value: object) -> None:
    with reading(demo) as first, writing(demo) as second:
        for connection in (first, second):
            assert connection.execute(text(f"PRAGMA {pragma}")).scalar_one() == value


def test_a_row_that_points_at_nobody_is_refused(demo: Engine) -> None:
    address = tables["address"]
    with pytest.raises(IntegrityError), writing(demo) as connection:
        connection.execute(update(address).where(address.c.id == 1).values(person_id=99_999))


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://host/db", "sqlite", "postgres://", "://"],
)
def test_a_wrong_address_says_what_we_got_what_we_wanted_and_what_to_do(url: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL") as error:
        connect(url)
    said = str(error.value)
    assert repr(url) in said and "wanted sqlite:///path/to/file.db" in said and "Unset it" in said


def test_the_folder_of_the_file_is_made(tmp_path: Path, new_database: Callable[[str], Engine]) -> None:
    with writing(new_database("a/b/c.db")) as connection:
        connection.execute(text("CREATE TABLE t (id INTEGER)"))
    assert (tmp_path / "a" / "b" / "c.db").is_file()
