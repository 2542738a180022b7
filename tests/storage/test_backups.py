"""Backups and the way back: whole or not at all, and after it nobody hears twice without our knowing."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, update

from scheduling import ticks
from scheduling.runaway import Runaway
from storage import outbox
from storage.backups import NotRestored, back_up, insist_sound, opened, unpacked
from storage.bookmarks import BACKED_UP, bookmark
from storage.carrying import NotCarried, holds_anything, sums
from storage.engine import connect, is_postgresql, reading, writing
from storage.migrate import migrate
from storage.queries import register
from storage.tables import tables
from tests.databases import address
from tests.storage.small_alliance import FIRST_RUNG, Post, fill, found
from tovholder.command_line import main

New = Callable[[], Engine]


@pytest.fixture
def asked_for(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable:
    """Runs a command on a database; returns its exit status and all it said."""

    def run(engine: Engine, *words: str) -> tuple[int, str]:
        engine.dispose()
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DATABASE_URL", address(engine))
        status, told = main(words), capsys.readouterr()
        return status, told.out + told.err

    return run


def tick(engine: Engine, post: Post, minutes: int = 0) -> None:
    at = FIRST_RUNG + timedelta(minutes=minutes)
    ticks.tick(engine, {"mail": post}, lambda: at, move_clock=True)


def sums_of(engine: Engine) -> object:
    with reading(engine) as connection:
        return sums(connection)


def records(engine: Engine) -> tuple[outbox.DeliveryRecord, ...]:
    with reading(engine) as connection:
        return outbox.deliveries(connection, register.alliances(connection)[0].id)


# ------------------------------------------------------------------------------------------------- the backup


@pytest.mark.slow
def test_a_backup_holds_everything_and_is_for_its_owner_alone(empty: Engine, tmp_path: Path) -> None:
    file = tmp_path / "to" / "backup.db"
    fill(empty)
    assert back_up(empty, file) == sums_of(empty)
    assert [path.name for path in file.parent.iterdir()] == ["backup.db"], "one file, and nothing left behind"
    assert file.stat().st_mode & 0o777 == 0o600
    insist_sound(file)


@pytest.mark.slow
def test_a_backup_taken_while_others_write_is_of_one_moment(lived: Engine, tmp_path: Path) -> None:
    """Somebody moves points from one account to another all the time: their sum never changes."""
    accounts = [f"account {number}" for number in range(40)]
    with writing(lived) as connection:
        connection.execute(insert(tables["bucket"]), [{"name": name, "open_ms": 100} for name in accounts])
    with busy(lived, accounts):
        for number in range(2):
            back_up(lived, tmp_path / f"{number}.db")
    for number in range(2):
        insist_sound(tmp_path / f"{number}.db")
        assert sum(points(tmp_path / f"{number}.db")) == 4_000
    with reading(lived) as connection:
        now = sorted(connection.execute(select(tables["bucket"].c.open_ms)).scalars())
    assert sum(now) == 4_000 and now != [100] * 40, "nobody wrote meanwhile, so this would prove nothing"


@contextmanager
def busy(engine: Engine, accounts: list[str]) -> Iterator[None]:
    bucket, stop, begun = tables["bucket"], threading.Event(), threading.Event()

    def shift() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with writing(engine) as connection:
                # Of more points each time: of one each, all would be as they were after forty times.
                for name, by in ((accounts[number % 40], -number), (accounts[(number * 7 + 3) % 40], number)):
                    one = update(bucket).where(bucket.c.name == name)
                    connection.execute(one.values(open_ms=bucket.c.open_ms + by))
            begun.set()

    thread = threading.Thread(target=shift)
    thread.start()
    begun.wait(10)
    try:
        yield
    finally:
        stop.set()
        thread.join()


def points(file: Path) -> list[int]:
    with closing(sqlite3.connect(file)) as connection:
        return [row[0] for row in connection.execute("SELECT open_ms FROM bucket")]


@pytest.mark.sqlite
def test_a_backup_is_never_written_over(lived: Engine, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    file.write_text("something else")
    with pytest.raises(NotCarried, match="never written over"):
        back_up(lived, file)
    assert file.read_text() == "something else"


@pytest.mark.sqlite
def test_without_a_name_a_backup_is_named_after_its_moment(lived: Engine, asked_for: Callable, tmp_path: Path) -> None:
    status, told = asked_for(lived, "backup")
    (file,) = (tmp_path / "var" / "backups").iterdir()
    assert status == 0 and file.name in told and "whole and checked" in told
    stamp = datetime.strptime(file.name, "tovholder-%Y%m%dT%H%M%SZ.db").replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - stamp) < timedelta(minutes=10)
    with reading(lived) as connection:
        noted = bookmark(connection, 1, BACKED_UP)
    assert noted is not None and abs(noted.at - stamp) < timedelta(minutes=10)


# ------------------------------------------------------------------------------------------------ the way back


@pytest.mark.slow
@pytest.mark.parametrize(
    ("can_be_asked", "planned"), [(True, False), (False, True)], ids=["chat, planned since", "mail, planned before"]
)
def test_what_was_sent_since_the_backup_is_asked_for_or_marked(
    lived: Engine, asked_for: Callable, tmp_path: Path, can_be_asked: bool, planned: bool
) -> None:
    """Whether the backup knew of the reminders or not: its database is older than what its readers got."""
    post, file = Post(can_be_asked), tmp_path / "backup.db"
    if planned:
        ticks.plan(lived, FIRST_RUNG)
    back_up(lived, file)
    tick(lived, post)
    told_before = len(post.accepted)
    assert told_before >= 3
    with writing(lived) as connection:
        connection.execute(update(tables["person"]).values(name="Spoiled"))
    status, told = asked_for(lived, "restore", str(file), "--replace")
    assert status == 0 and f"{told_before} messages were open or are due now" in told, told
    after = connect(address(lived))
    assert {record.reason for record in records(after)} == {"restored"}
    tick(after, post, minutes=5)
    got = Counter(post.accepted)
    assert set(got.values()) == {1 if can_be_asked else 2} and len(got) == told_before
    marked = "" if can_be_asked else "possibly_repeated"
    assert {(record.state, record.reason) for record in records(after)} == {("sent", marked)}
    with reading(after) as connection:
        assert bookmark(connection, 1, "restored") is not None
        assert "Spoiled" not in connection.execute(select(tables["person"].c.name)).scalars().all()
    after.dispose()


@pytest.mark.slow
@pytest.mark.sqlite
def test_what_is_no_longer_true_after_a_restore_is_not_sent_at_all(
    lived: Engine, asked_for: Callable, tmp_path: Path
) -> None:
    post, file = Post(can_be_asked=False), tmp_path / "backup.db"
    ticks.plan(lived, FIRST_RUNG)
    back_up(lived, file)
    assert asked_for(lived, "restore", str(file), "--replace")[0] == 0
    after = connect(address(lived))
    tick(after, post, minutes=24 * 60 * 2)
    old = [record for record in records(after) if record.occasion == "2027-02-26"]
    assert old and {(record.state, record.reason) for record in old} == {("given_up", "perhaps_sent")}
    after.dispose()


@pytest.mark.slow
def test_an_alliance_is_only_replaced_when_asked_to_and_is_kept(
    lived: Engine, asked_for: Callable, tmp_path: Path
) -> None:
    file = tmp_path / "backup.db"
    back_up(lived, file)
    with writing(lived) as connection:
        connection.execute(update(tables["person"]).values(name="After"))
    before = sums_of(lived)
    status, told = asked_for(lived, "restore", str(file))
    assert status == 2 and "already holds an alliance" in told and "--replace" in told
    assert sums_of(lived) == before
    status, told = asked_for(lived, "restore", str(file), "--replace")
    kept = Path(told.rpartition(" is kept in ")[2].strip().removesuffix("."))
    assert status == 0
    with opened(kept) as engine:
        assert sums_of(engine) == before


def test_a_backup_becomes_a_database_where_there_was_none(
    lived: Engine, new_database: New, asked_for: Callable, tmp_path: Path
) -> None:
    file, there = tmp_path / "backup.db", new_database()
    back_up(lived, file)
    status, told = asked_for(there, "restore", str(file))
    assert status == 0 and "is kept in" not in told
    with reading(there) as connection:
        assert register.alliances(connection)[0].key == "dk2020"
    if not is_postgresql(there):
        assert not list(Path(there.url.database or "").parent.glob(".tovholder-*"))


@pytest.mark.sqlite
def test_a_backup_is_not_touched_by_restoring_it(lived: Engine, asked_for: Callable, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    back_up(lived, file)
    before = file.read_bytes()
    assert asked_for(lived, "restore", str(file), "--replace")[0] == 0
    assert file.read_bytes() == before


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.postgresql
def test_a_database_in_use_is_not_replaced(lived: Engine, asked_for: Callable, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    back_up(lived, file)
    other = connect(address(lived))
    with reading(other) as connection:
        connection.execute(select(tables["person"])).all()
        status, told = asked_for(lived, "restore", str(file), "--replace")
        assert status == 2 and "is in use. Stop every web and worker" in told
    assert not (tmp_path / "var").exists()  # nothing is kept of what is not replaced
    other.dispose()
    assert asked_for(lived, "restore", str(file), "--replace")[0] == 0


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.parametrize("fault", [Runaway(900, 200), KeyError("a fault of ours")], ids=["stopped", "failed"])
def test_a_restore_says_where_what_is_due_could_not_be_planned(
    lived: Engine, asked_for: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    file = tmp_path / "backup.db"
    back_up(lived, file)
    status, told = asked_for(lived, "restore", str(file), "--replace")
    assert status == 0 and "could not be planned" not in told

    def broken(*_: object) -> None:
        raise fault

    monkeypatch.setattr(ticks, "morning", broken)
    status, told = asked_for(lived, "restore", str(file), "--replace")
    assert status == 0 and "In dk2020 what is due now could not be planned" in told


@pytest.mark.slow
@pytest.mark.sqlite
def test_what_was_backed_up_after_a_move_may_be_worked_with_once_it_is_restored(
    lived: Engine, asked_for: Callable, tmp_path: Path
) -> None:
    file, elsewhere = tmp_path / "backup.db", f"sqlite:///{tmp_path / 'elsewhere.db'}"
    assert asked_for(lived, "move-database", address(lived), elsewhere)[0] == 0
    back_up(lived, file)
    assert asked_for(lived, "tick", "--dry-run")[0] == 2
    assert asked_for(lived, "restore", str(file), "--replace")[0] == 0
    assert asked_for(lived, "tick", "--dry-run")[0] == 0


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_broken_database_can_be_replaced_and_its_log_is_not_played_into_the_new_one(
    lived: Engine, asked_for: Callable, tmp_path: Path
) -> None:
    file, target = tmp_path / "backup.db", Path(lived.url.database or "")
    back_up(lived, file)
    lived.dispose()
    target.write_bytes(b"rubbish" * 1000)
    Path(f"{target}-wal").write_bytes(b"more of it" * 1000)
    assert asked_for(lived, "restore", str(file))[0] == 2
    assert target.read_bytes() == b"rubbish" * 1000
    assert asked_for(lived, "restore", str(file), "--replace")[0] == 0
    insist_sound(target)
    assert holds_anything(lived)


# --------------------------------------------------------------------------------- what cannot be restored


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def spoil(file: Path) -> None:
    """Overwrite the middle: the first page still looks like a database."""
    content = bytearray(file.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 20_000] = b"\xaa" * 20_000
    file.write_bytes(content)


def garbage(file: Path) -> None:
    file.write_bytes(b"not a database at all")


def someone_elses(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE recipes (id INTEGER)")


def from_the_future(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


def without_rows(file: Path) -> None:
    file.unlink()
    with opened(file) as engine:
        migrate(engine)


def gone(file: Path) -> None:
    file.unlink()


def astray(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE address SET person_id = 999999")
        connection.commit()


@pytest.fixture(scope="module")
def one_backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backup")
    with opened(folder / "lived.db") as engine:
        found(engine)
        back_up(engine, folder / "backup.db")
    return folder / "backup.db"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (cut_off, "not a whole backup"),
        (spoil, "not a whole backup"),
        (garbage, "not a whole backup"),
        (astray, "point at something that is not there"),
        (someone_elses, "none of Tovholder's"),
        (from_the_future, "newer version"),
        (without_rows, "nothing to restore"),
        (gone, "is not a file"),
    ],
)
def test_what_is_not_a_whole_backup_of_ours_is_refused(
    one_backup: Path, tmp_path: Path, damage: Callable[[Path], None], said: str
) -> None:
    file = tmp_path / "damaged.db"
    shutil.copyfile(one_backup, file)
    damage(file)
    with pytest.raises(NotRestored, match=said), unpacked(file, tmp_path / "beside"):
        pass
    assert not list((tmp_path / "beside").glob("*")) if (tmp_path / "beside").exists() else True
