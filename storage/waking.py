"""Wakes the senders when something was posted: those of this process by a bell, those elsewhere by PostgreSQL.

Only a hint, to save time: whoever misses it finds what is due at its next look.
"""

from __future__ import annotations

import logging
import threading
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger("tovholder.waking")

CHANNEL = "tovholder_posted"
RECONNECT_SECONDS = 5.0
LOOK_UP_SECONDS = 1.0


class Bell:
    """Rung by whoever posted, heard by whoever sends."""

    def __init__(self) -> None:
        self._rung = threading.Event()

    def ring(self) -> None:
        self._rung.set()

    def wait(self, seconds: float) -> bool:
        """Wait until it is rung, but no longer than so many seconds; returns whether it was."""
        heard = self._rung.wait(seconds)
        self._rung.clear()
        return heard


_bells: WeakKeyDictionary[Engine, Bell] = WeakKeyDictionary()
_making = threading.Lock()


def bell_of(engine: Engine) -> Bell:
    """The one bell of everybody in this process who uses the database by this engine."""
    with _making:
        return _bells.setdefault(engine, Bell())


def note_posted(connection: Connection) -> None:
    """Something was posted in this transaction: its commit wakes the senders."""
    connection.info["posted"] = True


def has_posted(connection: Connection) -> bool:
    """Whether something was posted in this transaction so far."""
    return bool(connection.info.get("posted", False))


def forget_posted(connection: Connection) -> None:
    """A connection is used again and again: what its last transaction posted is not this one's."""
    connection.info.pop("posted", None)


def was_posted(connection: Connection) -> bool:
    """Whether something was posted in this transaction; on PostgreSQL its commit then tells other processes."""
    if not connection.info.pop("posted", False):
        return False
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_notify('{CHANNEL}', '')")
    return True


def listen(engine: Engine, stop: threading.Event) -> threading.Thread | None:
    """Ring the bell whenever another process posted, until told to stop; None where nobody can tell (SQLite)."""
    if engine.dialect.name != "postgresql":
        return None
    thread = threading.Thread(target=_listen, args=(engine, bell_of(engine), stop), name="listen", daemon=True)
    thread.start()
    return thread


def _listen(engine: Engine, bell: Bell, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            _listen_once(engine, bell, stop)
        except (SQLAlchemyError, OSError) as error:
            _try_again(stop, error)
        except Exception as error:  # the driver's own, which only storage may know
            _try_again(stop, error)


def _try_again(stop: threading.Event, error: Exception) -> None:
    log.warning("nobody tells us of what is posted (%s); trying again", type(error).__name__)
    stop.wait(RECONNECT_SECONDS)


def _listen_once(engine: Engine, bell: Bell, stop: threading.Event) -> None:
    connection = engine.raw_connection()
    try:
        driver = connection.driver_connection
        assert driver is not None
        driver.autocommit = True
        driver.execute(f"LISTEN {CHANNEL}")
        while not stop.is_set():
            for _ in driver.notifies(timeout=LOOK_UP_SECONDS, stop_after=1):
                bell.ring()
    finally:
        connection.invalidate()  # a listening connection is of no use to anybody else
