"""The whole schedule on one page: a few alarms, in memory. The facts are in the database; an alarm only rings.

Sending is no alarm: the sender is woken by what is posted (``scheduling/sender.py``).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from scheduling import stopwatch

log = logging.getLogger("tovholder.clock")

TICK_SECONDS = 60
AUDIT_SECONDS = 900
SILENT_PERIODS = 3


def clock(
    tick: Callable[[], None], seconds: float = TICK_SECONDS, *, audit: Callable[[], object] | None = None
) -> Clock:
    """The alarms of one process, set and not yet started; the audit checks each quarter what the ticks have done."""
    alarms: dict[str, tuple[Callable[[], object], float]] = {"tick": (tick, seconds)}
    if audit is not None:
        alarms["audit"] = (audit, AUDIT_SECONDS)
    return Clock(alarms)


class Clock:
    """Rings its alarms while it runs.

    Missed rings are made up for by one, never by several, and never run beside themselves. There is no civil time in
    a trigger: whether it is morning, a working day or a holiday is asked by the tick, so clock changes cannot skip it.
    If somebody sets the machine's clock back, the scheduler waits for that hour to pass again; a guard that counts
    seconds and reads no clock sets such an alarm anew.
    """

    def __init__(self, alarms: dict[str, tuple[Callable[[], object], float]]) -> None:
        self._seconds = {name: seconds for name, (_, seconds) in alarms.items()}
        self._rung = dict.fromkeys(alarms, stopwatch.seconds())
        self._stop = threading.Event()
        self.scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for name, (work, seconds) in alarms.items():
            self.scheduler.add_job(self._guarded(name, work), IntervalTrigger(seconds=seconds), id=name)

    @contextmanager
    def running(self) -> Iterator[None]:
        """The alarms ring while the block runs; the last one is waited for."""
        guard = threading.Thread(target=self._guard, name="clock-guard", daemon=True)
        self.scheduler.start()
        guard.start()
        try:
            yield
        finally:
            self._stop.set()
            self.scheduler.shutdown(wait=True)
            guard.join()

    def _guarded(self, name: str, work: Callable[[], object]) -> Callable[[], None]:
        def ring() -> None:
            try:
                work()
            except Exception:
                log.exception("the %s failed; it will be tried again at the next ring", name)
            finally:
                self._rung[name] = stopwatch.seconds()

        return ring

    def _guard(self) -> None:
        while not self._stop.wait(min(self._seconds.values())):
            for name, seconds in self._seconds.items():
                if stopwatch.seconds() - self._rung[name] > SILENT_PERIODS * seconds:
                    log.warning("the alarm %s is silent: it is set anew", name)
                    self._rung[name] = stopwatch.seconds()
                    self.scheduler.reschedule_job(name, trigger=IntervalTrigger(seconds=seconds))
