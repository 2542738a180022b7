"""One ring of the clock: the morning tick of every alliance, then the sender. Also many days of them, for the demo."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import Connection, Engine

from alliance.alliances import Alliance
from alliance.calendar import WorkingCalendar
from alliance.deliveries import Transport
from scheduling.charters import put_in_force
from scheduling.deliver import send_due
from scheduling.meetings import follow_offices, remind_of_answers
from scheduling.morning import MorningOutcome, morning
from scheduling.notices import tell_undelivered
from scheduling.papers import follow_readers
from scheduling.plan_actions import remind_of_stale
from scheduling.plans_counted import count_plans
from scheduling.proposals import answer_cancelled
from scheduling.questions import escalate_unanswered
from scheduling.runaway import Runaway, bounded, tell_of
from scheduling.seats import tell_of_seats
from storage import doors, hearing, outbox, unsent
from storage.bookmarks import bookmark, keep_place
from storage.changes.register import move_demo_clock
from storage.engine import planning, reading, writing
from storage.queries import register, volumes

log = logging.getLogger("tovholder.ticks")
MORNING = time(8)


@dataclass(frozen=True)
class TickOutcome:
    """What a tick did at ``at`` (aware UTC): obligations opened, reminders posted, deliveries by outcome.

    ``unplanned`` are the alliances (their keys) that were left as they were: their tick failed, or was stopped.
    ``told`` is what a rehearsed one would have posted, by kind.
    """

    at: datetime
    opened: int = 0
    posted: int = 0
    deliveries: Counter[str] = field(default_factory=Counter)
    unplanned: tuple[str, ...] = ()
    told: Counter[str] = field(default_factory=Counter)


def plan(
    engine: Engine,
    now: datetime,
    *,
    move_clock: bool = False,
    bound: int | None = None,
    channels: Collection[str] | None = None,
) -> TickOutcome:
    """The morning tick of every alliance, one transaction each; ``move_clock`` brings a demo's clock up to it.

    An alliance in which more than ``bound`` would be posted is left as it is, and its secretariat told. Where somebody
    else is planning already (PostgreSQL), nothing is done here: they do the same. What waits on none of ``channels``,
    those that have a way out, goes by the next; None is not to ask.
    """
    opened, posted, unplanned = 0, 0, list[str]()
    with reading(engine) as connection:
        known = register.alliances(connection)
    for alliance in known:
        try:
            outcome = _plan_one(engine, alliance, now, move_clock, bound, channels)
        except Runaway as runaway:
            log.error("stopped a tick of %s: %s", alliance.key, runaway)
            unplanned.append(alliance.key)
            tell_of(engine, alliance, runaway, now)
            continue
        except Exception:  # what goes wrong in one alliance must not silence the others
            log.exception("the tick of %s failed; it is tried again at the next ring", alliance.key)
            unplanned.append(alliance.key)
            continue
        opened += outcome.opened
        posted += outcome.posted
    return TickOutcome(now, opened, posted, unplanned=tuple(unplanned))


def _plan_one(
    engine: Engine,
    alliance: Alliance,
    now: datetime,
    move_clock: bool,
    bound: int | None,
    channels: Collection[str] | None,
) -> MorningOutcome:
    with planning(engine) as connection:
        if connection is None:
            return MorningOutcome(0, 0)
        if move_clock and alliance.demo_now is not None and alliance.demo_now < now:
            move_demo_clock(connection, alliance.id, now)
        return _planned(connection, alliance, now, bound, channels)


def _planned(
    connection: Connection, alliance: Alliance, now: datetime, bound: int | None, channels: Collection[str] | None
) -> MorningOutcome:
    """All that a tick does for an alliance before anything is sent."""
    alliance = put_in_force(connection, alliance, now)
    last = bookmark(connection, alliance.id, "tick")
    count_plans(connection, alliance, last.at if last else None, now)
    with bounded(connection, alliance, bound, now):
        follow_offices(connection, alliance, now)
        follow_readers(connection, alliance, now)
        answer_cancelled(connection, alliance, now)
        outcome = morning(connection, alliance, now)
        remind_of_answers(connection, alliance, now)
        tell_undelivered(connection, alliance, now)
        tell_of_seats(connection, alliance, last.at if last else None, now)
        escalate_unanswered(connection, alliance, last.at if last else None, now)
        remind_of_stale(connection, alliance, last.at if last else None, now)
    outbox.go_another_way(connection, alliance.id, channels, now)
    if last is None or alliance.charter.calendar.day(last.at) != alliance.charter.calendar.day(now):
        _forget_old(connection, alliance, now)
    keep_place(connection, alliance.id, "tick", "", now)
    return outcome


def _forget_old(connection: Connection, alliance: Alliance, now: datetime) -> None:
    """Once a day: what was kept for some days only."""
    for kept in (hearing, unsent, doors):
        kept.forget_old(connection, alliance.id, now)


class _Rehearsed(Exception):
    """Carries the outcome out of a transaction that must not be kept."""

    def __init__(self, outcome: TickOutcome) -> None:
        self.outcome = outcome


def rehearse(engine: Engine, now: datetime) -> TickOutcome:
    """What a tick would open and post at ``now``: all of it is done, told of and undone."""
    opened, posted, told, unplanned = 0, 0, Counter[str](), list[str]()
    try:
        with writing(engine) as connection:
            for alliance in register.alliances(connection):
                newest = volumes.newest_notification(connection)
                try:
                    outcome = _planned(connection, alliance, now, None, None)
                except Runaway:
                    unplanned.append(alliance.key)
                    continue
                opened += outcome.opened
                posted += outcome.posted
                told += volumes.kinds_after(connection, alliance.id, newest)
            found = TickOutcome(now, opened, posted, unplanned=tuple(unplanned), told=told)
            raise _Rehearsed(found)
    except _Rehearsed as rehearsed:
        return rehearsed.outcome


def set_demo_clock(engine: Engine, now: datetime) -> None:
    """Bring the clock of every demo alliance up to ``now``; it never goes back."""
    with writing(engine) as connection:
        for alliance in register.alliances(connection):
            if alliance.demo_now is not None and alliance.demo_now < now:
                move_demo_clock(connection, alliance.id, now)


def tick(
    engine: Engine,
    transports: Mapping[str, Transport],
    clock: Callable[[], datetime],
    *,
    move_clock: bool = False,
    bound: int | None = None,
) -> TickOutcome:
    """Plan, then send what is due: what an alarm does, and what ``tovholder tick`` does by hand.

    ``clock`` is asked anew for every delivery: sending takes time, and a reminder's hours may end meanwhile.
    """
    planned = plan(engine, clock(), move_clock=move_clock, bound=bound, channels=tuple(transports))
    deliveries = send_due(engine, transports, clock)
    return replace(planned, deliveries=deliveries)


def mornings(calendar: WorkingCalendar, start: datetime, end: datetime) -> Iterator[datetime]:
    """Eight o'clock of every day after ``start`` and not after ``end``, then ``end`` itself; aware UTC."""
    day: date = calendar.day(start) + timedelta(days=1)
    while (moment := calendar.at(day, MORNING)) < end:
        yield moment
        day += timedelta(days=1)
    yield end


def _same(moment: datetime) -> datetime:
    """The demo's clock stands still while it is looked at."""
    return moment


def play(
    engine: Engine,
    transports: Mapping[str, Transport],
    moments: list[datetime],
    progress: Callable[[int, int], None],
) -> Counter[str]:
    """Ring the clock at each moment in turn, moving a demo's clock along; returns all deliveries by outcome."""
    outcomes: Counter[str] = Counter()
    for number, moment in enumerate(moments, start=1):
        outcomes.update(tick(engine, transports, partial(_same, moment), move_clock=True).deliveries)
        progress(number, len(moments))
    return outcomes
