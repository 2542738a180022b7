"""The alarms: few, in memory, never beside themselves, and never stopped by one that went wrong."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

import pytest
from apscheduler.triggers.interval import IntervalTrigger

from scheduling import clock as clockwork
from scheduling.clock import clock


def nothing() -> None:
    """Ring, and leave it at that."""


def test_a_missed_ring_is_made_up_for_by_one_and_never_beside_itself() -> None:
    scheduler = clock(nothing, nothing)
    scheduler.start(paused=True)
    try:
        jobs = scheduler.get_jobs()
        assert {job.id for job in jobs} == {"tick", "send"}
        for job in jobs:
            assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)
    finally:
        scheduler.shutdown(wait=False)


def test_no_alarm_knows_civil_time() -> None:
    """A trigger at eight o'clock would be skipped or doubled by a clock change; an interval in UTC is not."""
    scheduler = clock(nothing, nothing)
    assert str(scheduler.timezone) == "UTC"
    intervals = {}
    for job in scheduler.get_jobs():
        assert isinstance(job.trigger, IntervalTrigger)
        intervals[job.id] = job.trigger.interval
    assert intervals["tick"] <= timedelta(minutes=1) and intervals["send"] <= timedelta(seconds=5)


def test_nothing_is_kept_outside_memory() -> None:
    scheduler = clock(nothing, nothing)
    scheduler.start(paused=True)
    try:
        assert {type(store).__name__ for store in scheduler._jobstores.values()} == {"MemoryJobStore"}
    finally:
        scheduler.shutdown(wait=False)


def test_a_tick_that_fails_does_not_stop_the_next_nor_the_sender(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(clockwork, "TICK_SECONDS", 0.01)
    monkeypatch.setattr(clockwork, "SEND_SECONDS", 0.01)
    rung, sent = threading.Semaphore(0), threading.Event()

    def tick() -> None:
        rung.release()
        raise RuntimeError("the disk is full")

    scheduler = clock(tick, sent.set)
    with caplog.at_level(logging.ERROR, "tovholder.clock"):
        scheduler.start()
        try:
            for _ in range(3):
                assert rung.acquire(timeout=20)
            assert sent.wait(timeout=20)
        finally:
            scheduler.shutdown(wait=True)
    assert "the tick failed" in caplog.text and "the disk is full" in caplog.text


def test_a_slow_tick_is_not_joined_by_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clockwork, "TICK_SECONDS", 0.01)
    monkeypatch.setattr(clockwork, "SEND_SECONDS", 0.01)
    inside, at_once, rings, sends = [], [], threading.Semaphore(0), threading.Semaphore(0)
    go_on = threading.Event()

    def tick() -> None:
        inside.append(1)
        at_once.append(len(inside))
        rings.release()
        go_on.wait(timeout=20)
        inside.pop()

    scheduler = clock(tick, sends.release)
    scheduler.start()
    try:
        assert rings.acquire(timeout=20)
        for _ in range(5):  # the sender rings on meanwhile
            assert sends.acquire(timeout=20)
        go_on.set()
        assert rings.acquire(timeout=20)
    finally:
        go_on.set()
        scheduler.shutdown(wait=True)
    assert set(at_once) == {1}
