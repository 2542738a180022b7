"""Processes that stay up: the demo, web, worker."""

from __future__ import annotations

import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import uvicorn

from bot.asgi import app
from bot.web.app import Demo, demo_app
from bot.web.feeds import feed_route
from scheduling import ticks
from scheduling.clock import clock
from scheduling.deliver import send_due
from storage.engine import reading
from storage.migrate import at_head
from tovholder import wiring
from tovholder.settings import Settings, Wrong

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from starlette.applications import Starlette

    from alliance.deliveries import Transport


class Worker:
    """The clock and the sender of one process: what the alarms do, and one thing at a time."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings, self._engine = settings, engine
        self._ways_out: dict[str, Transport] | None = None
        self._busy = threading.Lock()
        self._progress: tuple[int, int] | None = None

    def check(self) -> None:
        """Raise Wrong now, and not at the first mail, for a way out that is set wrongly."""
        wiring.transports(self._settings, self._engine, wiring.all_alliances(self._engine))

    def now(self) -> datetime:
        return wiring.time_of(wiring.all_alliances(self._engine))

    def _transports(self) -> dict[str, Transport]:
        if self._ways_out is None:
            alliances = wiring.all_alliances(self._engine)
            self._ways_out = wiring.transports(self._settings, self._engine, alliances)
        return self._ways_out

    def tick(self) -> None:
        with self._busy:
            ticks.tick(self._engine, self._transports(), self.now)

    def send(self) -> None:
        with self._busy:
            send_due(self._engine, self._transports(), self.now)

    def move_to(self, target: datetime) -> None:
        """Move the demo's clock forward, morning by morning, so that no reminder on the way is missed."""
        with self._busy:
            start = self.now()
            if target <= start:
                return
            calendar = wiring.all_alliances(self._engine)[0].charter.calendar
            moments = list(ticks.mornings(calendar, start, target))
            try:
                ticks.play(self._engine, self._transports(), moments, self._show)
            finally:
                self._progress = None

    def _show(self, done: int, of: int) -> None:
        self._progress = (done, of)

    def progress(self) -> tuple[int, int] | None:
        return self._progress


@contextmanager
def ringing(worker: Worker) -> Iterator[None]:
    """The alarms ring while the block runs."""
    scheduler = clock(worker.tick, worker.send)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)


def serve_demo(settings: Settings, engine: Engine) -> int:
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a long move keeps the alarms waiting: no news
    worker = Worker(settings, engine)
    worker.tick()
    page = demo_app(Demo(engine, worker.now, worker.move_to, worker.progress))
    with ringing(worker):
        return _run(page, "127.0.0.1", settings.port, "Tovholder's demo is at {url}  (stop it with Ctrl+C)")


def serve_web(settings: Settings, engine: Engine, *, with_worker: bool) -> int:
    _talk(settings)
    worker = Worker(settings, engine)
    worker.check()
    page = app(_health(engine, worker.now), feed_route(engine, worker.now))
    if not with_worker:
        return _run(page, settings.host, settings.port, "web answers at {url}")
    with ringing(worker):
        return _run(page, settings.host, settings.port, "web and worker run; web answers at {url}")


def run_worker(settings: Settings, engine: Engine) -> int:
    """Ring the clock until the process is told to stop."""
    _talk(settings)
    worker, stop = Worker(settings, engine), threading.Event()
    worker.check()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with ringing(worker):
        print("worker: the clock runs", file=sys.stderr)
        stop.wait()
    return 0


def _health(engine: Engine, now: Callable[[], datetime]) -> Callable[[], dict[str, object]]:
    def healthy() -> dict[str, object]:
        with reading(engine) as connection:
            connection.exec_driver_sql("SELECT 1")
        return {"ok": at_head(engine), "now": now().isoformat()}

    return healthy


def _talk(settings: Settings) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if not settings.smtp_url:
        print("SMTP_URL is not set: nothing will be sent until it is. See docs/settings.md.", file=sys.stderr)


def _run(page: Starlette, host: str, port: int, greeting: str) -> int:
    """Serve until stopped; a port in use is a clear error before anything else is said."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise Wrong(
                f"port {port} on {host} cannot be used ({error.strerror}). Stop what uses it, or choose another: "
                f"PORT={port + 1 if port < 65535 else 8080} make demo"
            ) from None
        listener.listen(128)
        print(greeting.format(url=f"http://{host}:{port}"), flush=True)
        # uvicorn stops gently and then raises the signal again: it must not end us before the alarms are off.
        signal.signal(signal.SIGTERM, _stop)
        server = uvicorn.Server(uvicorn.Config(page, log_level="warning", access_log=False))
        server.run(sockets=[listener])
    return 0


def _stop(*_: object) -> None:
    raise SystemExit(0)
