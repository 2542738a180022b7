"""The tick that opens obligations and reminds those who owe. Safe to run twice, safe to run late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.charter import Ladder
from alliance.notifications import reminder
from alliance.obligations import opened
from alliance.reminders import Digest, Owed, Rung, current_rung, digests, may_remind
from storage import charters, outbox
from storage.changes import facts
from storage.journal import write_down
from storage.queries import accounts, meetings, register, stories


@dataclass(frozen=True)
class MorningOutcome:
    """What a morning tick did: obligations opened or moved, and reminders newly posted."""

    opened: int
    posted: tuple[Digest, ...]


def morning(connection: Connection, alliance: Alliance, now: datetime) -> MorningOutcome:
    """Open what has opened by now, and post one digest to each person with a rung they were not told of.

    Reminders are posted only within the ladder's hours of a working day; ``now`` is aware UTC.
    """
    charter = alliance.charter
    today = charter.calendar.day(now)
    if facts.keep_charter(connection, alliance.id, charter.hash, charters.charter_text(charter.key), now):
        write_down(connection, alliance.id, now, "charter_adopted", about=f"charter:{charter.hash[:12]}")
    changed = open_by(connection, alliance, today)
    ladder = charter.ladder_on(today)
    if not may_remind(ladder, charter.calendar, now):
        return MorningOutcome(changed, ())
    outbox.expire(connection, now)
    expires_at = charter.calendar.at(today, ladder.until_hour)
    posted = tuple(
        digest
        for digest in due_digests(connection, alliance, today)
        if outbox.post(connection, alliance.id, reminder(digest, expires_at), now)
    )
    return MorningOutcome(changed, posted)


def open_by(connection: Connection, alliance: Alliance, today: date) -> int:
    """Add every obligation that has opened by the local day; returns how many rows changed."""
    known = meetings.meetings(connection, alliance)
    due = opened(
        alliance.charter,
        register.memberships(connection, alliance.id),
        accounts.event_dates(known, alliance),
        alliance.obligations_since,
        today,
    )
    return facts.open_obligations(connection, alliance.id, due)


def owed_today(connection: Connection, alliance: Alliance, today: date) -> tuple[Owed, ...]:
    """Everything owed on the day, with who is asked for it."""
    offices = register.offices_on(connection, alliance.id, today)
    return tuple(
        Owed(
            account.obligation.id,
            account.obligation.due,
            offices.asked(account.organisation.id, account.requirement.asks),
        )
        for account in accounts.accounts(connection, alliance, today)
        if account.standing.owes
    )


def rung_on(alliance: Alliance, ladder: Ladder, due: date, today: date) -> Rung | None:
    return current_rung(ladder, alliance.charter.calendar, due, today)


def due_digests(connection: Connection, alliance: Alliance, today: date) -> tuple[Digest, ...]:
    """The digests that are due on the day and not yet told."""
    ladder = alliance.charter.ladder_on(today)
    return digests(
        owed_today(connection, alliance, today),
        stories.rungs_told(connection, alliance.id),
        lambda due: rung_on(alliance, ladder, due, today),
        today,
    )
