"""What can go wrong, and where: between any two statements, at every send, to the clock and to the database.

A seed decides which faults there are in a play and how often (swarm testing: a play with few kinds of faults gets
deeper than one with all of them); every tenth seed has all of them at full strength.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from storage.engine import is_postgresql

SET_BY = (timedelta(minutes=2), timedelta(minutes=10))
"""How far the clock is set in the middle of something: further than a lease, not into another day."""


class PowerCut(BaseException):
    """Everything in memory is gone. No ``except Exception`` sees it."""


class Away(OperationalError):
    """The database cannot be had just now: what the driver says, but said by us."""

    words = "unable to open database file"

    def __init__(self) -> None:
        super().__init__("", None, sqlite3.OperationalError(self.words))


class Locked(Away):
    """The database is in somebody else's hands for a moment."""

    words = "database is locked"


class Dropped(Away):
    """The database was restarted, and the connection is gone with the transaction that was open on it."""

    words = "server closed the connection unexpectedly"


@dataclass(frozen=True)
class Weather:
    """How likely each fault is: of each statement, of each send, of each question, of each event or day."""

    cut: float = 0.0  # a statement: the power goes before or after it
    locked: float = 0.0  # a transaction: the database says it is locked
    other: float = 0.0  # a transaction or send: another worker takes its turn right now
    frozen: float = 0.0  # a transaction: the process stands still for longer than a lease, the other one goes on
    busy_lane: float = 0.0  # a send: 429 for this conversation
    busy_account: float = 0.0  # a send: 429 for the whole workspace
    temporary: float = 0.0  # a send: refused for now
    permanent: float = 0.0  # a send: refused for good, the message
    no_such_address: float = 0.0  # a send: refused for good, the address
    lost: float = 0.0  # a send: a timeout, and it was not accepted
    unheard: float = 0.0  # a send: a timeout, and it was accepted
    hangs: float = 0.0  # a send: no answer until the sender gives up waiting
    cut_before: float = 0.0  # a send: the power goes before it is accepted
    cut_after: float = 0.0  # a send: the power goes after it was accepted
    not_answering: float = 0.0  # a question: the provider does not answer
    lags: float = 0.0  # seconds before the provider knows what it accepted
    lost_reply: float = 0.0  # an act: done, but whoever did it did not hear, and does it again
    down: float = 0.0  # a day: the process is down from it on, for some days
    forward: float = 0.0  # a day: the clock is set forward by hours; a send: by minutes, in the middle of it
    back: float = 0.0  # a day: the clock is set back an hour; a send: by minutes, in the middle of it
    restart: float = 0.0  # an event: all connections are new
    dropped: float = 0.0  # a statement: its connection breaks in the midst of the transaction; a commit: or just after
    outage: float = 0.0  # a day: a channel is down from it on, for some days


CALM = Weather()
WORST = Weather(
    cut=0.002,
    locked=0.002,
    other=0.05,
    frozen=0.004,
    busy_lane=0.1,
    busy_account=0.05,
    temporary=0.15,
    permanent=0.05,
    no_such_address=0.03,
    lost=0.1,
    unheard=0.1,
    hangs=0.05,
    cut_before=0.08,
    cut_after=0.08,
    not_answering=0.3,
    lags=30.0,
    lost_reply=0.2,
    down=0.06,
    forward=0.04,
    back=0.05,
    restart=0.1,
    dropped=0.002,
    outage=0.03,
)
ONLY_CUTS = replace(CALM, cut=0.002, cut_before=0.05, cut_after=0.05)
LATER = ("dropped", "outage")
KINDS = tuple(each.name for each in fields(Weather) if each.name not in LATER)


def weather(chance: random.Random, later: random.Random) -> Weather:
    """Some of the faults, each as likely as chance has it; ``later`` draws those that came to the others later."""
    return Weather(**_some_of(KINDS, chance), **_some_of(LATER, later))


def _some_of(kinds: tuple[str, ...], chance: random.Random) -> dict[str, float]:
    share = chance.choice([0.15, 0.3, 0.6])
    return {kind: getattr(WORST, kind) * chance.random() for kind in kinds if chance.random() < share}


@dataclass
class Seams:
    """Strikes at the seams of one worker: before and after each statement, before each BEGIN and COMMIT.

    ``switched_on`` is False while a play is set up or looked at; once ``dead`` nothing gets through any more.
    ``aside`` is called where another worker may take a turn: no transaction of this one is open there. ``set_wall``
    is called where somebody sets the clock while something is under way, ``harm`` where the worker drops what it holds.
    """

    chance: random.Random
    weather: Weather
    tell: Callable[[str], None]
    aside: Callable[[float], None] | None = None
    set_wall: Callable[[timedelta], None] | None = None
    harm: Callable[[], None] = lambda: None
    switched_on: bool = False
    dead: bool = False
    struck: list[str] = field(default_factory=list)

    def watch(self, engine: Engine) -> None:
        for name, heard in self._watched(engine):
            event.listen(engine, name, heard)

    def unwatch(self, engine: Engine) -> None:
        for name, heard in self._watched(engine):
            event.remove(engine, name, heard)

    def _watched(self, engine: Engine) -> tuple[tuple[str, Callable[..., None]], ...]:
        seams = (
            ("before_cursor_execute", self._before),
            ("after_cursor_execute", self._statement),
            ("commit", self._commits),
        )
        return (*seams, ("begin", self._begins)) if is_postgresql(engine) else seams  # elsewhere we say BEGIN

    @property
    def away(self) -> int:
        """How often the database was away."""
        return sum(what.startswith(("locked", "dropped")) for what in self.struck)

    def happens(self, likely: float) -> bool:
        return likely > 0 and self.switched_on and self.chance.random() < likely

    def _before(self, connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("BEGIN"):
            self._begins()
        elif self.happens(self.weather.dropped):
            self._drop(connection, "a statement")
        self._statement()

    def _begins(self, *_: Any) -> None:
        self.check()
        if self.happens(self.weather.locked):
            self._strike("locked")
            raise Locked
        self.step_aside()

    def step_aside(self) -> None:
        """Let another worker have its turn, perhaps; perhaps for so long that our leases end."""
        if self.aside is None:
            return
        if self.happens(self.weather.frozen):
            self._strike("frozen")
            self.aside(100.0)
        elif self.happens(self.weather.other):
            self._strike("other")
            self.aside(0.0)

    def touch_wall(self) -> None:
        """Let somebody set the clock, perhaps, and another worker look just then for what is due."""
        if self.aside is None or self.set_wall is None:
            return
        for likely, way in ((self.weather.forward, 1), (self.weather.back, -1)):
            if self.happens(likely):
                self.set_wall(way * self.chance.choice(SET_BY))
                self.aside(0.0)

    def _statement(self, *_: Any) -> None:
        self.check()
        if self.happens(self.weather.cut):
            self.cut("a statement")

    def _commits(self, connection: Connection) -> None:
        self.check()
        if self.happens(self.weather.cut * 5):
            self.cut("a commit")
        if self.happens(self.weather.dropped * 5):
            self._drop(connection, "a commit")
        if self.happens(self.weather.dropped * 5):
            connection.connection.commit()  # it was done, and whoever asked for it does not hear
            self._drop(connection, "a commit that was done")

    def _drop(self, connection: Connection, where: str) -> None:
        """The connection is gone: what was open on it is undone, and nothing more can be said over it."""
        self._strike(f"dropped at {where}")
        connection.invalidate()
        raise Dropped

    def cut(self, where: str) -> None:
        self._strike(f"cut at {where}")
        self.dead = True
        raise PowerCut

    def check(self) -> None:
        """A dead process does nothing more."""
        if self.dead:
            raise PowerCut

    def _strike(self, what: str) -> None:
        self.struck.append(what)
        self.tell(what)
        if what != "other":
            self.harm()
