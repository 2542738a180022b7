"""The breaker: a tick that is about to post far more than it ever should posts nothing and says so.

A fault of ours, or a file that changed everybody, must not become a flood of mail that nobody can call back; nor a
trickle that is small each minute and goes on all day. What was to be posted is not lost: each tick works it out anew,
and it goes as soon as the number is within the bound again or somebody has allowed more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine

from alliance.alliances import Alliance
from alliance.members import Person
from alliance.messages import Message
from alliance.notifications import Notification
from scheduling.truth import NoLongerTrue
from storage import outbox
from storage.bookmarks import bookmark, keep_place
from storage.engine import writing
from storage.journal import write_down
from storage.queries import actors, volumes
from storage.waking import has_posted
from templates import write

PER_PERSON, AT_LEAST = 2, 20
TIMES_A_DAY = 2
"""So many times what one tick may post, all of a local day's may together."""
RUNAWAY = "runaway"
POSTED = "posted_by_ticks"
"""The bookmark of how many a local day's ticks have posted so far: the day, and the number."""


class Runaway(Exception):
    """More was about to be posted than the bound allows: nothing of it may be kept."""

    def __init__(self, planned: int, bound: int, *, in_a_day: bool = False) -> None:
        super().__init__(f"{planned} notifications in one {'day' if in_a_day else 'tick'}, and the bound is {bound}")
        self.planned, self.bound, self.in_a_day = planned, bound, in_a_day


@contextmanager
def bounded(connection: Connection, alliance: Alliance, bound: int | None, now: datetime) -> Iterator[None]:
    """Let the block post so many and no more, by default two for each person with an address and twenty besides.

    And all blocks of a local day twice as many; what somebody has allowed by a ``bound`` is not counted among them.
    Raises Runaway at its end, which must roll the transaction back. ``now`` is aware UTC.
    """
    newest = volumes.newest_notification(connection)
    yield
    planned = volumes.posted_after(connection, alliance.id, newest) if has_posted(connection) else 0
    if bound is not None:
        if planned > bound:
            raise Runaway(planned, bound)
    elif planned:
        _check_usual(connection, alliance, planned, now)


def _check_usual(connection: Connection, alliance: Alliance, planned: int, now: datetime) -> None:
    today = alliance.charter.calendar.day(now).isoformat()
    place = bookmark(connection, alliance.id, POSTED)
    day, _, before = place.value.partition(" ") if place else ("", "", "")
    in_all = planned + (int(before) if day == today else 0)
    if in_all > AT_LEAST:  # else it is few enough, whatever the number of people
        allowed = PER_PERSON * volumes.people_with_address(connection, alliance.id) + AT_LEAST
        if planned > allowed:
            raise Runaway(planned, allowed)
        if in_all > TIMES_A_DAY * allowed:
            raise Runaway(in_all, TIMES_A_DAY * allowed, in_a_day=True)
    keep_place(connection, alliance.id, POSTED, f"{today} {in_all}", now)


def tell_of(engine: Engine, alliance: Alliance, runaway: Runaway, now: datetime) -> None:
    """Write it into the journal and tell the secretariat, once a day however many ticks there are."""
    today = alliance.charter.calendar.day(now)
    facts = {"planned": runaway.planned, "bound": runaway.bound, "in_a_day": runaway.in_a_day}
    with writing(engine) as connection:
        place = bookmark(connection, alliance.id, RUNAWAY)
        if place is not None and place.value == today.isoformat():
            return
        keep_place(connection, alliance.id, RUNAWAY, today.isoformat(), now)
        write_down(connection, alliance.id, now, "runaway_stopped", about=RUNAWAY, facts=facts)
        for person in actors.secretariat_people(connection, alliance, today):
            notice = Notification(RUNAWAY, "tick", today.isoformat(), person, facts)
            outbox.post(connection, alliance.id, notice, now)


def runaway_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """What was stopped and what to do, for who is of the secretariat still; raises NoLongerTrue for anybody else."""
    if person.id not in actors.secretariat_people(connection, alliance, alliance.charter.calendar.day(now)):
        raise NoLongerTrue("not_theirs")
    planned, bound = (int(str(claim.facts[name])) for name in ("planned", "bound"))
    in_a_day = bool(claim.facts.get("in_a_day", False))
    return write(RUNAWAY, person.language, zone=alliance.charter.zone, planned=planned, bound=bound, in_a_day=in_a_day)
