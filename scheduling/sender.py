"""Sends for as long as the process lives: at once when something is posted, else when the next thing is due."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Engine

from alliance.deliveries import Transport
from scheduling.deliver import deliver
from storage import outbox
from storage.engine import reading
from storage.waking import bell_of, listen

log = logging.getLogger("tovholder.sender")

LOOK_SECONDS = 1.0  # a lost wake-up costs this much; so does what waits for an earlier one of its strand
SOONEST = 0.005


def keep_sending(
    engine: Engine,
    transports: Callable[[], Mapping[str, Transport]],
    clock: Callable[[], datetime],
    stop: threading.Event,
) -> None:
    """Send what is due until told to stop; runs in a thread of its own. What is under way then is finished first."""
    listener = listen(engine, stop)
    try:
        asyncio.run(_keep_sending(engine, transports, clock, stop))
    finally:
        if listener is not None:
            listener.join()


async def _keep_sending(
    engine: Engine,
    transports: Callable[[], Mapping[str, Transport]],
    clock: Callable[[], datetime],
    stop: threading.Event,
) -> None:
    ways: Mapping[str, Transport] | None = None
    bell = bell_of(engine)
    try:
        while not stop.is_set():
            try:
                ways = await asyncio.to_thread(transports) if ways is None else ways
                wait = await asyncio.to_thread(_until_next, engine, ways, clock)
                if wait <= 0:
                    outcomes = await deliver(engine, ways, clock, stop.is_set)
                    wait = SOONEST if outcomes else await asyncio.to_thread(_until_next, engine, ways, clock, clock())
            except Exception:
                log.exception("sending failed; it is tried again")
                wait = LOOK_SECONDS
            await asyncio.to_thread(bell.wait, wait)
    finally:
        for transport in (ways or {}).values():
            await transport.close()


def _until_next(
    engine: Engine,
    transports: Mapping[str, Transport],
    clock: Callable[[], datetime],
    after: datetime | None = None,
) -> float:
    """Seconds until the next delivery may go out, no longer than until we look anyway; 0 or less: one is due."""
    with reading(engine) as connection:
        ready = outbox.next_ready(connection, transports, after)
    return LOOK_SECONDS if ready is None else min(LOOK_SECONDS, (ready - clock()).total_seconds())
