"""Opens what has come to be owed, and notices what changed besides facts: the charter, a day of its, an event.

A bookmark remembers what has been seen. While nothing of it differs, which is nearly always, there is nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.meetings import Meeting
from alliance.obligations import Opening, openings, owing
from storage import charters
from storage.bookmarks import bookmark, keep_place
from storage.changes import facts
from storage.changes.looks import OPENED, look_again, look_again_at_years
from storage.changes.parties import enter_parties
from storage.journal import write_down
from storage.outbox import edits
from storage.queries import accounts, meetings, register

RULES = "1"
"""Of the code that opens and looks. Another number after a release, and everything is opened and looked at again."""


@dataclass(frozen=True)
class Seen:
    """What decides what is owed, a line each: ``rules`` in force, ``events``, what is ``open``, ``members`` changed."""

    rules: frozenset[str]
    events: frozenset[str]
    open: frozenset[str]
    members: frozenset[int] = frozenset()

    @classmethod
    def of(cls, text: str) -> Seen:
        """Read a bookmark's lines: a word that says of what, and then what."""
        found: dict[str, set[str]] = {"rules": set(), "event": set(), "open": set(), "member": set()}
        for line in text.splitlines():
            about, _, what = line.partition(" ")
            found[about].add(what)
        events, opened = frozenset(found["event"]), frozenset(found["open"])
        return cls(frozenset(found["rules"]), events, opened, frozenset(map(int, found["member"])))

    @property
    def text(self) -> str:
        lines = {"rules": self.rules, "event": self.events, "open": self.open}
        return "\n".join(f"{about} {what}" for about, each in lines.items() for what in sorted(each))


def open_by(connection: Connection, alliance: Alliance, today: date, now: datetime) -> int:
    """Add every obligation that has opened by the local day; returns how many rows changed.

    Whatever differs since the last time is looked at again: a new charter or a day of its, an event of a year.
    """
    place = bookmark(connection, alliance.id, OPENED)
    known = meetings.events(connection, alliance)
    dates = accounts.event_dates(known, alliance)
    found = {
        _line_of(opening): opening for opening in openings(alliance.charter, dates, alliance.obligations_since, today)
    }
    seen = Seen(_rules(alliance, today), frozenset(_line_of_event(alliance, m) for m in known), frozenset(found))
    if place and place.value == seen.text:
        return 0
    before = Seen.of(place.value if place else "")
    changed = _catch_up(connection, alliance, before, seen, found, now)
    keep_place(connection, alliance.id, OPENED, seen.text, now)
    return changed


def _catch_up(
    connection: Connection, alliance: Alliance, before: Seen, seen: Seen, found: dict[str, Opening], now: datetime
) -> int:
    afresh = before.rules != seen.rules
    if afresh:
        _keep_charter(connection, alliance, now)
        look_again(connection, alliance.id)
    look_again_at_years(connection, alliance.id, {_year(line) for line in before.events ^ seen.events})
    changed = [opening for line, opening in found.items() if afresh or line not in before.open]
    done = _open(connection, alliance, changed, None)
    _keep_true(connection, alliance, before.events, seen.events, now)
    return done + (_open(connection, alliance, found.values(), before.members) if before.members else 0)


def _keep_true(
    connection: Connection, alliance: Alliance, before: frozenset[str], seen: frozenset[str], now: datetime
) -> None:
    """Have the reminders edited that name an event which was moved or called off since; to be called is no news."""
    for line in before:
        if line in seen or line.replace(" planned ", " called ") in seen:
            continue
        year, _, kind, *_ = line.split(" ")
        tied = [requirement.key for requirement in alliance.charter.requirements if requirement.event == kind]
        edits.event_changed(connection, alliance.id, tied, int(year), now)


def _open(connection: Connection, alliance: Alliance, found: Iterable[Opening], members: frozenset[int] | None) -> int:
    if not found:
        return 0
    owed = owing(alliance.charter, found, register.memberships(connection, alliance.id, members))
    return facts.open_obligations(connection, alliance.id, owed)


def _keep_charter(connection: Connection, alliance: Alliance, now: datetime) -> None:
    charter = alliance.charter
    if facts.keep_charter(connection, alliance.id, charter.hash, charters.charter_text(charter.key), now):
        enter_parties(connection, alliance, now)
        write_down(connection, alliance.id, now, "charter_adopted", about=f"charter:{charter.hash[:12]}")


def _rules(alliance: Alliance, today: date) -> frozenset[str]:
    """The charter and which of its dated elements are in force."""
    charter = alliance.charter
    dated = [each.validity for each in charter.ladders] + [each.validity for each in charter.requirements]
    in_force = "".join("1" if validity.covers(today) else "0" for validity in dated)
    return frozenset((f"{RULES} {charter.hash} {in_force}",))


def _line_of(opening: Opening) -> str:
    days = (opening.period.start, opening.period.end, opening.opens, opening.due, opening.event_day)
    return " ".join((opening.requirement, *map(str, days)))


def _line_of_event(alliance: Alliance, meeting: Meeting) -> str:
    day = alliance.charter.calendar.day(meeting.starts_at)
    return f"{meeting.year} {meeting.id} {meeting.kind} {meeting.state} {meeting.revision} {day} {meeting.answer_by}"


def _year(line_of_event: str) -> int:
    return int(line_of_event.partition(" ")[0])
