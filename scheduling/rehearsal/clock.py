"""The time of a rehearsal: a clock on the wall that stands still until it is moved, and a loop that waits by it."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from scheduling import stopwatch
from scheduling.steady import Steady

Result = TypeVar("Result")


class VirtualClock:
    """What the processes take the time to be (aware UTC), and how many seconds have really passed.

    The two part when somebody sets the clock on the wall: ``jump`` while nothing is under way, ``set_wall`` at any
    moment. All of a machine see the same wall, and look at it whenever they ask what time it is.
    """

    def __init__(self, start: datetime) -> None:
        self.ran, self._wall = 0.0, start
        self._steady = Steady(start, self.seconds)

    def __call__(self) -> datetime:
        return self.now

    @property
    def now(self) -> datetime:
        return self._steady.hear(self._wall)

    def for_leases(self) -> datetime:
        self._steady.hear(self._wall)
        return self._steady.for_leases()

    def advance(self, seconds: float) -> None:
        self._wall += timedelta(seconds=seconds)
        self.ran += seconds

    def to(self, moment: datetime) -> None:
        """Let time pass until a moment; nothing happens if it is over."""
        self.advance(max(0.0, (moment - self.now).total_seconds()))

    def jump(self, by: timedelta) -> None:
        """Somebody set the clock on the wall, forward or back, and by now all have got used to it."""
        self._wall += by
        self._steady = Steady(self._wall, self.seconds)

    def set_wall(self, by: timedelta) -> None:
        """Somebody sets the clock on the wall, forward or back, whatever is under way."""
        self._wall += by

    def seconds(self) -> float:
        return self.ran


@contextmanager
def time_of(clock: VirtualClock) -> Iterator[None]:
    """Let the sender's stopwatch run by the virtual clock, so that a process can be frozen without waiting."""
    real, stopwatch.seconds = stopwatch.seconds, clock.seconds
    try:
        yield
    finally:
        stopwatch.seconds = real


class _NoWaiting(selectors.DefaultSelector):
    """Instead of waiting for a timer, lets the virtual time pass."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everybody waits and nothing is under way: the sender would hang for ever")
        if timeout > 0:
            self._clock.advance(timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """One thread, no waiting: what would run in a worker thread runs in its turn, so that a seed decides all."""

    def __init__(self, clock: VirtualClock, coin: Callable[[], bool]) -> None:
        super().__init__(_NoWaiting(clock))
        self._virtual, self._coin = clock, coin

    def time(self) -> float:
        return self._virtual.ran

    def run_in_executor(  # type: ignore[override]  # all that is called here is asyncio.to_thread
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Run it now, or after those whose turn it is: as a thread might."""
        future = self.create_future()
        if self._coin():
            self._run(future, func, args)
        else:
            self.call_soon(self._run, future, func, args)
        return future

    def _run(self, future: asyncio.Future[Any], func: Callable[..., Any], args: tuple[Any, ...]) -> None:
        if future.cancelled():
            return
        try:
            future.set_result(func(*args))
        except BaseException as fault:  # a power cut is carried to whoever waits, like any other end
            future.set_exception(fault)


def run(work: Coroutine[Any, Any, Result], clock: VirtualClock, coin: Callable[[], bool]) -> Result:
    """Run a coroutine to its end in virtual time, and return what it returns."""
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(clock, coin)) as runner:
        return runner.run(work)
