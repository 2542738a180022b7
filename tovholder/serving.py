"""Processes that stay up: the demo, web, worker."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING

import uvicorn
from starlette.routing import Mount

from bot.asgi import app
from bot.web.app import Demo, demo_app, pages_app
from bot.web.feeds import feed_route
from bot.web.health import metrics_route
from scheduling import ticks
from scheduling.audit import audit
from scheduling.clock import clock
from scheduling.deliver import send_due
from scheduling.sender import keep_sending
from storage.waking import bell_of
from tovholder import health, logs, wiring
from tovholder.clocks import Clock
from tovholder.heartbeat import beat
from tovholder.memory import keep_what_stands
from tovholder.metrics import Kept, metrics
from tovholder.settings import Settings, Wrong

DEMO_LOOKS_SECONDS = 5.0

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from starlette.applications import Starlette
    from starlette.routing import Route

    from alliance.deliveries import Transport
    from bot.slack.app import SlackApp


class Worker:
    """The clock and the sender of one process."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings, self._engine = settings, engine
        self.now = Clock(engine)

    def transports(self) -> dict[str, Transport]:
        """The ways out; raises Wrong for one that is set wrongly."""
        return wiring.transports(self._settings, self._engine, wiring.all_alliances(self._engine))

    @cached_property
    def _channels(self) -> tuple[str, ...]:
        """The channels that have a way out here: the settings are read once."""
        return tuple(self.transports())

    def tick(self) -> None:
        """Plan what is due; the sender hears of what was posted."""
        ticks.plan(self._engine, self.now(), channels=self._channels)

    def audit(self) -> None:
        """Check what was told against what should have been; the heartbeat beats only while nothing is wrong."""
        found = audit(self._engine, self.now(), self._channels, nightly_backups=self._settings.backups == "nightly")
        if self._settings.heartbeat_url and not found:
            beat(self._settings.heartbeat_url)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The alarms ring and what is due is sent while the block runs; a send that is under way is finished."""
        stop = threading.Event()
        sender = threading.Thread(
            target=keep_sending, args=(self._engine, self.transports, self.now, stop), name="sender"
        )
        sender.start()
        try:
            with clock(self.tick, audit=self.audit).running():
                yield
        finally:
            stop.set()
            bell_of(self._engine).ring()
            sender.join()


class DemoWorker:
    """The demo's clock and sender: one thing at a time, because its clock stands still while it is looked at."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._engine = engine
        self._ways_out = wiring.transports(settings, engine, wiring.all_alliances(engine))
        self._busy = threading.Lock()
        self._progress: tuple[int, int] | None = None
        self.now = Clock(engine)

    def tick(self) -> None:
        with self._busy:
            ticks.tick(self._engine, self._ways_out, self.now)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The alarm rings, and what was posted leaves at once, while the block runs."""
        stop = threading.Event()
        sender = threading.Thread(target=self._keep_sending, args=(stop,), name="sender")
        sender.start()
        try:
            with clock(self.tick).running():
                yield
        finally:
            stop.set()
            bell_of(self._engine).ring()
            sender.join()

    def _keep_sending(self, stop: threading.Event) -> None:
        while not stop.is_set():
            if bell_of(self._engine).wait(DEMO_LOOKS_SECONDS) and not stop.is_set():
                with self._busy:
                    send_due(self._engine, self._ways_out, self.now)

    def move_to(self, target: datetime) -> None:
        """Move the demo's clock forward, morning by morning, so that no reminder on the way is missed."""
        with self._busy:
            start = self.now()
            if target <= start:
                return
            calendar = wiring.all_alliances(self._engine)[0].charter.calendar
            moments = list(ticks.mornings(calendar, start, target))
            try:
                ticks.play(self._engine, self._ways_out, moments, self._show)
            finally:
                self._progress = None

    def _show(self, done: int, of: int) -> None:
        self._progress = (done, of)

    def progress(self) -> tuple[int, int] | None:
        return self._progress


def serve_demo(settings: Settings, engine: Engine) -> int:
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a long move keeps the alarms waiting: no news
    worker = DemoWorker(settings, engine)
    worker.tick()
    page = demo_app(Demo(engine, worker.now, worker.move_to, worker.progress))
    with worker.at_work():
        return _run(page, "127.0.0.1", settings.port, "Tovholder's demo is at {url}  (stop it with Ctrl+C)")


def serve_web(settings: Settings, engine: Engine, *, with_worker: bool) -> int:
    _talk(settings)
    worker = Worker(settings, engine)
    worker.transports()
    slack = wiring.slack_app(settings, engine, worker.now)
    page = app(
        partial(health.report, engine, worker.now, slack.trouble if slack else None, settings.backups == "nightly"),
        *slack_routes(slack),  # first: they are asked most, and somebody waits three seconds at most
        metrics_route(partial(metrics, engine, worker.now, Kept())),
        feed_route(engine, worker.now),
        *page_routes(settings, engine, worker.now),
        opens=slack.open if slack else nullcontext,
    )
    if not with_worker:
        return _run(page, settings.host, settings.port, "web answers at {url}")
    with worker.at_work():
        return _run(page, settings.host, settings.port, "web and worker run; web answers at {url}")


def page_routes(settings: Settings, engine: Engine, now: Callable[[], datetime]) -> tuple[Mount, ...]:
    """The pages, where signing in to them is safe. They come last: they answer to whatever is left."""
    if settings.pages_url:
        return (Mount("/", pages_app(engine, now, settings.pages_url)),)
    if settings.base_url:
        print(
            f"TOVHOLDER_BASE_URL={settings.base_url!r} is not https://host, so there are no pages to sign in to, and "
            "mails have no buttons. See docs/settings.md.",
            file=sys.stderr,
        )
    return ()


def slack_routes(slack: SlackApp | None) -> tuple[Route, ...]:
    """Where Slack sends its requests to, if it is set and they are signed."""
    return () if slack is None else slack.routes()


def run_worker(settings: Settings, engine: Engine) -> int:
    """Ring the clock until the process is told to stop."""
    _talk(settings)
    worker = Worker(settings, engine)
    worker.transports()
    wiring.check_slack(settings, engine, worker.now)
    told_to_stop = _signals()
    keep_what_stands()
    with worker.at_work():
        print("worker: the clock runs", file=sys.stderr)
        told_to_stop()
    return 0


def _signals() -> Callable[[], object]:
    """From now on a signal to stop is heard; returns what waits for one.

    By a pipe that is written to the moment the signal comes: a handler in Python waits for its turn, which never comes
    if the signal was there just before the main thread began to wait.
    """
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    return lambda: os.read(heard, 1)


def _talk(settings: Settings) -> None:
    logs.set_up(settings.log)
    if not settings.smtp_url:
        print("SMTP_URL is not set: nothing will be sent until it is. See docs/settings.md.", file=sys.stderr)


def _run(page: Starlette, host: str, port: int, greeting: str) -> int:
    """Serve until stopped; a port in use is a clear error before anything else is said."""
    with listening(host, port) as listener:
        keep_what_stands()
        print(greeting.format(url=f"http://{host}:{port}"), flush=True)
        # uvicorn stops gently and then raises the signal again: it must not end us before the alarms are off.
        signal.signal(signal.SIGTERM, _stop)
        server = uvicorn.Server(uvicorn.Config(page, log_level="warning", access_log=False))
        server.run(sockets=[listener])
    return 0


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; raises Wrong where the port cannot be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Where the protocol is not named, asyncio leaves the connections' delay on: the second half of each answer then
    # waits 40 ms for the other side to acknowledge the first.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise Wrong(
            f"port {port} on {host} cannot be used ({error.strerror}). Stop what uses it, or choose another: "
            f"PORT={port + 1 if port < 65535 else 8080} make demo"
        ) from None
    listener.listen(128)
    return listener


def _stop(*_: object) -> None:
    raise SystemExit(0)
