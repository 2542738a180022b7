"""Whether somebody else works with a database, and whether anybody still should: one that was carried away rests."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, select, text

from storage.bookmarks import forget_place, keep_place
from storage.engine import is_postgresql, reading
from storage.tables import tables

MOVED_AWAY = "moved_away"
"""The bookmark that says where everything was carried to: whoever sends from here too tells everybody twice."""
LOOKS, BETWEEN_LOOKS = 20, 0.1  # seconds: a server lets go of a process that has just ended
_alliance, _bookmark = tables["alliance"], tables["bookmark"]
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND application_name IN ('tovholder', current_setting('application_name'))"
)


def in_use(engine: Engine) -> bool:
    """Whether another process of ours has the database open. What this engine keeps open is closed first.

    One that has not asked anything yet has no connection to a server, and is not seen.
    """
    engine.dispose()
    if not is_postgresql(engine):
        return file_in_use(Path(engine.url.database or ""))
    for _ in range(LOOKS):
        if not _has_others(engine):
            return False
        time.sleep(BETWEEN_LOOKS)
    return _has_others(engine)


def _has_others(engine: Engine) -> bool:
    with reading(engine) as connection:
        return bool(connection.execute(_OTHERS).scalar_one())


def file_in_use(file: Path) -> bool:
    """Whether another process has a SQLite file open; one that is broken is not in use.

    SQLite gives up the log beside a file only when nobody else has it open; then the file alone holds everything.
    """
    if not file.exists():
        return False
    try:
        with closing(sqlite3.connect(file, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode=delete")
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    except sqlite3.DatabaseError:
        return False
    return False


def leave(connection: Connection, target: str, now: datetime) -> None:
    """Note that everything was carried to an address, which is shown without its password."""
    for alliance_id in connection.execute(select(_alliance.c.id)).scalars().all():
        keep_place(connection, alliance_id, MOVED_AWAY, target, now)


def come_back(connection: Connection) -> bool:
    """Forget that everything was carried away; returns whether it was."""
    was = moved_to(connection) is not None
    for alliance_id in connection.execute(select(_alliance.c.id)).scalars().all():
        forget_place(connection, alliance_id, MOVED_AWAY)
    return was


def moved_to(connection: Connection) -> str | None:
    """Where everything was carried to, if it was."""
    found: str | None = connection.execute(
        select(_bookmark.c.value).where(_bookmark.c.name == MOVED_AWAY).limit(1)
    ).scalar_one_or_none()
    return found
