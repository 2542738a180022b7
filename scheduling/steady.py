"""A clock that others may set, read so that no lease seems to be over before it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from scheduling import stopwatch
from storage.outbox.leases import LEASE

NOT_SET = timedelta(seconds=2)
"""Who is ahead of us by no more than this was not set: clocks differ, and an answer takes its time."""
ASK_AGAIN_SECONDS = 60.0
"""How long a process may go on by what a server's clock said."""
LEASES_END = LEASE.total_seconds() + ASK_AGAIN_SECONDS
"""Seconds after a clock is found set until every lease of before has ended, also of who found it last."""


class Steady:
    """What time it is (aware UTC), reckoned from what a clock last said and the seconds that have passed since.

    A clock that is set is followed at once, except where it is asked whether somebody's lease is over: those that
    were taken before it was set forward end when they would have.
    """

    def __init__(self, said: datetime, seconds: Callable[[], float] | None = None) -> None:
        self._seconds = seconds or (lambda: stopwatch.seconds())
        self._from = (said, self._seconds())
        self._set_forward: tuple[tuple[float, timedelta], ...] = ()

    def __call__(self) -> datetime:
        said, at = self._from
        return said + timedelta(seconds=self._seconds() - at)

    def hear(self, said: datetime) -> datetime:
        """What time it is, now that the clock says this."""
        ahead, at = said - self(), self._seconds()
        if ahead > NOT_SET:
            recent = (each for each in self._set_forward if at - each[0] <= LEASES_END)
            self._set_forward = (*recent, (at, ahead))
        self._from = (said, at)
        return said

    def for_leases(self) -> datetime:
        """What time it is for the leases of others: as if it had not been set forward since they were taken."""
        at = self._seconds()
        return self() - sum((by for found, by in self._set_forward if at - found <= LEASES_END), timedelta())


@runtime_checkable
class KeepsLeases(Protocol):
    """A clock that knows when it was set."""

    def for_leases(self) -> datetime: ...


def time_for_leases(clock: Callable[[], datetime]) -> datetime:
    """What time it is by a clock where it is asked whether somebody's lease is over (aware UTC)."""
    return clock.for_leases() if isinstance(clock, KeepsLeases) else clock()
