"""The whole schedule on one page: a few alarms, in memory. The facts are in the database; an alarm only rings."""

from __future__ import annotations

import logging
from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = logging.getLogger("tovholder.clock")

TICK_SECONDS = 60
SEND_SECONDS = 5


def clock(tick: Callable[[], None], send: Callable[[], None]) -> BackgroundScheduler:
    """A scheduler with its alarms set, not yet started.

    Missed rings are made up for by one, never by several, and never run beside themselves. There is no civil time in
    a trigger: whether it is morning, a working day or a holiday is asked by the tick, so clock changes cannot skip it.
    """
    scheduler = BackgroundScheduler(
        timezone="UTC",
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_job(_guarded("tick", tick), IntervalTrigger(seconds=TICK_SECONDS), id="tick")
    scheduler.add_job(_guarded("send", send), IntervalTrigger(seconds=SEND_SECONDS), id="send")
    return scheduler


def _guarded(name: str, work: Callable[[], None]) -> Callable[[], None]:
    def ring() -> None:
        try:
            work()
        except Exception:
            log.exception("the %s failed; it will be tried again at the next ring", name)

    return ring
