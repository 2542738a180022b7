"""The breaker: a tick that is about to post far more than it ever should posts nothing and says so.

A fault of ours, or a file that changed everybody, must not become a flood of mail that nobody can call back. What was
to be posted is not lost: each tick works it out anew, and it goes as soon as the number is within the bound again or
somebody has allowed more.
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
RUNAWAY = "runaway"


class Runaway(Exception):
    """More was about to be posted than the bound allows: nothing of it may be kept."""

    def __init__(self, planned: int, bound: int) -> None:
        super().__init__(f"{planned} notifications in one tick, and the bound is {bound}")
        self.planned, self.bound = planned, bound


@contextmanager
def bounded(connection: Connection, alliance: Alliance, bound: int | None) -> Iterator[None]:
    """Let the block post so many and no more, by default two for each person with an address and twenty besides.

    Raises Runaway at its end, which must roll the transaction back.
    """
    newest = volumes.newest_notification(connection)
    yield
    planned = volumes.posted_after(connection, alliance.id, newest) if has_posted(connection) else 0
    if planned <= (AT_LEAST if bound is None else bound):
        return  # whatever the number of people
    allowed = PER_PERSON * volumes.people_with_address(connection, alliance.id) + AT_LEAST if bound is None else bound
    if planned > allowed:
        raise Runaway(planned, allowed)


def tell_of(engine: Engine, alliance: Alliance, runaway: Runaway, now: datetime) -> None:
    """Write it into the journal and tell the secretariat, once a day however many ticks there are."""
    today = alliance.charter.calendar.day(now)
    facts = {"planned": runaway.planned, "bound": runaway.bound}
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
    return write(RUNAWAY, person.language, zone=alliance.charter.zone, planned=planned, bound=bound)
