"""Carrying data: everything arrives as it was, on either kind of database, or nothing does."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text, update

from bot.request import Request
from bot.router import handle
from scheduling import ticks
from storage import carrying, outbox
from storage.carrying import NotCarried, canonical, carry, everything, holds_anything, move, sums
from storage.engine import connect, reading, without_password, writing
from storage.migrate import migrate
from storage.tables import tables
from tests.databases import SqliteDatabases, address
from tests.storage.small_alliance import COORDINATOR, FIRST_RUNG, IDS, Post, fill, found
from tovholder.command_line import main

New = Callable[[], Engine]


@pytest.fixture(scope="module")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A SQLite database with rows in every table; copy it, do not change it."""
    folder = tmp_path_factory.mktemp("filled")
    engine = connect(f"sqlite:///{folder / 'filled.db'}")
    migrate(engine)
    fill(engine)
    engine.dispose()
    return address(engine)


@pytest.fixture
def filled(filled_file: str, tmp_path: Path) -> Engine:
    return connect(SqliteDatabases(tmp_path, tmp_path).copy(filled_file))


@pytest.fixture
def elsewhere(tmp_path: Path) -> Engine:
    """A SQLite database that is not there yet."""
    return connect(f"sqlite:///{tmp_path / 'elsewhere.db'}")


def sums_of(engine: Engine) -> tuple[carrying.TableSum, ...]:
    with reading(engine) as connection:
        return sums(connection)


def test_everything_is_carried_there_and_back_and_every_table_has_the_same_checksum(
    filled: Engine, new_database: New, elsewhere: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "CHUNK", 2)  # so that three rows are two chunks
    first, second = new_database(), new_database()
    carried = [move(filled, first), move(first, second), move(second, elsewhere)]
    assert carried[0] == carried[1] == carried[2] == sums_of(filled)
    assert {table.rows for table in carried[0]} == {len(IDS)}
    for table in everything():
        with reading(filled) as one, reading(second) as other:
            query = select(table).order_by(table.c.id)
            assert one.execute(query).all() == other.execute(query).all(), table.name


@pytest.mark.slow
def test_what_comes_next_gets_the_next_id(filled: Engine, new_database: New) -> None:
    there = new_database()
    move(filled, there)
    with writing(there) as connection:
        for name in ("journal", "bucket", "notification"):
            row = dict(connection.execute(tables[name].select().where(tables[name].c.id == IDS[0])).mappings().one())
            row |= {"id": None, "name": "ny", "occasion": "ny"}
            wanted = {key: value for key, value in row.items() if key in tables[name].c and key != "id"}
            added = connection.execute(insert(tables[name]).values(wanted).returning(tables[name].c.id)).scalar_one()
            assert added == IDS[-1] + 1


@pytest.mark.slow
def test_the_product_goes_on_where_it_was_carried_to_and_nobody_hears_twice(lived: Engine, new_database: New) -> None:
    there, post = new_database(), Post(can_be_asked=False)
    ticks.plan(lived, FIRST_RUNG)
    with writing(lived) as connection:
        interrupted = outbox.claim(connection, FIRST_RUNG, ["mail"], at_most=1)
    move(lived, there)
    ways, later = {"mail": post}, FIRST_RUNG + timedelta(minutes=5)
    ticks.tick(there, ways, lambda: later, move_clock=True)
    assert len(post.accepted) == len(set(post.accepted)) >= 3
    with reading(there) as connection:
        records = outbox.deliveries(connection, interrupted[0].alliance_id)
    assert {record.state for record in records} == {"sent"}
    assert [record.id for record in records if record.reason == "possibly_repeated"] == [interrupted[0].id]
    reply = handle(there, Request(COORDINATOR, "liste", {}, "cli"), later)
    assert reply.done and "indberet" in str(reply.message)


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_database_that_holds_anything_is_not_carried_to(filled: Engine, new_database: New) -> None:
    there = new_database()
    move(filled, there)
    with pytest.raises(NotCarried, match=r"not empty; wanted one that holds no alliance\. Name another"):
        move(filled, there)


@pytest.mark.sqlite
def test_a_database_of_an_older_schema_is_not_carried_from(new_database: New, elsewhere: Engine) -> None:
    with pytest.raises(NotCarried, match="tovholder migrate"):
        move(new_database(), elsewhere)


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE person SET name = name || ' ' WHERE id = 9",
        "DELETE FROM person WHERE id = 9",
        "INSERT INTO person (id, alliance_id, name, language) VALUES (10, 9, 'X', 'da')",
    ],
)
def test_one_letter_one_row_too_few_or_too_many_is_noticed_and_nothing_stays(
    filled: Engine, empty: Engine, change: str
) -> None:
    with writing(empty) as connection, writing(filled) as given:
        connection.execute(text(f"CREATE TRIGGER spoil AFTER INSERT ON person WHEN NEW.id = 9 BEGIN {change}; END"))
        for table in everything():  # nothing may point at the row that goes
            for column in table.c:
                if [key.target_fullname for key in column.foreign_keys] == ["person.id"]:
                    given.execute(update(table).where(column == 9).values({column: 7}))
    with pytest.raises(NotCarried, match="not what was read from the old one: person"):
        carry(filled, empty)
    assert not holds_anything(empty)


@pytest.mark.slow
def test_what_somebody_writes_meanwhile_is_noticed_and_nothing_is_carried(lived: Engine, elsewhere: Engine) -> None:
    def meddle(done: int, of: int) -> None:
        if done == of:
            with writing(lived) as connection:
                connection.execute(update(tables["person"]).values(name="Åse Å"))

    with pytest.raises(NotCarried, match="Somebody wrote to the old database while it was carried: person"):
        move(lived, elsewhere, meddle)
    assert not holds_anything(elsewhere)


@pytest.mark.slow
def test_a_process_that_dies_half_way_leaves_the_new_database_empty(filled: Engine, new_database: New) -> None:
    there = new_database()
    filled.dispose()

    def die(done: int, _of: int) -> None:
        if done == 30:
            os._exit(9)

    child = os.fork()
    if child == 0:
        move(connect(address(filled)), connect(address(there)), die)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert not holds_anything(there)
    assert move(filled, there) == sums_of(there)


@pytest.mark.slow
@pytest.mark.postgresql
def test_a_row_that_the_new_database_cannot_hold_is_named_without_what_it_says(
    elsewhere: Engine, new_database: New
) -> None:
    found(elsewhere)
    with writing(elsewhere) as connection:
        connection.execute(update(tables["person"]).where(tables["person"].c.id == 1).values(name="Åse\0Ærø"))
    there = new_database()
    with pytest.raises(NotCarried, match="does not take a row of person, ids 1 to ") as refused:
        move(elsewhere, there)
    assert "Åse" not in str(refused.value) and not holds_anything(there)


AT = datetime(2027, 3, 31, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (AT, b'["2027-03-31T06:00:00.000000+00:00"]\n'),
        (AT.astimezone(timezone(timedelta(hours=2))), b'["2027-03-31T06:00:00.000000+00:00"]\n'),
        (date(2027, 3, 31), b'["2027-03-31"]\n'),
        (b"\x00\xff", b'["00ff"]\n'),
        (memoryview(b"\x00\xff"), b'["00ff"]\n'),
        ("Ærø", b'["\\u00c6r\\u00f8"]\n'),
        ({"b": 1, "a": [None, True]}, b'[{"a":[null,true],"b":1}]\n'),
        (None, b"[null]\n"),
        (True, b"[true]\n"),
        (1, b"[1]\n"),
    ],
)
def test_a_row_is_summed_up_from_its_values_whatever_engine_they_come_from(value: object, line: bytes) -> None:
    assert canonical({"x": value}, ["x"]) == line


# ----------------------------------------------------------------------------------------- by the command line


@pytest.mark.slow
def test_the_command_carries_prints_what_both_hold_and_no_password(
    filled: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = f"sqlite:///{tmp_path / 'there.db'}"
    assert main(["move-database", address(filled), there]) == 0
    told = capsys.readouterr()
    assert "person                   3 rows  checksum" in told.out and "Set DATABASE_URL to it" in told.out
    assert "must be stopped" in told.err
    assert main(["move-database", address(filled), "postgresql://ole:hemmelig@127.0.0.1:1/x"]) == 2
    refused = capsys.readouterr()
    assert "hemmelig" not in refused.out + refused.err and "ole:***@127.0.0.1:1/x cannot be opened" in refused.err


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing, there = tmp_path / "no" / "such.db", tmp_path / "there.db"
    assert main(["move-database", f"sqlite:///{missing}", f"sqlite:///{there}"]) == 2
    assert "is not there" in capsys.readouterr().err
    assert not missing.parent.exists() and not there.exists()


@pytest.mark.slow
@pytest.mark.postgresql
def test_the_command_carries_to_a_real_server_and_back(
    filled: Engine, new_database: New, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there, back = new_database(), connect(f"sqlite:///{tmp_path / 'back.db'}")
    before = sums_of(filled)
    filled.dispose()
    assert main(["move-database", address(filled), address(there)]) == 0
    assert sums_of(there) == before
    there.dispose()
    assert main(["move-database", address(there), address(back)]) == 0
    assert sums_of(back) == before
    assert "checksum" in capsys.readouterr().out


# ------------------------------------------------------------------------------- what others still work with


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.postgresql
def test_a_database_that_others_have_open_is_carried_neither_from_nor_to(
    lived: Engine, new_database: New, elsewhere: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    there = new_database()
    migrate(there)
    for engine, way in ((lived, [address(lived), address(elsewhere)]), (there, [address(lived), address(there)])):
        other = connect(address(engine))
        with reading(other) as connection:
            connection.execute(select(tables["person"])).all()
        for each in (lived, there):  # ours of this test; the other one keeps its connection, as a process does
            each.dispose()
        assert main(["move-database", *way]) == 2
        assert "is in use. Stop every web and worker" in capsys.readouterr().err
        other.dispose()
    assert not holds_anything(there)
    there.dispose()
    assert main(["move-database", address(lived), address(there)]) == 0


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.postgresql
def test_what_was_moved_away_is_not_worked_with_until_somebody_lifts_that(
    lived: Engine,
    new_database: New,
    elsewhere: Engine,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = new_database()
    lived.dispose()
    monkeypatch.setenv("DATABASE_URL", address(lived))
    assert main(["move-database", address(lived), address(there)]) == 0
    capsys.readouterr()
    for words in (
        ["tick", "--dry-run"],
        ["worker"],
        ["web"],
        ["serve"],
        ["move-database", address(lived), address(elsewhere)],
    ):
        assert main(words) == 2
        told = capsys.readouterr().err
        assert "was moved to" in told and without_password(address(there)) in told and "--lift" in told
    monkeypatch.setenv("DATABASE_URL", address(there))
    assert main(["tick", "--dry-run"]) == 0
    monkeypatch.setenv("DATABASE_URL", address(lived))
    assert main(["move-database", address(lived), "--lift"]) == 0 and "may be worked with" in capsys.readouterr().out
    assert main(["tick", "--dry-run"]) == 0
    assert main(["move-database", address(lived), "--lift"]) == 0 and "was not moved" in capsys.readouterr().out


def test_without_a_place_to_go_to_nothing_is_carried(filled: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["move-database", address(filled)]) == 2
    assert "TO is missing" in capsys.readouterr().err
