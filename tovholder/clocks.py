"""What time it is for a process: the demo's own, else the database server's, which all machines share."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import TYPE_CHECKING

from scheduling import stopwatch
from scheduling.steady import ASK_AGAIN_SECONDS, Steady
from tovholder import wiring

if TYPE_CHECKING:
    from sqlalchemy import Engine


class Clock:
    """The time (aware UTC) whenever it is called; somebody who sets a clock ends no lease by it.

    Machines that share a PostgreSQL go by its clock, so that a lease means the same to all of them: it is asked once
    a minute, and reckoned from by the seconds that pass, so that the machine's own may say what it likes. SQLite
    lives on this machine, whose clock is looked at each time, for that costs nothing.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_demo = any(alliance.is_demo for alliance in wiring.all_alliances(engine))
        self._has_server = False
        self._steady = Steady(wiring.time_of(()))
        self._asked = stopwatch.seconds()
        self._ask()

    def __call__(self) -> datetime:
        if self._is_demo:
            return wiring.time_of(wiring.all_alliances(self._engine))
        if not self._has_server:
            return self._steady.hear(wiring.time_of(()))
        now = stopwatch.seconds()
        if now - self._asked > ASK_AGAIN_SECONDS:
            self._asked = now
            # Whoever asks the time may be between a provider's yes and our note of it: they do not wait for this.
            threading.Thread(target=self._ask, name="clock", daemon=True).start()
        return self._steady()

    def for_leases(self) -> datetime:
        """What time it is (aware UTC) where it is asked whether somebody's lease is over."""
        return self() if self._is_demo else min(self(), self._steady.for_leases())

    def _ask(self) -> None:
        """Ask the database's server what time it is; while it is away we reckon from its last answer."""
        from sqlalchemy.exc import SQLAlchemyError

        from storage.engine import server_time

        try:
            there = server_time(self._engine)
        except SQLAlchemyError:
            return
        if there is None:
            return
        if self._has_server:
            self._steady.hear(there)
        else:  # the first answer: we hold no lease yet
            self._has_server, self._steady = True, Steady(there)
