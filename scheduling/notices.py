"""What the secretariat is told about telling itself: who could not be reached, and what the self-audit found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.findings import Finding
from alliance.members import Person
from alliance.messages import Message
from alliance.notifications import alert, undelivered
from scheduling.truth import NoLongerTrue
from storage import outbox
from storage.bookmarks import keep_place
from storage.queries import actors, auditing, outbox_looking
from templates import write

BETWEEN = timedelta(hours=1)
OVERLAP = timedelta(hours=2)  # senders elsewhere may commit late, and clocks differ
FIRST_LOOK = timedelta(hours=48)
STEPS_BACK = 1_000
MOST_LISTED = 50
FAILING = ("silent", "in_doubt", "shut_out")
"""The findings about a channel by which it is better not to tell of them."""


# -------------------------------------------------------------------------------------- who could not be reached


def tell_undelivered(connection: Connection, alliance: Alliance, now: datetime) -> int:
    """Tell the secretariat of what was given up since the last time; returns how many deliveries that is.

    At most once an hour; what fails meanwhile waits for the next. Safe to repeat; ``now`` is aware UTC.
    """
    newest, place = outbox_looking.newest_step(connection, alliance.id)
    step = int(place.value) if place else 0
    if newest == step:
        return 0
    since = place.at - OVERLAP if place else now - FIRST_LOOK
    lost = outbox_looking.lost_after(connection, alliance.id, step - STEPS_BACK, since)
    told, last = outbox_looking.noticed_since(connection, alliance.id, since) if lost else (set(), None)
    fresh = tuple(number for number in lost if number not in told)
    if fresh and last is not None and now - last < BETWEEN:
        return 0
    if fresh or place is None or now - place.at >= BETWEEN:
        keep_place(connection, alliance.id, outbox_looking.LOOKED, str(newest), now)
    _tell(connection, alliance, fresh, now)
    return len(fresh)


def _tell(connection: Connection, alliance: Alliance, fresh: tuple[int, ...], now: datetime) -> None:
    today = alliance.charter.calendar.day(now)
    for person in actors.secretariat_people(connection, alliance, today) if fresh else ():
        outbox.post(connection, alliance.id, undelivered(fresh, now, person), now)


def undelivered_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """Who could not be reached with what, why, and what to do; raises NoLongerTrue for who has left the secretariat."""
    _check_secretariat(connection, alliance, person, now)
    numbers = cast(Sequence[int], claim.facts["deliveries"])
    today = alliance.charter.calendar.day(now)
    lost = outbox_looking.lost(connection, alliance, numbers[:MOST_LISTED], today)
    return write("undelivered", person.language, zone=alliance.charter.zone, lost=lost, count=len(numbers))


# --------------------------------------------------------------------------------------- what the audit found


def alert_secretariat(
    connection: Connection, alliance: Alliance, groups: Mapping[str, Sequence[Finding]], now: datetime
) -> int:
    """Tell the secretariat of findings, once a day a kind; returns how many notices were posted.

    By a channel other than the silent ones, those in doubt and those that do not let us in, for whoever has one.
    """
    today = alliance.charter.calendar.day(now)
    failing = [finding for kind in FAILING for finding in groups.get(kind, ())]
    not_by = tuple(dict.fromkeys(str(finding.facts["channel"]) for finding in failing))
    people = actors.secretariat_people(connection, alliance, today) if groups else ()
    notices = [
        alert(kind, today, _facts(kind, found, now), person, not_by)
        for kind, found in groups.items()
        for person in people
    ]
    return len(outbox.post_each(connection, alliance.id, notices, now))


def _facts(kind: str, found: Sequence[Finding], now: datetime) -> dict[str, object]:
    listed = [{"about": finding.about, "facts": dict(finding.facts)} for finding in found[:MOST_LISTED]]
    return {"kind": kind, "count": len(found), "at": now.isoformat(), "findings": listed}


def alert_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """What the audit found at its time; raises NoLongerTrue for who has left the secretariat."""
    _check_secretariat(connection, alliance, person, now)
    facts = cast(Mapping[str, Any], claim.facts)
    found = [Finding(facts["kind"], one["about"], one["facts"]) for one in facts["findings"]]
    named = auditing.named(connection, alliance, found, alliance.charter.calendar.day(now))
    at = datetime.fromisoformat(facts["at"])
    return write("alert", person.language, zone=alliance.charter.zone, findings=named, count=facts["count"], at=at)


def _check_secretariat(connection: Connection, alliance: Alliance, person: Person, now: datetime) -> None:
    if person.id not in actors.secretariat_people(connection, alliance, alliance.charter.calendar.day(now)):
        raise NoLongerTrue("not_theirs")
