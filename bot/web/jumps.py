"""Where the demo's clock can be moved to, and the move itself, which goes on while pages are shown."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.errors import Refused
from alliance.obligations import opened
from alliance.reminders import rungs
from storage.queries import accounts, meetings, register

log = logging.getLogger("tovholder.web")
MORNING = time(8)
FURTHEST = timedelta(days=732)
PATIENCE_SECONDS = 1.5

JumpName = Literal["tomorrow", "workday", "reminder", "meeting"]


@dataclass(frozen=True)
class Jump:
    """A day the clock can be moved to (08:00 local, or ``clock``), by the name of its button."""

    name: JumpName
    day: date
    clock: time = MORNING

    @property
    def value(self) -> str:
        """What the button sends: ``2027-03-24``, with the time where it is not the morning."""
        return self.day.isoformat() if self.clock == MORNING else f"{self.day}T{self.clock:%H:%M}"


def jumps(connection: Connection, alliance: Alliance, now: datetime) -> tuple[Jump, ...]:
    """The days worth moving to from ``now`` (aware UTC), each once, the nearest reason first."""
    today = alliance.charter.calendar.day(now)
    found = [
        Jump("tomorrow", today + timedelta(days=1)),
        Jump("workday", alliance.charter.calendar.after(today, 1)),
    ]
    reminder = next_reminder_day(connection, alliance, now)
    if reminder:
        found.append(Jump("reminder", reminder))
    nearest = [jump for jump in found[1:] if jump.name == "reminder" or jump.day != found[0].day]
    return (*found[:1], *nearest, *_next_meeting(connection, alliance, now))


def _next_meeting(connection: Connection, alliance: Alliance, now: datetime) -> tuple[Jump, ...]:
    """To where the next meeting that was called begins: then it can be held."""
    called = [m for m in meetings.meetings(connection, alliance) if m.state == "called" and m.starts_at > now]
    if not called:
        return ()
    begins = alliance.charter.calendar.local(called[0].starts_at)
    return (Jump("meeting", begins.date(), begins.time()),)


def next_reminder_day(connection: Connection, alliance: Alliance, now: datetime) -> date | None:
    """The first day whose reminders are still to come: of what is owed, or opens meanwhile; None if there is none."""
    calendar = alliance.charter.calendar
    today = calendar.day(now)
    ladder = alliance.charter.ladder_on(today)
    owed = accounts.accounts(connection, alliance, today)
    dues = {(account.obligation.due, date.min) for account in owed if account.standing.owes}
    days = {
        max(rung.day, not_before)
        for due, not_before in dues | _still_to_open(connection, alliance, today)
        if due
        for rung in rungs(ladder, calendar, due)
    }
    return min((day for day in days if calendar.at(day, ladder.from_hour) > now), default=None)


def _still_to_open(connection: Connection, alliance: Alliance, today: date) -> set[tuple[date | None, date]]:
    """When everything that opens within a year is due, and the working day from which it can be reminded of."""
    dates = accounts.event_dates(meetings.meetings(connection, alliance), alliance)
    memberships = register.memberships(connection, alliance.id)
    until = today + timedelta(days=366)
    coming = opened(alliance.charter, memberships, dates, alliance.obligations_since, until)
    return {(o.due, alliance.charter.calendar.next_working_day(o.opens)) for o in coming if o.opens > today}


def target(alliance: Alliance, now: datetime, typed: str) -> datetime:
    """A typed day (08:00 local, unless it says ``T10:00``) in aware UTC; refused unless ahead and within two years."""
    typed_day, _, clock = typed.strip().partition("T")
    try:
        day, at = date.fromisoformat(typed_day), time.fromisoformat(clock) if clock else MORNING
        to = alliance.charter.calendar.at(day, at)
    except ValueError:
        raise Refused("clock_day", got=typed[:40]) from None
    if to <= now:
        raise Refused("clock_back", got=day)
    if to - now > FURTHEST:
        raise Refused("clock_far", got=day)
    return to


@dataclass(frozen=True)
class Moved:
    """The last move of the clock: to where, how many mails went out meanwhile, and whose address moved it."""

    to: datetime
    mails: int
    by: str


class Mover:
    """Moves the clock, one move at a time, beside the pages."""

    def __init__(self, move_to: Callable[[datetime], None], mails: Callable[[], int]) -> None:
        self._move_to, self._mails = move_to, mails
        self._moving: threading.Thread | None = None
        self._lock = threading.Lock()
        self.last: Moved | None = None
        self.failed = False

    @property
    def running(self) -> bool:
        return self._moving is not None and self._moving.is_alive()

    def start(self, to: datetime, by: str) -> bool:
        """Begin a move of somebody's and wait a little for it to end; returns False while another one runs."""
        with self._lock:
            if self.running:
                return False
            self.failed = False
            self._moving = threading.Thread(target=self._move, args=(to, by), name="demo-clock", daemon=True)
            self._moving.start()
            moving = self._moving
        moving.join(PATIENCE_SECONDS)
        return True

    def _move(self, to: datetime, by: str) -> None:
        try:
            before = self._mails()
            self._move_to(to)
            self.last = Moved(to, self._mails() - before, by)
        except Exception:
            self.failed = True
            log.exception("the demo clock could not be moved to %s", to.isoformat())
