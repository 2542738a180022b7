"""Ours: the real outbox and the worker's real sender, from claim to receipt, over a lean way out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from bench.contenders.lean import LeanSlack
from bench.contenders.stage import Work, play, work_asked
from bench.planted import LATER, POSTED, WARM_UP
from scheduling.sender import keep_sending
from storage.engine import connect, reading
from tovholder.memory import keep_what_stands

LANE_MARGIN_MS = (
    2  # a limit rests from when the answer came, which is after the provider began to count; ours is rounded
)


def clock_from(start: datetime) -> Callable[[], datetime]:
    """A clock that shows ``start`` now and runs on."""
    begun = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - begun)


def send(engine: Engine, work: Work, start: datetime, messages: int) -> int:
    """Do as a worker does until so many messages have gone out and are written down; the clock begins at ``start``."""
    done = threading.Event()
    gap = work.gap_ms + LANE_MARGIN_MS if work.gap_ms else 0
    way = LeanSlack(work.provider, lane_gap_ms=gap, after=(messages, done.set))
    keep_sending(engine, lambda: {"slack": way}, clock_from(start), done)
    return way.sent


def still_open(engine: Engine) -> int:
    with reading(engine) as connection:
        found: int = connection.exec_driver_sql("SELECT count(*) FROM delivery WHERE state <> 'sent'").scalar_one()
        return found


if __name__ == "__main__":
    asked = work_asked()
    database = connect(asked.database)
    assert send(database, asked, POSTED, WARM_UP) == WARM_UP
    keep_what_stands()  # as the worker does
    play(lambda: send(database, asked, POSTED + LATER, asked.messages))
    assert still_open(database) == 0, "not all that was sent is written down as sent"
