"""Backups: one SQLite file that holds everything, whatever the database it was taken from; and the way back.

A backup is taken while others write, checked before it gets its name, and never written over. Restoring works on a
private copy until the last step, which happens whole or not at all.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic.util import CommandError
from sqlalchemy import Connection, Engine, func, insert, inspect, select, update
from sqlalchemy.engine import make_url

from alliance.deliveries import OPEN_STATES
from storage.bookmarks import keep_place
from storage.carrying import NotCarried, Progress, TableSum, carry, holds_anything, sums
from storage.engine import connect, is_postgresql, reading, without_password
from storage.in_use import file_in_use, in_use
from storage.migrate import at_head, migrate
from storage.tables import tables

RESTORED = "restored"  # why a delivery is uncertain; also the name of a bookmark
BESIDE = ("-wal", "-shm")  # what SQLite keeps next to a file in use


class NotRestored(Exception):
    """Nothing was restored; the text says what we got, what we wanted and what to do."""


# --------------------------------------------------------------------------------------------- taking a backup


def back_up(engine: Engine, file: Path, progress: Progress | None = None) -> tuple[TableSum, ...]:
    """Write everything into a new file while others go on writing; returns what the file holds.

    The file appears under its name only when it is whole and checked, readable by its owner alone. Raises NotCarried.
    """
    if file.exists():
        raise NotCarried(f"{file} is there already; a backup is never written over. Name another file.")
    file.parent.mkdir(parents=True, exist_ok=True)
    with _folder(file.parent) as folder:
        copy = folder / "backup.db"
        if is_postgresql(engine):
            _carry_into(engine, copy, progress)
        else:
            _copy_pages(engine, copy)
        held = _check(copy)
        _seal(copy)
        copy.replace(file)
        _sync(file.parent)
    return held


def _carry_into(engine: Engine, copy: Path, progress: Progress | None) -> None:
    if not at_head(engine):
        raise NotCarried("The database does not have the newest schema. Run tovholder migrate first.")
    with opened(copy) as into:
        migrate(into)
        carry(engine, into, still=False, progress=progress)


def _copy_pages(engine: Engine, copy: Path) -> None:
    """SQLite's own way: one consistent state, whoever writes meanwhile."""
    source = engine.raw_connection()
    try:
        with closing(sqlite3.connect(copy)) as into:
            driver: Any = source.driver_connection
            driver.backup(into)
    finally:
        source.close()


def _check(copy: Path) -> tuple[TableSum, ...]:
    try:
        insist_sound(copy)
    except NotRestored as unsound:
        raise NotCarried(f"The backup is not sound and was thrown away: {unsound}") from None
    with opened(copy) as engine:
        if not at_head(engine):  # of an older schema: copied page by page, not to be read by our tables
            return ()
        with reading(engine) as connection:
            return sums(connection)


@contextmanager
def _folder(beside: Path) -> Iterator[Path]:
    """A folder of our own on the same disk, gone afterwards; nobody else may look into it."""
    with tempfile.TemporaryDirectory(prefix=".tovholder-", dir=beside) as name:
        yield Path(name)


@contextmanager
def opened(file: Path) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{file}")
    try:
        yield engine
    finally:
        engine.dispose()


def _seal(file: Path) -> None:
    """Leave one file that holds everything, on the disk and for its owner only."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=delete")
    file.chmod(0o600)
    _sync(file)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def insist_sound(file: Path) -> None:
    """Raise NotRestored unless the file is a whole SQLite database in which every reference leads somewhere."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            astray = connection.execute("PRAGMA foreign_key_check").fetchall() if said == ["ok"] else []
    except sqlite3.DatabaseError as error:
        raise NotRestored(f"it cannot be read as a database ({error})") from None
    if said != ["ok"]:
        raise NotRestored(f"its pages do not fit together ({said[0].splitlines()[-1]})")
    if astray:
        raise NotRestored(f"{len(astray)} of its rows point at something that is not there")


# ------------------------------------------------------------------------------------------------- going back


@dataclass(frozen=True)
class Restored:
    """What a restore did: how many deliveries nobody can be sure of, when the newest thing it knows happened
    (aware UTC), what was carried, where the database before it was kept (None if there was none), and the keys of the
    alliances in which nobody could plan what is due now.
    """

    doubted: int
    newest: datetime
    sums: tuple[TableSum, ...]
    kept: Path | None = None
    unplanned: tuple[str, ...] = ()


@contextmanager
def unpacked(file: Path, beside: Path | None = None) -> Iterator[Engine]:
    """A private copy of a backup, checked and brought to the newest schema; the backup itself is not touched.

    Raises NotRestored for a file that is not a whole backup of Tovholder, or one of a newer version.
    """
    if not file.is_file():
        raise NotRestored(f"{file} is not a file. Name a backup made by tovholder backup.")
    if beside is not None:
        beside.mkdir(parents=True, exist_ok=True)
    with _folder(beside or Path(tempfile.gettempdir())) as folder:
        copy = folder / "restoring.db"
        for suffix in ("", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{file}{suffix}", f"{copy}{suffix}")
        try:
            insist_sound(copy)
        except NotRestored as unsound:
            raise NotRestored(f"{file} is not a whole backup: {unsound}. Take an older one.") from None
        with opened(copy) as engine:
            _insist_ours(engine, file)
            yield engine


def _insist_ours(engine: Engine, file: Path) -> None:
    if not {"alembic_version", "alliance"} <= set(inspect(engine).get_table_names()):
        raise NotRestored(f"{file} is a database, but none of Tovholder's. Name a backup made by tovholder backup.")
    try:
        migrate(engine)
    except CommandError:
        raise NotRestored(f"{file} was made by a newer version of Tovholder. Install that one, then restore.") from None
    if not holds_anything(engine):
        raise NotRestored(f"{file} holds no alliance: there is nothing to restore.")


def newest(connection: Connection) -> datetime:
    """When the newest thing that the database knows of happened (aware UTC): nothing can have been sent after it
    that it knows of.
    """
    moments: list[datetime | None] = [
        connection.execute(select(func.max(column))).scalar_one()
        for column in (
            tables["notification"].c.posted_at,
            tables["journal"].c.at,
            tables["bookmark"].c.at,
            tables["charter"].c.recorded_at,
        )
    ]
    steps = connection.execute(select(func.max(tables["transition"].c.at_ms))).scalar_one()
    if steps is not None:
        moments.append(datetime.fromtimestamp(steps / 1000, UTC))
    return max(moment for moment in moments if moment is not None)


def doubt(connection: Connection, since: datetime, now: datetime) -> int:
    """Count every open delivery as perhaps sent: after an older state is restored, nobody knows. Returns how many.

    Whoever claims one next asks the provider before sending it, or marks it as possibly repeated where nobody can be
    asked. ``since`` is the newest thing the backup knew: nothing that it does not know of was sent earlier.
    """
    delivery, notification = tables["delivery"], tables["notification"]
    query = (
        select(delivery.c.id, delivery.c.alliance_id, delivery.c.claimed_ms, notification.c.posted_at)
        .join(notification, notification.c.id == delivery.c.notification_id)
        .where(delivery.c.state.in_(OPEN_STATES))
    )
    found = connection.execute(query.order_by(delivery.c.id)).all()
    for row in found:
        earliest = _ms(min(row.posted_at, since)) if row.claimed_ms is None else row.claimed_ms
        connection.execute(
            update(delivery)
            .where(delivery.c.id == row.id)
            .values(
                state="sending",
                reason=RESTORED,
                token="",
                claimed_ms=earliest,
                uncertain_ms=func.coalesce(delivery.c.uncertain_ms, earliest),
            )
        )
    if found:
        step = {"at_ms": _ms(now), "state": "sending", "reason": RESTORED}
        steps = [{"alliance_id": row.alliance_id, "delivery_id": row.id, **step} for row in found]
        connection.execute(insert(tables["transition"]), steps)
    return len(found)


def remember(connection: Connection, newest_known: datetime, now: datetime) -> None:
    """Note in every alliance that it was restored, and to which state."""
    for alliance_id in connection.execute(select(tables["alliance"].c.id)).scalars().all():
        keep_place(connection, alliance_id, RESTORED, newest_known.isoformat(), now)


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def put_in_place(copy: Engine, target_url: str, stamp: str, *, replace: bool) -> Path | None:
    """Make the copy the database at an address; returns where the one before it was kept, None if it held nothing.

    Raises NotRestored, with nothing changed, if it holds an alliance and ``replace`` is not given, or is in use.
    """
    if make_url(target_url).get_backend_name() == "sqlite":
        return _replace_file(copy, Path(make_url(target_url).database or ""), stamp, replace=replace)
    target = connect(target_url)
    try:
        if not replace and holds_anything(target):
            raise NotRestored(_holds_something())
        insist_unused(target)
        migrate(target)
        carry(copy, target, replace=replace)
    finally:
        target.dispose()
    return None


def _holds_something() -> str:
    return (
        "The database already holds an alliance. Add --replace to put the backup in its place, or name another "
        "database in DATABASE_URL."
    )


def _replace_file(copy: Engine, target: Path, stamp: str, *, replace: bool) -> Path | None:
    held = target.exists() and not _is_free(target)
    if held and not replace:
        raise NotRestored(_holds_something())
    file, kept = Path(copy.url.database or ""), target.with_name(f"{target.name}.before-{stamp}")
    copy.dispose()
    _seal(file)
    if target.exists():
        if file_in_use(target):  # it would go on writing to what is set aside; a broken one is not
            raise NotRestored(_used(str(target)))
        _belong_to_whom_it_did(file, target)
    _set_aside(target, kept)
    file.replace(target)
    _sync(target.parent)
    return kept if held else None


def _belong_to_whom_it_did(file: Path, before: Path) -> None:
    """Whoever runs the processes is not always who restores."""
    shutil.copymode(before, file)
    with suppress(PermissionError):
        os.chown(file, before.stat().st_uid, before.stat().st_gid)


def _is_free(file: Path) -> bool:
    """Whether a file is a database in which there is nothing to lose."""
    try:
        insist_sound(file)
    except NotRestored:
        return False
    with opened(file) as engine:
        return not holds_anything(engine)


def insist_unused(target: Engine) -> None:
    """Raise NotRestored if another process has the database open; whoever has would go on by what was replaced."""
    if in_use(target):
        raise NotRestored(_used(without_password(target.url.render_as_string(hide_password=True))))


def _used(shown: str) -> str:
    return f"{shown} is in use. Stop every web and worker that uses it, then restore."


def _set_aside(target: Path, kept: Path) -> None:
    """Also a log left behind by a file long gone: SQLite would play it into the new one."""
    for suffix in ("", *BESIDE):
        with suppress(FileNotFoundError):
            Path(f"{target}{suffix}").rename(f"{kept}{suffix}")
