"""What time it is for a process: the demo's own, else the database server's, which all machines share."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scheduling import stopwatch
from tovholder import wiring

if TYPE_CHECKING:
    from sqlalchemy import Engine

ASK_AGAIN_SECONDS = 60.0


class Clock:
    """The time (aware UTC) whenever it is called.

    Machines that share a PostgreSQL go by its clock, so that a lease means the same to all of them; how far ours is
    off is asked once a minute. SQLite lives on this machine, whose clock counts.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_demo = any(alliance.is_demo for alliance in wiring.all_alliances(engine))
        self._off = timedelta(0)
        self._asked = stopwatch.seconds()
        self._compare()

    def __call__(self) -> datetime:
        if self._is_demo:
            return wiring.time_of(wiring.all_alliances(self._engine))
        now = stopwatch.seconds()
        if now - self._asked > ASK_AGAIN_SECONDS:
            self._asked = now
            # Whoever asks the time may be between a provider's yes and our note of it: they do not wait for this.
            threading.Thread(target=self._compare, name="clock", daemon=True).start()
        return wiring.time_of(()) + self._off

    def _compare(self) -> None:
        """Ask the database's server how late it is; while it is away the last answer holds."""
        from sqlalchemy.exc import SQLAlchemyError

        from storage.engine import server_time

        try:
            there = server_time(self._engine)
        except SQLAlchemyError:
            return
        if there is not None:
            self._off = there - wiring.time_of(())
