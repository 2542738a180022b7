"""The commands that carry data: to another database, into a backup, and back."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tovholder import wiring
from tovholder.settings import Settings, Wrong

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from storage.backups import Restored
    from storage.carrying import TableSum

BACKUPS = Path("var/backups")


def move_database(_settings: Settings, args: argparse.Namespace) -> int:
    if args.lift:
        return _lift(args.source)
    if args.target is None:
        raise Wrong("TO is missing: the address of an empty database to carry everything to.")
    with _let_go(_existing(args.source)) as source, _let_go(_reached(args.target)) as target:
        return _move(source, target, args)


def _move(source: Engine, target: Engine, args: argparse.Namespace) -> int:
    from storage.carrying import NotCarried, move
    from storage.engine import writing
    from storage.in_use import in_use, leave

    _insist_at_home(source, args.source)
    print(
        "Every web and worker of both databases must be stopped: what is written meanwhile is noticed, and then "
        "nothing is carried.",
        file=sys.stderr,
    )
    for engine, url in ((source, args.source), (target, args.target)):
        if in_use(engine):
            raise Wrong(f"{_shown(url)} is in use. Stop every web and worker that uses it, then move it.")
    try:
        carried = move(source, target, wiring.show_progress("tables"))
    except NotCarried as error:
        raise Wrong(str(error)) from None
    with writing(source) as connection:
        leave(connection, _shown(args.target), _real_now())
    _print_sums(carried)
    print(
        f"{_shown(args.target)} now holds exactly what {_shown(args.source)} holds: every table has the same rows and "
        "the same checksum.\nSet DATABASE_URL to it, start web and worker again, and nothing on the old one: it "
        "says from now on that it was moved away."
    )
    return 0


def _insist_at_home(engine: Engine, url: str) -> None:
    """Raise Wrong for a database that was carried away before: what it holds is old."""
    if there := wiring.moved_to(engine):
        raise Wrong(wiring.moved_away(_shown(url), there))


def _lift(url: str) -> int:
    from storage.engine import writing
    from storage.in_use import come_back

    with _let_go(_existing(url)) as engine, writing(engine) as connection:
        was = come_back(connection)
    print(
        f"{_shown(url)} may be worked with again. Whatever was done in the other one since is not here; let nothing "
        "run there."
        if was
        else f"{_shown(url)} was not moved away."
    )
    return 0


def backup(settings: Settings, args: argparse.Namespace) -> int:
    from storage.backups import back_up
    from storage.carrying import NotCarried

    engine = _existing(settings.database_url)
    file = Path(args.file) if args.file else BACKUPS / f"tovholder-{_stamp(_real_now())}.db"
    try:
        held = back_up(engine, file, wiring.show_progress("tables"))
    except NotCarried as error:
        raise Wrong(str(error)) from None
    except OSError as error:
        raise Wrong(f"{file} cannot be written: {error.strerror}. Name another file.") from None
    _note_backup(engine)
    rows = sum(table.rows for table in held)
    print(f"{file} is a whole and checked backup: {rows:,} rows. It holds names and addresses: keep it safe.")
    return 0


def _note_backup(engine: Engine) -> None:
    """Note in the database when it was backed up, so that every process can tell when that stays away."""
    from storage.bookmarks import BACKED_UP, keep_place
    from storage.engine import writing

    with writing(engine) as connection:
        for alliance in wiring.alliances_in(connection):
            keep_place(connection, alliance.id, BACKED_UP, "", _real_now())


def restore(settings: Settings, args: argparse.Namespace) -> int:
    from storage.backups import NotRestored, unpacked
    from storage.carrying import NotCarried

    beside = _folder_of(settings.database_url)
    if beside is None:
        _reached(settings.database_url).dispose()
    try:
        with unpacked(Path(args.file), beside) as copy:
            done = _restore(settings, copy, replace=args.replace)
    except (NotRestored, NotCarried) as error:
        raise Wrong(str(error)) from None
    _print_restored(args.file, settings.database_url, done)
    return 0


def _restore(settings: Settings, copy: Engine, *, replace: bool) -> Restored:
    """Plan on a copy what is due now, count all that is open as perhaps sent, and put it in place.

    Planning comes first: what was planned since the backup has the same keys as what is planned now, so that it is
    asked for like everything else instead of being sent as new.
    """
    from scheduling import ticks
    from storage import backups
    from storage.carrying import sums
    from storage.engine import reading, writing
    from storage.in_use import come_back

    now = wiring.time_of(wiring.all_alliances(copy))
    with reading(copy) as connection:
        since, held = backups.newest(connection), sums(connection)
    planned = ticks.plan(copy, now)
    with writing(copy) as connection:
        doubted = backups.doubt(connection, since, now)
        backups.remember(connection, since, _real_now())
        come_back(connection)  # of a backup that was taken after a move
    stamp = _stamp(_real_now())
    kept = _kept_before(settings.database_url, stamp) if replace else None
    aside = backups.put_in_place(copy, settings.database_url, stamp, replace=replace)
    return backups.Restored(doubted, since, held, aside or kept, planned.unplanned)


def _kept_before(url: str, stamp: str) -> Path | None:
    """PostgreSQL has no file to set aside: what it holds is backed up before it is emptied."""
    from storage.backups import back_up, insist_unused
    from storage.carrying import holds_anything
    from storage.migrate import migrate

    if _folder_of(url) is not None:
        return None
    with _let_go(_reached(url)) as engine:
        if not holds_anything(engine):
            return None
        insist_unused(engine)
        migrate(engine)
        file = BACKUPS / f"before-restore-{stamp}.db"
        back_up(engine, file)
    return file


# ------------------------------------------------------------------------------------------- opening a database


@contextmanager
def _let_go(engine: Engine) -> Iterator[Engine]:
    """An engine of which no connection stays open: one would look like somebody at work."""
    try:
        yield engine
    finally:
        engine.dispose()


def _reached(url: str) -> Engine:
    """A database that answers, whatever is in it; a SQLite file is made if it is not there."""
    from sqlalchemy.exc import OperationalError

    from storage.engine import connect, reading

    try:
        engine = connect(url)
        with reading(engine):
            return engine
    except ValueError as error:
        raise Wrong(str(error)) from None
    except (OperationalError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise Wrong(
            f"{_shown(url)} cannot be opened: {reason}. Check the address, the server and your rights."
        ) from None


def _existing(url: str) -> Engine:
    """A database that was there before: asking for one must not make an empty one."""
    folder, file = _folder_of(url), _file_of(url)
    if folder is not None and not file.is_file():
        raise Wrong(f"{_shown(url)} is not there. Check the path, or DATABASE_URL.")
    return _reached(url)


def _file_of(url: str) -> Path:
    return Path(url.partition("///")[2].partition("?")[0])


def _folder_of(url: str) -> Path | None:
    """Where the file of a SQLite database lies; None for a server."""
    return _file_of(url).parent if url.startswith("sqlite") else None


def _shown(url: str) -> str:
    from storage.engine import without_password

    return without_password(url)


def _real_now() -> datetime:
    return wiring.time_of(())


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


# --------------------------------------------------------------------------------------------------- telling


def _print_sums(tables: Sequence[TableSum]) -> None:
    for table in tables:
        print(f"{table.name:16} {table.rows:>9,} rows  checksum {table.checksum[:16]}")


def _print_restored(file: str, url: str, done: Restored) -> None:
    newest = done.newest.astimezone(ZoneInfo("Europe/Copenhagen"))
    print(f"{_shown(url)} holds what {file} held: {sum(table.rows for table in done.sums):,} rows.")
    print(f"The newest thing it knows of is from {newest:%Y-%m-%d %H:%M}: what was done after that must be done again.")
    if done.doubted:
        print(
            f"{done.doubted} messages were open or are due now, and nobody can know if they were sent since. Chats "
            "are asked before anything is sent again; a mail that may arrive twice is marked possibly_repeated."
        )
    if done.unplanned:
        print(
            f"In {', '.join(done.unplanned)} what is due now could not be planned (the log says why): what was sent of "
            "it since the backup is not known, and goes again unmarked once it is planned."
        )
    if done.kept:
        print(f"What was there before is kept in {done.kept}.")
