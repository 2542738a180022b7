"""The alarms: few, in memory, never beside themselves, and never stopped by one that went wrong."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.triggers.interval import IntervalTrigger

from scheduling.clock import Clock, clock


def nothing() -> None:
    """Ring, and leave it at that."""


def test_a_missed_ring_is_made_up_for_by_one_and_never_beside_itself() -> None:
    alarms = clock(nothing)
    alarms.scheduler.start(paused=True)
    try:
        jobs = alarms.scheduler.get_jobs()
        assert "tick" in {job.id for job in jobs}
        for job in jobs:
            assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)
    finally:
        alarms.scheduler.shutdown(wait=False)


def test_no_alarm_knows_civil_time() -> None:
    """A trigger at eight o'clock would be skipped or doubled by a clock change; an interval in UTC is not."""
    scheduler = clock(nothing).scheduler
    assert str(scheduler.timezone) == "UTC"
    for job in scheduler.get_jobs():
        assert isinstance(job.trigger, IntervalTrigger)
        assert job.id != "tick" or job.trigger.interval <= timedelta(minutes=1)


def test_nothing_is_kept_outside_memory() -> None:
    scheduler = clock(nothing).scheduler
    scheduler.start(paused=True)
    try:
        assert {type(store).__name__ for store in scheduler._jobstores.values()} == {"MemoryJobStore"}
    finally:
        scheduler.shutdown(wait=False)


def test_a_tick_that_fails_does_not_stop_the_next_nor_another_alarm(caplog: pytest.LogCaptureFixture) -> None:
    rung, other = threading.Semaphore(0), threading.Event()

    def tick() -> None:
        rung.release()
        raise RuntimeError("the disk is full")

    with (
        caplog.at_level(logging.ERROR, "tovholder.clock"),
        Clock({"tick": (tick, 0.01), "b": (other.set, 0.01)}).running(),
    ):
        for _ in range(3):
            assert rung.acquire(timeout=20)
        assert other.wait(timeout=20)
    assert "the tick failed" in caplog.text and "the disk is full" in caplog.text


def test_a_slow_tick_is_not_joined_by_a_second() -> None:
    inside, at_once, rings, others = [], [], threading.Semaphore(0), threading.Semaphore(0)
    go_on = threading.Event()

    def tick() -> None:
        inside.append(1)
        at_once.append(len(inside))
        rings.release()
        go_on.wait(timeout=20)
        inside.pop()

    with Clock({"tick": (tick, 0.01), "other": (others.release, 0.01)}).running():
        assert rings.acquire(timeout=20)
        for _ in range(5):  # the other rings on meanwhile
            assert others.acquire(timeout=20)
        go_on.set()
        assert rings.acquire(timeout=20)
    assert set(at_once) == {1}


def test_a_clock_that_was_set_back_does_not_silence_an_alarm() -> None:
    """The scheduler then waits for a time that was already over; here it is made to wait for next year."""
    rung = threading.Semaphore(0)
    alarms = Clock({"tick": (rung.release, 0.05)})
    with alarms.running():
        assert rung.acquire(timeout=20)
        alarms.scheduler.modify_job("tick", next_run_time=datetime.now(UTC) + timedelta(days=365))
        while rung.acquire(blocking=False):
            pass
        for _ in range(3):
            assert rung.acquire(timeout=20)
